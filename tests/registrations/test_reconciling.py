"""Our books beside the provider's: agreement says nothing, and every difference is a line that says what is where."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from core.models import OutboxMessage
from registrations.enums import PaymentState, RefundState
from registrations.gateways import choosing
from registrations.gateways.stripe_fake import Trouble
from registrations.models import Payment, Posting, Refund
from registrations.services import seats
from registrations.services.payments import checkout, disputes, reconciling, refunding, sending
from registrations.services.payments.settling import WrongSum
from tests import factories as make
from tests.registrations.paying import NOW, books, fresh, later, ordered, page_for, paid, priced

pytestmark = pytest.mark.django_db

SINCE, UNTIL = NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def compared(since=SINCE, until=UNTIL):
    return reconciling.compare(since=since, until=until)


def differences(**period):
    return [
        (str(each.kind), str(each.what), each.ours, each.theirs, each.order) for each in compared(**period).differences
    ]


def given_back(fake, event=None):
    """A payment whose seat was cancelled, and whose refund is done."""
    registration, order, payment = paid(event or priced(), fake)
    seats.cancel(registration=registration, by=None, now=NOW)
    refunding.deliver(OutboxMessage.objects.get(kind=sending.KIND))
    return order, fresh(payment), payment.refunds.get()


def disputed(payment, made):
    disputes.apply(dispute=choosing.provider().dispute(dispute_id=made), now=NOW)


def test_books_that_agree_have_no_differences(fake):
    event = priced()
    _order, _payment, _refund = given_back(fake, event)
    paid(event, fake, "Bertta")
    _registration, order = ordered(event, "Cecilia")
    declined = page_for(order)
    fake.page.decline(declined.session)
    _registration, _order, third = paid(event, fake, "Daavid")
    disputed(third, fake.bank.dispute(third.provider_id))

    found = compared()

    assert (found.differences, found.ours, found.theirs) == ([], 6903, 6903)
    assert books()["money"] == 6903


def test_a_payment_whose_return_was_refused_for_its_sum_shows(fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay(payment.session)
    Payment.objects.filter(pk=payment.pk).update(cents=6900)
    with pytest.raises(WrongSum):
        checkout.refresh(payment=fresh(payment), now=NOW)

    assert differences() == [
        ("other sum", "charge", "69.00 EUR", "69.03 EUR", order.pk),
        ("other state", "charge", "started", "succeeded", order.pk),
    ]


def test_money_of_which_nothing_is_known_here_shows(fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay(payment.session)
    Payment.objects.filter(pk=payment.pk).update(session="cs_other", nonce="0" * 32)

    assert differences() == [("we have not", "charge", "", "succeeded 69.03 EUR", None)]


def test_a_payment_of_which_we_were_not_told_shows(fake):
    _registration, order = ordered(priced())
    fake.page.pay(page_for(order).session)

    assert differences() == [("other state", "charge", "started", "succeeded", order.pk)]


def test_a_bank_that_is_at_it_agrees_and_one_that_said_no_shows(fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay_later(payment.session)
    checkout.refresh(payment=payment, now=NOW)
    before = differences()
    fake.bank.settle(fresh(payment).provider_id, succeeded=False)

    assert (before, differences()) == ([], [("other state", "charge", "processing", "failed", order.pk)])


def test_a_payment_that_the_provider_does_not_know_shows(fake):
    _registration, order, payment = paid(priced(), fake)
    Payment.objects.filter(pk=payment.pk).update(provider_id="pi_gone", nonce="0" * 32)

    assert differences() == [
        ("we have not", "charge", "", "succeeded 69.03 EUR", None),
        ("they have not", "charge", "paid", "", order.pk),
    ]


def test_a_charge_made_before_the_period_and_told_within_it_agrees(fake):
    _registration, order = ordered(priced())
    payment = page_for(order)
    fake.page.pay_later(payment.session)
    checkout.refresh(payment=payment, now=NOW)
    with time_machine.travel(later(days=3), tick=False):
        fake.bank.settle(fresh(payment).provider_id, succeeded=True)
        checkout.refresh(payment=fresh(payment), now=later(days=3))

    assert fresh(payment).state == PaymentState.PAID
    assert (differences(), differences(since=later(days=2), until=later(days=4))) == ([], [])


def test_a_refund_made_by_hand_at_the_provider_shows_with_its_order(fake):
    _registration, order, payment = paid(priced(), fake)
    choosing.provider().refund(key="k", payment=payment.provider_id, amount=1000, reference="by the office")

    assert differences() == [("we have not", "refund", "", "succeeded 10.00 EUR", order.pk)]


def test_a_reference_that_only_looks_like_one_of_ours_is_somebody_elses(fake):
    _registration, order, payment = paid(priced(), fake)
    odd = "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"
    choosing.provider().refund(key="k", payment=payment.provider_id, amount=1000, reference=odd)

    assert differences() == [("we have not", "refund", "", "succeeded 10.00 EUR", order.pk)]


def test_a_refund_that_failed_without_our_knowing_shows(fake):
    order, _payment, refund = given_back(fake)
    fake.bank.fail_refund(refund.provider_id)

    assert differences() == [("other state", "refund", "done", "failed", order.pk)]


def test_a_refund_that_failed_and_was_made_by_hand_agrees_and_later_news_change_nothing(fake):
    order, payment, refund = given_back(fake)
    fake.bank.fail_refund(refund.provider_id)
    news = choosing.provider().refund_of(refund_id=refund.provider_id)
    refunding.apply(refund_pk=refund.pk, made=news, now=NOW)
    refunding.by_hand(refund=refund, by=make.user(), now=NOW)

    refunding.apply(refund_pk=refund.pk, made=news, now=NOW)

    found = compared()
    assert (fresh(refund).state, fresh(payment).state, books(order)) == (RefundState.DONE, PaymentState.REFUNDED, {})
    assert (found.differences, found.ours, found.theirs) == ([], 6903, 6903)


def test_a_refund_that_the_provider_does_not_know_shows(fake):
    order, _payment, refund = given_back(fake)
    Refund.objects.filter(pk=refund.pk).update(provider_id="re_gone", nonce="0" * 32)

    assert differences() == [
        ("we have not", "refund", "", "succeeded 69.03 EUR", order.pk),
        ("they have not", "refund", "done", "", order.pk),
    ]


def test_a_dispute_of_which_we_were_not_told_shows(fake):
    _registration, order, payment = paid(priced(), fake)
    fake.bank.dispute(payment.provider_id)

    assert differences() == [("we have not", "dispute", "", "open 69.03 EUR", order.pk)]


def test_a_dispute_that_was_won_without_our_knowing_shows(fake):
    _registration, order, payment = paid(priced(), fake)
    made = fake.bank.dispute(payment.provider_id)
    disputed(payment, made)
    fake.bank.close_dispute(made, won=True)

    assert differences() == [("other state", "dispute", "disputed", "won", order.pk)]


def test_the_books_are_held_against_a_dispute_too(fake):
    _registration, order, payment = paid(priced(), fake)
    disputed(payment, fake.bank.dispute(payment.provider_id))
    Posting.objects.filter(debit="disputes").update(cents=1000)

    assert differences() == [("other sum", "dispute", "10.00 EUR", "69.03 EUR", order.pk)]


def test_many_are_compared_page_by_page_with_as_many_queries_for_each(fake, monkeypatch):
    event, counts = priced(seats_=10), []
    monkeypatch.setattr(reconciling, "PAGE", 2)
    for name in ("Aino", "Bertta", "Cecilia"):
        paid(event, fake, name)
        with CaptureQueriesContext(connection) as caught:
            assert compared().differences == []
        counts.append(len(caught))
    monkeypatch.setattr(reconciling, "PAGE", 500)
    with CaptureQueriesContext(connection) as at_once:
        compared()

    assert counts[0] == counts[1] == len(at_once) < counts[2]


# The command


def command(since="2026-11-01", until="2026-11-02"):
    out = io.StringIO()
    try:
        call_command("reconcile_payments", f"--since={since}", f"--until={until}", stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines(), str(error)
    return 0, out.getvalue().splitlines(), ""


def test_the_command_says_nothing_but_the_sums_when_all_agrees(fake):
    paid(priced(), fake)

    code, lines, _error = command()

    assert (code, lines) == (
        0,
        ["held online, by our books 69.03 EUR, by the payment service's 69.03 EUR; 0 differences"],
    )


def test_the_command_prints_a_line_for_each_difference_and_ends_with_one(fake):
    _registration, order, payment = paid(priced(), fake)
    with time_machine.travel(later(hours=1), tick=False):
        made = fake.bank.dispute(payment.provider_id)

    code, lines, error = command()

    assert (code, error) == (1, "the books differ")
    assert lines == [
        f"we have not: dispute {made} of 2026-11-02, ours -, theirs open 69.03 EUR, order {order.pk}",
        "held online, by our books 69.03 EUR, by the payment service's 0.00 EUR; 1 differences",
    ]


def test_the_command_takes_whole_days_of_finland(fake):
    with time_machine.travel(dt.datetime(2026, 11, 1, 22, 30, tzinfo=dt.UTC), tick=False):  # 00.30 on the second
        _registration, order = ordered(priced(), now=timezone.now())
        fake.page.pay(page_for(order, now=timezone.now()).session)

    assert [command(day, day)[0] for day in ("2026-11-01", "2026-11-02", "2026-11-03")] == [0, 1, 0]


def test_the_command_ends_with_two_when_nothing_can_be_compared(fake, settings):
    fake.trouble(Trouble.NO_CONNECTION, times=5)
    down, backwards = command(), command("2026-11-03", "2026-11-02")
    settings.STRIPE_FAKE = None

    assert [each[0] for each in (down, backwards, command())] == [2, 2, 2]
    assert "does not answer" in down[2]


@pytest.mark.parametrize("day", ["soon", "2026-13-01"])
def test_the_command_refuses_what_is_no_day(day):
    with pytest.raises(CommandError, match="no day"):
        call_command("reconcile_payments", f"--since={day}", "--until=2026-11-02")


# The page

URL = "/en/desk/payments/compare/"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_page_shows_ones_own_differences_and_those_of_no_order(fake):
    event, other = priced(), priced()
    orders = []
    for each in (event, other):
        _registration, order = ordered(each)
        fake.page.pay(page_for(order).session)
        orders.append(order)

    with time_machine.travel(later(minutes=5), tick=False):
        client = client_of(make.organiser(event))
        before, answer = client.get("/en/desk/payments/"), client.post(URL)

    assert "Compare the last thirty days" in before.text
    assert (answer.status_code, answer.text.count("The states differ")) == (200, 1)
    assert f"/payments/{orders[0].pk}/" in answer.text
    assert f"/payments/{orders[1].pk}/" not in answer.text


def test_the_page_says_when_the_provider_is_down(fake):
    fake.trouble(Trouble.NO_CONNECTION, times=5)

    answer = client_of(make.organiser(priced())).post(URL)

    assert (answer.status_code, "does not answer now" in answer.text, "they agree" in answer.text) == (503, True, False)


def test_the_page_says_when_all_agrees(fake):
    event = priced()
    paid(event, fake)

    assert "they agree" in client_of(make.organiser(event)).post(URL).text


def test_comparing_is_for_those_who_handle_an_organisations_money(fake):
    event = priced()
    users = [make.user(), make.member(Role.READER, event.organisation), make.member(Role.ORGANISER, event)]

    assert [client_of(each).post(URL).status_code for each in users] == [404] * 3
    assert (Client().post(URL).status_code, client_of(make.organiser(event)).get(URL).status_code) == (302, 405)
