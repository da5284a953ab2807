"""Registrations of two people who are one: see `core.personal`. Attendances and tickets go with them, unchanged."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services import people
from core.personal import Holding, Journal, PersonalData, Words, point_back, repoint
from esf.models import NoticeDraft, StartNotice
from events.services import residents
from registrations.models import Registration


class Registered(PersonalData):
    name = "registrations"
    covers = frozenset({"registrations.Registration.person"})

    def lock(self, *, people: Collection[int]) -> None:
        """A door locks a registration, then its person; so does a merge."""
        list(Registration.objects.locked().filter(person__in=people).order_by("pk").values_list("pk"))

    def holdings(self, *, person: int) -> list[Holding]:
        rows = Registration.objects.filter(person=person).order_by("pk").values_list("pk", "status", "meeting")
        keys = tuple(" ".join(map(str, row)) for row in rows)
        sources = [f"registration:{pk}" for pk, _status, _meeting in rows]
        drafts = NoticeDraft.objects.filter(source__in=[*sources, *(f"door:{each}" for each in sources)])
        begun = tuple(map(str, drafts.order_by("pk").values_list("pk", flat=True)))
        return [
            Holding(label=gettext_lazy("Registrations"), keys=keys),
            Holding(label=gettext_lazy("Background forms that are begun"), keys=begun),
        ]

    def obstacles(self, *, source: int, target: int) -> list[Words]:
        """One person has one seat at an event, or at one of its dates."""
        mine = Registration.objects.active().filter(person=source).values("event", "meeting")
        same = Q()
        for row in mine:
            same |= Q(event=row["event"], meeting=row["meeting"])
        if not same:
            return []
        theirs = Registration.objects.active().filter(same, person=target).select_related("event").order_by("pk")
        return [
            _("Both are registered for %(event)s. Cancel one of the two registrations first.")
            % {"event": each.event.title}
            for each in theirs
        ]

    def move(self, *, source: int, target: int, now: datetime) -> Journal:
        return {
            "newest": Registration.objects.aggregate(newest=Max("pk"))["newest"],
            "moved_at": now.isoformat(),
            "registrations": repoint(Registration.objects.filter(person=source), field="person", to=target),
        }

    def give_back(self, *, source: int, target: int, journal: Journal, now: datetime) -> None:
        """What was written while they were one lets its scopes know its person again: that was done for the one."""
        point_back(Registration, field="person", keys=journal["registrations"], of=target, to=source)
        notices = StartNotice.objects.filter(submitted_at__gt=datetime.fromisoformat(journal["moved_at"]))
        homes = dict(notices.filter(person__in=[source, target]).values_list("source", "municipality_code"))
        rows = Registration.objects.filter(person__in=[source, target]).select_related("event", "person")
        for row in rows:
            if row.pk > (journal["newest"] or 0) or row.key in homes:
                at_home = residents.scopes(row.event, homes.get(row.key) or row.person.municipality_code)
                people.make_known(person=row.person, scopes=[*row.event.people_scopes, *at_home])
