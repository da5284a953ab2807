"""Accounts of those who take part: nobody needs one, and it may do nothing but gather one's own registrations.

It comes to be when somebody known to a higher app asks for a sign-in code, and goes if the code is never used.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import get_language

from accounts.models import User

UNUSED_FOR = timedelta(days=1)

_known: list[Callable[[str], bool]] = []


def known_by(check: Callable[[str], bool]) -> None:
    """Let those have an account whose address `check` knows; called from an app's `ready`."""
    _known.append(check)


@transaction.atomic
def account_for(*, email: str, now: datetime) -> User | None:
    """A new account without a name, a password or any role, or None to a stranger and to a closed account."""
    address = email.strip().lower()
    if User.objects.filter(email__iexact=address).exists() or not any(check(address) for check in _known):
        return None
    return User.objects.create_user(address, language=get_language() or "fi", date_joined=now)


@transaction.atomic
def keep_address(*, user: User) -> None:
    """Let allauth remember whether the user's address has been shown to be theirs, as a code typed from it shows."""
    EmailAddress.objects.get_or_create(user=user, email=user.email.lower(), defaults={"primary": True})


@transaction.atomic
def forget_unused(*, now: datetime) -> int:
    """Delete the accounts whose code was never typed, and return how many they were."""
    old = User.objects.filter(name="", last_login=None, date_joined__lt=now - UNUSED_FOR, is_staff=False)
    unused = list(old.filter(grants=None).values_list("pk", flat=True))
    User.objects.filter(pk__in=unused).delete()
    return len(unused)
