"""Times at which applicants are interviewed, and what was noted there."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.encrypted import EncryptedTextField
from events.models import Event
from registrations.models.applications import Application


class InterviewSlotQuerySet(models.QuerySet["InterviewSlot"]):
    def locked(self) -> Self:
        """Two who want the same time: one gets it."""
        return self.select_for_update(of=("self",), no_key=True)

    def free(self) -> Self:
        return self.filter(application=None)


class InterviewSlot(models.Model):
    """A time for one applicant; an applicant has one at most."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="interview_slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True, help_text="To join online.")
    interviewers = models.CharField(max_length=200, blank=True, help_text="Their names, as the applicant reads them.")
    application = models.OneToOneField(
        Application, on_delete=models.SET_NULL, null=True, blank=True, related_name="interview"
    )
    booked_at = models.DateTimeField(null=True, blank=True)

    objects = InterviewSlotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="interview_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(place="") | ~Q(link=""), name="interview_has_its_place"),
            models.UniqueConstraint(
                fields=["event", "starts_at", "place", "link", "interviewers"], name="interview_slot_once"
            ),
        ]

    def __str__(self) -> str:
        return f"interview {self.pk} {self.starts_at:%Y-%m-%d %H:%M}"


class InterviewNoteQuerySet(models.QuerySet["InterviewNote"]):
    def due_on(self, day: date) -> Self:
        return self.filter(delete_after__lt=day)


class InterviewNote(models.Model):
    """What an assessor noted of an applicant, until a day. The applicant may ask for it; nobody else gets it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="interview_notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = EncryptedTextField(max_length=4000)
    written_at = models.DateTimeField()
    delete_after = models.DateField()

    objects = InterviewNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["delete_after"], name="interview_note_due")]

    def __str__(self) -> str:
        return f"note {self.pk}"
