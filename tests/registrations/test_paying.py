"""Seats that cost something: kept until they are paid, given when the money is there, freed when it does not come."""

import datetime as dt

import pytest
import time_machine

from core.models import OutboxMessage
from registrations.enums import OrderState, PaymentState, Status
from registrations.gateways.stripe_fake import Trouble
from registrations.models import Order, Registration
from registrations.services import seats
from registrations.services.payments import checkout, sweeping
from registrations.services.payments.settling import Told, WrongSum, settle
from tests.registrations.paying import NOW, books, fresh, later, ordered, page_for, paid, priced, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def letters():
    return [each.payload["keys"].get("letter", each.kind) for each in OutboxMessage.objects.order_by("pk")]


def test_fifty_five_euros_and_tax_are_sixty_nine_three_rounded_half_up(fake):
    _registration, order = ordered(priced())

    [line] = order.lines.all()

    assert (order.cents, line.cents, line.basis_points, line.vat_cents) == (6903, 6903, 2550, 1403)


def test_education_is_exempt(fake):
    _registration, order = ordered(priced(vat="exempt"))

    assert (order.cents, order.lines.get().vat_cents) == (5500, 0)


def test_a_seat_is_kept_until_it_is_paid_and_the_payer_is_told_how(fake, counters):
    event = priced()

    registration, order = ordered(event)

    pool = counters(event)
    assert (registration.status, order.state, order.pay_by) == (Status.UNPAID, OrderState.OPEN, later(minutes=30))
    assert (pool.held, pool.taken, letters()) == (1, 0, ["pay_seat"])


def test_a_price_of_nothing_gives_the_seat_at_once(fake, counters):
    event = priced(cents=0)

    registration = register(event)

    assert (registration.status, Order.objects.count(), counters(event).taken) == (Status.CONFIRMED, 0, 1)


def test_the_page_to_pay_at_keeps_the_seat_for_longer_than_it_is_open(fake):
    _registration, order = ordered(priced())

    payment = page_for(order)

    assert payment.expires_at == later(minutes=31)
    assert fresh(order).pay_by == later(minutes=36)
    assert payment.url.startswith("http")


def test_two_tabs_pay_at_one_page(fake):
    _registration, order = ordered(priced())

    one = page_for(order)
    other = page_for(order)

    assert (one.pk, one.url) == (other.pk, other.url)


def test_money_makes_the_seat_theirs_with_ticket_and_receipt(fake, counters):
    event = priced()

    registration, order, payment = paid(event, fake)

    pool = counters(event)
    assert (registration.status, order.state, payment.state) == (Status.CONFIRMED, OrderState.PAID, PaymentState.PAID)
    assert (pool.held, pool.taken) == (0, 1)
    assert letters() == ["pay_seat", "confirmed", "pay_receipt"]
    assert books(order) == {"money": 6903, "seats": 6903}


def test_hearing_of_it_again_changes_nothing(fake):
    registration, order, payment = paid(priced(), fake)

    checkout.refresh(payment=payment, now=later(minutes=5))

    assert (fresh(payment).state, fresh(registration).status, books(order)) == (
        PaymentState.PAID,
        Status.CONFIRMED,
        {"money": 6903, "seats": 6903},
    )


def test_a_seat_that_nobody_pays_is_free_for_the_next(fake, counters):
    event = priced(seats_=1)
    registration, order = ordered(event)

    seats.sweep(now=later(minutes=30))
    second = register(event, "Bertta", now=later(minutes=30))

    assert (fresh(registration).status, fresh(order).state) == (Status.LAPSED, OrderState.CLOSED)
    assert (second.status, counters(event).held) == (Status.UNPAID, 1)
    assert "pay_lapsed" in letters()


def test_an_open_page_is_closed_at_the_provider_before_the_seat_is_freed(fake, counters):
    event = priced(seats_=1)
    registration, order = ordered(event)
    payment = page_for(order)

    seats.sweep(now=later(hours=1))
    kept = fresh(registration).status
    with time_machine.travel(later(hours=1), tick=False):
        sweeping.close_due(now=later(hours=1))
        seats.sweep(now=later(hours=1))

    assert (kept, fresh(payment).state, fresh(registration).status) == (
        Status.UNPAID,
        PaymentState.EXPIRED,
        Status.LAPSED,
    )
    assert fake.page.shown(payment.session)["status"] == "expired"
    assert counters(event).held == 0


