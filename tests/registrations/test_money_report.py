"""A month in money: its rows add up to the books, its tax to the lines, whatever happened and in which month."""

import datetime as dt
import random
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from core.errors import Refused
from core.models import OutboxMessage
from core.services.outbox import NotNeeded, RefusedForGood
from events.models import Event, PaymentTerms, Price
from registrations.enums import Account, HoldKind, Method, OrderState
from registrations.gateways import choosing
from registrations.gateways.stripe_fake import NotOpen
from registrations.models import Hold, Order, OrderLine, Payment, Registration
from registrations.services import seats
from registrations.services.payments import (
    checkout,
    disputes,
    giving_back,
    invoices,
    ledger,
    papers,
    refunding,
    reporting,
    sending,
    settling,
)
from registrations.services.payments.reporting import Moved
from tests import factories as make
from tests.registrations.paying import COMPANY, NOW, contact, later, ordered, paid, priced, seller

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = dt.date(2026, 11, 1), dt.date(2026, 12, 1)
MONTHS = [dt.date(2026, 11, 1), dt.date(2026, 12, 1), dt.date(2027, 1, 1), dt.date(2027, 2, 1), dt.date(2027, 3, 1)]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def month(event, first=NOVEMBER):
    return reporting.of_month(organisation=event.organisation, first=first)


def told(report):
    return [(str(row.what), row.gross, row.vat, row.money) for row in report.rows]


def give_back_due():
    for message in OutboxMessage.objects.filter(kind=sending.KIND):
        try:
            refunding.deliver(message)
        except (NotNeeded, RefusedForGood):
            continue


def in_parts(event, **terms):
    PaymentTerms.objects.create(event=event, **terms)
    return Event.objects.get(pk=event.pk)


def test_a_sale_stands_in_its_month_with_its_tax(fake):
    event = priced()
    _registration, order, payment = paid(event, fake)

    found = month(event)

    [money, sale] = sorted(found.rows, key=lambda row: row.gross)
    assert (sale.order, sale.receipt, sale.method, sale.net, sale.basis_points, sale.vat, sale.gross) == (
        order.pk, payment.pk, "online", 5500, 2550, 1403, 6903,
    )  # fmt: skip
    assert (money.what, money.money) == (Moved.RECEIVED, 6903)
    assert (found.whole.rates, found.whole.gross, found.whole.received) == (
        {2550: (5500, 1403)},
        6903,
        {"online": 6903},
    )


def test_a_month_ends_at_midnight_in_finland(fake):
    event = priced(first=NOW + dt.timedelta(days=90))
    moment = dt.datetime(2026, 11, 30, 22, 30, tzinfo=dt.UTC)  # 00.30 of December there
    with time_machine.travel(moment, tick=False):
        paid(event, fake, now=moment)

    assert [month(event, first).whole.gross for first in (NOVEMBER, DECEMBER)] == [0, 6903]


def test_money_given_back_is_taken_off_the_month_in_which_the_seat_is_given_up(fake):
    event = priced(first=NOW + dt.timedelta(days=90))
    registration, _order, _payment = paid(event, fake)
    with time_machine.travel(later(days=31), tick=False):
        seats.cancel(registration=registration, by=None, now=later(days=31))
        give_back_due()

    assert month(event).whole.gross == 6903
    assert told(month(event, DECEMBER)) == [("given up", -6903, -1403, 0), ("given back", 0, 0, -6903)]
    assert month(event, DECEMBER).whole.rates == {2550: (-5500, -1403)}


def test_what_is_kept_of_a_cancelled_seat_keeps_its_part_of_the_tax(fake):
    event = in_parts(priced(), full_days=60, share_days=1, share_percent=50)
    registration, order, _payment = paid(event, fake)
    seats.cancel(registration=registration, by=None, now=later(hours=1))

    found = month(event)

    assert told(found)[-2:] == [("given up", -6903, -1403, 0), ("kept", 3451, 701, 0)]
    assert found.whole.rates == {rate: (net, vat) for rate, net, vat in papers.vat_rows(list(order.lines.all()))}


def test_the_organisers_goodwill_takes_tax_off_without_losing_a_cent(fake):
    event = priced()
    _registration, order, payment = paid(event, fake)
    for cents in (4663, 2240):  # each rounded by itself, their tax would be a cent more or less
        giving_back.give_back_more(order=order, payment_pk=payment.pk, cents=cents, by=make.user(), now=NOW)

    found = month(event)

    assert [row.gross for row in found.rows if row.what == "goodwill"] == [-4663, -2240]
    assert (found.whole.gross, found.whole.rates) == (0, {2550: (0, 0)})


