"""Free seats go to those who wait: given at once, or offered until a deadline, as the event says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from events.enums import Status as EventStatus
from events.models import SeatPool
from registrations import rules
from registrations.enums import Status
from registrations.models import Offer, Party, Registration
from registrations.rules import move
from registrations.services import letters, rides
from registrations.services.seats import charging, choosing
from registrations.services.seats.ends import deadline
from registrations.services.seats.records import record

if TYPE_CHECKING:
    from registrations.services.seats.tree import Tree

AT_ONCE = 50
"""Rows of the queue that are read in one go; most seats go to the first of them."""


def settle(tree: Tree, now: datetime) -> None:
    """Hand out what is free in a locked tree. Nobody gets a seat of what is not held any more.

    Where people apply nobody waits: there the organiser calls, or the reserve list is called by itself.
    """
    if tree.event.terms.by_application:
        choosing.call_reserve(tree, now)
    over = tree.ends_at is not None and tree.ends_at <= now
    if not tree.root.waiting or over or tree.event.status != EventStatus.PUBLISHED or tree.event.is_off(tree.root):
        for pool in tree.root.tree_pools:
            pool.kept = 0
        return
    terms = tree.event.terms
    made = rules.allot(
        tree.root,
        waiting_units,
        now=now,
        at_once=terms.offer_hours is None,
        keeps=terms.keep_together_hours > 0,
    )
    for unit in made.keeping:
        until = deadline(tree, terms.keep_together_hours, now)
        Party.objects.filter(pk=unit.key[1]).update(kept_until=until)
    for unit, pool in made.gifts:
        _serve(tree, list(unit.members), pool, now)


def waiting_units(pools: Collection[int]) -> Iterator[rules.Unit]:
    """Those who wait for these pools, in their order, a group where its first member stands."""
    rows = Registration.objects.waiting().filter(pool__in=pools).select_related("party")
    seen: set[int] = set()
    start = 0
    while batch := list(rows[start : start + AT_ONCE]):
        for row in batch:
            if row.party is None:
                yield rules.Unit(key=("registration", row.pk), pool=row.pool_id, members=(row,))
            elif row.party.pk not in seen:
                seen.add(row.party.pk)
                members = tuple(rows.filter(party=row.party, pool=row.pool_id))
                kept_until = row.party.kept_until
                yield rules.Unit(
                    key=("party", row.party.pk),
                    pool=row.pool_id,
                    members=members,
                    kept_until=kept_until,
                    extra=len(row.party.told_apart),
                )
        start += AT_ONCE


def _serve(tree: Tree, members: list[Registration], pool: SeatPool, now: datetime) -> None:
    """Give, or offer, seats of `pool` to these; the counters have been moved already."""
    hours = tree.event.terms.offer_hours
    offer = None
    if hours is not None:
        offer = Offer.objects.create(pool=pool, made_at=now, expires_at=deadline(tree, hours, now))
    costs = offer is None and charging.cost(members, now)
    if costs:
        move(pool, taken=-len(members), held=len(members))
    for registration in members:
        registration.event = tree.event
        if registration.pool_id != pool.pk:
            registration.wanted_id, registration.pool = registration.pool_id, pool
        registration.offer = offer
        registration.status = Status.OFFERED if offer else Status.UNPAID if costs else Status.CONFIRMED
        registration.confirmed_at = now if registration.status == Status.CONFIRMED else None
        rides.keep_if_there_is_room(registration)
        registration.save(update_fields=["wanted", "pool", "offer", "status", "confirmed_at", "pick_up"])
        if offer:
            record(registration, "registration.offer", None, now, was=Status.WAITING)
        else:
            record(registration, "registration.promote", None, now, was=Status.WAITING)
    if costs:
        until = charging.pay_by(now, by_themselves=False)
        order = charging.bill(tree.event, members, members[0].party, now, pay_by=until)
        letters.pay(order=order, now=now)
    elif offer:
        letters.offered(registrations=members, offer=offer, now=now)
    else:
        letters.promoted(registrations=members, now=now)
