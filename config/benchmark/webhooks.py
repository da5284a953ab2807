"""A thousand notices of the provider in random order, a fifth of them for the second time, to the product's own door.

Whoever bought has paid by then in one way or another, and the bank has decided; nothing was told of it yet but what a
visitor who came back has asked for.
"""

import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from config.benchmark import paying
from config.benchmark.paying import Buyer
from core.models import OutboxMessage
from events.models import Event, SeatPool
from registrations.enums import OrderState, PaymentState, Status
from registrations.gateways import choosing
from registrations.gateways.stripe_fake import HEADER, Delivery, Fake
from registrations.models import Order, Payment, ProviderNotice, Registration
from registrations.services import seats
from registrations.services.payments import checkout, ledger

EVENTS, FIRST_NUMBER, SEED = 10, 300, 8
GROUPS = {"card": 560, "bank_yes": 40, "bank_no": 20, "expired": 40, "left": 40, "disputed": 20}
"""Payments by what becomes of them: 720, of which the provider tells 800 times what an installation subscribes to."""
DUPLICATES = 4
"""So many notices are told for each that is told once more."""
KINDS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
}
"""What an installation subscribes to (docs/production.md)."""
ASKED = ("session", "charge", "refund_of", "dispute")
"""How the provider is asked again."""
NO_CONTENT = 204

State = tuple[str, str, str, dict[str, int], int]
"""Of the payment, its order and the registration; what stands in the books; how many receipts were written."""


@dataclass
class Told:
    """What the bench found: milliseconds of each notice, those that changed a payment and all of them."""

    payments: int
    notices: int
    wrong: int
    settling: list[float] = field(default_factory=list)
    every: list[float] = field(default_factory=list)
    asking: list[float] = field(default_factory=list)
    working: list[float] = field(default_factory=list)
    """Processor time of this process for those that settle; steadier than the clock on a busy machine."""

    def described(self) -> dict[str, Any]:
        return asdict(self)


class Watch:
    """How long the provider has been asked so far, by the clock and by the processor, in seconds."""

    def __init__(self) -> None:
        self.spent = self.worked = 0.0

    def over(self, ask: Callable[..., object]) -> Callable[..., object]:
        def asked(**about: object) -> object:
            begun, at_work = time.perf_counter(), time.process_time()
            try:
                return ask(**about)
            finally:
                self.spent += time.perf_counter() - begun
                self.worked += time.process_time() - at_work

        return asked


