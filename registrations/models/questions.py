"""The organiser's own questions: what is asked, when, of whom, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Permission
from accounts.models import Grant, Organisation, User
from core import spoken
from events.models import Event
from registrations.enums import AnswerKind, AskedAt, AskedOf

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LONGEST_RETENTION_DAYS = 3650


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def locked(self) -> Self:
        """Keep questions as they are while somebody answers them, and the other way round."""
        return self.select_for_update(of=("self",), no_key=True)


class Questionnaire(models.Model):
    """Questions that are asked together. Only `registrations.services.questions` writes it and what hangs on it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questionnaires")
    moment = models.CharField(max_length=12, choices=AskedAt)
    asked_of = models.CharField(max_length=6, choices=AskedOf, default=AskedOf.PERSON)
    title_fi = models.CharField(max_length=200)
    title_sv = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    title_uk = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(moment__in=AskedAt.values), name="questionnaire_moment_known"),
            models.CheckConstraint(condition=Q(asked_of__in=AskedOf.values), name="questionnaire_asked_of_known"),
            models.CheckConstraint(
                condition=Q(asked_of=AskedOf.PERSON) | Q(moment=AskedAt.REGISTRATION),
                name="questionnaire_groups_are_asked_when_they_register",
            ),
            models.CheckConstraint(condition=~Q(title_fi=""), name="questionnaire_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"questionnaire {self.pk}"

    @property
    def title(self) -> str:
        """In the reader's language; Finnish stands in for what is empty."""
        return spoken.here(self, "title")


class FormQuestionQuerySet(models.QuerySet["Question"]):
    def asked(self) -> Self:
        """Those that have not been taken out."""
        return self.filter(removed_at=None)

    def with_wording(self) -> Self:
        """With the wording of this moment in `current_wordings`."""
        current = models.Prefetch("wordings", Wording.objects.filter(current=True), to_attr="current_wordings")
        return self.prefetch_related(current)

    def in_library_of(self, user: User | AnonymousUser) -> Self:
        """Library questions of the organisations for which the user plans events."""
        scopes = Grant.objects.scopes(user, Permission.MANAGE_EVENTS)
        return self.asked().filter(organisation__in=scopes.ids("organisation"))


class Question(models.Model):
    """Of one questionnaire, or of an organisation's library, from which others are made.

    It is asked after all with a smaller (`screen`, `position`, key) and may depend on their answers alone.
    """

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, null=True, blank=True, related_name="questions"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="library",
        help_text="Whose library.",
    )
    taken_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="taken", help_text="In the library."
    )
    screen = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveIntegerField(default=0)
    condition = models.JSONField(default=dict, blank=True, help_text="See `rules.conditions`; empty: always asked.")
    sensitive = models.BooleanField(default=False, help_text="Answers are encrypted, and each look is recorded.")
    sees = models.JSONField(default=list, blank=True, help_text="Roles that may read answers; empty: who sees people.")
    retention_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Answers go so many days after the event; None: with the registration."
    )
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Taken out when there were answers already.")

    objects = FormQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(questionnaire=None, organisation__isnull=False)
                | Q(questionnaire__isnull=False, organisation=None),
                name="question_stands_in_one_place",
            ),
            models.CheckConstraint(condition=Q(screen__gte=1, screen__lte=20), name="question_screen_sensible"),
            models.CheckConstraint(
                condition=Q(retention_days=None) | Q(retention_days__lte=LONGEST_RETENTION_DAYS),
                name="question_retention_sensible",
            ),
            models.CheckConstraint(
                condition=Q(sensitive=False) | ~Q(sees=[]), name="question_sensitive_names_who_sees_it"
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class Wording(models.Model):
    """How a question is put. Never changed once it was answered: a change makes the next number."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="wordings")
    number = models.PositiveIntegerField(default=1)
    current = models.BooleanField(default=True)
    kind = models.CharField(max_length=8, choices=AnswerKind)
    label_fi = models.CharField(max_length=500)
    label_sv = models.CharField(max_length=500, blank=True)
    label_en = models.CharField(max_length=500, blank=True)
    label_uk = models.CharField(max_length=500, blank=True)
    help_fi = models.CharField(max_length=1000, blank=True)
    help_sv = models.CharField(max_length=1000, blank=True)
    help_en = models.CharField(max_length=1000, blank=True)
    help_uk = models.CharField(max_length=1000, blank=True)
    options = models.JSONField(
        default=list, blank=True, help_text="Of each choice: its `key`, and `fi`, `sv`, `en`, `uk`."
    )
    limits = models.JSONField(
        default=dict, blank=True, help_text="`least`, `most` (a number, or how many), `longest`, `earliest`, `latest`."
    )
    required = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="wording_number_once"),
            models.UniqueConstraint(fields=["question"], condition=Q(current=True), name="wording_one_is_current"),
            models.CheckConstraint(condition=Q(kind__in=AnswerKind.values), name="wording_kind_known"),
            models.CheckConstraint(condition=~Q(label_fi=""), name="wording_says_something"),
            models.CheckConstraint(
                condition=~Q(kind__in=[AnswerKind.CHOICE, AnswerKind.CHOICES]) | ~Q(options=[]),
                name="wording_choices_offer_some",
            ),
        ]

    def __str__(self) -> str:
        return f"wording {self.number} of question {self.question_id}"
