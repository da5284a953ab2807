"""What an event's seats cost; changed at any time, for what is chosen from then on."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from core.templatetags.money import euros, percent
from events import rules
from events.models import LANGUAGES, Discount, Event, PaymentTerms, Price, SeatPool, VatRate
from events.services import publishing

KEEP_SECONDS = 60
TERMS = ("takes_invoices", "invoice_days", "takes_at_door", "full_days", "share_days", "share_percent")

_rates: tuple[float, dict[str, list[tuple[date, int]]]] = (0.0, {})


class SameName(Refused):
    code = "same_price_name"
    message = gettext_lazy("Another price of these seats has this name already. Give it another one.")


class CodeTaken(Refused):
    code = "code_taken"
    message = gettext_lazy("This event has a discount with this code already.")


class ForeignPool(Refused):
    code = "foreign_pool"
    message = gettext_lazy("These seats are not of this event.")


@dataclass(frozen=True, kw_only=True)
class PricePlan:
    """What a price is to be; `names` by language."""

    names: Mapping[str, str]
    cents: int
    includes_vat: bool
    vat: str
    employer_pays: bool
    pool: int | None = None


@dataclass(frozen=True, kw_only=True)
class DiscountPlan:
    code: str
    percent: int | None
    cents: int | None
    most_uses: int | None
    valid_until: datetime | None


def rates() -> Mapping[str, list[tuple[date, int]]]:
    """The rates of tax by kind, as (valid from, basis points) pairs; they may be a minute old."""
    global _rates  # noqa: PLW0603 - kept in the process, as the events on the shelf are
    read_at, found = _rates
    if not found or time.monotonic() - read_at > KEEP_SECONDS:
        found = {}
        for kind, valid_from, points in VatRate.objects.values_list("kind", "valid_from", "basis_points"):
            found.setdefault(kind, []).append((valid_from, points))
        _rates = time.monotonic(), found
    return found


def forget() -> None:
    """Read the rates anew; for tests, whose databases begin anew."""
    global _rates  # noqa: PLW0603 - the same
    _rates = 0.0, {}


def charged(price: Price, now: datetime, discount: Discount | None = None) -> rules.Amount:
    """What is paid at `now` for a seat at `price`.

    The tax is that of the day on which it is charged: for what is paid in advance the liability arises then
    (arvonlisäverolaki 1501/1993, 15 §).
    """
    amount = rules.charged_on(price, rates(), timezone.localdate(now))
    return rules.off(discount, amount) if discount else amount


def told(price: Price, now: datetime) -> str:
    """What is paid for a seat at `price`, with the tax that is in it, in the language that is active."""
    amount = charged(price, now)
    if not amount.cents:
        return _("free of charge")
    if not amount.basis_points:
        return f"{euros(amount.cents)} " + _("(no VAT)")
    return f"{euros(amount.cents)} " + _("(includes VAT %(rate)s)") % {"rate": percent(amount.basis_points)}


def lines(event: Event, now: datetime) -> list[str]:
    """Every price of `event` with its name; empty: it is free of charge."""
    if not any(price.cents for price in event.price_list):
        return []
    if len(event.price_list) == 1:
        return [told(event.price_list[0], now)]
    return [f"{price.name}: {told(price, now)}" for price in event.price_list]


def at_a_glance(event: Event, now: datetime) -> str:
    """The least and the most that is paid: “0–69,03 €”; free of charge where it is."""
    sums = sorted({charged(price, now).cents for price in event.price_list}) or [0]
    if sums[-1] == 0:
        return _("Free of charge")
    most = euros(sums[-1])
    if len(sums) == 1:
        return most
    least = "0" if sums[0] == 0 else euros(sums[0])
    return f"{least}–{most}"


def normalised(code: str) -> str:
    """A discount's code as it is compared."""
    return "".join(code.split()).upper()


def discount_of(*, event_pk: int, code: str, now: datetime) -> Discount | None:
    """The open discount of this code; None: there is none, or it is over."""
    found = Discount.objects.filter(event=event_pk, code=normalised(code)).first() if code.strip() else None
    return found if found and found.is_open(now) else None


