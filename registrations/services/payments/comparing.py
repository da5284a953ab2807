"""What is said of two sets of books that do not agree."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from registrations.enums import HOLDING_MONEY, PaymentState
from registrations.gateways.payments import ChargeState, DisputeState, Movement, MovementKind

MONEY_CAME = {ChargeState.SUCCEEDED: HOLDING_MONEY, ChargeState.PROCESSING: frozenset({PaymentState.PROCESSING})}
"""How our payment may stand while the provider's charge does so. Of others no money is known."""
TAKEN = {DisputeState.OPEN, DisputeState.LOST}


class Kind(TextChoices):
    WE_HAVE_NOT = "we have not", pgettext_lazy("comparison", "Only the payment service has it")
    THEY_HAVE_NOT = "they have not", pgettext_lazy("comparison", "Only we have it")
    OTHER_SUM = "other sum", pgettext_lazy("comparison", "The sums differ")
    OTHER_STATE = "other state", pgettext_lazy("comparison", "The states differ")


WHAT = {
    MovementKind.CHARGE: pgettext_lazy("comparison", "Payment"),
    MovementKind.REFUND: pgettext_lazy("comparison", "Refund"),
    MovementKind.DISPUTE: pgettext_lazy("comparison", "Dispute"),
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`ours` and `theirs` are states or sums, empty where that side has nothing; `order` is ours where it is known."""

    kind: Kind
    what: MovementKind
    id: str
    at: datetime
    ours: str = ""
    theirs: str = ""
    order: int | None = None

    @property
    def label(self) -> str:
        return str(WHAT[self.what])

    @property
    def line(self) -> str:
        """In English and always in the same form, for the command line."""
        day, order = timezone.localdate(self.at).isoformat(), self.order or "-"
        return (
            f"{self.kind.value}: {self.what} {self.id or '-'} of {day}, "
            f"ours {self.ours or '-'}, theirs {self.theirs or '-'}, order {order}"
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`ours` and `theirs`: by how much what is held online grew, in cents."""

    differences: list[Difference]
    ours: int
    theirs: int


def of_movement(kind: Kind, movement: Movement, *, ours: str = "", order: int | None = None) -> Difference:
    """A difference about something that the provider has."""
    state, amount = movement.state, euros(movement.amount, movement.currency)
    theirs = {Kind.OTHER_SUM: amount, Kind.OTHER_STATE: state}.get(kind, f"{state} {amount}")
    own_id = movement.payment if movement.kind is MovementKind.CHARGE else movement.id
    return Difference(
        kind=kind, what=movement.kind, id=own_id, at=movement.created_at, ours=ours, theirs=theirs, order=order
    )


def of_ours(
    kind: Kind, what: MovementKind, own_id: str | None, at: datetime, *, ours: str, order: int, theirs: str = ""
) -> Difference:
    """A difference about something of ours that the provider did not list."""
    return Difference(kind=kind, what=what, id=own_id or "", at=at, ours=ours, theirs=theirs, order=order)


def euros(cents: int, currency: str = "eur") -> str:
    """`6903` as “69.03 EUR”, in every language."""
    return f"{cents // 100}.{cents % 100:02d} {currency.upper()}"
