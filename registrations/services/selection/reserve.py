"""The reserve list: called one by one, and put in another order for a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.enums import Status as EventStatus
from events.models import Event
from registrations.models import Application, ReserveMove
from registrations.services import standings
from registrations.services.seats import choosing
from registrations.services.seats.tree import NotOpen, root_of, tending


class NoSeatFree(Refused):
    code = "no_seat_free"
    message = _("No seat is free for anybody on the reserve list.")


class NotInReserve(Refused):
    code = "not_in_reserve"
    message = _("This person is not on the reserve list any more.")


@transaction.atomic
def call_next(*, event: Event, by: User, now: datetime) -> Application:
    """Offer a free seat to the first in reserve for whom there is one.

    :raises NoSeatFree: if there is none, or nobody
    :raises NotOpen: if the event is not held any more
    """
    with tending(root_of(event), now) as tree:
        if tree.event.status != EventStatus.PUBLISHED:
            raise NotOpen
        for each in standings.reserve(event=tree.event):
            if choosing.seat_for(tree, each, now) is not None:
                each.registration.event = tree.event
                choosing.offer_to(tree, [each], by=by, now=now)
                return each
        raise NoSeatFree


@transaction.atomic
def move_in_reserve(*, application: Application, place: int, reason: str, by: User, now: datetime) -> None:
    """Give somebody another place, counted from 1; the others keep their order. From then on it is kept by hand:
    whoever comes to the list later stands behind those who are there.

    :raises NotInReserve: if they are not on it
    """
    with tending(root_of(application.event), now) as tree:
        order = standings.reserve(event=tree.event)
        keys = [each.pk for each in order]
        if application.pk not in keys:
            raise NotInReserve
        was = keys.index(application.pk) + 1
        place = min(place, len(order))
        mine = order.pop(was - 1)
        order.insert(place - 1, mine)
        for rank, each in enumerate(order, start=1):
            each.reserve_rank = rank
        Application.objects.bulk_update(order, ["reserve_rank"], batch_size=200)
        ReserveMove.objects.create(application=mine, at=now, by=by, reason=reason, from_place=was, to_place=place)
        audit.changed(
            actor=by,
            action="application.move_in_reserve",
            subject=mine.registration.key,
            scope=tree.event.scope,
            now=now,
            before={"number": was},
            after={"number": place},
        )
