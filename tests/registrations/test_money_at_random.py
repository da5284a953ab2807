"""Whatever visitors, organisers, banks and the post do, in any order: no cent is lost, and nobody pays without a seat.

Money held is the price of the paid seats, and what the rules keep, and what is about to go back, less what disputes
took; refunds never exceed payments; the provider's books say the same as ours.
"""

import contextlib
import datetime as dt
import itertools
import random

import pytest
import time_machine
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as playing
from hypothesis import strategies as st

from core.errors import Refused
from core.models import OutboxMessage
from core.services.outbox import NotNeeded, RefusedForGood
from events.models import Event
from registrations.enums import HOLDING_MONEY, Method, OrderState, PaymentState, RefundState, Status
from registrations.gateways import choosing
from registrations.gateways.payments import PaymentError
from registrations.gateways.stripe_fake import HEADER, NotOpen, Problem
from registrations.models import Order, OrderLine, Payment, Refund, Registration
from registrations.services import cancelling, seats
from registrations.services.payments import checkout, giving_back, invoices, refunding, sending, settling, sweeping
from tests import factories as make
from tests.registrations.paying import BACK, COMPANY, NOW, books, contact, priced, register, seller

pytestmark = pytest.mark.django_db

NAMES = ("Aino", "Bertta", "Cecilia", "Daavid", "Eero")
NOTHING_WRONG = (Refused, PaymentError, NotOpen, Problem)


class Play:
    """One history. Each step does something to somebody, if it can be done."""

    def __init__(self, client, fake, chance):
        self.client, self.fake, self.chance = client, fake, chance
        self.event = priced(seats_=2, contact_email="organiser@example.fi")
        seller(self.event)
        self.organiser = make.organiser(self.event)
        self.names = itertools.cycle(NAMES)

    def some(self, rows):
        found = list(rows.order_by("pk"))
        return self.chance.choice(found) if found else None

    def registers(self):
        register(self.event, next(self.names), now=timezone.now())

    def buys(self):
        """The usual way, all of it."""
        registration = register(self.event, next(self.names), now=timezone.now())
        if registration is not None:
            order = Order.objects.filter(lines__registration=registration).latest("pk")
            checkout.pay_online(order=order, back=BACK, now=timezone.now())
            self.fake.page.pay(order.payments.latest("pk").session)

    def waits(self):
        register(self.event, next(self.names), now=timezone.now(), kind="queue")

    def opens_page(self):
        if order := self.some(Order.objects.all()):
            checkout.pay_online(order=order, back=BACK, now=timezone.now())

    def _session(self):
        return self.some(Payment.objects.exclude(session=None))

    def pays(self):
        if payment := self._session():
            self.fake.page.pay(payment.session)

    def pays_later(self):
        if payment := self._session():
            self.fake.page.pay_later(payment.session)

    def declined(self):
        if payment := self._session():
            self.fake.page.decline(payment.session)

    def comes_back(self):
        if payment := self._session():
            checkout.refresh(payment=payment, now=timezone.now())

    def bank_decides(self):
        if payment := self.some(Payment.objects.exclude(provider_id=None)):
            self.fake.bank.settle(payment.provider_id, succeeded=self.chance.random() < 0.6)

    def disputes(self):
        if payment := self.some(Payment.objects.exclude(provider_id=None)):
            self.fake.bank.dispute(payment.provider_id)

    def dispute_ends(self):
        if payment := self.some(Payment.objects.exclude(dispute="")):
            self.fake.bank.close_dispute(payment.dispute, won=self.chance.random() < 0.5)

    def refund_bounces(self):
        if refund := self.some(Refund.objects.exclude(provider_id=None)):
            self.fake.bank.fail_refund(refund.provider_id)

    def cancels(self):
        if registration := self.some(Registration.objects.active()):
            by = self.organiser if self.chance.random() < 0.3 else None
            seats.cancel(registration=registration, by=by, now=timezone.now())

    def accepts(self):
        if registration := self.some(Registration.objects.filter(status=Status.OFFERED)):
            seats.accept(offer=registration.offer, now=timezone.now())

    def hands_over(self):
        if registration := self.some(Registration.objects.confirmed()):
            to = contact(f"Uusi{self.chance.randrange(10**6)}")
            seats.hand_over(registration=registration, to=to, by=None, now=timezone.now())

    def takes_cash(self):
        if order := self.some(Order.objects.all()):
            settling.take_by_hand(order=order, method=Method.CASH, by=self.organiser, now=timezone.now())

    def invoiced(self):
        if order := self.some(Order.objects.all()):
            invoices.pay_by_invoice(order=order, to=COMPANY, by=self.organiser, now=timezone.now())

    def invoice_paid(self):
        if payment := self.some(Payment.objects.filter(method=Method.INVOICE)):
            invoices.mark_paid(payment=payment, by=self.organiser, now=timezone.now())

    def refund_again(self):
        if refund := self.some(Refund.objects.all()):
            do = self.chance.choice([refunding.again, refunding.by_hand])
            do(refund=refund, by=self.organiser, now=timezone.now())

    def is_generous(self):
        if payment := self.some(Payment.objects.holding_money()):
            cents = self.chance.choice([100, 3000, 6903])
            about = {"payment_pk": payment.pk, "cents": cents, "by": self.organiser, "now": timezone.now()}
            giving_back.give_back_more(order=payment.order, **about)

    def post_comes(self):
        """What waits arrives in any order, some of it twice, some of it not at all yet."""
        waiting = self.fake.post.waiting()
        self.chance.shuffle(waiting)
        for delivery in waiting[: self.chance.randrange(len(waiting) + 1)]:
            for _time in range(self.chance.choice([1, 1, 2])):
                self.receive(delivery)

    def receive(self, delivery):
        headers = {HEADER: delivery.signature()}
        answer = self.client.post("/payments/webhook/", delivery.body, content_type="application/json", headers=headers)
        assert answer.status_code == 204
        self.fake.post.taken(delivery.id)

    def worker_works(self):
        now = timezone.now()
        sweeping.close_due(now=now)
        seats.sweep(now=now)
        for message in OutboxMessage.objects.filter(kind=sending.KIND, state="queued").order_by("pk"):
            with contextlib.suppress(NotNeeded, RefusedForGood):
                refunding.deliver(message)
            OutboxMessage.objects.filter(pk=message.pk).update(state="sent", sent_at=now)

    def event_is_cancelled(self):
        if self.chance.random() < 0.15:
            cancelling.cancel_event(event=self.event, notes={}, by=self.organiser, now=timezone.now())

    def settles_down(self):
        """All post has come, all refunds have been sent."""
        for _round in range(3):
            self.worker_works()
            for delivery in self.fake.post.waiting():
                self.receive(delivery)


