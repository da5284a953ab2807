"""What the tests of payments share: an event with a price, people who owe it, and the provider's post."""

import datetime as dt

from accounts.services.people import Contact
from core.secrets import digest
from events.models import Event, Price
from registrations.enums import HoldKind
from registrations.models import Hold, Order, Seller
from registrations.services import seats
from registrations.services.payments import checkout, ledger
from registrations.services.payments.invoicing import Billed
from tests import factories as make

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
BACK = "https://miitti.example/my/token/pay/"
COMPANY = Billed(company="Testipaja Oy", business_id="0165116-3", address="Testitie 1\n00100 Helsinki")


def priced(*, cents=5500, seats_=3, vat="standard", includes_vat=False, first=None, **event):
    """An event on which a seat costs 55 € and the general rate of tax, or what is said."""
    make.privacy_notices()
    make.vat_rates()
    made = make.event(seats=seats_, first=first or NOW + dt.timedelta(days=30), **event)
    Price.objects.create(event=made, name_fi="Osallistuja", cents=cents, vat=vat, includes_vat=includes_vat, position=1)
    return Event.objects.get(pk=made.pk)


def contact(name="Aino", **about):
    values = {"last_name": "Testinen", "email": f"{name.lower()}@example.fi", "phone": "", "language": "fi"}
    return Contact(first_name=name, **{**values, **about})


def held(event, *, number=1, kind=HoldKind.SEAT, now=NOW):
    token = seats.hold(event=event, kind=kind, seats=number, now=now)
    return Hold.objects.select_related("pool").get(token_digest=digest(token))


def register(event, name="Aino", *, now=NOW, kind=HoldKind.SEAT, **more):
    return seats.register(
        hold=held(event, kind=kind, now=now),
        contact=contact(name),
        answers=None,
        support_needs="",
        now=now,
        **more,
    )


def ordered(event, name="Aino", *, now=NOW, **more):
    """Somebody who owes what a seat costs."""
    registration = register(event, name, now=now, **more)
    return registration, Order.objects.get(lines__registration=registration)


def page_for(order, *, now=NOW):
    """Open the provider's page, and return the payment."""
    checkout.pay_online(order=order, back=BACK, now=now)
    return order.payments.latest("pk")


def paid(event, fake, name="Aino", *, now=NOW):
    """Somebody who has a seat and has paid it online."""
    registration, order = ordered(event, name, now=now)
    payment = page_for(order, now=now)
    fake.page.pay(payment.session)
    checkout.refresh(payment=payment, now=now)
    return fresh(registration), fresh(order), fresh(payment)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def seller(event):
    return Seller.objects.create(
        organisation=event.organisation,
        name="Testilän kunta",
        business_id="0165116-3",
        address="Kunnantie 1\n12345 Testilä",
        iban="FI2112345600000785",
        bic="TESTFIHH",
    )


def books(order=None):
    """What stands on each account, by name; they balance."""
    found = {str(account): cents for account, cents in ledger.balances(order=order.pk if order else None).items()}
    assert found["money"] + found["disputes"] == found["payers"] + found["seats"] + found["kept"]
    return {name: cents for name, cents in found.items() if cents}


def later(**gap):
    return NOW + dt.timedelta(**gap)
