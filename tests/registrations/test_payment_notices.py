"""What the provider tells by itself: once or ten times, early or late, in any order, it ends in the one right state."""

import datetime as dt
import random

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from core.models import OutboxMessage
from registrations.enums import OrderState, PaymentState, RefundState, Status
from registrations.gateways.stripe_fake import HEADER, Trouble, signature
from registrations.models import Payment, ProviderNotice
from registrations.services import seats
from registrations.services.payments import refunding, sending
from tests.registrations.paying import NOW, books, fresh, later, ordered, page_for, paid, priced

pytestmark = pytest.mark.django_db

URL = "/payments/webhook/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def post(client, delivery, **changes):
    headers = {HEADER: delivery.signature(), **changes}
    return client.post(URL, delivery.body, content_type="application/json", headers=headers)


def deliver(client, fake, order=None):
    """Post what waits, in its own order or another, and return the answers."""
    waiting = fake.post.waiting()
    for each in waiting:
        fake.post.taken(each.id)
    return [post(client, each).status_code for each in (order(waiting) if order else waiting)]


def test_the_address_is_the_one_that_the_documents_name():
    assert reverse("registrations:payments_webhook") == URL


def test_a_notice_gives_the_seat_though_the_visitor_never_comes_back(client, fake):
    registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay(payment.session)

    answers = deliver(client, fake)

    assert set(answers) == {204}
    assert (fresh(registration).status, fresh(order).state) == (Status.CONFIRMED, OrderState.PAID)
    assert books(order) == {"money": 6903, "seats": 6903}


