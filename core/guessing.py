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

    A right link works however many its network has missed: many people share an address, and nobody guesses 160 bits.

    :raises TooOften: instead of Http404, if this network has missed too often
    """
    try:
        yield
    except Http404:
        limits.count("miss", client_address(request), now=timezone.now())
        raise
