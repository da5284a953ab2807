"""A fair full of people who have come in already: each has a browser session, as after the link in the mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db.models import F

from accounts.models import Person
from accounts.services import finding
from accounts.spellings import EDITION
from events.models import Event, SeatPool
from registrations.enums import Status
from registrations.models import Registration
from registrations.services import tickets
from virtualfair.enums import FairRole
from virtualfair.http import remember
from virtualfair.models import FairPass, Room
from virtualfair.services import rooms


@dataclass(frozen=True, kw_only=True)
class Fair:
    """A room with the cookies of those who may listen in it."""

    event: Event
    room: Room
    cookies: list[str]


def gather(*, event: Event, number: int, now: datetime, say: Callable[[str], object]) -> Fair:
    """Register so many people for the fair and let each of them in."""
    pool = SeatPool.objects.get(event=event)
    names = [(f"Kuulija{index}", "Mittari") for index in range(1, number + 1)]
    persons = Person.objects.bulk_create(
        Person(first_name=first, last_name=last, created_at=now, spelling_edition=EDITION) for first, last in names
    )
    finding.write(people=persons)
    registrations = Registration.objects.bulk_create(_registration(person, event, pool, now) for person in persons)
    SeatPool.objects.filter(pk=pool.pk).update(taken=F("taken") + number)
    passes = FairPass.objects.bulk_create(
        FairPass(event=event, registration=each, role=FairRole.JOBSEEKER, name=each.first_name, made_at=now)
        for each in registrations
    )
    cookies = [_cookie(each) for each in passes]
    say(f"{number} listeners.")
    return Fair(event=event, room=rooms.stage_of(event=event), cookies=cookies)


def _registration(person: Person, event: Event, pool: SeatPool, now: datetime) -> Registration:
    return Registration(
        event=event,
        pool=pool,
        person=person,
        status=Status.CONFIRMED,
        code=tickets.new_code(),
        first_name=person.first_name,
        last_name=person.last_name,
        language="fi",
        registered_at=now,
        queued_at=now,
        confirmed_at=now,
    )


def _cookie(holder: FairPass) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    remember(session, holder)
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
