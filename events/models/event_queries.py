"""Which events: by what they are, by who asks, and by what is left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q

from accounts.enums import Permission
from accounts.models import Grant, User
from events.enums import Status
from events.models.meetings import Meeting

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from core.scopes import Scopes
    from events.models.events import Event  # noqa: F401 - the type checker reads it below

PUBLIC = (Status.PUBLISHED, Status.CANCELLED)
IN_LISTS = Q(confidential=False, is_template=False, archived_at=None)
"""What may stand in a list, a feed or a map of the site; the rest is opened by its address alone."""


def _room(pool: str) -> Q:
    """Whether the pool of this name, if there is one, has a seat for a newcomer."""
    used = F(f"{pool}__taken") + F(f"{pool}__held") + F(f"{pool}__offered") + F(f"{pool}__kept")
    return Q(**{f"{pool}__capacity__gt": used}) | Q(**{f"{pool}__capacity": None})


class EventQuerySet(models.QuerySet["Event"]):
    def locked(self) -> Self:
        """One change of an event's plan at a time, also where it has no seats whose pool could be locked."""
        return self.select_for_update(of=("self",), no_key=True)

    def on_the_desk(self) -> Self:
        """What somebody works on: no templates, nothing from the archive."""
        return self.filter(is_template=False, archived_at=None)

    def templates(self) -> Self:
        return self.filter(is_template=True)

    def published(self) -> Self:
        return self.filter(status=Status.PUBLISHED)

    def public(self) -> Self:
        """What a stranger may open: a cancelled event stays readable, so that nobody stands at its door."""
        return self.filter(status__in=PUBLIC)

    def listed(self) -> Self:
        """What every list, map, sitemap and embedding shows."""
        return self.filter(IN_LISTS, status=Status.PUBLISHED)

    def announced(self) -> Self:
        """The same with cancelled events, for calendars that must learn of it."""
        return self.filter(IN_LISTS, status__in=PUBLIC)

    def with_room_at(self, moment: datetime) -> Self:
        """Where a newcomer gets in at `moment`: a seat is free that is not kept for others, or no seat is needed."""
        opened = Q(registration_opens_at=None) | Q(registration_opens_at__lte=moment)
        not_closed = Q(registration_closes_at=None) | Q(registration_closes_at__gt=moment)
        ahead = Q(pools__meeting=None) | Q(pools__meeting__ends_at__gt=moment, pools__meeting__cancelled_at=None)
        leaf = Q(pools__branches=None)
        free = ahead & leaf & _room("pools") & _room("pools__parent") & _room("pools__root")
        chosen = Q(own_terms__by_application=True)
        in_time = Q(own_terms__applications_close_at=None) | Q(own_terms__applications_close_at__gt=moment)
        applied_to = chosen & ahead & opened & not_closed & in_time
        by_itself = Q(own_terms=None) | Q(own_terms__by_application=False)
        room = Q(pools=None) | applied_to | (by_itself & free & opened & not_closed)
        has_room = Exists(self.model.objects.filter(room, pk=OuterRef("pk")))
        return self.filter(has_room, invite_only=False, elsewhere_url="")

    def upcoming_at(self, moment: datetime, *, until: datetime | None = None) -> Self:
        """Not over yet (and with a meeting that starts before `until`), the next meeting first."""
        ahead = Q(meetings__ends_at__gt=moment, meetings__cancelled_at=None)
        within = Q(next_start__lt=until) if until else Q(next_start__isnull=False)
        return (
            self.annotate(next_start=Min("meetings__starts_at", filter=ahead))
            .filter(within)
            .order_by("next_start", "pk")
        )

    def in_municipality(self, code: str) -> Self:
        meeting_there = Meeting.objects.filter(venue__municipality_id=code).values("event")
        return self.filter(Q(pk__in=meeting_there) | Q(organisation__municipality_code=code))

    def with_meetings(self) -> Self:
        return self.with_dates().prefetch_related("pools")

    def with_dates(self) -> Self:
        meetings = Meeting.objects.select_related("venue__municipality").order_by("starts_at", "pk")
        return self.prefetch_related(Prefetch("meetings", meetings))

    def visible_to(self, user: User | AnonymousUser, permission: Permission) -> Self:
        return self.in_reach_of(Grant.objects.scopes(user, permission))

    def in_reach_of(self, scopes: Scopes) -> Self:
        return self.filter(
            Q(organisation_id__in=scopes.ids("organisation"))
            | Q(project_id__in=scopes.ids("project"))
            | Q(pk__in=scopes.ids("event"))
        )

    def people_in_reach_of(self, scopes: Scopes) -> Self:
        """Whose people may be seen within `scopes`: of a confidential event only with a role for that very event."""
        return self.in_reach_of(scopes).filter(Q(confidential=False) | Q(pk__in=scopes.ids("event")))

    def reported_to(self, user: User | AnonymousUser) -> Self:
        """Whose figures `user` may see; those of a confidential event, too, are for its team."""
        return self.people_in_reach_of(Grant.objects.scopes(user, Permission.SEE_REPORTS))
