"""What a seat costs: prices for different people, codes, tax by the day, and what changes while a form is filled."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from core.models import OutboxMessage
from events import rules
from events.enums import Status as EventStatus
from events.models import Discount, Event, Price
from events.services import prices, publishing
from registrations.enums import Status
from registrations.models import Order, Registration
from registrations.services import checks, seats
from tests import factories as make
from tests.registrations.paying import NOW, contact, held, ordered, priced, register, seller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(settings):
    settings.FORM_FASTEST_SECONDS = 0
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("cents", "rate", "includes", "gross", "vat"),
    [
        (5500, 2550, False, 6903, 1403),
        (5500, 0, False, 5500, 0),
        (6903, 2550, True, 6903, 1403),
        (5500, 2400, False, 6820, 1320),
        (1, 2550, False, 1, 0),
        (0, 2550, False, 0, 0),
    ],
)
def test_tax_is_added_or_taken_out_and_a_half_cent_is_rounded_up(cents, rate, includes, gross, vat):
    amount = rules.charged(cents, rate, includes_vat=includes)

    assert (amount.cents, amount.vat, amount.net + amount.vat) == (gross, vat, gross)


@pytest.mark.parametrize(
    ("percent", "cents", "left"), [(20, 0, 5522), (100, 0, 0), (0, 1000, 5903), (0, 9999, 0), (0, 6873, 0)]
)
def test_a_reduction_leaves_a_sum_that_can_be_charged_or_nothing(percent, cents, left):
    assert rules.after(rules.Amount(6903, 2550), percent=percent, cents=cents).cents == left


def test_the_rate_is_that_of_the_day_on_which_it_is_charged():
    make.vat_rates()
    price = Price(cents=10_000, includes_vat=False, vat="standard")

    august, september = (
        prices.charged(price, dt.datetime(2024, month, day, 9, tzinfo=dt.UTC)) for month, day in ((8, 31), (9, 1))
    )

    assert (august.basis_points, august.cents, september.basis_points, september.cents) == (2400, 12_400, 2550, 12_550)


def group(event, name, cents, **more):
    made = Price.objects.create(event=event, name_fi=name, cents=cents, vat="exempt", position=9, **more)
    Event.objects.filter(pk=event.pk).update(sequence=event.sequence + 1)
    return made


def test_each_chooses_their_own_price_and_one_contact_pays_for_all(fake):
    event = priced(seats_=5, vat="exempt")
    free = group(event, "Työtön", 0)
    full = event.prices.get(name_fi="Osallistuja")
    hold = held(event, number=2)
    who = [
        seats.Claimant(contact=contact("Aino"), price=full.pk),
        seats.Claimant(contact=contact("Bertta"), price=free.pk),
    ]
    party = seats.register_party(hold=hold, contact=contact("Aino"), claimants=who, company=None, now=NOW)

    order = Order.objects.get(party=party)
    assert (order.cents, sorted(order.lines.values_list("cents", flat=True))) == (5500, [0, 5500])
    assert {each.status for each in party.members.all()} == {Status.UNPAID}


def test_whoever_chose_no_price_must_choose_one(fake):
    event = priced()
    group(event, "Työtön", 0)

    with pytest.raises(seats.PriceNeeded):
        register(event)


def test_a_price_that_was_taken_away_meanwhile_is_told(fake):
    event = priced()
    other = group(event, "Opiskelija", 2000)
    prices.retire_price(event=event, price_pk=other.pk, by=make.user(), now=NOW)

    with pytest.raises(seats.PriceGone):
        register(Event.objects.get(pk=event.pk), price=other.pk)


def test_the_sum_that_was_seen_is_the_sum_that_is_owed(fake):
    event = priced()

    with pytest.raises(seats.PriceChanged) as told:
        register(event, deal=seats.Deal(seen=5500))

    assert (told.value.cents, Registration.objects.count()) == (6903, 0)


def test_what_is_ordered_stays_when_the_price_changes(fake):
    event = priced()
    _registration, order = ordered(event)
    Price.objects.update(cents=9900)

    order.refresh_from_db()

    assert (order.cents, order.lines.get().cents) == (6903, 6903)


def test_a_code_makes_it_cheaper_for_so_many(fake):
    event = priced()
    Discount.objects.create(event=event, code="OPETTAJA", percent=20, most_uses=1)

    first = register(event, deal=seats.Deal(code=" opettaja "))
    with pytest.raises(seats.DiscountOver):
        register(event, "Bertta", deal=seats.Deal(code="OPETTAJA"))

    assert Order.objects.get(lines__registration=first).cents == 5522


@pytest.mark.parametrize("code", ["EIOLE", "VANHA", "SULJETTU"])
def test_a_code_that_is_not_good_is_told(fake, code):
    event = priced()
    Discount.objects.create(event=event, code="VANHA", percent=20, valid_until=NOW)
    Discount.objects.create(event=event, code="SULJETTU", percent=20, closed_at=NOW)

    with pytest.raises(seats.DiscountOver):
        register(event, deal=seats.Deal(code=code))


def test_a_code_for_everything_gives_the_seat_at_once(fake):
    event = priced()
    Discount.objects.create(event=event, code="ILMAN", percent=100)

    registration = register(event, deal=seats.Deal(code="ILMAN"))

    assert (registration.status, Order.objects.count()) == (Status.CONFIRMED, 0)


def test_an_offer_that_is_taken_is_paid_before_the_seat_is_theirs(fake, counters):
    event = priced(seats_=1)
    first = register(event)
    waiting = register(event, "Bertta", kind="queue")
    seats.cancel(registration=first, by=None, now=NOW)
    waiting.refresh_from_db()

    [taken] = seats.accept(offer=waiting.offer, now=NOW)

    order = Order.objects.get(lines__registration=taken)
    assert (taken.status, order.pay_by, counters(event).held) == (Status.UNPAID, waiting.offer.expires_at, 1)


def test_at_the_desk_a_seat_is_given_at_once_and_paid_there(fake):
    event = priced()

    made = seats.enrol(
        event=event,
        contact=make.contact(),
        answers=None,
        support_needs="",
        accept_queue=False,
        by=make.user(),
        now=NOW,
        later=True,
    )

    order = Order.objects.get(lines__registration=made)
    assert (made.status, order.state, order.pay_by) == (Status.CONFIRMED, "open", None)


# What visitors see


def test_the_price_with_its_tax_stands_on_the_events_page_and_in_the_form(client, fake):
    event = priced()
    group(event, "Työtön", 0)

    shown = client.get(reverse("events:event", args=[event.slug])).text
    url = client.post(reverse("registrations:take", args=[event.slug]), {"kind": "seat"}).headers["Location"]
    form = client.get(url).text

    for page in (shown, form):
        assert "69,03\N{NO-BREAK SPACE}€ (sis. alv 25,5\N{NO-BREAK SPACE}%)" in page
    assert re.search(r"0–69,03", shown)
    assert '"price": 69.03' in shown


@pytest.fixture
def today():
    """The database's own clock, by which links in mails run out."""
    moment = dt.datetime.fromtimestamp(time_machine.escape_hatch.time.time(), dt.UTC)
    with time_machine.travel(moment, tick=True):
        yield moment


