"""Who takes payments in this installation."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from registrations.gateways.payments import PaymentProvider
from registrations.gateways.stripe_fake import SECRET_KEY, WEBHOOK_SECRET, Carrier, Fake
from registrations.gateways.stripe_gateway import StripeGateway

PREFIXES = {"fi": "", "sv": "/sv", "en": "/en"}
"""Of our addresses, by the locale of a session; all others are ours in Ukrainian, which Stripe does not know."""


def provider() -> PaymentProvider | None:
    """Stripe where its keys are set, the fake in the demo, otherwise nobody (None).

    :raises ImproperlyConfigured: if the fake is set where neither the demo nor a test runs
    """
    if settings.STRIPE:
        return _stripe(settings.STRIPE.secret_key, settings.STRIPE.webhook_secret, settings.STRIPE.account)
    return _pretended(settings.STRIPE_FAKE) if fake() else None


def fake() -> Fake | None:
    """What takes pretended money here, if it does.

    :raises ImproperlyConfigured: if it is set where neither the demo nor a test runs
    """
    if settings.STRIPE or not settings.STRIPE_FAKE:
        return None
    if not settings.FAKE_PAYMENTS_ALLOWED:
        raise ImproperlyConfigured("STRIPE_FAKE pretends that people have paid: it is for the demo and the tests.")
    return _fake(settings.STRIPE_FAKE)


@cache
def _stripe(secret_key: str, webhook_secret: str, account: str) -> StripeGateway:
    """One of each process, so that its circuit remembers."""
    return StripeGateway(secret_key=secret_key, webhook_secret=webhook_secret, account=account)


@cache
def _pretended(path: Path) -> StripeGateway:
    return StripeGateway(secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, http_client=Carrier(_fake(path)))


@cache
def _fake(path: Path) -> Fake:
    return Fake(path, page=_page)


def _page(locale: str, session_id: str) -> str:
    """The demo's own page (`demo:pay`, higher up, hence not by its name)."""
    return f"{settings.SITE_URL}{PREFIXES.get(locale, '/uk')}/demo/pay/{session_id}/"
