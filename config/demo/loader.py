"""Fill an empty database with the demo, through the same services that visitors use."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.services import members
from config import reference
from config.demo import applicants, companies, fair, participants, prices, questions, queue, surveys
from config.demo.content import read, translated
from config.demo.people import DemoPerson, residents
from config.guard import NOT_THE_DEMOS, made_by_demo
from core.enums import MessageState
from core.models import Installation, OutboxMessage
from events.enums import Counting, Kind, Mode
from events.models import (
    EligibilityRule,
    Event,
    Meeting,
    PickUp,
    Project,
    ProjectTarget,
    Ride,
    SeatPool,
    Venue,
)
from events.services import publishing, seating
from registrations.enums import HoldKind, Source
from registrations.gateways import choosing
from registrations.models import Hold, Registration
from registrations.services import attendance, seats, tickets

PASSWORD = "tervetuloa-miittiin"  # noqa: S105 - the demo's, shown on its front page
PUBLISHED_DAYS_AGO = 70


def load(*, now: datetime) -> bool:
    """Load the demo if the database is empty; return whether it was.

    :raises ImproperlyConfigured: if the database holds something that the demo did not make
    """
    refuse_foreign_database()
    if Installation.objects.exists():
        return False
    if payments := choosing.fake():
        payments.shelf.empty()  # what an earlier demo had paid
    with transaction.atomic():
        Loader(now).load()
        Installation.objects.create(demo=True, dated_on=timezone.localdate(now))
    return True


def refuse_foreign_database() -> None:
    """Leave alone what the demo did not make.

    :raises ImproperlyConfigured: if there is something of that kind
    """
    if Installation.objects.filter(demo=False).exists():
        raise ImproperlyConfigured(NOT_THE_DEMOS)
    if not made_by_demo() and User.objects.exists():
        raise ImproperlyConfigured(
            "This database was filled by something other than the demo. Give the demo an empty one."
        )


YULIIA = "Melnyk"


class Loader:
    """One run, with what it has made so far by the data files' keys."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = timezone.localdate(now)
        self.organisations: dict[str, Organisation] = {}
        self.projects: dict[str, Project] = {}
        self.venues: dict[str, Venue] = {}
        self.events: dict[str, Event] = {}
        self.people = cycle(residents(self.today))

    def load(self) -> None:
        reference.load()
        self._organisations()
        self._projects()
        self._venues()
        rows = read("events")["event"]
        for row in rows:
            self._event(row)
        self._staff()
        for row in rows:
            self._fill(row)
        self._register_again()
        self._post_office()
        publisher = User.objects.get(email="jani.makisalo@demo.example")
        questions.ask(self.events, by=publisher, now=self.now - timedelta(hours=5))
        surveys.ask(self.events, by=publisher, at=self.at, now=self.now - timedelta(hours=5))
        companies.take_stands(self.events, by=publisher, now=self.now)
        companies.seek_people(self.organisations, day=self._day, by=publisher, now=self.now)
        companies.meet_project(self.organisations, day=self._day, by=publisher, now=self.now)
        for project in self.projects.values():
            participants.go_on(project, by=publisher, now=self.now)
            participants.show_for_it(project, by=publisher, now=self.now)
        fair.open_now(now=self.now)

    def at(self, in_days: int, clock: time) -> datetime:
        """A local time so many days from today."""
        return timezone.make_aware(datetime.combine(self.today + timedelta(days=in_days), clock))

    def _organisations(self) -> None:
        for row in read("organisations")["organisation"]:
            self.organisations[row["key"]] = Organisation.objects.create(
                kind=row["kind"],
                municipality_code=row["municipality"],
                business_id=row.get("business_id", ""),
                email=row["email"],
                phone=row["phone"].replace(" ", ""),
                **translated(row, "name"),
            )

    def _projects(self) -> None:
        for row in read("projects")["project"]:
            project = Project.objects.create(
                code=row["code"],
                period=row["period"],
                starts_on=self._day(row["starts_in_days"]),
                ends_on=self._day(row["ends_in_days"]),
                organisation=self.organisations[row["organisation"]],
                min_hours=row["min_hours"],
                **translated(row, "name", "summary", "authority"),
            )
            project.implementers.set(self.organisations[key] for key in row["implementers"])
            for target in row["targets"]:
                ProjectTarget.objects.create(project=project, valid_from=project.starts_on, **target)
            for rule in row.get("rules", []):
                valid_from = self._day(rule["from_in_days"])
                EligibilityRule.objects.create(project=project, valid_from=valid_from, **translated(rule, "text"))
            self.projects[row["key"]] = project

    def _venues(self) -> None:
        for row in read("venues")["venue"]:
            plain = {name: row[name] for name in ("street", "postal_code", "post_office")}
            self.venues[row["key"]] = Venue.objects.create(
                municipality_id=row["municipality"], **plain, **translated(row, "name", "access")
            )

    def _event(self, row: dict[str, Any]) -> None:
        counting = Counting(row["participation"])
        event = Event.objects.create(
            slug=row["slug"],
            kind=Kind(row["kind"]),
            organisation=self.organisations[row["organisation"]],
            project=self.projects[row["project"]] if "project" in row else None,
            audiences=row["audiences"],
            access_features=row["access_features"],
            spoken_languages=row["spoken_languages"],
            takes_stands="stands" in row,
            stands_serve_food=row.get("stands", {}).get("serve_food", False),
            contact_name=row["contact_name"],
            contact_email=row["contact_email"],
            contact_phone=row["contact_phone"].replace(" ", ""),
            registration_opens_at=self.at(row["registration_opens_in_days"], time.min),
            registration_closes_at=self.at(row["registration_closes_in_days"], time(23, 59)),
            asks_start_notice=row["asks_start_notice"],
            counting=counting,
            counting_reason=row.get("participation_reason", ""),
            changed_at=self.now - timedelta(days=PUBLISHED_DAYS_AGO),
            **translated(row, "title", "summary", "description", "audience"),
        )
        for meeting in row["meetings"]:
            Meeting.objects.create(
                event=event,
                starts_at=self.at(meeting["in_days"], time.fromisoformat(meeting["start"])),
                ends_at=self.at(meeting["in_days"], time.fromisoformat(meeting["end"])),
                mode=Mode.ON_SITE if "venue" in meeting else Mode.REMOTE,
                venue=self.venues[meeting["venue"]] if "venue" in meeting else None,
                **translated(meeting, "title"),
            )
        for ride in row.get("rides", []):
            made = Ride.objects.create(event=event, seats=ride["seats"], **translated(ride, "name"))
            for leaves, _space, place in (stop.partition(" ") for stop in ride["stops"]):
                PickUp.objects.create(ride=made, leaves=time.fromisoformat(leaves), place=place)
        if row.get("seats"):
            seating.set_seats(event=event, seats=row["seats"], each_date=row.get("seats_each_date", False))
        self.events[row["key"]] = event

    def _staff(self) -> None:
        password = make_password(PASSWORD)
        for row in read("staff")["staff"]:
            user, _new = User.objects.get_or_create(
                email=row["email"], defaults={"name": row["name"], "language": row["language"], "password": password}
            )
            scope, organisation = self._scope(row["scope"])
            members.grant(
                user=user, organisation=organisation, role=Role(row["role"]), scope=scope, by=None, now=self.now
            )

    def _scope(self, text: str) -> tuple[str, Organisation]:
        kind, key = text.split(":")
        thing: Organisation | Project | Event = getattr(self, f"{kind}s")[key]
        organisation = thing if isinstance(thing, Organisation) else thing.organisation
        return thing.scope, organisation

    def _fill(self, row: dict[str, Any]) -> None:
        """Publish, then let people register and attend in the order in which it would have happened."""
        event = self.events[row["key"]]
        if row.get("draft"):
            return
        publisher = User.objects.get(email="jani.makisalo@demo.example")
        published = self.now - timedelta(days=PUBLISHED_DAYS_AGO)
        queue.prepare(event, row, publisher, published=published, now=self.now)
        applied = row.get("applications")
        if applied:
            closes_at = self.at(applied["closes_in_days"], time(16))
            applicants.open_to_all(event, applied, publisher, published=published, closes_at=closes_at)
            event = Event.objects.get(pk=event.pk)
        if "prices" in row:
            prices.set_up(event, row["prices"], publisher, now=published)
            event = Event.objects.get(pk=event.pk)
        publishing.publish(event=event, by=publisher, now=published)
        if applied:
            applicants.fill(event, applied, self._several(event, applied["number"]), publisher, now=self.now)
        if "prices" in row:
            prices.fill(event, self._several(event, prices.PEOPLE), publisher, now=self.now)
        for number in range(row["confirmed"] + row["waiting"]):
            self._register(event, self._next(event), number)
        for number, size in enumerate(row.get("groups", [])):
            self._together(event, size, number)
        queue.free_some(event, row.get("cancelled", 0), self.now - timedelta(hours=2))
        for meeting, detail in zip(event.meetings.order_by("starts_at"), row["meetings"], strict=True):
            if detail.get("attended"):
                self._attend(event, meeting)

    def _together(self, event: Event, size: int, number: int) -> None:
        """A group registers, or waits where seats are too few."""
        free = sum(pool.for_newcomers for pool in SeatPool.objects.roots().filter(event=event))
        people = self._several(event, size)
        kind = HoldKind.SEAT if free >= size else HoldKind.QUEUE
        moment = self.now - timedelta(days=2, hours=number)
        queue.send_together(event, people, kind=kind, number=number, now=moment)

    def _next(self, event: Event) -> DemoPerson:
        """Somebody who is not registered for `event` yet."""
        return self._several(event, 1)[0]

    def _several(self, event: Event, number: int) -> list[DemoPerson]:
        """People who have not come to `event`; not Yuliia, whom one is to be able to merge by hand: see below."""
        fresh = (
            person
            for person in self.people
            if person.contact.last_name != YULIIA
            and not event.registrations.filter(
                email=person.contact.email, first_name=person.contact.first_name
            ).exists()
        )
        return list(islice(fresh, number))

    def _register(self, event: Event, person: DemoPerson, number: int) -> None:
        opens = event.registration_opens_at or self.now
        starts = event.meetings.order_by("starts_at").values_list("starts_at", flat=True)[0]
        window = min(self.now, starts) - opens
        moment = opens + window * (0.05 + 0.9 * number / 40 if number < 40 else 0.95)  # noqa: PLR2004 - a spread of arrivals
        pools = SeatPool.objects.filter(event=event, branches=None).order_by("pk")
        pool = pools[number % len(pools)]
        kind = HoldKind.SEAT if pool.for_newcomers else HoldKind.QUEUE
        seats.hold(event=event, pool_pk=pool.pk, kind=kind, now=moment)
        seats.register(
            hold=Hold.objects.latest("pk"),
            contact=person.contact,
            answers=person.answers if event.asks_start_notice else None,
            support_needs="",
            now=moment + timedelta(minutes=6),
        )

    def _register_again(self) -> None:
        """Yuliia comes to two events of Hartola's: to the second with her name in her own letters, another address, the
        same phone. Whoever organises both sees that she may be one, and may merge her.
        """
        yuliia = next(person for person in residents(self.today) if person.contact.last_name == YULIIA)
        first, last, email = "Юлія", "Мельник", "yuliia@people.example"
        person = DemoPerson(
            contact=replace(yuliia.contact, first_name=first, last_name=last, email=email),
            answers=replace(yuliia.answers, first_name=first, last_name=last, email=email),
        )
        self._register(self.events["potkua"], yuliia, 39)
        self._register(self.events["infopaiva"], person, 40)

    def _post_office(self) -> None:
        """A letter that came back, and somebody who has a phone and no e-mail address."""
        event = self.events["infopaiva"]
        letters = OutboxMessage.objects.filter(scope=event.scope).order_by("pk")
        back = letters.values_list("pk", flat=True)[0]
        at = self.now - timedelta(hours=1)
        OutboxMessage.objects.filter(pk=back).update(state=MessageState.BOUNCED, sent_at=at, last_error="5.1.1")
        like = self._next(event)  # all but the name, by which nobody is to be taken for somebody else
        first, last = "Toini", "Lankapuhelin"
        toini = DemoPerson(
            contact=replace(like.contact, first_name=first, last_name=last, email=""),
            answers=replace(like.answers, first_name=first, last_name=last, email=""),
        )
        self._register(event, toini, 39)

    def _attend(self, event: Event, meeting: Meeting) -> None:
        doorkeeper = User.objects.get(email="maija.kalliokoski@demo.example")
        came = Registration.objects.confirmed().filter(event=event, registered_at__lt=meeting.starts_at).order_by("pk")
        for number, registration in enumerate(came):
            if number % 9 == 8:  # noqa: PLR2004 - one in nine stays away
                continue
            attendance.check_in(
                meeting=meeting,
                scanned=tickets.text(registration),
                nonce=uuid.uuid5(uuid.NAMESPACE_OID, f"{meeting.pk}-{registration.pk}"),
                source=Source.CAMERA,
                by=doorkeeper,
                now=meeting.starts_at + timedelta(seconds=20 * number),
            )

    def _day(self, in_days: int) -> date:
        return self.today + timedelta(days=in_days)
