"""The beginning of a form: one browser goes on with the one it has, a network has so many, and nobody hurries."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.core.cache import cache
from django.db.models import CharField
from django.http import HttpRequest
from redis.exceptions import RedisError

from core import limits
from core.compiled import Compiled, Param
from core.secrets import digest
from core.web import client_address
from events.models import Event
from events.views.invitations import invitation_of
from events.views.public import begun_form
from registrations import rules
from registrations.enums import HoldKind
from registrations.models import Hold
from registrations.services import seats, unfinished

HOLD_OF = Compiled(lambda: Hold.objects.filter(token_digest=Param("digest", CharField())))
PRESSED_AGAIN_SECONDS, PATIENCE, PAUSE = 10, 3, 0.05
"""How long a second press of one browser finds the first one's form, and how long it waits while that is made."""


def start(
    request: HttpRequest, event: Event, *, kind: HoldKind, pool_pk: int | None, number: int, now: datetime
) -> str:
    """Return the token of the form that this browser has begun for `event`, or else of a new one.

    :param number: of people who come together

    :raises TooOften: if the network or everybody together have taken too many, or too many forms are unfinished
    :raises Refused: as `seats.hold` and `seats.renew` do
    """
    token = begun_form(request, event.pk)
    begun = _unfinished(token)
    if begun and rules.goes_on(begun, kind=kind, pool_pk=pool_pk, seats=number, now=now):
        return token
    address = client_address(request)
    limits.count("hold", address, now=now)
    limits.count("hold of event", str(event.pk), now=now)

    if begun and rules.is_renewed(begun, pool_pk=pool_pk, seats=number, now=now):
        return _renewed(event, address, begun, token, kind, now)

    def fresh() -> str:
        shown = invitation_of(request, event.pk)
        return seats.hold(event=event, pool_pk=pool_pk, kind=kind, seats=number, invitation=shown, now=now)

    made = _once(
        request, f"{event.pk}/{pool_pk}/{kind}/{number}", lambda: _in_a_slot(event, address, kind, number, now, fresh)
    )
    if begun and made != token:
        with suppress(seats.NotOpen):  # its seats are gone, so it keeps none
            seats.leave(hold=begun, token=made, now=now)
        unfinished.finish(token=token)
    return made


def renew(request: HttpRequest, hold: Hold, token: str, *, kind: HoldKind, event: Event, now: datetime) -> None:
    """Take a new seat or place for a form whose time is over.

    :raises Refused: as `start` does
    """
    address = client_address(request)
    limits.count("hold", address, now=now)
    _renewed(event, address, hold, token, kind, now)


def _renewed(event: Event, address: str, hold: Hold, token: str, kind: HoldKind, now: datetime) -> str:
    def make() -> str:
        seats.renew(hold=hold, kind=kind, now=now)
        return token

    unfinished.finish(token=token)
    return _in_a_slot(event, address, kind, hold.seats, now, make)


def _in_a_slot(event: Event, address: str, kind: HoldKind, number: int, now: datetime, make: Callable[[], str]) -> str:
    """One for each seat. A place at the queue's end keeps nobody else out, so it needs none."""
    if kind != HoldKind.SEAT:
        return make()
    slots = unfinished.claim(event_pk=event.pk, address=address, number=number, now=now)
    try:
        token = make()
    except BaseException:
        unfinished.give_back(slots=slots)
        raise
    unfinished.bind(slots=slots, token=token)
    return token


def _once(request: HttpRequest, what: str, make: Callable[[], str]) -> str:
    """Two presses at the same time, of one browser, make one form: the second waits for the first one's.

    Which browser it is, its CSRF cookie says; one without a cookie is let through.
    """
    browser = request.META.get("CSRF_COOKIE")
    if not browser:
        return make()
    key = f"pressed:{digest(f'{browser}/{what}')}"
    try:
        first = cache.add(key, "", timeout=PRESSED_AGAIN_SECONDS)
        token = "" if first else _made_by_the_first(key)
        if token and _unfinished(token):
            return token
        token = ""
        try:
            token = make()
        finally:
            if token:
                cache.set(key, token, timeout=PRESSED_AGAIN_SECONDS)
            else:
                cache.delete(key)
    except RedisError:
        return token or make()
    return token


def _made_by_the_first(key: str) -> str:
    until = time.monotonic() + PATIENCE
    while (token := cache.get(key)) == "" and time.monotonic() < until:
        time.sleep(PAUSE)
    return token or ""


def _unfinished(token: str) -> Hold | None:
    hold = HOLD_OF.first(digest=digest(token)) if token else None
    return hold if hold and not hold.finished_at else None