def test_a_page_that_was_paid_just_before_it_closes_gives_the_seat(fake):
    event = priced(seats_=1)
    registration, order = ordered(event)
    payment = page_for(order)
    fake.page.pay(payment.session)

    sweeping.close_due(now=later(hours=1))

    assert (fresh(registration).status, fresh(order).state) == (Status.CONFIRMED, OrderState.PAID)


def test_while_the_provider_does_not_answer_nothing_is_freed(fake):
    event = priced(seats_=1)
    registration, order = ordered(event)
    page_for(order)
    fake.trouble(Trouble.NO_CONNECTION, times=5)

    sweeping.close_due(now=later(hours=1))
    seats.sweep(now=later(hours=1))

    assert fresh(registration).status == Status.UNPAID


def test_money_that_comes_when_the_seat_lapsed_takes_a_free_one(fake, counters):
    event = priced(seats_=1)
    registration, order = ordered(event)
    payment = page_for(order)
    _lapse(order)
    fake.page.pay(payment.session)

    checkout.refresh(payment=payment, now=later(hours=1))

    assert (fresh(registration).status, fresh(order).state) == (Status.CONFIRMED, OrderState.PAID)
    assert (counters(event).taken, books(order)) == (1, {"money": 6903, "seats": 6903})


def test_money_that_comes_when_no_seat_is_free_goes_back_at_once_and_both_sides_are_told(fake, counters):
    event = priced(seats_=1, contact_email="organiser@example.fi")
    registration, order = ordered(event)
    payment = page_for(order)
    _lapse(order)
    register(event, "Bertta", now=later(hours=1))
    fake.page.pay(payment.session)

    checkout.refresh(payment=payment, now=later(hours=1))

    [refund] = payment.refunds.all()
    assert (fresh(registration).status, fresh(order).state) == (Status.LAPSED, OrderState.CLOSED)
    assert (refund.cents, refund.reason, fresh(payment).state) == (6903, "late", PaymentState.REFUNDED)
    assert books(order) == {"money": 6903, "payers": 6903}
    told = OutboxMessage.objects.filter(payload__keys__order=order.pk).values_list("recipient", flat=True)
    assert {"aino@example.fi", "organiser@example.fi"} <= set(told)
    assert counters(event).held == 1


def test_money_for_a_seat_that_was_cancelled_goes_back(fake):
    event = priced()
    registration, order = ordered(event)
    payment = page_for(order)
    seats.cancel(registration=registration, by=None, now=NOW)
    fake.page.pay(payment.session)

    checkout.refresh(payment=payment, now=NOW)

    assert (fresh(registration).status, fresh(order).state) == (Status.CANCELLED, OrderState.CLOSED)
    assert [each.cents for each in payment.refunds.all()] == [6903]


def test_a_bank_that_takes_its_time_keeps_the_seat(fake):
    event = priced(seats_=1)
    registration, order = ordered(event)
    payment = page_for(order)
    fake.page.pay_later(payment.session)

    checkout.refresh(payment=payment, now=NOW)
    seats.sweep(now=later(days=3))

    assert (fresh(payment).state, fresh(registration).status) == (PaymentState.PROCESSING, Status.UNPAID)
    with pytest.raises(checkout.BeingPaid):
        checkout.pay_online(order=order, back="https://miitti.example/", now=NOW)


@pytest.mark.parametrize("cents", [6902, 690300])
def test_another_sum_than_was_asked_settles_nothing(fake, cents):
    registration, order = ordered(priced())
    payment = page_for(order)

    with pytest.raises(WrongSum):
        settle(
            payment_pk=payment.pk,
            told=Told(state=PaymentState.PAID, cents=cents, reference=str(payment.nonce)),
            now=NOW,
        )

    assert (fresh(registration).status, fresh(payment).state) == (Status.UNPAID, PaymentState.STARTED)


def _lapse(order):
    """The seats of an order are gone although its page is open: it was paid in the last second, as it happens."""
    Order.objects.filter(pk=order.pk).update(pay_by=NOW - dt.timedelta(minutes=1))
    order.payments.update(state=PaymentState.EXPIRED, previous_state=PaymentState.STARTED)
    seats.sweep(now=NOW)
    assert Registration.objects.get(order_lines__order=order).status == Status.LAPSED
