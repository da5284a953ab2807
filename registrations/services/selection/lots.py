"""Lots: the seed is made and its fingerprint shown before they are drawn, so that nobody can choose the outcome."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from core.secrets import new_token
from events.models import Event, SeatPool
from registrations import rules
from registrations.enums import LIVING
from registrations.models import Application, Lottery


class DrawAgainNeedsReason(Refused):
    code = "draw_again_needs_reason"
    message = _("Lots have been drawn for this event. Write why they are drawn again: both draws are kept.")


class NoLots(Refused):
    code = "no_lots"
    message = _("There are no lots to draw. Prepare them first.")


class NothingToDraw(Refused):
    code = "nothing_to_draw"
    message = _("Nobody has applied who could still be chosen.")


@transaction.atomic
def prepare_lots(*, event: Event, reason: str, by: User, now: datetime) -> Lottery:
    """Make the seed of a draw. If one waits to be drawn already, it stays, and is returned.

    :raises DrawAgainNeedsReason: if lots were drawn before, and no reason is given
    """
    SeatPool.objects.lock_all_of(event)
    last = Lottery.objects.filter(event=event).order_by("-number").first()
    if last is not None and last.drawn_at is None:
        return last
    if last is not None and not reason:
        raise DrawAgainNeedsReason
    made = Lottery.objects.create(
        event=event,
        number=last.number + 1 if last else 1,
        seed=new_token(),
        algorithm=rules.ALGORITHM,
        made_at=now,
        made_by=by,
        reason=reason if last else "",
    )
    _record(made, "lottery.prepare", by, now)
    return made


@transaction.atomic
def draw(*, event: Event, by: User, now: datetime) -> Lottery:
    """Draw the lots that are prepared, among all who may still be chosen.

    :raises NoLots: if none are
    :raises NothingToDraw: if there is nobody
    """
    SeatPool.objects.lock_all_of(event)
    lottery = Lottery.objects.filter(event=event, drawn_at=None).first()
    if lottery is None:
        raise NoLots
    numbers = Application.objects.filter(event=event, stage__in=LIVING).values_list("number", flat=True)
    order = rules.draw(lottery.seed, numbers)
    if not order:
        raise NothingToDraw
    lottery.drawn_at, lottery.drawn_by, lottery.order = now, by, order
    lottery.save(update_fields=["drawn_at", "drawn_by", "order"])
    _record(lottery, "lottery.draw", by, now)
    return lottery


def _record(lottery: Lottery, action: str, by: User, now: datetime) -> None:
    """The fingerprint alone: the seed stands in the lottery's own row, and is shown once it has served."""
    audit.changed(
        actor=by,
        action=action,
        subject=lottery.event.scope,
        scope=lottery.event.scope,
        now=now,
        after={"number": lottery.number, "fingerprint": rules.fingerprint(lottery.seed)},
    )
