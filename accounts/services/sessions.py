"""Where somebody is signed in."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from accounts.models import User


def end_others(request: HttpRequest, user: User, **_more: Any) -> None:
    """End every session of `user` but this one: when a second step is set up, who came in without it must come again.

    The receiver of allauth's `authenticator_added`.
    """
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        session.end()