def test_late_money_is_no_sale(fake):
    event = priced()
    seller(event)
    registration, order = ordered(event)
    payment = invoices.pay_by_invoice(order=order, to=COMPANY, by=make.organiser(event), now=NOW)
    seats.cancel(registration=registration, by=None, now=NOW)
    invoices.mark_paid(payment=payment, by=make.user(), now=later(hours=1))

    assert told(month(event)) == [("received", 0, 0, 6903)]


def test_a_dispute_moves_money_and_sells_nothing(fake):
    event = priced()
    _registration, _order, payment = paid(event, fake)
    made = fake.bank.dispute(payment.provider_id)
    disputes.apply(dispute=choosing.provider().dispute(dispute_id=made), now=NOW)

    assert (month(event).whole.disputes, month(event).whole.gross, month(event).whole.money) == (-6903, 6903, 0)


def test_a_refund_that_failed_has_come_back(fake):
    event = priced()
    registration, _order, payment = paid(event, fake)
    seats.cancel(registration=registration, by=None, now=NOW)
    give_back_due()
    refund = payment.refunds.get()
    fake.bank.fail_refund(refund.provider_id)
    refunding.apply(refund_pk=refund.pk, made=choosing.provider().refund_of(refund_id=refund.provider_id), now=NOW)

    assert [row.money for row in month(event).rows if row.what == Moved.CAME_BACK] == [6903]
    assert (month(event).whole.given_back, month(event).whole.received) == (0, {"online": 6903})


def test_each_way_of_paying_has_its_sum(fake):
    event = priced(seats_=5)
    seller(event)
    paid(event, fake, "Aino")
    for name, method in (("Bertta", Method.CASH), ("Cecilia", Method.CARD)):
        settling.take_by_hand(order=ordered(event, name)[1], method=method, by=make.user(), now=NOW)
    _registration, order = ordered(event, "Daavid")
    payment = invoices.pay_by_invoice(order=order, to=COMPANY, by=make.organiser(event), now=NOW)
    invoices.mark_paid(payment=payment, by=make.user(), now=NOW)

    assert month(event).whole.received == dict.fromkeys(Method.values, 6903)


def test_only_the_organisations_own_events_are_in_it(fake):
    event, other = priced(), priced()
    paid(event, fake)
    paid(other, fake, "Bertta")

    assert [each.event for each in month(event).events] == [event]


# Random histories