def test_the_form_asks_for_the_mailbox_before_money_and_then_leads_to_the_payment(client, fake, today):
    event = priced(first=today + dt.timedelta(days=30))
    url = client.post(reverse("registrations:take", args=[event.slug]), {"kind": "seat"}).headers["Location"]
    url = url.removesuffix("?step=contact")
    who = {"first_name": "Olena", "last_name": "Testenko", "email": "olena@example.fi", "language": "fi"}
    client.post(url, {"step": "contact", "code": "", **who})
    summary = client.get(url).text

    client.post(url, {"step": "summary", "sum": "6903"})
    message = OutboxMessage.objects.get(payload__keys__letter="confirm_address")
    link = re.search(r"https?://[^/]+(/\S*confirm/\S+/)", message.payload["text"])[1]
    answer = client.post(link, {"sum": "6903"})
    page = client.get(answer.headers["Location"]).text

    assert 'name="sum" value="6903"' in summary
    assert Registration.objects.get().status == Status.UNPAID
    assert "69,03\N{NO-BREAK SPACE}€" in page


def test_another_sum_than_was_shown_is_shown_again_and_nothing_typed_is_lost(client, fake):
    event = priced()
    url = client.post(reverse("registrations:take", args=[event.slug]), {"kind": "seat"}).headers["Location"]
    url = url.removesuffix("?step=contact")
    who = {"first_name": "Olena", "last_name": "Testenko", "email": "olena@example.fi", "language": "fi"}
    client.post(url, {"step": "contact", "code": "", **who})

    answer = client.post(url, {"step": "summary", "sum": "5500"})

    assert answer.status_code == 422
    assert "Olena" in answer.text
    assert 'name="sum" value="6903"' in answer.text