STEPS = [name for name in vars(Play) if not name.startswith("_") and name not in {"some", "receive", "settles_down"}]
USUAL = (
    ["buys"] * 6
    + ["registers", "opens_page", "pays", "comes_back"] * 2
    + ["post_comes", "cancels", "is_generous", "worker_works"]
)
"""What happens most, so that what is rare happens to somebody who has paid."""


def check_books():
    """What must hold at every moment."""
    books()
    for payment in Payment.objects.all():
        alive = payment.refunds.exclude(state=RefundState.FAILED).aggregate(total=Sum("cents"))["total"] or 0
        assert payment.refunded_cents == alive <= payment.cents
    paid = OrderLine.objects.filter(order__state=OrderState.PAID, given_up_at=None)
    for line in paid.select_related("registration"):
        assert line.registration.status == Status.CONFIRMED


def check_end(fake, counters, event):
    """What holds when everything has arrived."""
    accounts = books()
    paid = OrderLine.objects.filter(order__state=OrderState.PAID)
    sold = paid.filter(given_up_at=None).aggregate(total=Sum("cents"))["total"] or 0
    goodwill = Refund.objects.filter(reason="goodwill").exclude(fault="tried again").aggregate(t=Sum("cents"))["t"] or 0
    assert sold - goodwill <= accounts.get("seats", 0) <= sold
    by_hand = Refund.objects.filter(state=RefundState.ASKED).exclude(payment__method=Method.ONLINE)
    failed = Refund.objects.filter(state=RefundState.FAILED).exclude(fault="tried again")
    waiting = sum(each.cents for each in [*by_hand, *failed])
    assert accounts.get("payers", 0) == waiting
    for payment in Payment.objects.filter(method=Method.ONLINE).exclude(provider_id=None):
        charge = choosing.provider().charge(payment=payment.provider_id)
        if charge.received:
            assert payment.state in HOLDING_MONEY
            assert charge.received == payment.cents
        else:
            assert payment.state in {PaymentState.PROCESSING, PaymentState.FAILED}
    counters(event)


@playing(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a history is not made simpler, which would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.sampled_from([*STEPS, *USUAL]), min_size=25, max_size=60), seed=st.integers(0, 2**32))
def test_whatever_happens_the_books_balance(client, settings, tmp_path, counters, steps, seed):
    settings.STRIPE_FAKE = tmp_path / f"{seed}-{len(steps)}-{random.random()}.sqlite3"
    with time_machine.travel(NOW, tick=False) as clock, transaction.atomic():
        play = Play(client, choosing.fake(), random.Random(seed))
        for name in steps:
            clock.shift(dt.timedelta(minutes=play.chance.choice([0, 0, 0, 1, 1, 40])))
            try:
                with transaction.atomic():
                    getattr(play, name)()
            except NOTHING_WRONG:
                pass
            check_books()
        clock.shift(dt.timedelta(hours=2))
        play.settles_down()
        check_books()
        check_end(play.fake, counters, Event.objects.get(pk=play.event.pk))
        transaction.set_rollback(True)
