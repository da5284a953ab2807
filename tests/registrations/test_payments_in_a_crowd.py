"""Money and seats at the same moment. First it is proved that it ends well, then that without the locks it does not.

Each case is played many times by two threads, each time with an event of its own; SQLite has one writer.
"""

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Barrier, Event

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from core.errors import Refused
from core.models import OutboxMessage
from events.models import Discount, SeatPool, SeatPoolQuerySet
from registrations.enums import OrderState, PaymentState, Status
from registrations.gateways.stripe_fake import HEADER
from registrations.models import Hold, OrderLine, ProviderNotice, Refund, Registration
from registrations.models.orders import OrderQuerySet
from registrations.services import seats
from registrations.services.payments import checkout, notices
from registrations.services.payments.giving_back import give_back_more
from registrations.services.seats import Deal
from tests import factories as make
from tests.registrations.paying import books, contact, fresh, held, ordered, page_for, paid, priced

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer"),
]

ROUNDS, TRIES = 12, 40
"""How often each case is played, and how often at most until it goes wrong without its lock."""
SUM = 6903
_numbers = count(1)


def at_once(*jobs):
    """Do these in a thread each, and return what each says: what it returns, or the name of what stopped it."""
    start = Barrier(len(jobs))

    def go(job):
        try:
            start.wait(20)
            return job()
        except (Refused, DatabaseError) as stopped:
            return type(stopped).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(jobs)) as hands:
        return list(hands.map(go, jobs))


def soon(**event):
    return priced(first=timezone.now() + dt.timedelta(days=30), **event)


def name():
    return f"Aino{next(_numbers)}"


def owing(**event):
    """Somebody who has paid at the provider's, of which nobody here has heard."""
    return _at_the_page(soon(**event))


def _at_the_page(event):
    registration, order = ordered(event, name(), now=timezone.now())
    return registration, order, page_for(order, now=timezone.now())


def notice(fake, payment):
    """What the provider tells of a payment whose page is done with."""
    return next(
        each
        for each in fake.post.waiting()
        if each.kind == "checkout.session.completed" and each.event["data"]["object"]["id"] == payment.session
    )


def post(delivery):
    headers = {HEADER: delivery.signature()}
    address = "/payments/webhook/"
    return Client().post(address, delivery.body, content_type="application/json", headers=headers).status_code


def come_back(payment):
    return checkout.refresh(payment=payment, now=timezone.now()).state


def receipts(order):
    letters = OutboxMessage.objects.filter(payload__keys__order=order.pk, payload__keys__letter="pay_receipt")
    return letters.count()


def goes_wrong(case, fake):
    """Whether the case ends badly in one of some tries."""
    return any(case(fake) is not None for _try in range(TRIES))


def unlock(monkeypatch):
    """Leave out the locks of seats and of orders."""
    monkeypatch.setattr(SeatPoolQuerySet, "locked", lambda self: self.all())
    monkeypatch.setattr(OrderQuerySet, "locked", lambda self: self.all())


# Each case returns None where all is right, and what was found where it is not.


def return_and_notice(fake):
    registration, order, payment = owing()
    fake.page.pay(payment.session)
    delivery = notice(fake, payment)

    said = at_once(lambda: come_back(payment), lambda: post(delivery))

    pool = SeatPool.objects.get(pk=registration.pool_id)
    found = (books(order), receipts(order), fresh(registration).status, pool.taken, pool.held)
    right = ({"money": SUM, "seats": SUM}, 1, Status.CONFIRMED, 1, 0)
    return None if (said, found) == ([PaymentState.PAID, 204], right) else (said, found)


def last_seat(fake):
    """Money comes late for a seat that has lapsed, while somebody new takes it."""
    event = soon(seats_=1)
    registration, order, payment = _at_the_page(event)
    order.payments.update(state=PaymentState.EXPIRED, previous_state=PaymentState.STARTED)
    seats.sweep(now=timezone.now() + dt.timedelta(hours=1))
    fake.page.pay(payment.session)

    said = at_once(lambda: come_back(payment), lambda: bool(held(event, now=timezone.now())))

    late, taken = fresh(registration).status, Hold.objects.filter(pool__event=event, released_at=None, finished_at=None)
    back = Refund.objects.filter(payment=payment).aggregate(cents=Sum("cents"))["cents"]
    pool = event.pools.get()
    found = (late, taken.count(), back, fresh(payment).state, pool.taken, pool.held)
    seated = (Status.CONFIRMED, 0, None, PaymentState.PAID, 1, 0)
    refunded = (Status.LAPSED, 1, SUM, PaymentState.REFUNDED, 0, 1)
    return None if found in (seated, refunded) else (said, found)