# What organisers do


def sign_in(client, event):
    user = make.member(Role.ORGANISER, event.organisation)
    client.force_login(user)
    return user


NEW = {
    "price0-name_fi": "Opiskelija",
    "price0-euros": "20,50",
    "price0-includes_vat": "yes",
    "price0-vat": "standard",
}


def test_an_organiser_sets_a_price_in_euros(client, fake):
    event = priced()
    sign_in(client, event)

    client.post(reverse("registrations:add_price", args=[event.pk]), NEW)

    made = Price.objects.get(name_fi="Opiskelija")
    assert (made.cents, made.includes_vat, made.vat) == (2050, True, "standard")


@pytest.mark.parametrize(
    ("euros", "told"), [("0,20", "Alle 0,50"), ("-5", ""), ("55,001", "sentit"), ("viisi", ""), ("99999999", "")]
)
def test_a_price_that_cannot_be_charged_is_refused_beside_its_field(client, fake, euros, told):
    event = priced()
    sign_in(client, event)

    answer = client.post(reverse("registrations:add_price", args=[event.pk]), NEW | {"price0-euros": euros})

    assert (answer.status_code, Price.objects.count()) == (422, 1)
    assert told in answer.text
    assert f'value="{euros}"' in answer.text


def test_two_prices_of_one_name_are_refused(client, fake):
    event = priced()
    sign_in(client, event)

    answer = client.post(reverse("registrations:add_price", args=[event.pk]), NEW | {"price0-name_fi": "Osallistuja"})

    assert (answer.status_code, Price.objects.count()) == (422, 1)


def test_an_event_with_a_price_is_not_published_while_nobody_can_pay(settings):
    event = priced(status=EventStatus.DRAFT)

    with pytest.raises(publishing.NotReady):
        publishing.publish(event=event, by=make.user(), now=NOW)

    assert len(checks.payments(Event.objects.get(pk=event.pk), NOW)) == 1


def test_with_a_payment_service_it_can_be_published(fake):
    event = priced(status=EventStatus.DRAFT)

    publishing.publish(event=event, by=make.user(), now=NOW)

    assert Event.objects.get(pk=event.pk).status == EventStatus.PUBLISHED


def test_invoices_need_a_seller(fake):
    event = priced(status=EventStatus.DRAFT)
    terms = {"takes_invoices": True, "invoice_days": 14, "takes_at_door": False}
    usual = {"full_days": 7, "share_days": 1, "share_percent": 50}
    prices.change_terms(event=event, values=terms | usual, by=make.user(), now=NOW)

    before = checks.payments(Event.objects.get(pk=event.pk), NOW)
    seller(event)
    after = checks.payments(Event.objects.get(pk=event.pk), NOW)

    assert (len(before), after) == (1, [])


def test_a_published_event_does_not_lose_the_ways_to_pay(fake):
    event = priced()
    terms = {"takes_invoices": True, "invoice_days": 14, "takes_at_door": False}
    usual = {"full_days": 7, "share_days": 1, "share_percent": 50}
    Event.objects.filter(pk=event.pk).update(published_at=NOW)

    with pytest.raises(publishing.NotReady):
        prices.change_terms(event=event, values=terms | usual, by=make.user(), now=NOW)