def measure(*, groups: Mapping[str, int], now: datetime, say: Callable[[str], object]) -> Told:
    """Let people buy and pay, post what the provider tells, and hold everything against how it must end."""
    fake, number = paying.bank(), sum(groups.values())
    events = [
        paying.priced(number=FIRST_NUMBER + each, capacity=number // EVENTS + EVENTS, now=now) for each in range(EVENTS)
    ]
    wanted = [name for name, size in groups.items() for _one in range(size)]
    Random(SEED).shuffle(wanted)  # noqa: S311 - the same at every run
    bought: list[tuple[str, Buyer]] = []
    for name, event, who in zip(wanted, itertools.cycle(events), paying.people(number, now), strict=False):
        buyer = paying.buyer(event, who)
        WAYS[name](fake, buyer)
        bought.append((name, buyer))
    say(f"{len(bought)} payments at {EVENTS} events.")
    told = [each for each in fake.post.waiting() if each.kind in KINDS]
    found = Told(payments=len(bought), notices=0, wrong=0)
    _post(found, _shuffled(told))
    found.wrong += sum(_state(buyer) != _right(name, buyer) for name, buyer in bought)
    found.wrong += abs(ProviderNotice.objects.count() - len(told)) + sum(map(_astray, events))
    return found


def _shuffled(told: Sequence[Delivery]) -> list[Delivery]:
    chance = Random(SEED)  # noqa: S311 - the same at every run
    posted = [*told, *chance.sample(told, len(told) // DUPLICATES)]
    chance.shuffle(posted)
    return posted


def _post(found: Told, posted: Iterable[Delivery]) -> None:
    provider, watch, client = choosing.provider(), Watch(), Client(SERVER_NAME="127.0.0.1")
    for name in ASKED:
        setattr(provider, name, watch.over(getattr(provider, name)))
    with translation.override(settings.LANGUAGE_CODE):
        door = reverse("registrations:payments_webhook")
    for each in posted:
        before, asked, worked = _of(each), watch.spent, watch.worked
        headers, body = {HEADER: each.signature()}, each.body
        begun, at_work = time.perf_counter(), time.process_time()
        answer = client.post(door, body, content_type="application/json", headers=headers)
        whole, asked = time.perf_counter() - begun, watch.spent - asked
        worked = time.process_time() - at_work - (watch.worked - worked)
        found.notices += 1
        found.wrong += answer.status_code != NO_CONTENT
        found.every.append(1000 * (whole - asked))
        if asked:
            found.asking.append(1000 * asked)
        if _of(each) != before:
            found.settling.append(1000 * (whole - asked))
            found.working.append(1000 * worked)
    for name in ASKED:
        delattr(provider, name)


def _of(delivery: Delivery) -> str | None:
    """The state of the payment that a notice is about."""
    about = delivery.event["data"]["object"]
    session, payment = about["id"], about.get("payment_intent")
    rows = Payment.objects.filter(session=session) | Payment.objects.filter(provider_id=payment or "nobody")
    return rows.values_list("state", flat=True).first()


# What people and their bank do


def _card(fake: Fake, buyer: Buyer) -> None:
    fake.page.pay(buyer.session)


def _bank(fake: Fake, buyer: Buyer, *, succeeded: bool) -> None:
    session = fake.page.pay_later(buyer.session)
    fake.bank.settle(session["payment_intent"], succeeded=succeeded)


def _bank_yes(fake: Fake, buyer: Buyer) -> None:
    _bank(fake, buyer, succeeded=True)


def _bank_no(fake: Fake, buyer: Buyer) -> None:
    _bank(fake, buyer, succeeded=False)


def _expired(_fake: Fake, buyer: Buyer) -> None:
    provider = choosing.provider()
    if provider is not None:
        provider.expire(session_id=buyer.session)


def _left(fake: Fake, buyer: Buyer) -> None:
    """Gives the seat up in another tab, and pays in this one."""
    seats.cancel(registration=buyer.registration, by=None, now=timezone.now())
    fake.page.pay(buyer.session)


def _disputed(fake: Fake, buyer: Buyer) -> None:
    """Has come back from the page, so that the payment is known, and takes the money back."""
    session = fake.page.pay(buyer.session)
    checkout.refresh(payment=buyer.payment, now=timezone.now())
    fake.bank.dispute(session["payment_intent"])


WAYS: dict[str, Callable[[Fake, Buyer], None]] = {
    "card": _card,
    "bank_yes": _bank_yes,
    "bank_no": _bank_no,
    "expired": _expired,
    "left": _left,
    "disputed": _disputed,
}


# How it must end


def _right(name: str, buyer: Buyer) -> State:
    cents = buyer.payment.cents
    paid: State = (PaymentState.PAID, OrderState.PAID, Status.CONFIRMED, {"money": cents, "seats": cents}, 1)
    return {
        "card": paid,
        "bank_yes": paid,
        "bank_no": (PaymentState.FAILED, OrderState.OPEN, Status.UNPAID, {}, 0),
        "expired": (PaymentState.EXPIRED, OrderState.OPEN, Status.UNPAID, {}, 0),
        "left": (PaymentState.REFUNDED, OrderState.CLOSED, Status.CANCELLED, {"money": cents, "payers": cents}, 0),
        "disputed": (
            PaymentState.DISPUTED,
            OrderState.PAID,
            Status.CONFIRMED,
            {"disputes": cents, "seats": cents},
            1,
        ),
    }[name]


def _state(buyer: Buyer) -> State:
    stands = {str(account): cents for account, cents in ledger.balances(order=buyer.order.pk).items() if cents}
    letters = OutboxMessage.objects.filter(payload__keys__order=buyer.order.pk, payload__keys__letter="pay_receipt")
    return (
        Payment.objects.get(pk=buyer.payment.pk).state,
        Order.objects.get(pk=buyer.order.pk).state,
        Registration.objects.get(pk=buyer.registration.pk).status,
        stands,
        letters.count(),
    )


def _astray(event: Event) -> int:
    """Seats that the counters do not count as the rows do."""
    pool, rows = SeatPool.objects.get(event=event), Registration.objects.filter(event=event)
    taken, held = rows.filter(status=Status.CONFIRMED).count(), rows.filter(status=Status.UNPAID).count()
    return abs(pool.taken - taken) + abs(pool.held - held)
