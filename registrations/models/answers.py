"""What was answered. Sensitive answers and all files are encrypted (`core.encrypted`, ADR 15)."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.encrypted import EncryptedBinaryField, EncryptedTextField, SealedQuerySet
from core.names import normalised_email
from registrations.models.holds import Hold
from registrations.models.questions import Question, Questionnaire, Wording
from registrations.models.registrations import Registration
from registrations.models.waiting import Party

ONE_OF_TWO = Q(registration=None, party__isnull=False) | Q(registration__isnull=False, party=None)


class Filling(models.Model):
    """How far somebody is with a questionnaire. The draft goes when it is sent."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="fillings")
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, null=True, blank=True, related_name="fillings"
    )
    party = models.ForeignKey(Party, on_delete=models.CASCADE, null=True, blank=True, related_name="fillings")
    draft = EncryptedTextField(null=True, blank=True, help_text="JSON of what was typed on each screen.")
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = SealedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "questionnaire"], name="filling_once_per_registration"),
            models.UniqueConstraint(fields=["party", "questionnaire"], name="filling_once_per_party"),
            models.CheckConstraint(condition=ONE_OF_TWO, name="filling_is_of_a_registration_or_a_party"),
        ]

    def __str__(self) -> str:
        return f"filling {self.pk}"


class AnswerQuerySet(SealedQuerySet["Answer"]):
    def whole(self) -> Self:
        """With all that it takes to show them."""
        return self.select_related("question", "wording", "file").defer("file__body")

    def told_to(self, registration: Registration) -> Self:
        """Those that a person has given: their own, and those of a group that came with them as its contact."""
        party = registration.party
        if party and normalised_email(party.email) == normalised_email(registration.email):
            return self.filter(Q(registration=registration.pk) | Q(party=party.pk))
        return self.filter(registration=registration.pk)


class Answer(models.Model):
    """One answer, with the wording that it answered. A person's hangs on their registration, a group's on the party."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="answers")
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, null=True, blank=True, related_name="answers"
    )
    party = models.ForeignKey(Party, on_delete=models.CASCADE, null=True, blank=True, related_name="answers")
    plain = models.JSONField(null=True, blank=True, help_text="The value; of a file its name's place, empty text.")
    secret = EncryptedTextField(null=True, blank=True, help_text="The same as JSON, where it is sensitive.")
    at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "question"], name="answer_once_per_registration"),
            models.UniqueConstraint(fields=["party", "question"], name="answer_once_per_party"),
            models.CheckConstraint(condition=ONE_OF_TWO, name="answer_is_of_a_registration_or_a_party"),
            models.CheckConstraint(
                condition=Q(plain__isnull=True, secret__isnull=False) | Q(plain__isnull=False, secret__isnull=True),
                name="answer_is_plain_or_secret",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class AnswerChange(models.Model):
    """What an answer was before the person corrected it. Of sensitive ones only that it was changed."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="changes")
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="+")
    was = models.JSONField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"change of answer {self.answer_id}"


class AnswerFile(models.Model):
    """A file that answers a question: of a form that is being filled, or of an answer. Its address holds `key`."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="files")
    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    filling = models.ForeignKey(Filling, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="file")
    who = models.PositiveSmallIntegerField(default=0, help_text="Of a group that is filling the form: whose it is.")
    name = EncryptedTextField()
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    body = EncryptedBinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hold__isnull=False, filling=None, answer=None)
                | Q(hold=None, filling__isnull=False, answer=None)
                | Q(hold=None, filling=None, answer__isnull=False),
                name="answer_file_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["hold", "question", "who"], condition=Q(hold__isnull=False), name="answer_file_once_in_a_form"
            ),
            models.UniqueConstraint(
                fields=["filling", "question"], condition=Q(filling__isnull=False), name="answer_file_once_in_a_draft"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="answer_file_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"

    def known(self) -> dict[str, Any]:
        """What a form shows of it."""
        return {"key": self.key.hex, "name": self.name, "size": self.size}
