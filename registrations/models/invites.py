"""What people's calendars, and people themselves, have been told of an event's plan."""

from django.db import models
from django.db.models import Q

from events.models import Event
from registrations.enums import InviteMethod
from registrations.models.registrations import Registration


class Invite(models.Model):
    """A meeting in the calendar of somebody who comes to it (RFC 5546), as it was sent last.

    Written by `registrations.services.invites` alone. `told` is the meeting as the calendar knows it, see
    `rules.plans.Dated`; `sequence` is what the next change must exceed. The row outlives the meeting, so that it can
    still be taken out of the calendar.
    """

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="invites")
    meeting_key = models.PositiveBigIntegerField()
    method = models.CharField(max_length=7, choices=InviteMethod)
    sequence = models.PositiveIntegerField(default=0)
    told = models.JSONField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "meeting_key"], name="invite_once_per_meeting"),
            models.CheckConstraint(condition=Q(method__in=InviteMethod.values), name="invite_method_known"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.pk}"


class PlanTold(models.Model):
    """The plan of an event as the people who come to it know it: see `registrations.services.changes`.

    `plan` maps keys of meetings to what `rules.plans.Dated` holds. `sequence` is the event's at that moment.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="plan_told")
    sequence = models.PositiveIntegerField()
    plan = models.JSONField()
    told_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"plan of event {self.event_id}, {self.sequence}"
