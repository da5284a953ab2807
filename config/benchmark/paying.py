"""People who pay for their seats at the fake's page, through the services themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.services.people import Contact
from config.benchmark.stage import one_more
from config.demo.people import residents
from core.secrets import digest
from events.enums import Vat
from events.models import Event
from events.services import prices
from registrations.enums import HoldKind
from registrations.gateways import choosing
from registrations.gateways.stripe_fake import Fake
from registrations.models import Hold, Order, Payment, Registration
from registrations.services import seats
from registrations.services.payments import checkout

PRICE = prices.PricePlan(
    names={"fi": "Osallistuja"}, cents=5500, includes_vat=False, vat=Vat.STANDARD, employer_pays=False
)


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Somebody whose seat is kept, and who has the provider's page before them."""

    registration: Registration
    order: Order
    payment: Payment

    @property
    def session(self) -> str:
        return self.payment.session or ""


def owner() -> User:
    """The organiser whom `bench_fixture` has made."""
    return User.objects.exclude(grants=None).order_by("pk")[0]


def priced(*, number: int, capacity: int, now: datetime) -> Event:
    """A published event on which a seat costs 55 € and tax; `number` tells it apart."""
    by = owner()
    organisation = Event.objects.order_by("pk")[0].organisation
    made = one_more(organisation=organisation, owner=by, number=number, capacity=capacity, now=now)
    prices.set_price(event=made, plan=PRICE, by=by, now=now)
    return Event.objects.get(pk=made.pk)


def people(number: int, now: datetime) -> Iterator[Contact]:
    return (each.contact for each in residents(timezone.localdate(now), number))


def buyer(event: Event, who: Contact) -> Buyer:
    """Keep a seat for somebody now, and open the page to pay at."""
    now = timezone.now()
    token = seats.hold(event=event, kind=HoldKind.SEAT, now=now)
    held = Hold.objects.get(token_digest=digest(token))
    made = seats.register(hold=held, contact=who, answers=None, support_needs="", now=now)
    if made is None:
        raise RuntimeError(f"{who.email} is registered already.")
    order = Order.objects.get(lines__registration=made)
    checkout.pay_online(order=order, back=f"{settings.SITE_URL}/my/bench/pay/", now=now)
    return Buyer(registration=made, order=order, payment=order.payments.get())


def bank() -> Fake:
    """The fake, which these processes share.

    :raises RuntimeError: if there is none
    """
    found = choosing.fake()
    if found is None:
        raise RuntimeError("Nobody takes pretended money here.")
    return found
