"""Real rows, made short: what a test does not mention is ordinary."""

import datetime as dt
import uuid
from itertools import count

from django.utils import timezone

from accounts.enums import NoticePurpose, OrganisationKind, Role
from accounts.models import Grant, Organisation, Person, PrivacyNotice, User
from accounts.services.people import Contact
from api.enums import Scope
from api.services import tokens
from core import kept
from esf.services.notices import Answers
from events.enums import Counting, Kind, Status
from events.models import Event, Meeting, Municipality, Project, SeatPool, Terms, VatRate, Venue
from events.services import search, seating
from registrations.enums import HoldKind, Source
from registrations.models import Hold, Registration
from registrations.services import attendance, seats, tickets

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
"""A Monday, 14.00 in Finland."""

_numbers = count(1)
_projects = count(1000)


def municipality(code="081", name="Hartola", **fields):
    made, _new = Municipality.objects.get_or_create(
        code=code, defaults={"name": name, "valid_from": dt.date(2014, 1, 1), **fields}
    )
    return made


def organisation(**fields):
    plain = {"name": f"Kunta {next(_numbers)}", "kind": OrganisationKind.MUNICIPALITY, "municipality_code": "081"}
    return Organisation.objects.create(**plain | fields)


def user(**fields):
    return User.objects.create_user(
        **{"email": f"worker{next(_numbers)}@kunta.example", "name": "Wirkki Worker"} | fields
    )


def member(role, scope, *, organisation=None, **fields):
    """A user with one role within `scope`, a thing that has a scope."""
    made = user(**fields)
    tenant = organisation or getattr(scope, "organisation", scope)
    Grant.objects.create(user=made, organisation=tenant, role=role, scope=scope.scope, granted_at=NOW)
    return made


def organiser(event):
    return member(Role.ORGANISER, event.organisation)


def api_token(organisation, *scopes, by=None, expires_at=None, now=NOW):
    """The text of a token that may do everything in `organisation`, or only what `scopes` say."""
    return tokens.issue(
        organisation=organisation,
        name="Kunnan verkkosivut",
        scopes=scopes or Scope,
        expires_at=expires_at,
        by=by or user(),
        now=now,
    )


def project(**fields):
    plain = {
        "code": f"S3{next(_projects)}",
        "name": "Vauhtia työhön",
        "starts_on": dt.date(2025, 1, 1),
        "ends_on": dt.date(2027, 12, 31),
    }
    fields.setdefault("organisation", None)
    fields["organisation"] = fields["organisation"] or organisation()
    return Project.objects.create(**plain | fields)


def venue(**fields):
    plain = {"name": "Kirjasto", "street": "Kirjastotie 1", "postal_code": "19600", "post_office": "Hartola"}
    return Venue.objects.create(**plain | {"municipality": fields.pop("municipality", None) or municipality()} | fields)


def event(
    *,
    seats=20,
    each_date=False,
    offers=True,
    meetings=1,
    first=NOW + dt.timedelta(days=7),
    hours=2,
    every=dt.timedelta(days=7),
    **fields,
):
    """A published event with `meetings` dates from `first` on, and one pool of `seats` (None: no registration).

    With `each_date` every date has as many for itself.
    """
    number = next(_numbers)
    owner = fields.pop("organisation", None) or organisation()
    plain = {
        "slug": f"tapahtuma-{number}",
        "title": f"Tapahtuma {number}",
        "summary": "Tule mukaan.",
        "kind": Kind.COURSE,
        "status": Status.PUBLISHED,
        "published_at": NOW - dt.timedelta(days=30),
        "changed_at": NOW - dt.timedelta(days=30),
        "contact_email": "jarjestaja@kunta.example",
    }
    if fields.get("status") == Status.CANCELLED:
        plain["cancelled_at"] = NOW - dt.timedelta(days=1)
    made = Event.objects.create(organisation=owner, **plain | fields)
    place = venue()
    for index in range(meetings):
        starts = first + index * every
        Meeting.objects.create(event=made, starts_at=starts, ends_at=starts + dt.timedelta(hours=hours), venue=place)
    if seats is not None:
        _seat(made, seats, each_date)
    if not offers:
        Terms.objects.create(event=made, offer_hours=None)
    search.index(event=made)
    return made


