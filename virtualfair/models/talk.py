"""What people say and ask in a room."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Count, F, Q

from virtualfair.models.passes import FairPass
from virtualfair.models.rooms import Pitch, Room

LONGEST_MESSAGE, LONGEST_QUESTION = 1000, 500
"""In characters; the room's protocol allows texts of two kilobytes."""


class ChatMessageQuerySet(models.QuerySet["ChatMessage"]):
    def shown(self) -> Self:
        return self.filter(hidden_at=None)

    def newest(self, count: int) -> list[ChatMessage]:
        """The newest so many, the oldest of them first."""
        rows = self.shown().select_related("author__organisation").order_by("-pk")[:count]
        return list(reversed(rows))


class ChatMessage(models.Model):
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(FairPass, on_delete=models.PROTECT, related_name="messages")
    text = models.CharField(max_length=LONGEST_MESSAGE)
    at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(FairPass, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ChatMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_by=None) | Q(hidden_at__isnull=False, hidden_by__isnull=False),
                name="chat_message_hidden_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def key(self) -> str:
        return f"message:{self.pk}"


class QuestionQuerySet(models.QuerySet["Question"]):
    def shown(self) -> Self:
        return self.filter(hidden_at=None)

    def in_order(self) -> Self:
        """Open ones first, the most wanted first, the oldest of equals first."""
        return self.annotate(score=Count("votes")).order_by(F("answered_at").asc(nulls_first=True), "-score", "pk")


class Question(models.Model):
    """A question to the stage. Whoever asks anonymously is known to the database alone."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="questions")
    pitch = models.ForeignKey(Pitch, on_delete=models.SET_NULL, null=True, blank=True, related_name="questions")
    author = models.ForeignKey(FairPass, on_delete=models.PROTECT, related_name="questions")
    anonymous = models.BooleanField(default=False)
    text = models.CharField(max_length=LONGEST_QUESTION)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(FairPass, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=LONGEST_MESSAGE, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(FairPass, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="question_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_by=None) | Q(hidden_at__isnull=False, hidden_by__isnull=False),
                name="question_hidden_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def key(self) -> str:
        return f"question:{self.pk}"


class QuestionVote(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(FairPass, on_delete=models.CASCADE, related_name="votes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "voter"], name="question_vote_once")]

    def __str__(self) -> str:
        return f"vote {self.pk}"