class Story:
    """Months of an event with two prices: people come in every way of paying, leave, dispute and are given back."""

    def __init__(self, fake, seed):
        self.fake, self.chance, self.now = fake, random.Random(seed), NOW
        vat = self.chance.choice(["standard", "reduced"])
        event = priced(cents=self.chance.randrange(1000, 9999), seats_=40, vat=vat, first=NOW + dt.timedelta(days=110))
        Price.objects.create(
            event=event, name_fi="Muu", cents=self.chance.randrange(100, 999), vat="exempt", position=2
        )
        self.event = in_parts(event, takes_invoices=True, full_days=80, share_days=40, share_percent=33)
        self.prices = list(event.prices.values_list("pk", flat=True))
        self.numbers, self.is_simple = iter(range(10_000)), True
        seller(self.event)

    def play(self, steps):
        for _step in range(steps):
            self.now += dt.timedelta(minutes=self.chance.randrange(1, 4000))
            with time_machine.travel(self.now, tick=False):
                act = self.chance.choice(
                    [
                        self.come,
                        self.come,
                        self.leave,
                        self.leave,
                        self.pay_invoice,
                        self.dispute,
                        self.goodwill,
                        give_back_due,
                    ]
                )
                try:
                    act()
                except (Refused, NotOpen):
                    continue

    def come(self):
        number = self.chance.randrange(1, 4)
        token_now, names = self.now, [f"P{next(self.numbers)}" for _each in range(number)]
        seats.hold(event=self.event, kind=HoldKind.SEAT, seats=number, now=token_now)
        hold = Hold.objects.latest("pk")
        if number == 1:
            seats.register(
                hold=hold, contact=contact(names[0]), answers=None, support_needs="", now=self.now, price=self.price()
            )
        else:
            claimants = [seats.Claimant(contact=contact(name), price=self.price()) for name in names]
            seats.register_party(hold=hold, contact=contact(names[0]), claimants=claimants, company=None, now=self.now)
        self.pay(Order.objects.latest("pk"))

    def price(self):
        return self.chance.choice(self.prices)

    def pay(self, order):
        how = self.chance.choice(["online", "invoice", "cash", "nothing"])
        if how == "invoice":
            invoices.pay_by_invoice(order=order, to=COMPANY, by=None, now=self.now)
        elif how == "cash":
            settling.take_by_hand(order=order, method=Method.CASH, by=make.user(), now=self.now)
        elif how == "online":
            self.pay_online(order)

    def pay_online(self, order):
        checkout.pay_online(order=order, back="https://miitti.example/", now=self.now)
        payment = order.payments.latest("pk")
        self.fake.page.pay(payment.session)
        checkout.refresh(payment=payment, now=self.now)

    def any(self, rows):
        found = list(rows.order_by("pk"))
        return self.chance.choice(found) if found else None

    def leave(self):
        row = self.any(Registration.objects.filter(event=self.event, status="confirmed", order_lines__isnull=False))
        if row:
            seats.cancel(registration=row, by=None, now=self.now)

    def pay_invoice(self):
        if payment := self.any(Payment.objects.filter(method="invoice", state__in=["started", "expired"])):
            invoices.mark_paid(payment=payment, by=make.user(), now=self.now)

    def dispute(self):
        if self.chance.random() < 0.5 and (payment := self.any(Payment.objects.filter(method="online", state="paid"))):
            self.is_simple = False
            made = self.fake.bank.dispute(payment.provider_id)
            if self.chance.random() < 0.5:
                self.fake.bank.close_dispute(made, won=True)
            disputes.apply(dispute=choosing.provider().dispute(dispute_id=made), now=self.now)

    def goodwill(self):
        payment = self.any(Payment.objects.filter(state__in=["paid", "part_back"]))
        if payment and self.chance.random() < 0.5:
            self.is_simple = False
            cents = self.chance.randrange(1, payment.left_cents + 1)
            giving_back.give_back_more(
                order=payment.order, payment_pk=payment.pk, cents=cents, by=make.user(), now=self.now
            )


@pytest.mark.parametrize("seed", range(8))
def test_the_months_add_up_to_the_books_and_their_tax_to_the_lines(fake, seed):
    story = Story(fake, seed)
    story.play(60)

    reports = [month(story.event, first) for first in MONTHS]

    stands = ledger.balances()
    wholes = [each.whole for each in reports]
    assert sum(bool(each.rows) for each in reports) >= 3
    assert sum(each.seats for each in wholes) == stands[Account.SEATS]
    assert sum(each.kept for each in wholes) == stands[Account.KEPT]
    assert sum(each.money for each in wholes) == stands[Account.MONEY]
    assert sum(each.disputes for each in wholes) == -stands[Account.DISPUTES]
    for each in reports:
        assert each.whole.gross == sum(net + vat for net, vat in each.whole.rates.values())
        assert each.whole.gross == sum(of.gross for of in each.events)
        assert all((row.gross >= 0) == (row.vat >= 0) or not row.vat for row in each.rows)
    every = reporting.summed(None, [row for each in reports for row in each.rows])
    if story.is_simple:
        assert every.rates == _of_the_papers()


@pytest.mark.parametrize("seed", range(4))
def test_without_goodwill_and_disputes_the_tax_is_that_of_the_papers(fake, seed, monkeypatch):
    monkeypatch.setattr(Story, "dispute", Story.come)
    monkeypatch.setattr(Story, "goodwill", Story.leave)
    story = Story(fake, seed)
    story.play(60)

    every = reporting.summed(None, [row for first in MONTHS for row in month(story.event, first).rows])

    assert story.is_simple
    assert every.rates == _of_the_papers()


def _of_the_papers():
    lines = OrderLine.objects.filter(order__state=OrderState.PAID)
    sold = [rate for rate, _net, _vat in papers.vat_rows(list(lines))]
    return {rate: (net, vat) for rate, net, vat in papers.vat_rows(list(lines)) if rate in sold}


# Pages

PAGE, TABLE = "/en/desk/payments/report/", "/en/desk/payments/report.xlsx"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def workbook(answer):
    return openpyxl.load_workbook(BytesIO(answer.content))


