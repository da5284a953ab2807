"""Seats that cost something: what was chosen, and the order that is made when somebody gets one.

For the other modules of this package, and for those of `services.payments`; all are called under the tree's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.templatetags.money import euros
from events import rules as pricing
from events.models import Discount, Event, Price, SeatPool
from events.services import prices
from registrations.models import Order, OrderLine, Party, Registration

if TYPE_CHECKING:
    from registrations.services.seats.registering import Claimant

PAID_LATER = timedelta(days=3)
"""Whom somebody else registers, they have so long to pay."""


class PriceNeeded(Refused):
    code = "price_needed"
    message = _("Choose a price for everybody who comes.")


class PriceGone(Refused):
    code = "price_gone"
    message = _("A price that you chose is no longer there. Go back to “Your details” and choose another one.")


class PriceChanged(Refused):
    """What was shown is not what it costs any more."""

    code = "price_changed"

    def __init__(self, cents: int) -> None:
        super().__init__()
        self.cents = cents
        self.message = _(
            "The price has changed while you filled the form: it is %(sum)s now. Look, and send again."
        ) % {"sum": euros(cents)}


class DiscountOver(Refused):
    code = "discount_over"
    message = _("This discount code does not work, or it has been used up. Go back to “Your details” and take it away.")


@dataclass(frozen=True)
class Chosen:
    """What one seat costs. `price` is None at a free event."""

    price: Price | None
    discount: Discount | None
    cents: int


def chosen(
    event: Event,
    pool: SeatPool,
    claimants: Sequence[Claimant],
    *,
    code: str,
    seen: int | None,
    by_themselves: bool,
    now: datetime,
) -> list[Chosen]:
    """What the seats of these people cost, in their order.

    :param code: of a discount, as it was typed
    :param seen: the sum that they were shown, in cents; None: nobody was shown one
    :param by_themselves: whether people register themselves, so that each price was asked for
    :raises PriceNeeded, PriceGone: if somebody has none, or one that these seats do not have
    :raises DiscountOver: if the code is not good for so many
    :raises PriceChanged: if the sum is not the one that they were shown
    """
    offered = event.prices_of(pool)
    if not offered:
        return [Chosen(None, None, 0)] * len(claimants)
    known = {price.pk: price for price in offered}
    picked = [_price(who.price, known, offered, by_themselves=by_themselves) for who in claimants]
    discount = _discount(event, code, len(claimants), now) if code.strip() else None
    made = [Chosen(price, discount, prices.charged(price, now, discount).cents) for price in picked]
    total = sum(each.cents for each in made)
    if seen is not None and seen != total:
        raise PriceChanged(total)
    return made


def cost(registrations: Iterable[Registration], now: datetime) -> int:
    """What these would pay for seats that they get now, in cents."""
    return sum(amount.cents for each in registrations if (amount := _amount(each, now)))


def bill(
    event: Event, registrations: Sequence[Registration], party: Party | None, now: datetime, *, pay_by: datetime | None
) -> Order:
    """Make the order of these, who get seats now: their contact pays, or the one person.

    :param pay_by: until when the seats are kept; None: they are given, and paid later
    """
    payer: Party | Registration = party or registrations[0]
    if pay_by is not None and event.ends_at is not None and event.ends_at > now:
        pay_by = min(pay_by, event.ends_at)
    amounts = [_amount(each, now) or pricing.Amount(0, 0) for each in registrations]
    order = Order.objects.create(
        event=event,
        party=party,
        payer_registration=None if party else registrations[0],
        cents=sum(amount.cents for amount in amounts),
        first_name=payer.first_name,
        last_name=payer.last_name,
        email=payer.email,
        language=payer.language,
        company=party.company if party else "",
        business_id=party.business_id if party else "",
        made_at=now,
        pay_by=pay_by,
    )
    with translation.override(payer.language):
        OrderLine.objects.bulk_create(
            OrderLine(
                order=order,
                registration=each,
                price=each.price,
                discount=each.discount,
                name=each.price.name,
                cents=amount.cents,
                basis_points=amount.basis_points,
                vat_cents=amount.vat,
            )
            for each, amount in zip(registrations, amounts, strict=True)
            if each.price
        )
    return order


def pay_by(now: datetime, *, offered_until: datetime | None = None, by_themselves: bool = True) -> datetime:
    """Until when a seat is kept that somebody is to pay: those at the screen have less time than those elsewhere."""
    usual = now + (timedelta(minutes=settings.PAY_MINUTES) if by_themselves else PAID_LATER)
    return max(usual, offered_until or usual)


def _amount(registration: Registration, now: datetime) -> pricing.Amount | None:
    price = registration.price
    return prices.charged(price, now, registration.discount) if price else None


def _price(pk: int | None, known: dict[int, Price], offered: list[Price], *, by_themselves: bool) -> Price:
    if pk is not None and pk not in known:
        raise PriceGone
    if pk is None and by_themselves and len(offered) > 1:
        raise PriceNeeded
    return known[pk] if pk is not None else offered[0]


def _discount(event: Event, code: str, seats: int, now: datetime) -> Discount:
    """Lock the code, so that its last use is one only: it is good for several pools, each with a lock of its own."""
    rows = Discount.objects.select_for_update(no_key=True).filter(event=event.pk, code=prices.normalised(code))
    found = rows.first()
    if found is None or not found.is_open(now):
        raise DiscountOver
    if found.most_uses is not None:
        used = Registration.objects.active().filter(discount=found).count()
        if used + seats > found.most_uses:
            raise DiscountOver
    return found
