"""Those who take part, and where they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models.grants import SCOPE, Grant
from accounts.models.organisations import MUNICIPALITY_CODE
from accounts.models.users import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from core.scopes import Scopes


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.in_reach_of(Grant.objects.scopes(user, Permission.SEE_PEOPLE))

    def in_reach_of(self, scopes: Scopes) -> Self:
        """Those known in any of `scopes`. Who was merged into somebody else is not shown beside them."""
        return self.themselves().filter(pk__in=PersonScope.objects.filter(scope__in=scopes.keys).values("person"))

    def themselves(self) -> Self:
        """Those who have not been merged into somebody else."""
        return self.filter(merged_into=None)

    def locked(self) -> Self:
        """Serialise what is decided from all of one person's attended days."""
        return self.select_for_update(of=("self",), no_key=True)


class Person(models.Model):
    """Who someone is; a login is optional.

    Relatives may share an e-mail address, so identity is address, name and birth date. Who turned out to be somebody
    else is `merged_into` them and keeps nothing but this row and the scopes they were known in, untouched until the
    merge is undone; `accounts.services.people.recognise` leads from them to whom they are.
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
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_people"
    )
    spelling_edition = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Of the rules that made its spellings; 0: it has none yet."
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality_code="") | Q(municipality_code__regex=MUNICIPALITY_CODE),
                name="person_municipality_code_form",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="person_not_merged_into_itself"),
            models.CheckConstraint(condition=Q(merged_into=None) | Q(user=None), name="person_merged_leaves_the_login"),
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


class PersonSpelling(models.Model):
    """What somebody may type who looks for a person; written by `accounts.services.finding`, gone with the person."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="spellings")
    text = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["text", "person"],
                opclasses=["varchar_pattern_ops", "int8_ops"],  # beginnings in any collation; SQLite knows none
                name="person_spelling_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.text}"
