"""Whose request or socket this is, at a fair. The pass's key stands in the session, never in an address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from accounts import lending
from accounts.models import User
from events.models import Event
from virtualfair.models import FairPass
from virtualfair.services import admission

KEY = "fair_passes"


def remember(session: SessionBase, holder: FairPass) -> None:
    """Let this browser come in again without its link."""
    session[KEY] = {**session.get(KEY, {}), str(holder.event_id): holder.pk}


def holder_in(session: SessionBase, user: User | None, event: Event, now: datetime) -> FairPass | None:
    """The pass for `event` of whoever owns `session`, if it is still good. A login that organises it comes first."""
    if user and (organiser := admission.enter_as_organiser(event=event, user=user, now=now)):
        return organiser
    if pk := session.get(KEY, {}).get(str(event.pk)):
        return FairPass.objects.admitted().filter(pk=pk, event=event, user=None).first()
    return None


def holder_of(session_key: str, event_pk: int, now: datetime) -> FairPass | None:
    """The same for a socket, which brings only a cookie. None on a device that staff have lent for one page."""
    event = Event.objects.published().filter(pk=event_pk).first()
    if event is None or not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    if lending.is_lent(request):
        return None
    user = get_user(request)
    return holder_in(request.session, user if isinstance(user, User) else None, event, now)


def still_open(session_keys: Collection[str], now: datetime) -> frozenset[str]:
    """Which of the sessions have neither ended nor been closed."""
    rows = Session.objects.filter(session_key__in=session_keys, expire_date__gt=now)
    return frozenset(rows.values_list("session_key", flat=True))
