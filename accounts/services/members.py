"""Memberships: who has which role where."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Grant, Organisation, User
from accounts.services import audit
from core.errors import Refused
from core.services import mail, outbox


class LastOwner(Refused):
    code = "last_owner"
    message = _("An organisation needs an owner. Make somebody else an owner first.")


@transaction.atomic
def grant(*, user: User, organisation: Organisation, role: Role, scope: str, by: User | None, now: datetime) -> Grant:
    """Give `user` one role within `scope`; an earlier role there is replaced."""
    made, _new = Grant.objects.update_or_create(
        user=user,
        scope=scope,
        defaults={"organisation": organisation, "role": role, "granted_at": now, "granted_by": by, "expires_at": None},
    )
    audit.changed(
        actor=by, action="grant.give", subject=f"user:{user.pk}", scope=scope, now=now, after={"role": str(role)}
    )
    return made


@transaction.atomic
def invite(
    *, email: str, name: str, organisation: Organisation, role: Role, scope: str, by: User, now: datetime
) -> User:
    """Give the one with this address a role within `scope`, making their login when they have none, and tell them.

    :raises LastOwner: if this would take the organisation's last owner away
    """
    user = User.objects.filter(email__iexact=email).first()
    user = user or User.objects.create_user(email, name=name, language=get_language() or "fi")
    if role != Role.OWNER:
        _keep_an_owner(organisation, user, scope)
    grant(user=user, organisation=organisation, role=role, scope=scope, by=by, now=now)
    letter = mail.write(
        template="accounts/invited",
        recipient=user.email,
        language=user.language,
        keys={"user": user.pk},
        organisation=organisation,
        role=role,
        url=settings.SITE_URL + reverse("account_request_login_code"),
        site_name=settings.SITE_NAME,
        by=by,
    )
    outbox.post(kind="mail", letter=letter, scope=organisation.scope, person="", now=now)
    return user


@transaction.atomic
def revoke(*, user: User, scope: str, by: User, now: datetime) -> None:
    """Take `user`'s role within `scope` away at once.

    :raises LastOwner: if they are the organisation's last owner
    """
    given = Grant.objects.select_related("organisation").get(user=user, scope=scope)
    _keep_an_owner(given.organisation, user, scope)
    Grant.objects.filter(user=user, scope=scope).delete()
    audit.changed(
        actor=by,
        action="grant.revoke",
        subject=f"user:{user.pk}",
        scope=scope,
        now=now,
        before={"role": given.role},
    )


@transaction.atomic
def revoke_all(*, organisation: Organisation, scope: str, by: User, now: datetime) -> None:
    """Take away every role within `scope`, a project or an event of `organisation` that is being deleted."""
    for given in Grant.objects.filter(scope=scope).order_by("pk"):
        audit.changed(
            actor=by,
            action="grant.revoke",
            subject=f"user:{given.user_id}",
            scope=organisation.scope,
            now=now,
            before={"role": given.role, "where": scope},
        )
    Grant.objects.filter(scope=scope).delete()


def _keep_an_owner(organisation: Organisation, user: User, scope: str) -> None:
    """Refuse to take the last owner's role. The organisation's row is locked: two owners may not leave at once."""
    Organisation.objects.locked().get(pk=organisation.pk)
    owners = Grant.objects.in_force().filter(organisation=organisation, scope=organisation.scope, role=Role.OWNER)
    if scope == organisation.scope and owners.filter(user=user).exists() and not owners.exclude(user=user).exists():
        raise LastOwner
