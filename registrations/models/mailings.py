"""What organisers write to those who are registered, and what is written by itself before and after an event."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import connection, models
from django.db.models import Q

from accounts.models import User
from core.encrypted import EncryptedBinaryField
from events.models import Event, Meeting
from registrations.enums import Came, FormState, MailingState

HOURS_BEFORE = 24


class LetterPlan(models.Model):
    """Which letters leave by themselves for an event. An event without a row has the defaults: see `letter_plan`."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="own_letter_plan")
    reminder_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, default=HOURS_BEFORE, help_text="Before a meeting begins; None: nobody is reminded."
    )
    remind_each = models.BooleanField(default=True, help_text="Of each meeting, and not only of one's first.")
    follow_up_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="After the last meeting, to those who came; None: nothing is sent."
    )

    def __str__(self) -> str:
        return f"letters of event {self.event_id}"


class LetterRound(models.Model):
    """Those who come to a meeting have been written to at this moment.

    Moving the meeting begins another round; `services.rounds` says who is not reminded twice.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="letter_rounds")
    moment = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "moment", "starts_at"], name="letter_round_once"),
        ]

    def __str__(self) -> str:
        return f"{self.moment} of meeting {self.meeting_id}"


class MailingQuerySet(models.QuerySet["Mailing"]):
    def due_at(self, moment: datetime) -> Self:
        return self.filter(state=MailingState.SCHEDULED, send_at__lte=moment).order_by("send_at", "pk")

    def claimed(self) -> Self:
        """Skip what another worker sends."""
        if connection.features.has_select_for_update_skip_locked:
            return self.select_for_update(skip_locked=True, of=("self",))
        return self


class Mailing(models.Model):
    """A message of the organiser's to some of those who are registered for an event.

    `words` hold `subject`, `body` and `sms` for each language it is written in; who reads another one gets the first of
    fi, sv, en, uk that is there. Who gets it is decided when it leaves. `nonce` names the form: sent twice, it is one.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="mailings")
    nonce = models.UUIDField(unique=True)
    words = models.JSONField()
    statuses = models.JSONField(help_text="Values of `registrations.enums.Status`.")
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    came = models.CharField(max_length=6, choices=Came, default=Came.ANY)
    form = models.CharField(max_length=7, choices=FormState, default=FormState.ANY)
    necessary = models.BooleanField(default=True, help_text="About the event itself, so that nobody can refuse it.")
    state = models.CharField(max_length=10, choices=MailingState, default=MailingState.SCHEDULED)
    send_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    receivers = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = MailingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MailingState.values), name="mailing_state_known"),
            models.CheckConstraint(condition=Q(came__in=Came.values), name="mailing_came_known"),
            models.CheckConstraint(condition=Q(form__in=FormState.values), name="mailing_form_known"),
            models.CheckConstraint(
                condition=Q(state=MailingState.SENT, sent_at__isnull=False)
                | (~Q(state=MailingState.SENT) & Q(sent_at=None)),
                name="mailing_sent_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["send_at"], condition=Q(state=MailingState.SCHEDULED), name="mailing_due"),
        ]

    def __str__(self) -> str:
        return f"mailing {self.pk}"


class NoLetters(models.Model):
    """Somebody wants nothing from an organisation but what belongs to a registration of theirs."""

    scope = models.CharField(max_length=60)
    address_digest = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "no letters"
        constraints = [models.UniqueConstraint(fields=["scope", "address_digest"], name="no_letters_once")]

    def __str__(self) -> str:
        return f"no letters of {self.scope}"


class NoLettersKey(models.Model):
    """The one key under which `NoLetters` are written down, itself encrypted: it outlives a new `SECRET_KEY`."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    key = EncryptedBinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="no_letters_key_is_one")]

    def __str__(self) -> str:
        return "key of no letters"


def letter_plan(event: Event) -> LetterPlan:
    """The event's own plan of letters, or the defaults."""
    return LetterPlan.objects.filter(event=event).first() or LetterPlan(event=event)
