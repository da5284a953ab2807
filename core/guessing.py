"""Secret addresses are hopeless to guess, and whoever tries is stopped all the same."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404, HttpRequest
from django.utils import timezone

from core import limits
from core.web import client_address


@contextmanager
def counted(request: HttpRequest) -> Iterator[None]:
    """Count the misses (Http404) of looking a secret address up, per network.

    Over the limit nothing is looked up, so that a right guess is not told from a wrong one.

    :raises TooOften: if this network has missed too often
    """
    address, now = client_address(request), timezone.now()
    limits.refuse_if_spent("miss", address, now=now)
    try:
        yield
    except Http404:
        limits.count("miss", address, now=now)
        raise
