"""Five hundred people who have paid for one event, and what has come back to them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from config.benchmark import paying
from core.enums import MessageState
from core.models import OutboxMessage
from events.models import Event
from registrations.enums import Account, PaymentState, RefundState
from registrations.models import Payment, Refund
from registrations.services.payments import checkout, ledger, sending

NUMBER = 320
EVERY = 1_000_000


def sell(*, orders: int, now: datetime, say: Callable[[str], object]) -> Event:
    """Let so many people pay for a seat each of one event. Their letters count as sent."""
    fake, event = paying.bank(), paying.priced(number=NUMBER, capacity=orders, now=now)
    for who in paying.people(orders, now):
        buyer = paying.buyer(event, who)
        fake.page.pay(buyer.session)
        checkout.refresh(payment=buyer.payment, now=timezone.now())
    OutboxMessage.objects.filter(state=MessageState.QUEUED).update(state=MessageState.SENT, sent_at=timezone.now())
    say(f"{orders} payments.")
    return event


@dataclass(frozen=True, kw_only=True)
class Returned:
    """How far it has come.

    `doubled`: refunds at the provider beyond one for each payment; `missing`: payments that it has not given back;
    `wrong`: rows of ours that say something else, letters about refunds that are neither sent nor waiting.
    """

    payments: int
    done: int
    doubled: int
    missing: int
    wrong: int
    money: int
    """What the books hold, in cents."""

    def described(self) -> dict[str, Any]:
        return asdict(self)


def count(*, event: Event) -> Returned:
    """Compare what the provider has given back with what we say."""
    payments = {each.provider_id: each for each in Payment.objects.filter(order__event=event)}
    made = [each for each in paying.bank().newest("refund", EVERY) if each["payment_intent"] in payments]
    times = Counter(str(each["payment_intent"]) for each in made)
    ours = Refund.objects.filter(payment__in=payments.values())
    right = Payment.objects.filter(order__event=event, state=PaymentState.REFUNDED).count()
    sums = sum(each["amount"] for each in made) - sum(each.cents for each in payments.values())
    letters = OutboxMessage.objects.filter(kind=sending.KIND).exclude(
        state__in=[MessageState.SENT, MessageState.SKIPPED]
    )
    return Returned(
        payments=len(payments),
        done=ours.filter(state=RefundState.DONE).count(),
        doubled=sum(number - 1 for number in times.values()),
        missing=len(payments) - len(times),
        wrong=abs(len(payments) - right) + abs(len(payments) - ours.count()) + letters.count() + (sums != 0),
        money=ledger.balances()[Account.MONEY],
    )
