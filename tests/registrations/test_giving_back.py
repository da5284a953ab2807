"""What is given back of a paid seat, by whom it was cancelled and when, and how the money gets there."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from core.models import OutboxMessage
from events.models import Event, PaymentTerms
from registrations import rules
from registrations.enums import Method, OrderState, PaymentState, RefundState, Status
from registrations.gateways import choosing
from registrations.models import Invoice, Order, Refund, Registration
from registrations.rules.references import compact, grouped, is_reference, reference
from registrations.services import cancelling, seats
from registrations.services.payments import (
    checkout,
    disputes,
    giving_back,
    invoices,
    overview,
    papers,
    refunding,
    sellers,
    sending,
    settling,
)
from registrations.views import own_data
from tests import factories as make
from tests.registrations.paying import (
    COMPANY,
    NOW,
    books,
    contact,
    fresh,
    held,
    later,
    ordered,
    page_for,
    paid,
    priced,
    register,
    seller,
)

pytestmark = pytest.mark.django_db

STARTS = NOW + dt.timedelta(days=30)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def deliver_refunds():
    for message in OutboxMessage.objects.filter(kind=sending.KIND, state="queued"):
        refunding.deliver(message)
        OutboxMessage.objects.filter(pk=message.pk).update(state="sent", sent_at=NOW)


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (dt.timedelta(days=7), 0),
        (dt.timedelta(days=7) - dt.timedelta(seconds=1), 3451),
        (dt.timedelta(days=1), 3451),
        (dt.timedelta(days=1) - dt.timedelta(seconds=1), 6903),
        (dt.timedelta(days=-1), 6903),
    ],
)
def test_all_until_a_day_then_a_share_then_nothing(before, kept):
    assert rules.kept(6903, terms=PaymentTerms(), starts_at=STARTS, now=STARTS - before) == kept


def test_who_cancels_in_time_gets_everything_back_once(fake):
    registration, order, payment = paid(priced(), fake)

    seats.cancel(registration=registration, by=None, now=NOW)
    deliver_refunds()
    deliver_refunds()

    [refund] = payment.refunds.all()
    assert (refund.cents, refund.state, fresh(payment).state) == (6903, RefundState.DONE, PaymentState.REFUNDED)
    assert books(order) == {}
    assert len(fake.newest("refund", 10)) == 1


def test_who_cancels_late_gets_a_share_and_is_told_what_is_kept(fake):
    registration, order, payment = paid(priced(), fake)

    with time_machine.travel(STARTS - dt.timedelta(days=2), tick=False):
        seats.cancel(registration=registration, by=None, now=STARTS - dt.timedelta(days=2))
        deliver_refunds()

    letter = OutboxMessage.objects.filter(payload__keys__letter="pay_back").get()
    assert (order.lines.get().kept_cents, fresh(payment).state) == (3451, PaymentState.PARTLY_REFUNDED)
    assert books(order) == {"money": 3451, "kept": 3451}
    papers.deliver(letter)
    assert "34,51" in letter.payload["text"]
    assert "34,52" in letter.payload["text"]


def test_what_would_come_back_is_shown_before_one_cancels(fake):
    registration, _order, _payment = paid(priced(), fake)

    assert giving_back.preview(registration=registration, now=NOW) == (6903, 0)
    assert giving_back.preview(registration=registration, now=STARTS - dt.timedelta(days=2)) == (3452, 3451)


def test_of_a_group_only_the_seat_that_is_cancelled_is_given_back(fake):
    event = priced(seats_=5)
    hold = held(event, number=2)
    who = [seats.Claimant(contact=contact(name, email="aino@example.fi")) for name in ("Aino", "Bertta")]
    party = seats.register_party(hold=hold, contact=contact("Aino"), claimants=who, company=None, now=NOW)
    order = Order.objects.get(party=party)
    payment = page_for(order)
    fake.page.pay(payment.session)
    checkout.refresh(payment=payment, now=NOW)

    seats.cancel(registration=party.members.first(), by=None, now=NOW)

    assert [each.cents for each in payment.refunds.all()] == [6903]
    assert books(order) == {"money": 2 * 6903, "seats": 6903, "payers": 6903}
    assert fresh(order).state == OrderState.PAID


def test_one_of_a_group_that_has_not_paid_makes_the_order_smaller(fake):
    event = priced(seats_=5)
    hold = held(event, number=2)
    who = [seats.Claimant(contact=contact(name, email="aino@example.fi")) for name in ("Aino", "Bertta")]
    party = seats.register_party(hold=hold, contact=contact("Aino"), claimants=who, company=None, now=NOW)
    order = Order.objects.get(party=party)
    first = page_for(order)

    seats.cancel(registration=party.members.first(), by=None, now=NOW)
    second = page_for(fresh(order))

    assert fresh(order).cents == 6903
    assert (fresh(first).state, second.cents) == (PaymentState.EXPIRED, 6903)


def test_an_event_that_is_cancelled_gives_everybody_everything_back(fake, counters):
    event = priced(seats_=5)
    seller(event)
    _r1, online, _p1 = paid(event, fake, "Aino")
    _r2, cash = ordered(event, "Bertta")
    settling.take_by_hand(order=cash, method=Method.CASH, by=make.user(), now=NOW)
    _r3, owing = ordered(event, "Cecilia")
    invoiced_registration, invoiced = ordered(event, "Daavid")
    invoices.pay_by_invoice(order=invoiced, to=COMPANY, by=make.user(), now=NOW)

    cancelling.cancel_event(event=event, notes={}, by=make.organiser(event), now=NOW)
    deliver_refunds()

    assert (fresh(online).state, fresh(owing).state, fresh(invoiced).state) == ("paid", "closed", "closed")
    assert books(online) == {}
    assert books(cash) == {"money": 6903, "payers": 6903}
    assert Invoice.objects.get().credited_on == NOW.date()
    assert {each.status for each in Registration.objects.all()} == {Status.CANCELLED}
    assert Refund.objects.filter(reason="event").count() == 2
    assert counters(event).held == 0
    assert fresh(invoiced_registration).status == Status.CANCELLED


def test_money_that_was_paid_in_cash_waits_for_a_hand(fake):
    event = priced()
    registration, order = ordered(event)
    payment = settling.take_by_hand(order=order, method=Method.CASH, by=make.user(), now=NOW)
    seats.cancel(registration=fresh(registration), by=None, now=NOW)
    [refund] = payment.refunds.all()
    asked = OutboxMessage.objects.filter(kind=sending.KIND).count()

    refunding.by_hand(refund=refund, by=make.user(), now=NOW)

    assert (asked, fresh(refund).state, books(order)) == (0, RefundState.DONE, {})


def test_a_refund_that_the_provider_refuses_is_owed_and_can_be_made_by_hand(fake):
    registration, order, payment = paid(priced(contact_email="organiser@example.fi"), fake)
    seats.cancel(registration=registration, by=None, now=NOW)
    deliver_refunds()
    refund = payment.refunds.get()
    fake.bank.fail_refund(refund.provider_id)
    refunding.apply(refund_pk=refund.pk, made=choosing.provider().refund_of(refund_id=refund.provider_id), now=NOW)
    owed = books(order)

    refunding.by_hand(refund=fresh(refund), by=make.user(), now=NOW)

    assert (owed, books(order)) == ({"money": 6903, "payers": 6903}, {})
    assert fresh(payment).state == PaymentState.REFUNDED


def test_goodwill_gives_no_more_than_there_is(fake):
    _registration, order, payment = paid(priced(), fake)

    giving_back.give_back_more(order=order, payment_pk=payment.pk, cents=2000, by=make.user(), now=NOW)
    with pytest.raises(giving_back.NothingLeft):
        giving_back.give_back_more(order=order, payment_pk=payment.pk, cents=4904, by=make.user(), now=NOW)
    deliver_refunds()

    assert (fresh(payment).state, books(order)) == (PaymentState.PARTLY_REFUNDED, {"money": 4903, "seats": 4903})


def test_a_seat_that_is_given_to_somebody_else_stays_paid(fake):
    registration, order, _payment = paid(priced(), fake)

    made = seats.hand_over(registration=registration, to=contact("Bertta"), by=None, now=NOW)

    assert (made.status, order.lines.get().registration, books(order)) == (
        Status.CONFIRMED,
        made,
        {"money": 6903, "seats": 6903},
    )


# Invoices


def test_references_have_their_check_digit():
    assert [reference(each) for each in (123, 1001, 123456)] == ["1232", "10016", "1234561"]
    assert is_reference("12 3456 1")
    assert is_reference("RF33 1234561")
    assert not is_reference("1234562")
    assert (compact("00010016"), grouped("1234561")) == ("10016", "12 34561")


def test_a_company_gets_the_seat_and_an_invoice(fake, counters):
    event = priced(seats_=1)
    seller(event)
    PaymentTerms.objects.create(event=event, takes_invoices=True, invoice_days=14)
    Event.objects.filter(pk=event.pk).update(sequence=event.sequence + 1)
    registration, order = ordered(event)

    payment = invoices.pay_by_invoice(order=order, to=COMPANY, by=None, now=NOW)

    bill = payment.invoice
    assert (fresh(registration).status, counters(event).taken) == (Status.CONFIRMED, 1)
    assert (bill.number, bill.reference, bill.due_on - bill.issued_on) == (
        1,
        reference(bill.seller_id * 1_000_000 + 1),
        dt.timedelta(days=14),
    )
    assert fresh(order).pay_by is None
    seats.sweep(now=later(days=20))
    assert fresh(registration).status == Status.CONFIRMED


def test_where_invoices_are_not_taken_a_visitor_gets_none(fake):
    event = priced()
    seller(event)
    _registration, order = ordered(event)

    with pytest.raises(invoices.NoInvoices):
        invoices.pay_by_invoice(order=order, to=COMPANY, by=None, now=NOW)


def test_an_invoice_that_is_paid_makes_the_order_paid(fake):
    event = priced()
    seller(event)
    _registration, order = ordered(event)
    payment = invoices.pay_by_invoice(order=order, to=COMPANY, by=make.user(), now=NOW)

    invoices.mark_paid(payment=payment, by=make.user(), now=later(days=3))

    assert (fresh(order).state, books(order)) == (OrderState.PAID, {"money": 6903, "seats": 6903})


def test_an_invoice_of_a_cancelled_seat_is_credited_and_what_is_kept_is_billed_anew(fake):
    event = priced()
    seller(event)
    registration, order = ordered(event)
    first = invoices.pay_by_invoice(order=order, to=COMPANY, by=make.user(), now=NOW)

    seats.cancel(registration=fresh(registration), by=None, now=STARTS - dt.timedelta(days=2))

    second = order.payments.latest("pk")
    assert (fresh(first).state, fresh(first).invoice.credited_on is not None) == (PaymentState.EXPIRED, True)
    assert (second.cents, second.invoice.number, fresh(order).cents) == (3451, 2, 3451)


def test_who_pays_online_while_an_invoice_is_out_need_not_pay_it(fake):
    event = priced()
    seller(event)
    _registration, order = ordered(event)
    bill = invoices.pay_by_invoice(order=order, to=COMPANY, by=make.user(), now=NOW)
    payment = page_for(fresh(order))
    fake.page.pay(payment.session)
    checkout.refresh(payment=payment, now=NOW)

    assert (fresh(order).state, fresh(bill).state) == (OrderState.PAID, PaymentState.EXPIRED)


def test_paying_twice_in_two_ways_gives_the_second_back(fake):
    event = priced()
    _registration, order = ordered(event)
    payment = page_for(order)
    settling.take_by_hand(order=order, method=Method.CASH, by=make.user(), now=NOW)
    fake.page.pay(payment.session)
    checkout.refresh(payment=payment, now=NOW)
    deliver_refunds()

    assert [each.reason for each in payment.refunds.all()] == ["twice"]
    assert books(order) == {"money": 6903, "seats": 6903}


# Papers


@pytest.mark.parametrize("language", ["fi", "sv", "en", "uk"])
def test_receipts_and_invoices_are_tagged_documents_in_the_payers_language(fake, language):
    event = priced()
    seller(event)
    _registration, order = ordered(event)
    Order.objects.update(language=language)
    bill = invoices.pay_by_invoice(order=order, to=COMPANY, by=make.user(), now=NOW)
    _name, invoice = papers.of(bill)
    invoices.mark_paid(payment=bill, by=make.user(), now=NOW)
    name, receipt = papers.of(bill)

    for made in (invoice, receipt):
        assert made.startswith(b"%PDF")
        assert b"/MarkInfo" in made or b"pdfuaid" in made
    assert name.endswith(f"-{bill.pk}.pdf")


# The desk


def test_an_order_of_another_organisation_is_not_there(client, fake):
    _registration, order = ordered(priced())
    client.force_login(make.member(Role.OWNER, make.organisation()))

    answers = [
        client.get(reverse("registrations:payments", args=[order.event_id])),
        client.get(reverse("registrations:order", args=[order.event_id, order.pk])),
        client.post(reverse("registrations:act_on_order", args=[order.event_id, order.pk, "cash"])),
    ]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert fresh(order).state == OrderState.OPEN


def test_cash_at_the_door_is_written_down_by_whom(client, fake):
    event = priced()
    _registration, order = ordered(event)
    user = make.organiser(event)
    client.force_login(user)

    client.post(reverse("registrations:act_on_order", args=[event.pk, order.pk, "cash"]))
    again = client.post(reverse("registrations:act_on_order", args=[event.pk, order.pk, "cash"]))

    payment = order.payments.get()
    assert (payment.method, payment.taken_by, fresh(order).state, again.status_code) == ("cash", user, "paid", 409)


def test_the_list_of_orders_costs_the_same_queries_for_one_and_three(client, fake):
    event = priced(seats_=5)
    client.force_login(make.organiser(event))
    address = reverse("registrations:payments", args=[event.pk])
    client.get(reverse("events:catalogue"))  # what every page asks once and keeps

    counts = []
    for names in (("Aino",), ("Bertta", "Cecilia")):
        for name in names:
            paid(event, fake, name)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_what_needs_a_hand_stands_on_one_page(client, fake):
    event = priced(contact_email="organiser@example.fi")
    _registration, order, payment = paid(event, fake)
    client.force_login(make.organiser(event))
    before = client.get(reverse("registrations:money")).text
    fake.bank.dispute(payment.provider_id)
    found = choosing.provider().dispute(dispute_id=fake.newest("dispute", 1)[0]["id"])
    disputes.apply(dispute=found, now=NOW)

    address = reverse("registrations:order", args=[event.pk, order.pk])
    assert (address in before, address in client.get(reverse("registrations:money")).text) == (False, True)


def test_the_seat_of_a_free_event_has_nothing_to_do_with_money(fake):
    event = make.event(seats=2, first=STARTS)
    registration = register(event)

    seats.cancel(registration=registration, by=None, now=NOW)

    assert (Order.objects.count(), OutboxMessage.objects.filter(kind=sending.KIND).count()) == (0, 0)


def test_own_data_tell_of_orders_and_payments(fake):
    registration, order, _payment = paid(priced(), fake)

    [part] = [each for each in own_data.parts(registration=registration) if each.key == "orders"]

    told = {item.key: item.value for item in part.rows[0]}
    assert (told["number"], told["cents"], told["payments"][0]["state"]) == (order.pk, 6903, "paid")


def test_who_gave_the_seat_away_keeps_the_order_and_the_other_sees_nothing_of_it(fake):
    registration, order, _payment = paid(priced(), fake)
    made = seats.hand_over(registration=registration, to=contact("Bertta"), by=None, now=NOW)

    seats.cancel(registration=made, by=None, now=NOW)

    letter = OutboxMessage.objects.get(payload__keys__letter="pay_back")
    assert fresh(order).payer_registration == registration
    assert (letter.recipient, letter.payload["keys"]["registration"]) == ("aino@example.fi", registration.pk)
    assert [each.key for each in own_data.parts(registration=fresh(made)) if each.key == "orders"] == []


def test_a_refund_that_fails_a_second_time_still_needs_a_hand(fake):
    registration, order, payment = paid(priced(), fake)
    seats.cancel(registration=registration, by=None, now=NOW)
    first = payment.refunds.get()
    refunding.fail(refund_pk=first.pk, fault="no", now=NOW)
    second = refunding.again(refund=fresh(first), by=make.user(), now=NOW)
    refunding.fail(refund_pk=second.pk, fault="no", now=NOW)

    assert list(Order.objects.filter(overview.odd_at(NOW))) == [order]


def test_an_organiser_who_cancels_gives_everything_back(fake):
    registration, order, _payment = paid(priced(), fake)
    late = STARTS - dt.timedelta(hours=2)

    seats.cancel(registration=registration, by=make.organiser(order.event), now=late)

    assert (order.lines.get().kept_cents, books(order)) == (0, {"money": 6903, "payers": 6903})


def test_an_account_stays_while_invoices_are_to_be_paid_to_it(fake):
    event = priced()
    found = seller(event)
    _registration, order = ordered(event)
    invoices.pay_by_invoice(order=order, to=COMPANY, by=make.user(), now=NOW)
    values = {name: getattr(found, name) for name in sellers.COLUMNS} | {"iban": ""}

    with pytest.raises(sellers.InvoicesOut):
        sellers.save(organisation=event.organisation, values=values, by=make.user(), now=NOW)
