from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import ALLOWS, NoticePurpose, OrganisationKind, Permission, Role
from core.compiled import Compiled, Param
from core.scopes import Scopes

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


SCOPE = r"^(organisation|project|event):[0-9]+$"
MUNICIPALITY_CODE = r"^[0-9]{3}$"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A login. What it may see and do stands in its grants, not here."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="fi")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case")]

    def __str__(self) -> str:
        return self.name or self.email


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def locked(self) -> Self:
        """Serialise who leaves: an organisation keeps an owner."""
        return self.select_for_update(of=("self",), no_key=True)


class Organisation(models.Model):
    """A municipality's office, school, company or association; the tenant of what it owns."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    municipality_code = models.CharField(max_length=3)
    business_id = models.CharField(max_length=9, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
            models.CheckConstraint(
                condition=Q(municipality_code__regex=MUNICIPALITY_CODE), name="organisation_municipality_code_form"
            ),
            models.CheckConstraint(
                condition=Q(business_id="") | Q(business_id__regex=r"^[0-9]{7}-[0-9]$"),
                name="organisation_business_id_form",
            ),
            models.UniqueConstraint(
                fields=["business_id"], condition=~Q(business_id=""), name="organisation_business_id_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        return f"organisation:{self.pk}"


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()))

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
        return Scopes(frozenset(self.in_force().filter(user_id=user.pk).values_list("scope", flat=True)))


@cache
def _scopes_where(permission: Permission) -> Compiled[tuple[str]]:
    return Compiled(
        lambda: Grant.objects.in_force().allowing(permission).filter(user_id=Param("user")).values_list("scope")
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


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        scopes = Grant.objects.scopes(user, Permission.SEE_PEOPLE)
        return self.filter(scopes__scope__in=scopes.keys).distinct()

    def locked(self) -> Self:
        """Serialise what is decided from all of one person's attended days."""
        return self.select_for_update(of=("self",), no_key=True)


class Person(models.Model):
    """Who someone is; a login is optional.

    Relatives may share an e-mail address, so identity is address, name and birth date.
    """

    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    birth_date = models.DateField(null=True, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="fi")
    municipality_code = models.CharField(max_length=3, blank=True)
    identity = models.CharField(max_length=500, unique=True, null=True, blank=True)
    user = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="person")
    created_at = models.DateTimeField()

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality_code="") | Q(municipality_code__regex=MUNICIPALITY_CODE),
                name="person_municipality_code_form",
            )
        ]
        indexes = [models.Index(fields=["last_name", "first_name"], name="person_by_name")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def key(self) -> str:
        return f"person:{self.pk}"


class PersonScope(models.Model):
    """A scope in which a person is known; written by the app that owns the scope."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="scopes")
    scope = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "scope"], name="person_scope_once"),
            models.CheckConstraint(condition=Q(scope__regex=SCOPE), name="person_scope_form"),
        ]
        indexes = [models.Index(fields=["scope"], name="person_scope_lookup")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.scope}"


class PersonalLinkQuerySet(models.QuerySet["PersonalLink"]):
    def open_now(self) -> Self:
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=Now()))


class PersonalLink(models.Model):
    """A secret address. `purpose` says which app made it and answers it, `key` what it opens.

    The token itself is not stored, only its digest.
    """

    purpose = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["purpose", "key"], name="personal_link_target")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class PrivacyNoticeQuerySet(models.QuerySet["PrivacyNotice"]):
    def current(self, purpose: NoticePurpose) -> PrivacyNotice:
        """The newest version published for `purpose`."""
        return self.filter(purpose=purpose, published_at__lte=Now()).latest("version")


class PrivacyNotice(models.Model):
    """One version of what people are told about their data (GDPR articles 13 and 14).

    Never edited, only followed by another.
    """

    purpose = models.CharField(max_length=20, choices=NoticePurpose)
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    text = models.TextField()

    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="privacy_notice_version_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Rows are added and read, never changed."""

    def update(self, **_kwargs: Any) -> int:
        raise ValidationError("The audit log is append-only.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise ValidationError("The audit log is append-only.")


class AuditEntry(models.Model):
    """What somebody changed, or whose data they looked at. `subject` and `scope` are opaque keys."""

    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=60, help_text="`event.publish`, `people.read` …")
    subject = models.CharField(max_length=60)
    scope = models.CharField(max_length=60)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["scope", "at"], name="audit_by_scope"),
            models.Index(fields=["subject"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