def test_the_same_notice_twice_is_taken_in_once(client, fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay(payment.session)

    answers = deliver(client, fake, order=lambda waiting: [*waiting, *waiting])

    assert set(answers) == {204}
    assert ProviderNotice.objects.count() == len(answers) // 2
    assert books(order) == {"money": 6903, "seats": 6903}


def test_unknown_kinds_are_kept_and_change_nothing(client, fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.decline(payment.session)

    answers = deliver(client, fake)

    assert set(answers) == {204}
    assert "payment_intent.payment_failed" in ProviderNotice.objects.values_list("kind", flat=True)
    assert (fresh(payment).state, fresh(order).state) == (PaymentState.STARTED, OrderState.OPEN)


def test_a_bank_that_says_yes_later_gives_the_seat_then(client, fake):
    registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay_later(payment.session)
    deliver(client, fake)
    was = fresh(payment).state

    fake.bank.settle(fresh(payment).provider_id, succeeded=True)
    deliver(client, fake)

    assert (was, fresh(payment).state) == (PaymentState.PROCESSING, PaymentState.PAID)
    assert fresh(registration).status == Status.CONFIRMED


def test_a_bank_that_says_no_later_leaves_time_to_pay_in_another_way(client, fake):
    registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay_later(payment.session)
    deliver(client, fake)

    with time_machine.travel(later(days=2), tick=False):
        fake.bank.settle(fresh(payment).provider_id, succeeded=False)
        deliver(client, fake)
        again = page_for(order, now=later(days=2))

    assert (fresh(payment).state, fresh(registration).status) == (PaymentState.FAILED, Status.UNPAID)
    assert again.pk != payment.pk
    assert "pay_failed" in [each.payload["keys"].get("letter") for each in OutboxMessage.objects.all()]


def test_a_dispute_takes_the_money_and_a_won_one_brings_it_back(client, fake):
    registration, order, payment = paid(priced(contact_email="organiser@example.fi"), fake)

    dispute = fake.bank.dispute(payment.provider_id)
    deliver(client, fake)
    disputed, taken = fresh(payment).state, books(order)
    fake.bank.close_dispute(dispute, won=True)
    deliver(client, fake)

    assert (disputed, taken) == (PaymentState.DISPUTED, {"seats": 6903, "disputes": 6903})
    assert (fresh(payment).state, books(order)) == (PaymentState.PAID, {"money": 6903, "seats": 6903})
    assert fresh(registration).status == Status.CONFIRMED
    assert "organiser@example.fi" in OutboxMessage.objects.values_list("recipient", flat=True)


def test_a_lost_dispute_stays_one(client, fake):
    _registration, order, payment = paid(priced(), fake)

    fake.bank.close_dispute(fake.bank.dispute(payment.provider_id), won=False)
    deliver(client, fake, order=lambda waiting: list(reversed(waiting)))

    assert (fresh(payment).state, books(order)) == (PaymentState.DISPUTED, {"seats": 6903, "disputes": 6903})


def test_a_dispute_that_is_told_before_its_payment_is_to_be_told_again(client, fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay(payment.session)
    first = fake.post.waiting()
    fake.bank.dispute(next(each.event["data"]["object"]["payment_intent"] for each in first if "session" in each.kind))
    [created] = [each for each in fake.post.waiting() if each.kind == "charge.dispute.created"]

    too_early = post(client, created).status_code
    answers = [post(client, each).status_code for each in [*first, created]]

    assert (too_early, set(answers)) == (503, {204})
    assert (fresh(payment).state, books(order)) == (PaymentState.DISPUTED, {"seats": 6903, "disputes": 6903})


def test_a_refund_that_fails_after_all_is_owed_again(client, fake):
    registration, order, payment = paid(priced(), fake)
    seats.cancel(registration=registration, by=None, now=NOW)
    refunding.deliver(OutboxMessage.objects.get(kind=sending.KIND))
    [refund] = payment.refunds.all()
    gone = books(order)

    fake.bank.fail_refund(refund.provider_id)
    deliver(client, fake)

    assert (gone, books(order)) == ({}, {"money": 6903, "payers": 6903})
    assert (fresh(refund).state, fresh(payment).state) == (RefundState.FAILED, PaymentState.PAID)


@pytest.mark.parametrize("seed", range(5))
def test_in_any_order_with_duplicates_it_ends_in_the_one_right_state(client, fake, seed):
    chance = random.Random(seed)
    event = priced(seats_=5)
    made = [paid(event, fake, name) for name in ("Aino", "Bertta", "Cecilia")]
    fake.bank.close_dispute(fake.bank.dispute(made[0][2].provider_id), won=True)
    seats.cancel(registration=made[1][0], by=None, now=NOW)
    refunding.deliver(OutboxMessage.objects.get(kind=sending.KIND))

    def shuffled(waiting):
        twice = [*waiting, *chance.sample(waiting, len(waiting) // 3)]
        chance.shuffle(twice)
        return twice

    answers = deliver(client, fake, order=shuffled)

    assert set(answers) == {204}
    assert [fresh(payment).state for _r, _o, payment in made] == ["paid", "all_back", "paid"]
    assert books() == {"money": 2 * 6903, "seats": 2 * 6903}


def test_what_the_provider_did_not_sign_is_refused(client, fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay(payment.session)
    delivery = fake.post.waiting()[0]

    forged = signature(delivery.body, secret="whsec_another", at=NOW.timestamp())
    old = delivery.signature(at=(NOW - dt.timedelta(minutes=6)).timestamp())

    assert [post(client, delivery, **{HEADER: each}).status_code for each in (forged, old, "", "nonsense")] == [400] * 4
    assert (fresh(payment).state, ProviderNotice.objects.count()) == (PaymentState.STARTED, 0)


def test_while_the_provider_does_not_tell_the_rest_the_notice_is_to_come_again(client, fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay(payment.session)
    [delivery] = [each for each in fake.post.waiting() if each.kind == "checkout.session.completed"]
    fake.trouble(Trouble.BROKEN)

    first, second = post(client, delivery), post(client, delivery)

    assert (first.status_code, second.status_code, fresh(payment).state) == (503, 204, PaymentState.PAID)


def test_a_page_of_somebody_elses_is_no_business_of_ours(client, fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay(payment.session)
    Payment.objects.filter(pk=payment.pk).update(session="cs_of_another", nonce="0" * 32)

    assert set(deliver(client, fake)) == {204}
    assert fresh(payment).state == PaymentState.STARTED


def test_only_posts_are_taken(client, fake):
    assert client.get(URL).status_code == 405


def test_without_a_provider_there_is_no_such_door(client):
    assert client.post(URL, b"{}", content_type="application/json").status_code == 404


def test_a_notice_and_its_effect_are_one_transaction(client, fake, monkeypatch):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay(payment.session)
    [delivery] = [each for each in fake.post.waiting() if each.kind == "checkout.session.completed"]

    def cut(**_about):
        raise RuntimeError("the machine stops here")

    with monkeypatch.context() as context, transaction.atomic():
        context.setattr("registrations.services.letters.receipt", cut)
        with pytest.raises(RuntimeError):
            post(client, delivery)

    assert (fresh(payment).state, ProviderNotice.objects.count()) == (PaymentState.STARTED, 0)
    assert post(client, delivery).status_code == 204
    assert fresh(payment).state == PaymentState.PAID
