"""The demo's event that costs something: who has paid, by which way, who still owes, and who got money back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models import User
from config.demo.people import DemoPerson
from events.enums import Vat
from events.models import Event, Price
from events.services import prices
from registrations.enums import HoldKind, Method
from registrations.gateways import choosing
from registrations.models import Hold, Order, Registration
from registrations.services import seats
from registrations.services.payments import checkout, invoices, sellers, settling
from registrations.services.payments.invoicing import Billed

FREE, ONLINE = 3, 4
"""How many come for nothing, and pay online."""
PEOPLE = FREE + ONLINE + 4
SELLER = {
    "name": "Hartolan kunta",
    "business_id": "0165116-3",
    "address": "Testikatu 1\n19600 Hartola",
    "email": "laskutus@hartola.example",
    "iban": "FI2112345600000785",
    "bic": "",
}
COMPANY = Billed(
    company="Testitie Oy", business_id="0165116-3", address="Esimerkkitie 5\n19600 Hartola", their_reference="Tieturva"
)


def set_up(event: Event, rows: Sequence[Mapping[str, Any]], by: User, *, now: datetime) -> None:
    """Give the event its prices, a discount code and its terms."""
    for row in rows:
        plan = prices.PricePlan(
            names=row["name"],
            cents=row["cents"],
            includes_vat=False,
            vat=Vat.STANDARD,
            employer_pays=row.get("employer_pays", False),
        )
        prices.set_price(event=event, plan=plan, by=by, now=now)
    terms = {"takes_invoices": True, "invoice_days": 14, "takes_at_door": True}
    usual = {"full_days": 7, "share_days": 1, "share_percent": 50}
    prices.change_terms(event=event, values=terms | usual, by=by, now=now)
    code = prices.DiscountPlan(code="OPPISOPIMUS", percent=20, cents=None, most_uses=5, valid_until=None)
    prices.add_discount(event=event, plan=code, by=by, now=now)
    sellers.save(organisation=event.organisation, values=SELLER, by=by, now=now)


def fill(event: Event, people: Sequence[DemoPerson], by: User, *, now: datetime) -> None:
    """Some come for nothing, some have paid online, one gets an invoice, one paid in cash, one cancelled in time."""
    free, full, employer = Price.objects.filter(event=event).order_by("position")
    for number, person in enumerate(people[:FREE]):
        _register(event, person, free, now - timedelta(days=9, hours=number))
    payers = people[FREE:]
    for number, person in enumerate(payers[:ONLINE]):
        _pay_online(_register(event, person, full, now - timedelta(minutes=20 - number)), now)
    invoiced, cash, cancelled, owing = payers[ONLINE:]
    order, billed_at = _order(_register(event, invoiced, employer, now - timedelta(days=4))), now - timedelta(days=4)
    invoices.pay_by_invoice(order=order, to=COMPANY, by=None, now=billed_at)
    order = _order(_register(event, cash, full, now - timedelta(minutes=9)))
    settling.take_by_hand(order=order, method=Method.CASH, by=by, now=now)
    gone = _register(event, cancelled, full, now - timedelta(minutes=8))
    _pay_online(gone, now)
    seats.cancel(registration=gone, by=None, now=now)
    _register(event, owing, full, now)


def _register(event: Event, person: DemoPerson, price: Price, moment: datetime) -> Registration:
    pool = event.pools.get()
    seats.hold(event=event, pool_pk=pool.pk, kind=HoldKind.SEAT, now=moment)
    made = seats.register(
        hold=Hold.objects.latest("pk"),
        contact=person.contact,
        answers=person.answers,
        support_needs="",
        price=price.pk,
        now=moment,
    )
    assert made is not None  # noqa: S101 - nobody of them is registered yet
    return made


def _order(registration: Registration) -> Order:
    return Order.objects.get(lines__registration=registration)


def _pay_online(registration: Registration, now: datetime) -> None:
    """At the fake's own page, where the demo has one; otherwise it is still to be paid."""
    fake, order = choosing.fake(), _order(registration)
    if fake is None:
        return
    try:
        checkout.pay_online(order=order, back=f"{settings.SITE_URL}/", now=now)
    except checkout.ProviderDown:  # a demo that is loaded for another day than the fake's
        return
    payment = order.payments.get()
    fake.page.pay(payment.session or "")
    checkout.refresh(payment=payment, now=now)
