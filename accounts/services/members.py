"""Memberships: who has which role where, and how strongly they must sign in."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Grant, GrantQuerySet, Organisation, User
from accounts.services import audit
from core.errors import Refused
from core.services import mail, outbox


class LastOwner(Refused):
    code = "last_owner"
    message = _("An organisation needs an owner. Make somebody else an owner first.")


class NoLongerOwner(Refused):
    code = "no_longer_owner"
    message = _("You are not an owner of this organisation any more.")


class NotAMember(Refused):
    code = "not_a_member"
    message = _("Choose somebody who has a role here already.")


class NoSecondStep(Refused):
    """Whoever would be left as owner could not use the role."""

    code = "no_second_step"
    message = _("The owner must have set up two-step sign-in for their own account first.")


@transaction.atomic
def grant(
    *,
    user: User,
    organisation: Organisation,
    role: Role,
    scope: str,
    by: User | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> Grant:
    """Give `user` one role within `scope`, until `expires_at`; an earlier role there is replaced."""
    values = {
        "organisation": organisation,
        "role": role,
        "granted_at": now,
        "granted_by": by,
        "expires_at": expires_at,
    }
    made, _new = Grant.objects.update_or_create(user=user, scope=scope, defaults=values)
    audit.changed(
        actor=by,
        action="grant.give",
        subject=f"user:{user.pk}",
        scope=scope,
        now=now,
        after={"role": str(role), "expires_at": expires_at.isoformat() if expires_at else None},
    )
    return made


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    organisation: Organisation,
    role: Role,
    scope: str,
    by: User,
    now: datetime,
    expires_at: datetime | None = None,
) -> User:
    """Give the one with this address a role within `scope`, making their login when they have none, and tell them.

    The mail holds no secret: a code goes to the same address when they sign in, so a forwarded one opens nothing.

    :raises LastOwner: if this would take the organisation's last owner away
    :raises NoLongerOwner: if `by` is none by now
    """
    organisation = _lock(organisation, by)
    user = User.objects.filter(email__iexact=email).first()
    user = user or User.objects.create_user(email, name=name, language=get_language() or "fi")
    if not user.name:  # has been known as one who takes part
        user.name = name
        user.save(update_fields=["name"])
    if role != Role.OWNER or expires_at:
        _keep_an_owner(organisation, user, scope)
    grant(user=user, organisation=organisation, role=role, scope=scope, by=by, now=now, expires_at=expires_at)
    letter = mail.write(
        template="accounts/invited",
        recipient=user.email,
        language=user.language,
        keys={"user": user.pk},
        organisation=organisation,
        role=role,
        expires_at=expires_at,
        url=settings.SITE_URL + reverse("account_request_login_code"),
        site_name=settings.SITE_NAME,
        by=by,
    )
    outbox.post(kind="mail", letter=letter, scope=organisation.scope, person="", now=now)
    return user


@transaction.atomic
def revoke(*, user: User, scope: str, by: User, now: datetime) -> None:
    """Take `user`'s role within `scope` away at once. What is gone already stays so.

    :param by: an owner, or `user`, who leaves
    :raises LastOwner: if they are the organisation's last owner
    :raises NoLongerOwner: if `by` is none by now
    """
    given = Grant.objects.select_related("organisation").filter(user=user, scope=scope).first()
    if given is None:
        return
    organisation = (
        Organisation.objects.locked().get(pk=given.organisation_id) if by == user else _lock(given.organisation, by)
    )
    _keep_an_owner(organisation, user, scope)
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


@transaction.atomic
def hand_over(*, organisation: Organisation, to: User, by: User, keeps: Role | None, now: datetime) -> None:
    """Make `to` an owner in the place of `by`, who keeps the role `keeps`, or none. All or nothing.

    :raises NotAMember: if `to` has no role in the organisation, or may not sign in
    :raises NoLongerOwner: if `by` is none by now
    :raises NoSecondStep: if the organisation asks for two-step sign-in and `to` has none
    """
    organisation = _lock(organisation, by)
    if to == by or not to.is_active or not Grant.objects.in_force().filter(user=to, organisation=organisation).exists():
        raise NotAMember
    if organisation.requires_mfa and not has_mfa(to):
        raise NoSecondStep
    scope = organisation.scope
    grant(user=to, organisation=organisation, role=Role.OWNER, scope=scope, by=by, now=now)
    if keeps is None:
        revoke(user=by, scope=scope, by=by, now=now)
    else:
        grant(user=by, organisation=organisation, role=keeps, scope=scope, by=by, now=now)


@transaction.atomic
def require_mfa(*, organisation: Organisation, required: bool, by: User, now: datetime) -> None:
    """Let roles in `organisation` hold only for those who sign in in two steps, or for everybody again.

    :raises NoSecondStep: if `by` would shut themselves out
    """
    organisation = _lock(organisation, by)
    if required and not has_mfa(by):
        raise NoSecondStep
    before, organisation.requires_mfa = organisation.requires_mfa, required
    organisation.save(update_fields=["requires_mfa"])
    audit.changed(
        actor=by,
        action="organisation.require_mfa",
        subject=organisation.scope,
        scope=organisation.scope,
        now=now,
        before={"requires_mfa": before},
        after={"requires_mfa": required},
    )


def has_mfa(user: User) -> bool:
    """Whether `user` has set up a second step; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _lock(organisation: Organisation, by: User) -> Organisation:
    """The organisation's row, locked: two owners may not leave at once. `by` must own it still.

    :raises NoLongerOwner: if that has ended since the page was opened
    """
    locked = Organisation.objects.locked().get(pk=organisation.pk)
    if not _owners(locked).filter(user=by).exists():
        raise NoLongerOwner
    return locked


def _owners(organisation: Organisation) -> GrantQuerySet:
    return Grant.objects.usable().filter(organisation=organisation, scope=organisation.scope, role=Role.OWNER)


def _keep_an_owner(organisation: Organisation, user: User, scope: str) -> None:
    """Refuse to take the last owner's role; called under the organisation's lock.

    One who cannot sign in, or not strongly enough, does not count, nor one whose role ends on some day.
    """
    others = _owners(organisation).filter(expires_at=None).exclude(user=user)
    owns = Grant.objects.filter(organisation=organisation, user=user, scope=organisation.scope, role=Role.OWNER)
    if scope == organisation.scope and owns.exists() and not others.exists():
        raise LastOwner
