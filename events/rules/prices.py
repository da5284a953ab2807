"""What a seat costs: whole cents, value added tax (arvonlisäverolaki 1501/1993) and reductions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from events.enums import Vat
from events.models import Discount, Price
from events.models.prices import LEAST, WHOLE

Rates = Mapping[str, Iterable[tuple[date, int]]]
"""By kind of tax, (valid from, basis points) pairs: see `events.services.prices.rates`."""


@dataclass(frozen=True)
class Amount:
    """A sum that somebody pays, in cents, with the tax that is part of it; `basis_points` is the rate."""

    cents: int
    basis_points: int

    @property
    def net(self) -> int:
        """Without tax. Tax and net make the sum exactly."""
        return half_up(self.cents * WHOLE, WHOLE + self.basis_points)

    @property
    def vat(self) -> int:
        return self.cents - self.net


def half_up(dividend: int, divisor: int) -> int:
    """Divide, and round a half up, as prices are; both at least 0."""
    return (2 * dividend + divisor) // (2 * divisor)


def charged(cents: int, basis_points: int, *, includes_vat: bool) -> Amount:
    """What is paid for a price that was given as `cents`, with tax or without."""
    gross = cents if includes_vat else half_up(cents * (WHOLE + basis_points), WHOLE)
    return Amount(gross, basis_points)


def after(amount: Amount, *, percent: int = 0, cents: int = 0) -> Amount:
    """What is left to pay after a reduction by a share, or by a sum with tax. Too little to be charged is nothing."""
    reduced = amount.cents - half_up(amount.cents * percent, 100) - cents
    return Amount(reduced if reduced >= LEAST else 0, amount.basis_points)


def charged_on(price: Price, rates: Rates, day: date) -> Amount:
    """What is paid on `day` for a seat at `price`, with the tax of that day."""
    rate = 0 if price.vat == Vat.EXEMPT else rate_on(day, rates.get(price.vat, ())) or 0
    return charged(price.cents, rate, includes_vat=price.includes_vat)


def off(discount: Discount, amount: Amount) -> Amount:
    """What is left to pay with a code."""
    return after(amount, percent=discount.percent or 0, cents=discount.cents or 0)


def rate_on(day: date, rates: Iterable[tuple[date, int]]) -> int | None:
    """The rate in force on `day`, out of (valid from, basis points) pairs; None: there was none yet."""
    in_force = [(valid_from, rate) for valid_from, rate in rates if valid_from <= day]
    return max(in_force)[1] if in_force else None