@transaction.atomic
def set_price(*, event: Event, plan: PricePlan, by: User, now: datetime, price_pk: int | None = None) -> Price:
    """Add a price to `event`, or change one; who has been charged already has what they agreed to.

    :raises SameName: if another price of the same seats is called so
    :raises ForeignPool: if the seats are another event's
    :raises NotReady: if the event is published, and nobody could pay
    """
    event = _locked(event)
    prices = Price.objects.filter(event=event, retired_at=None)
    price = prices.get(pk=price_pk) if price_pk else Price(event=event, position=_next(event))
    if plan.pool is not None and not SeatPool.objects.filter(event=event, pk=plan.pool).exists():
        raise ForeignPool
    if prices.filter(pool=plan.pool, name_fi=plan.names["fi"]).exclude(pk=price.pk).exists():
        raise SameName
    before = _said(price) if price.pk else {}
    for code in LANGUAGES:
        setattr(price, f"name_{code}", plan.names.get(code, ""))
    price.cents, price.includes_vat, price.vat = plan.cents, plan.includes_vat, plan.vat
    price.employer_pays, price.pool_id = plan.employer_pays, plan.pool
    price.save()
    publishing.refuse_unless_still_ready(event=event)
    _changed(event, "price.set", by, now, before=before, after=_said(price))
    return price


@transaction.atomic
def retire_price(*, event: Event, price_pk: int, by: User, now: datetime) -> None:
    """Let nobody choose a price any more."""
    event = _locked(event)
    price = Price.objects.get(event=event, pk=price_pk, retired_at=None)
    price.retired_at = now
    price.save(update_fields=["retired_at"])
    _changed(event, "price.retire", by, now, before=_said(price))


@transaction.atomic
def add_discount(*, event: Event, plan: DiscountPlan, by: User, now: datetime) -> Discount:
    """:raises CodeTaken: if the event has such a code, open or closed"""
    event, code = _locked(event), normalised(plan.code)
    if Discount.objects.filter(event=event, code=code).exists():
        raise CodeTaken
    made = Discount.objects.create(
        event=event,
        code=code,
        percent=plan.percent,
        cents=plan.cents,
        most_uses=plan.most_uses,
        valid_until=plan.valid_until,
    )
    _changed(event, "discount.add", by, now, after={"percent": plan.percent, "cents": plan.cents})
    return made


@transaction.atomic
def close_discount(*, event: Event, discount_pk: int, by: User, now: datetime) -> None:
    """Let nobody use a code any more."""
    event = _locked(event)
    Discount.objects.filter(event=event, pk=discount_pk, closed_at=None).update(closed_at=now)
    _changed(event, "discount.close", by, now)


@transaction.atomic
def change_terms(*, event: Event, values: Mapping[str, Any], by: User, now: datetime) -> None:
    """Set how seats of `event` may be paid and what is given back, for what happens from then on.

    :param values: by name, of `TERMS`
    :raises NotReady: if the event is published, and nobody could pay
    """
    event = _locked(event)
    terms = PaymentTerms.objects.filter(event=event).first() or PaymentTerms(event=event)
    before = {name: getattr(terms, name) for name in TERMS}
    after = {name: values[name] for name in TERMS}
    if before == after and terms.pk:
        return
    for name in TERMS:
        setattr(terms, name, after[name])
    terms.save()
    publishing.refuse_unless_still_ready(event=event)
    _changed(event, "prices.terms", by, now, before=before, after=after)


def copy_all(*, source: Event, target: Event, by: User, now: datetime) -> None:
    """Prices and terms go with a copy of an event; codes do not. A price of some seats becomes one of all."""
    for price in Price.objects.filter(event=source, retired_at=None, pool=None).order_by("position", "pk"):
        price.pk, price.event = None, target
        price.save(force_insert=True)
    terms = PaymentTerms.objects.filter(event=source).first()
    if terms:
        terms.pk, terms.event = None, target
        terms.save(force_insert=True)


def _locked(event: Event) -> Event:
    return Event.objects.locked().get(pk=event.pk)


def _next(event: Event) -> int:
    return (Price.objects.filter(event=event).aggregate(last=Max("position"))["last"] or 0) + 1


def _said(price: Price) -> dict[str, Any]:
    names = ("name_fi", "cents", "includes_vat", "vat", "employer_pays", "pool_id")
    return {name: getattr(price, name) for name in names}


def _changed(
    event: Event,
    action: str,
    by: User,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write it down; whoever has the event on a shelf reads it anew."""
    event.changed_at, event.sequence = now, event.sequence + 1
    event.save(update_fields=["changed_at", "sequence"])
    audit.changed(
        actor=by,
        action=action,
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        before=before,
        after=after,
    )
