"""Who has which role where."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Self

from allauth.mfa.models import Authenticator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.enums import ALLOWS, Permission, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from core.compiled import Compiled, Param
from core.scopes import Scopes

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SCOPE = r"^(organisation|project|event):[0-9]+$"


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()))

    def usable(self) -> Self:
        """In force, of somebody who may sign in, as strongly as the organisation asks."""
        return self.in_force().filter(user__is_active=True).filter(Q(organisation__requires_mfa=False) | _has_mfa())

    def with_mfa(self) -> Self:
        return self.filter(_has_mfa())

    def wanting_mfa_of(self, user: User) -> Self:
        """What `user` cannot use before they set up two-step sign-in."""
        return self.in_force().filter(~_has_mfa(), user=user, organisation__requires_mfa=True)

    def allowing(self, permission: Permission) -> Self:
        return self.filter(role__in=[role for role, allowed in ALLOWS.items() if permission in allowed])

    def scopes(self, user: User | AnonymousUser, permission: Permission) -> Scopes:
        """Where `user` may do what `permission` says. One query."""
        if user.pk is None:
            return Scopes(frozenset())
        return Scopes(frozenset(scope for (scope,) in _scopes_where(permission).all(user=user.pk)))

    def scopes_of_any_kind(self, user: User | AnonymousUser) -> Scopes:
        if user.pk is None:
            return Scopes(frozenset())
        return Scopes(frozenset(self.usable().filter(user_id=user.pk).values_list("scope", flat=True)))


def _has_mfa() -> Exists:
    """Recovery codes alone are no second step."""
    return Exists(Authenticator.objects.filter(user=OuterRef("user")).exclude(type=Authenticator.Type.RECOVERY_CODES))


@cache
def _scopes_where(permission: Permission) -> Compiled[tuple[str]]:
    return Compiled(
        lambda: Grant.objects.usable().allowing(permission).filter(user_id=Param("user")).values_list("scope")
    )


class Grant(models.Model):
    """A membership: a user's role in all of an organisation, or in one of its projects or events."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    scope = models.CharField(max_length=60, help_text="`organisation:3`, `project:1` or `event:7`.")
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "scope"], name="grant_one_role_per_user_and_scope"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="grant_role_known"),
            models.CheckConstraint(condition=Q(scope__regex=SCOPE), name="grant_scope_form"),
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.scope}"
