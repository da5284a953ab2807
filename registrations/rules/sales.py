"""What the books of an order mean for its seats: which was sold, given up, kept or given back, and with how much tax.

The books know sums, and tax belongs to lines. Played again in their order, each move is divided among the lines that it
was about, so that what is reported is always exactly what the books say.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from events.rules import Amount
from registrations.enums import Account
from registrations.models import OrderLine, Posting
from registrations.rules.payments import spread


class Sold(StrEnum):
    """What happened to a seat that is paid for."""

    SOLD = "sold"
    GIVEN_UP = "given up"
    KEPT = "kept"
    GOODWILL = "goodwill"


@dataclass(frozen=True, kw_only=True)
class Sale:
    """By how much a line of an order became worth more or less on one account, with the tax in it; in cents."""

    at: datetime
    what: Sold
    account: Account
    line: OrderLine
    gross: int
    vat: int

    @property
    def net(self) -> int:
        return self.gross - self.vat


def sales(lines: Iterable[OrderLine], postings: Iterable[Posting]) -> list[Sale]:
    """What the postings of one order did, in their order. On seats and kept, the sums are those of the postings."""
    told = _Told(sorted(lines, key=lambda line: line.pk))
    rows = sorted(postings, key=lambda posting: posting.pk)
    given_up: set[datetime] = set()
    for row in rows:
        if row.credit == Account.SEATS:
            told.sell(row)
        elif row.credit == Account.KEPT and row.debit == Account.PAYERS:
            told.keep_unpaid(row)
        elif row.debit in {Account.SEATS, Account.KEPT} and row.refund_id is not None:
            told.give_back(row)
        elif row.debit == Account.SEATS and row.at not in given_up:
            given_up.add(row.at)
            told.give_up(row.at, [each for each in rows if _is_given_up(each) and each.at == row.at])
    return told.rows


def tax(line: OrderLine, cents: int) -> int:
    """The tax in so much of a line; what goes back has it with a minus."""
    whole = abs(cents) == line.cents
    part = line.vat_cents if whole else Amount(abs(cents), line.basis_points).vat
    return part if cents >= 0 else -part


def _is_given_up(row: Posting) -> bool:
    return row.debit == Account.SEATS and row.refund_id is None


@dataclass
class _Told:
    """What stands on each line of an order so far. The tax of a row is by how much the tax of what stands changes, so
    that parts never add up to another tax than the whole.
    """

    lines: Sequence[OrderLine]
    rows: list[Sale] = field(default_factory=list)
    sold: list[OrderLine] = field(default_factory=list)
    stands: dict[tuple[int, Account], int] = field(default_factory=lambda: defaultdict(int))

    def sell(self, row: Posting) -> None:
        """Those that are given up later, or not. Of those given up in this very moment, as many as were paid."""
        mine = [each for each in self.lines if each.given_up_at is None or each.given_up_at > row.at]
        left = row.cents - sum(each.cents for each in mine)
        for line in self.lines:
            if line.given_up_at == row.at and line.cents <= left:
                mine.append(line)
                left -= line.cents
        self.sold = mine
        self._divide(Sold.SOLD, Account.SEATS, row.at, row.cents, [(each, each.cents) for each in mine])

    def keep_unpaid(self, row: Posting) -> None:
        """What is kept of seats that were given up before the order was paid."""
        mine = [(each, each.kept_cents) for each in self.lines if each not in self.sold]
        self._divide(Sold.KEPT, Account.KEPT, row.at, row.cents, mine)

    def give_up(self, at: datetime, rows: Iterable[Posting]) -> None:
        """Seats leave; of their price a part is kept. What could not be given back is kept, too."""
        mine = [each for each in self.sold if each.given_up_at == at]
        total = kept = 0
        for row in rows:
            total += row.cents
            kept += row.cents if row.credit == Account.KEPT else 0
        self._divide(Sold.GIVEN_UP, Account.SEATS, at, -total, [(each, each.cents) for each in mine])
        by_rule = spread(kept, [(place, each.kept_cents) for place, each in enumerate(mine)])
        parts = dict(by_rule)
        more = kept - sum(parts.values())
        for place, part in spread(more, [(place, each.cents - parts.get(place, 0)) for place, each in enumerate(mine)]):
            parts[place] = parts.get(place, 0) + part
        self._divide(
            Sold.KEPT, Account.KEPT, at, kept, [(each, parts.get(place, 0)) for place, each in enumerate(mine)]
        )

    def give_back(self, row: Posting) -> None:
        """The organiser's goodwill is of the whole order: it is taken from the first lines that have so much."""
        account = Account(row.debit)
        mine = [(each, max(0, self.stands[each.pk, account])) for each in self.lines]
        self._divide(Sold.GOODWILL, account, row.at, -row.cents, mine)

    def _divide(
        self, what: Sold, account: Account, at: datetime, cents: int, parts: Sequence[tuple[OrderLine, int]]
    ) -> None:
        """Divide `cents` among lines, each at most its part. What is left over, as should not be, is the last one's."""
        sign = 1 if cents >= 0 else -1
        lines = [line for line, _part in parts] or [self.lines[-1]]
        found = dict(spread(abs(cents), [(place, part) for place, (_line, part) in enumerate(parts)]))
        over = abs(cents) - sum(found.values())
        if over:
            found[len(lines) - 1] = found.get(len(lines) - 1, 0) + over
        for place, part in sorted(found.items()):
            self._change(what, account, at, lines[place], sign * part)

    def _change(self, what: Sold, account: Account, at: datetime, line: OrderLine, cents: int) -> None:
        before = self.stands[line.pk, account]
        self.stands[line.pk, account] = before + cents
        vat = tax(line, before + cents) - tax(line, before)
        self.rows.append(Sale(at=at, what=what, account=account, line=line, gross=cents, vat=vat))
