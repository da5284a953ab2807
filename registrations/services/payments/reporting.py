"""An organisation's month in money: what was sold with which tax, what went back, and how it was paid.

Read from the books, so that the months add up to them. A sale stands in the month in which it was paid, by invoice too;
a seat that is given up is taken off on that day, and its money leaves when the refund is done.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice

from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import Organisation
from events.models import Event
from registrations.enums import Account
from registrations.models import Order, Payment, Posting
from registrations.rules.sales import Sale, Sold, sales

A_TURN = 500


class Moved(StrEnum):
    """What happened to money."""

    RECEIVED = "received"
    GIVEN_BACK = "given back"
    CAME_BACK = "came back"
    DISPUTED = "disputed"
    WON = "won"


MOVES = {
    (Account.MONEY, Account.PAYERS): Moved.RECEIVED,
    (Account.PAYERS, Account.MONEY): Moved.GIVEN_BACK,
    (Account.DISPUTES, Account.MONEY): Moved.DISPUTED,
    (Account.MONEY, Account.DISPUTES): Moved.WON,
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A sale (`net`, `vat`, `gross`) or a move of money (`money`), in cents; `receipt` is the number of a payment's."""

    at: datetime
    order: int
    receipt: int | None
    method: str
    event: Event
    what: Sold | Moved
    account: Account
    basis_points: int | None = None
    net: int = 0
    vat: int = 0
    gross: int = 0
    money: int = 0


@dataclass
class Sums:
    """Of an event, or of all, in cents. `rates`: by basis points, net and tax."""

    event: Event | None
    seats: int = 0
    kept: int = 0
    rates: dict[int, tuple[int, int]] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    given_back: int = 0
    disputes: int = 0

    @property
    def gross(self) -> int:
        return self.seats + self.kept

    @property
    def vat(self) -> int:
        return sum(vat for _net, vat in self.rates.values())

    @property
    def money(self) -> int:
        """By how much what is held has grown."""
        return sum(self.received.values()) + self.given_back + self.disputes

    def add(self, row: Row) -> None:
        if row.basis_points is not None:
            net, vat = self.rates.get(row.basis_points, (0, 0))
            self.rates[row.basis_points] = net + row.net, vat + row.vat
        self.seats += row.gross if row.account == Account.SEATS else 0
        self.kept += row.gross if row.account == Account.KEPT else 0
        if row.what == Moved.RECEIVED:
            self.received[row.method] = self.received.get(row.method, 0) + row.money
        elif row.what in {Moved.GIVEN_BACK, Moved.CAME_BACK}:
            self.given_back += row.money
        else:
            self.disputes += row.money


@dataclass(frozen=True, kw_only=True)
class Report:
    """`events` by project and title; `rates`, the highest first, are those of any row."""

    rows: list[Row]
    events: list[Sums]
    whole: Sums

    @property
    def rates(self) -> list[int]:
        return sorted(self.whole.rates, reverse=True)


def of_month(*, organisation: Organisation, first: date) -> Report:
    """The month that begins on `first`, as Finland's calendar has it."""
    since, until = _midnight(first), _midnight(next_month(first))
    touched = Posting.objects.filter(order__event__organisation=organisation, at__gte=since, at__lt=until)
    keys = iter(touched.order_by("order").values_list("order", flat=True).distinct())
    rows: list[Row] = []
    while turn := list(islice(keys, A_TURN)):
        for order in _orders(turn):
            rows += [row for row in _rows(order) if since <= row.at < until]
    rows.sort(key=lambda row: (row.at, row.order))
    return Report(rows=rows, events=_by_event(rows), whole=summed(None, rows))


def summed(event: Event | None, rows: Iterable[Row]) -> Sums:
    sums = Sums(event)
    for row in rows:
        sums.add(row)
    return sums


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _orders(keys: Sequence[int]) -> Iterator[Order]:
    rows = Order.objects.filter(pk__in=keys).select_related("event__project").order_by("pk")
    postings = Prefetch("postings", Posting.objects.select_related("payment").order_by("pk"))
    return iter(rows.prefetch_related("lines", postings))


def _rows(order: Order) -> Iterator[Row]:
    postings = list(order.postings.all())
    sold = (each for each in postings if each.debit == Account.PAYERS and each.credit in {Account.SEATS, Account.KEPT})
    paid_by = next((each.payment for each in sold), None)
    for sale in sales(order.lines.all(), postings):
        yield _of_sale(order, paid_by, sale)
    for posting in postings:
        what = MOVES.get((Account(posting.debit), Account(posting.credit)))
        if what is not None:
            yield _of_money(order, posting, what)


def _of_sale(order: Order, payment: Payment | None, sale: Sale) -> Row:
    return Row(
        at=sale.at,
        order=order.pk,
        receipt=payment.pk if payment else None,
        method=payment.method if payment else "",
        event=order.event,
        what=sale.what,
        account=sale.account,
        basis_points=sale.line.basis_points,
        net=sale.net,
        vat=sale.vat,
        gross=sale.gross,
    )


def _of_money(order: Order, posting: Posting, what: Moved) -> Row:
    """A refund that failed after all has come back."""
    came_back = what == Moved.RECEIVED and posting.refund_id is not None
    return Row(
        at=posting.at,
        order=order.pk,
        receipt=posting.payment_id,
        method=posting.payment.method if posting.payment else "",
        event=order.event,
        what=Moved.CAME_BACK if came_back else what,
        account=Account.MONEY,
        money=posting.cents if posting.debit == Account.MONEY else -posting.cents,
    )


def _by_event(rows: Iterable[Row]) -> list[Sums]:
    found: dict[int, Sums] = {}
    for row in rows:
        found.setdefault(row.event.pk, Sums(row.event)).add(row)
    return sorted(found.values(), key=_place)


def _place(sums: Sums) -> tuple[str, str, int]:
    event = sums.event
    if event is None:
        return "", "", 0
    return event.project.code if event.project else "", event.title, event.pk