def test_the_page_and_the_workbook_say_the_same(fake):
    event = priced(title="=HYPERLINK(1)", project=make.project(code="S31234"))
    _registration, order, payment = paid(event, fake)
    client = client_of(make.organiser(event))

    answer, book = client.get(PAGE, {"month": "2026-11"}), workbook(client.get(TABLE, {"month": "2026-11"}))

    for text in ("S31234", "=HYPERLINK(1)", "Money in November 2026", "69.03", "14.03"):
        assert text in answer.text
    summary, rows = (list(book[name].values) for name in ("Summary", "Rows"))
    assert summary == [
        (
            "Project", "Event", "Seats sold", "Kept of cancelled seats", "Without VAT, 25.5\xa0%", "VAT 25.5\xa0%",
            "Without VAT", "VAT", "With VAT", "Online", "By invoice", "Cash at the door", "Card at the door",
            "Given back", "Disputes", "Money",
        ),
        ("S31234", "=HYPERLINK(1)", 69.03, 0, 55, 14.03, 55, 14.03, 69.03, 69.03, 0, 0, 0, 0, 0, 69.03),
        (None, "All", 69.03, 0, 55, 14.03, 55, 14.03, 69.03, 69.03, 0, 0, 0, 0, 0, 69.03),
    ]  # fmt: skip
    local = timezone.localtime(NOW).replace(tzinfo=None)
    assert rows == [
        ("Date", "Order", "Receipt", "Project", "Event", "What", "Without VAT", "VAT rate, %", "VAT", "With VAT", "Money", "How"),
        (local, order.pk, payment.pk, "S31234", "=HYPERLINK(1)", "Seat sold", 55, 25.5, 14.03, 69.03, None, "Online"),
        (local, order.pk, payment.pk, "S31234", "=HYPERLINK(1)", "Money came", None, None, None, None, 69.03, "Online"),
    ]  # fmt: skip
    assert {cell.data_type for row in book["Rows"] for cell in row} <= {"s", "n", "d"}


def test_the_sums_of_the_workbook_are_exact_to_the_cent(fake):
    story = Story(fake, 1)
    story.play(30)
    client = client_of(make.organiser(story.event))

    book = workbook(client.get(TABLE, {"month": "2026-11"}))

    rows = list(book["Rows"].values)[1:]
    header, *_events, whole = book["Summary"].values
    said = dict(zip(header, whole, strict=True))
    for column, place in (("Without VAT", 6), ("VAT", 8), ("With VAT", 9), ("Money", 10)):
        assert sum(Decimal(str(row[place])) for row in rows if row[place] is not None) == Decimal(str(said[column]))


def test_no_name_of_a_payer_is_in_the_workbook(fake):
    event = priced()
    paid(event, fake)

    book = workbook(client_of(make.organiser(event)).get(TABLE, {"month": "2026-11"}))

    assert "Testinen" not in str([list(sheet.values) for sheet in book])


@pytest.mark.parametrize("wanted", ["", "soon", "2026-13", "1999-01", "2026-11-02"])
def test_what_is_no_month_is_this_one(fake, wanted):
    event = priced()
    paid(event, fake)

    assert "Money in November 2026" in client_of(make.organiser(event)).get(PAGE, {"month": wanted}).text


def test_a_month_without_money_says_so_and_its_workbook_is_empty(fake):
    client = client_of(make.organiser(priced()))

    assert "No money moved in this month" in client.get(PAGE, {"month": "2026-10"}).text
    assert len(list(workbook(client.get(TABLE, {"month": "2026-10"}))["Rows"].values)) == 1


def test_the_report_is_for_those_who_handle_an_organisations_money(fake):
    event = priced()
    key = event.organisation_id
    users = [
        make.user(),
        make.member(Role.READER, event.organisation),
        make.member(Role.ORGANISER, event),
        make.member(Role.OWNER, make.organisation()),
    ]

    for path in (PAGE, TABLE):
        assert [client_of(each).get(path, {"organisation": key}).status_code for each in users] == [404] * 4
        assert (Client().get(path).status_code, client_of(make.organiser(event)).post(path).status_code) == (302, 405)
        assert client_of(make.organiser(event)).get(path, {"organisation": "nonsense"}).status_code == 404
        assert client_of(make.organiser(event)).get(path, {"organisation": key}).status_code == 200


def test_the_page_asks_as_often_for_three_orders_as_for_one(fake):
    event, counts = priced(seats_=5), []
    client = client_of(make.organiser(event))
    for name in ("Aino", "Bertta", "Cecilia"):
        paid(event, fake, name)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(PAGE).status_code == 200
        counts.append(len(caught))

    assert counts[0] == counts[2]
