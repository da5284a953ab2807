"""Seats of events that people apply to: offered to those who were chosen, and to the next on the reserve list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from events.enums import Status as EventStatus
from registrations.enums import Stage, Status
from registrations.models import Application, Offer, Registration
from registrations.rules import move
from registrations.services import application_letters, stages, standings
from registrations.services.seats.ends import deadline

if TYPE_CHECKING:
    from accounts.models import User
    from events.models import SeatPool
    from registrations.models import Decision
    from registrations.services.seats.tree import Tree

GIVEN = ["pool", "wanted", "offer", "status"]


def seat_for(tree: Tree, application: Application, now: datetime) -> SeatPool | None:
    """A pool of the tree with a free seat for whom this is."""
    chosen = tree.leaf(application.registration.chosen_id)
    return next((pool for pool in chosen.claimable(now) if pool.unkept >= 1), None)


def offer_to(
    tree: Tree,
    applications: Sequence[Application],
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
    decision: Decision | None = None,
) -> None:
    """Keep a seat for each until they answer, in a locked tree that has so many free."""
    until = deadline(tree, tree.event.terms.offer_hours or 1, now)
    pools = []
    for each in applications:
        pool = seat_for(tree, each, now)
        assert pool is not None  # noqa: S101 - the caller has looked, and the tree is locked
        move(pool, offered=1)
        pools.append(pool)
    offers = Offer.objects.bulk_create(Offer(pool=pool, made_at=now, expires_at=until) for pool in pools)
    for each, pool, offer in zip(applications, pools, offers, strict=True):
        registration = each.registration
        chosen = registration.chosen_id
        registration.pool, registration.wanted_id = pool, chosen if chosen != pool.pk else None
        registration.offer, registration.status = offer, Status.OFFERED
    Registration.objects.bulk_update([each.registration for each in applications], GIVEN, batch_size=100)
    stages.step(applications, Stage.OFFERED, by=by, now=now, reason=reason, decision=decision)
    application_letters.post("offered", applications, event=tree.event, now=now)


def call_reserve(tree: Tree, now: datetime) -> None:
    """Offer what has come free in a locked tree to the first in reserve, where the event's terms say that it goes so.

    Seats that nobody was offered yet are the organiser's to give: whoever is on the reserve list is not the best.
    """
    event = tree.event
    over = tree.ends_at is not None and tree.ends_at <= now
    if not event.terms.calls_reserve or over or event.status != EventStatus.PUBLISHED:
        return
    if not any(tree.freed(pool) > 0 for pool in tree.root.tree_pools):
        return
    if not Offer.objects.filter(pool__in=tree.keys).exists():
        return
    for each in standings.reserve(event=event):
        pool = seat_for(tree, each, now)
        if pool is not None and tree.freed(pool) > 0:
            offer_to(tree, [each], by=None, now=now)
