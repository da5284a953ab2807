"""Demo and real data never meet: every process that serves checks whose database it opened."""

from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from core.models import Installation

NOT_THE_DEMOS = "This database is not the demo's. Unset DATABASE_URL, or start it without demo mode."
THE_DEMOS = "This database is the demo's: its logins are public. Give DATABASE_URL another one."


def refuse_wrong_database() -> None:
    """Stop a server whose mode does not fit its database. One without tables yet fits both.

    :raises ImproperlyConfigured: if they do not fit
    """
    with ThreadPoolExecutor(1) as aside:  # an ASGI server may import us inside its event loop
        fits = aside.submit(_look).result()
    if not fits:
        raise ImproperlyConfigured(NOT_THE_DEMOS if settings.DEMO else THE_DEMOS)


def made_by_demo() -> bool:
    return Installation.objects.filter(demo=True).exists()


def fits_the_mode() -> bool:
    try:
        return made_by_demo() is settings.DEMO
    except DatabaseError:
        return True


def _look() -> bool:
    """`fits_the_mode` in a thread of its own, whose connection nobody would close.

    The pool goes too: gunicorn loads us before it forks, and a pool's threads do not live on in a child.
    """
    try:
        return fits_the_mode()
    finally:
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]
