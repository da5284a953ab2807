"""Seats of the demo that are divided, wanted by groups, offered, and given on terms of their own."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from config.demo.content import translated
from config.demo.people import DemoPerson
from events.models import Event, Terms
from registrations.enums import HoldKind
from registrations.models import Hold, Registration
from registrations.services import seats
from registrations.services.seats import Claimant, Company

COMPANIES = (
    Company(name="Kotihoiva Lyhtykuja Oy", business_id="9100113-9"),
    Company(name="Kyläkauppa Peltopyy Oy", business_id="9100181-7"),
)
"""Employers of `employers.toml`."""


def prepare(event: Event, row: dict[str, Any], by: User, *, published: datetime, now: datetime) -> None:
    """Set the terms and the division that the event's row asks for, before it is `published`."""
    if "terms" in row:
        Terms.objects.create(event=event, **row["terms"])
    for part in row.get("pools", []):
        names = translated(part, "name")
        until = now + timedelta(days=part["reserved_days"]) if "reserved_days" in part else None
        plan = seats.PoolPlan(
            names={column.removeprefix("name_"): words for column, words in names.items()},
            capacity=part["seats"],
            reserved=until is not None,
            reserved_until=until,
        )
        root = event.pools.get(parent=None)
        seats.add_pool(event=event, parent_pk=root.pk, plan=plan, by=by, now=published)


def send_together(event: Event, people: list[DemoPerson], *, kind: HoldKind, number: int, now: datetime) -> None:
    """Register `people` as one group, the first of whom is its contact; where companies come, for the `number`th."""
    first = people[0]
    seats.hold(event=event, kind=kind, seats=len(people), now=now)
    seats.register_party(
        hold=Hold.objects.latest("pk"),
        contact=first.contact,
        claimants=[
            Claimant(contact=each.contact, answers=each.answers if event.asks_start_notice else None) for each in people
        ],
        company=COMPANIES[number % len(COMPANIES)] if event.terms.asks_company else None,
        now=now + timedelta(minutes=9),
    )


def free_some(event: Event, number: int, now: datetime) -> None:
    """Let so many of those with a seat cancel, those who registered last first; the queue is offered their seats."""
    for registration in Registration.objects.confirmed().filter(event=event).order_by("-pk")[:number]:
        seats.cancel(registration=registration, by=None, now=now)
