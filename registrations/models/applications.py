"""Those who have applied for seats that the organiser gives, and how far each has come."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Permission
from accounts.models import Grant, User
from core.models import Named
from events.models import Event, EventQuerySet
from registrations.enums import MAY_FOLLOW, Stage
from registrations.models.registrations import Registration

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def allowed(before: str, after: str) -> Q:
    """Whether two columns hold a pair of stages of which the second may follow the first."""
    return reduce(or_, (Q(**{before: str(stage), f"{after}__in": sorted(to)}) for stage, to in MAY_FOLLOW.items()))


class ApplicantCategory(Named):
    """As what people apply to an event: unemployed, on their own initiative, as apprentices."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="applicant_categories")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "applicant categories"
        constraints = [
            models.UniqueConstraint(fields=["event", "position"], name="applicant_category_one_at_a_place"),
            models.UniqueConstraint(fields=["event", "name_fi"], name="applicant_category_named_once"),
            models.CheckConstraint(condition=~Q(name_fi=""), name="applicant_category_has_its_name"),
        ]


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For those who manage the event and see its people."""
        return self.filter(event__in=selected_by(user))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",), no_key=True)


def selected_by(user: User | AnonymousUser) -> EventQuerySet:
    """Events whose applicants `user` chooses among."""
    people = Event.objects.people_in_reach_of(Grant.objects.scopes(user, Permission.SEE_PEOPLE))
    return Event.objects.visible_to(user, Permission.MANAGE_EVENTS).filter(pk__in=people)


class Application(models.Model):
    """A registration that the organiser decides about. Only `registrations.services` writes it.

    `previous_stage` is written by the same update as `stage`, from the row itself, so that the constraint sees both.
    """

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="application")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="applications")
    number = models.PositiveIntegerField(help_text="In the order of arrival, from 1; lots are drawn by it.")
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.APPLIED)
    previous_stage = models.CharField(max_length=12, choices=Stage, blank=True)
    category = models.ForeignKey(
        ApplicantCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    applied_at = models.DateTimeField()
    stage_since = models.DateTimeField()
    reserve_rank = models.PositiveIntegerField(
        null=True, blank=True, help_text="On the reserve list, where it was put in order by hand."
    )

    objects = ApplicationQuerySet.as_manager()

    left_slot: int | None = None
    """The time of interview that the step just taken left to others; known at that moment alone."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="application_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="application_numbers_begin_at_one"),
            models.CheckConstraint(condition=allowed("previous_stage", "stage"), name="application_step_is_allowed"),
        ]
        indexes = [models.Index(fields=["event", "stage"], name="application_by_stage")]

    def __str__(self) -> str:
        return f"application {self.pk} ({self.stage})"

    @property
    def key(self) -> str:
        return f"application:{self.pk}"


class Decision(models.Model):
    """One press that moved several applicants. `nonce` names the page: pressed twice, it is one decision."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="decisions")
    nonce = models.UUIDField(unique=True)
    stage = models.CharField(max_length=12, choices=Stage)
    number = models.PositiveIntegerField(help_text="How many it moved.")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stage__in=Stage.values), name="decision_stage_known")]

    def __str__(self) -> str:
        return f"decision {self.pk}: {self.stage}"


class StageStep(models.Model):
    """One step of one application; they are never changed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    from_stage = models.CharField(max_length=12, choices=Stage, blank=True)
    to_stage = models.CharField(max_length=12, choices=Stage)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True, blank=True, related_name="steps")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="stage_step_number_once"),
            models.CheckConstraint(condition=allowed("from_stage", "to_stage"), name="stage_step_is_allowed"),
            models.CheckConstraint(
                condition=Q(number=1, from_stage="") | (Q(number__gt=1) & ~Q(from_stage="")),
                name="stage_step_begins_with_applying",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"


class ReserveMove(models.Model):
    """An organiser gave somebody another place on the reserve list."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="reserve_moves")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    from_place = models.PositiveIntegerField()
    to_place = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="reserve_move_has_its_reason")]

    def __str__(self) -> str:
        return f"move {self.pk}"


class Lottery(models.Model):
    """Lots for an event's applicants. The seed is made, and its fingerprint shown, before they are drawn.

    `order` are the numbers of the applications as drawn: `registrations.rules.draw` gives them again to anybody.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="lotteries")
    number = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True, help_text="Why lots are drawn again.")
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    order = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "lotteries"
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="lottery_number_once"),
            models.UniqueConstraint(fields=["event"], condition=Q(drawn_at=None), name="lottery_one_waits_at_a_time"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="lottery_drawn_again_for_a_reason"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, drawn_by=None, order=None)
                | Q(drawn_at__isnull=False, drawn_by__isnull=False, order__isnull=False),
                name="lottery_drawn_as_a_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"lottery {self.number} of event {self.event_id}"
