"""Brings the fake's webhooks to our own door, over HTTP as Stripe does: again and again until they are taken."""

import ssl
import time
import urllib.request
from threading import Event, Lock, Thread

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from config import certificate
from config.env import VAR
from registrations.gateways import choosing
from registrations.gateways.stripe_fake import HEADER, Delivery

DOOR = "registrations:payments_webhook"
SECONDS = 10
LONGEST_PAUSE = 60

_walking, _news = Lock(), Event()
_tries: dict[str, tuple[int, float]] = {}
"""By event: how often it was refused, and when it is worth trying again."""


def deliver() -> None:
    """Deliver what waits and is due; if another thread is just doing that, it will do it once more."""
    _news.set()
    while _news.is_set() and _walking.acquire(blocking=False):
        try:
            _news.clear()
            _walk()
        finally:
            _walking.release()


def deliver_soon() -> None:
    """Deliver beside this response: the visitor or the news comes first, as it happens. The worker does it too."""
    Thread(target=deliver, daemon=True).start()


def _walk() -> None:
    fake = choosing.fake()
    if fake is None:
        return
    for each in fake.post.waiting():
        count, due_at = _tries.get(each.id, (0, 0.0))
        if time.monotonic() < due_at:
            continue
        if _taken(each):
            fake.post.taken(each.id)
            _tries.pop(each.id, None)
        else:
            _tries[each.id] = (count + 1, time.monotonic() + min(2.0**count, LONGEST_PAUSE))


def _taken(delivery: Delivery) -> bool:
    headers = {"Content-Type": "application/json; charset=utf-8", HEADER: delivery.signature()}
    request = urllib.request.Request(_door(), data=delivery.body, headers=headers)  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=SECONDS, context=_trust()):  # noqa: S310 - our own address
            return True
    except OSError:  # refused, or nobody there
        return False


def _door() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return settings.SITE_URL + reverse(DOOR)


def _trust() -> ssl.SSLContext | None:
    """With `--https` the demo has made its certificate itself."""
    if not settings.SITE_URL.startswith("https:"):
        return None
    _key, own = certificate.ensure(VAR)
    return ssl.create_default_context(cafile=str(own))