def same_notice(fake):
    registration, order, payment = owing()
    fake.page.pay(payment.session)
    delivery = notice(fake, payment)

    said = at_once(lambda: post(delivery), lambda: post(delivery), lambda: post(delivery))

    kept = ProviderNotice.objects.filter(pk=delivery.id, payment=payment).count()
    found = (books(order), receipts(order), kept, fresh(registration).status)
    return (
        None if (said, found) == ([204] * 3, ({"money": SUM, "seats": SUM}, 1, 1, Status.CONFIRMED)) else (said, found)
    )


def last_use(_fake):
    """Two people, two dates with seats of their own, and one use of a code."""
    event = soon(each_date=True, meetings=2)
    code = Discount.objects.create(event=event, code="VIIMEINEN", percent=50, most_uses=1)

    def take(pool):
        hold = make.held(event, pool=pool, now=timezone.now())
        who, deal = contact(name()), Deal(code="VIIMEINEN")
        return lambda: (
            seats.register(hold=hold, contact=who, answers=None, support_needs="", deal=deal, now=timezone.now()).status
        )

    said = at_once(*map(take, event.pools.order_by("pk")))

    used = Registration.objects.active().filter(discount=code).count()
    return None if (Counter(said), used) == (Counter([Status.UNPAID, "DiscountOver"]), 1) else (said, used)


def cancelled_and_paid(fake):
    registration, order, payment = owing()
    fake.page.pay(payment.session)

    def cancel():
        seats.cancel(registration=registration, by=None, now=timezone.now())

    said = at_once(cancel, lambda: come_back(payment))

    back = Refund.objects.filter(payment=payment).aggregate(cents=Sum("cents"))["cents"]
    pool = SeatPool.objects.get(pk=registration.pool_id)
    seated = OrderLine.objects.filter(order=order, given_up_at=None).count()
    found = (fresh(registration).status, seated, fresh(payment).state, back, books(order), pool.taken, pool.held)
    right = (Status.CANCELLED, 0, PaymentState.REFUNDED, SUM, {"money": SUM, "payers": SUM}, 0, 0)
    return None if found == right else (said, found)


def two_tabs(fake):
    event = soon()
    _registration, order, payment = paid(event, fake, name(), now=timezone.now())
    by, cents = make.organiser(event), 4000

    def give():
        return give_back_more(order=order, payment_pk=payment.pk, cents=cents, by=by, now=timezone.now()).cents

    said = at_once(give, give)

    back = Refund.objects.filter(payment=payment).aggregate(cents=Sum("cents"))["cents"]
    found = (Counter(said), back, fresh(payment).refunded_cents)
    return None if found == (Counter([cents, "NothingLeft"]), cents, cents) else (said, found)


CASES = [return_and_notice, last_seat, same_notice, last_use, cancelled_and_paid, two_tabs]


@pytest.mark.parametrize("case", CASES)
def test_it_ends_well_whoever_comes_first(case, fake):
    assert [found for _round in range(ROUNDS) if (found := case(fake)) is not None] == []


@pytest.mark.parametrize("case", [return_and_notice, last_seat, cancelled_and_paid, two_tabs])
def test_without_the_locks_of_seats_and_orders_it_goes_wrong(case, fake, monkeypatch):
    unlock(monkeypatch)

    assert goes_wrong(case, fake)


def test_without_the_notices_own_row_it_has_its_effect_twice(fake, monkeypatch):
    unlock(monkeypatch)
    monkeypatch.setattr(notices, "insert_unless_there", lambda _row: True)

    assert goes_wrong(same_notice, fake)


def test_without_the_codes_lock_its_last_use_is_two(fake, monkeypatch):
    monkeypatch.setattr(Discount.objects, "select_for_update", lambda **_how: Discount.objects.all())

    assert goes_wrong(last_use, fake)


@contextmanager
def busy(pool_pk):
    """Somebody else has the lock of this pool."""
    locked, done = Event(), Event()

    def hold():
        try:
            with transaction.atomic():
                SeatPool.objects.select_for_update().get(pk=pool_pk)
                locked.set()
                done.wait(20)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as hand:
        hand.submit(hold)
        assert locked.wait(20)
        try:
            yield
        finally:
            done.set()


def test_while_the_seats_are_locked_a_notice_is_to_come_again_and_nothing_of_it_is_kept(fake):
    registration, order, payment = owing()
    fake.page.pay(payment.session)
    delivery = notice(fake, payment)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")

    try:
        with busy(registration.pool_id):
            refused = post(delivery)
            kept = ProviderNotice.objects.filter(pk=delivery.id).exists()
        taken = post(delivery)
    finally:
        with connection.cursor() as cursor:  # the pool keeps the connection as it is
            cursor.execute("RESET lock_timeout")
        connection.close()

    assert (refused, kept, taken) == (503, False, 204)
    assert (fresh(registration).status, fresh(order).state) == (Status.CONFIRMED, OrderState.PAID)
