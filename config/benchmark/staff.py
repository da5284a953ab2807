"""Logins of the fixture, by password through the ordinary sign-in."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils.crypto import get_random_string

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.services import members
from config.benchmark.ownership import MAIL_DOMAIN
from events.models import Event

DOORS = 8


@dataclass(frozen=True, kw_only=True)
class Login:
    user: User
    password: str

    def described(self) -> dict[str, str]:
        return {"email": self.user.email, "password": self.password}


class Staff:
    """Makes logins that share one password, new at every run and written nowhere but into the fixture's file."""

    def __init__(self, organisation: Organisation, now: datetime) -> None:
        self.organisation, self.now = organisation, now
        self.password = get_random_string(24)
        self.hashed = make_password(self.password)

    def owner(self) -> Login:
        return self._login("owner", Role.OWNER, self.organisation.scope)

    def doors(self, event: Event) -> list[Login]:
        return [self._login(f"door{number}", Role.DOOR, event.scope) for number in range(1, DOORS + 1)]

    def _login(self, name: str, role: Role, scope: str) -> Login:
        user = User.objects.create(
            email=f"{name}@{MAIL_DOMAIN}", name=name.capitalize(), password=self.hashed, date_joined=self.now
        )
        members.grant(user=user, organisation=self.organisation, role=role, scope=scope, by=None, now=self.now)
        return Login(user=user, password=self.password)