def _seat(event, seats, each_date):
    if not each_date:
        SeatPool.objects.create(event=event, capacity=seats)
        return
    event.seats_per_meeting = seats
    event.save(update_fields=["seats_per_meeting"])
    seating.settle(event=event)


def counting_event(**fields):
    """An event that asks the background form and counts its participants from the first attendance."""
    privacy_notices()
    plain = {"asks_start_notice": True, "counting": Counting.FIRST_ATTENDANCE, "counting_reason": "target group only"}
    return event(**plain | {"project": fields.pop("project", None) or project()} | fields)


def vat_rates():
    """Those in force, which a database that was emptied has lost."""
    for kind, points, day in (("standard", 2400, dt.date(2013, 1, 1)), ("standard", 2550, dt.date(2024, 9, 1))):
        VatRate.objects.get_or_create(kind=kind, valid_from=day, defaults={"basis_points": points})


def privacy_notices():
    for purpose in NoticePurpose:
        PrivacyNotice.objects.get_or_create(
            purpose=purpose, version=1, defaults={"published_at": NOW - dt.timedelta(days=400), "text": "Tietosi."}
        )


def newer_privacy_notice(purpose=NoticePurpose.ESF):
    """The next version, as an owner would have published it yesterday."""
    version = PrivacyNotice.objects.current(purpose).version + 1
    made = PrivacyNotice.objects.create(
        purpose=purpose, version=version, published_at=NOW - dt.timedelta(days=1), text="Tietosi, uudelleen."
    )
    kept.forget()
    return made


def contact(**fields):
    number = next(_numbers)
    plain = {
        "first_name": "Aino",
        "last_name": f"Esimerkki{number}",
        "email": f"aino{number}@example.fi",
        "phone": "",
        "language": "fi",
    }
    return Contact(**plain | fields)


def answers(who=None, **fields):
    who = who or contact()
    plain = {name: getattr(who, name) for name in ("first_name", "last_name", "email", "phone", "language")} | {
        "birth_date": dt.date(1990, 5, 17),
        "gender": "F",
        "municipality_code": "081",
        "labour_status_start": "UNEMPLOYED",
        "unemployment_duration": "M12_24",
        "education_level": "ISCED3",
    }
    return Answers(**plain | fields)


def person(**fields):
    plain = {"first_name": "Aino", "last_name": f"Esimerkki{next(_numbers)}", "created_at": NOW}
    return Person.objects.create(**plain | fields)


def held(event, kind=HoldKind.SEAT, now=NOW, pool=None):
    """A hold, as the visitor's button makes it."""
    seats.hold(event=event, pool_pk=pool and pool.pk, kind=kind, now=now)
    return Hold.objects.latest("pk")


def register(event, who=None, *, kind=HoldKind.SEAT, now=NOW, answers=None, pool=None):
    """A registration, by the same steps as a visitor's."""
    who = who or contact()
    seats.register(hold=held(event, kind, now, pool), contact=who, answers=answers, support_needs="", now=now)
    return Registration.objects.latest("pk")


def check_in(registration, meeting=None, *, by=None, now=None, scanned=None, nonce=None, scanned_at=None):
    """Scan a registration's ticket at a meeting, on the meeting's day."""
    meeting = meeting or registration.event.meetings.order_by("starts_at").first()
    return attendance.check_in(
        meeting=meeting,
        scanned=scanned or tickets.text(registration),
        nonce=nonce or uuid.uuid4(),
        source=Source.CAMERA,
        by=by or user(),
        now=now or meeting.starts_at,
        scanned_at=scanned_at,
    )


def at(text):
    """A Finnish local time, `2026-11-24 17:00`."""
    return timezone.make_aware(dt.datetime.fromisoformat(text))
