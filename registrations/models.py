from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When

from accounts.enums import Permission
from accounts.models import Grant, Person, User
from events.models import Event, InvitationCode, Meeting, PickUp, SeatPool
from registrations.enums import ACTIVE, HoldKind, Source, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from core.scopes import Scopes


class HoldQuerySet(models.QuerySet["Hold"]):
    def seats(self) -> Self:
        return self.filter(kind=HoldKind.SEAT)

    def unreleased(self) -> Self:
        return self.filter(released_at=None)

    def being_filled_at(self, moment: datetime) -> Self:
        """Whose form may still become a registration, for a seat or for the queue."""
        return self.filter(released_at=None, finished_at=None, expires_at__gt=moment)

    def expired_at(self, moment: datetime) -> Self:
        return self.filter(expires_at__lte=moment)


class Hold(models.Model):
    """A seat, or a place at the queue's end, kept for someone who is filling the form.

    Between `created_at` and `released_at` a seat hold is counted in its pool's `held`. `draft` keeps what has been
    typed, also after the hold has expired; it goes when the registration is made, or with the row a day later.
    """

    pool = models.ForeignKey(SeatPool, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=5, choices=HoldKind)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True, help_text="The form was sent.")
    sent_to = models.EmailField(blank=True, help_text="Where the answer went; shown to the one who sent the form.")
    draft = models.JSONField(default=dict)
    invitation = models.ForeignKey(
        InvitationCode, on_delete=models.SET_NULL, null=True, blank=True, related_name="holds"
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=HoldKind.values), name="hold_kind_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="hold_expires_after_it_begins"),
        ]
        indexes = [
            models.Index(fields=["pool", "expires_at"], condition=Q(released_at=None), name="hold_still_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} hold {self.pk}"

    def expired(self, now: datetime) -> bool:
        """Whether its seat is gone. A place at the queue's end does not run out while the row is there."""
        return self.kind == HoldKind.SEAT and (self.released_at is not None or self.expires_at <= now)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> Self:
        return self.filter(status__in=ACTIVE)

    def confirmed(self) -> Self:
        return self.filter(status=Status.CONFIRMED)

    def waiting(self) -> Self:
        """First come, first served; the key breaks ties made in the same instant."""
        return self.filter(status=Status.WAITING).order_by("registered_at", "pk")

    def locked(self) -> Self:
        """Keep a registration as it is while a door decides about it."""
        return self.select_for_update(of=("self",), no_key=True)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.in_reach_of(Grant.objects.scopes(user, Permission.SEE_PEOPLE))

    def in_reach_of(self, scopes: Scopes) -> Self:
        return self.filter(event__in=Event.objects.people_in_reach_of(scopes))

    def with_places(self) -> Self:
        """Fill `place`, counted from 1, of those who wait."""
        queue = Registration.objects.waiting().filter(pool=OuterRef("pool")).order_by()
        earlier = Q(registered_at__lt=OuterRef("registered_at"))
        same_instant = Q(registered_at=OuterRef("registered_at"), pk__lte=OuterRef("pk"))
        places = queue.filter(earlier | same_instant).values("pool").annotate(number=Count("pk")).values("number")
        return self.annotate(queue_place=Case(When(status=Status.WAITING, then=Subquery(places)), default=None))


class Registration(models.Model):
    """One person's claim on an event, or on one of its meetings. Only `registrations.services` writes it.

    The contact is what was typed into this form; the person's own data may differ and are not touched by it.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    pool = models.ForeignKey(SeatPool, on_delete=models.PROTECT, related_name="registrations")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="registrations", help_text="None: all."
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    status = models.CharField(max_length=10, choices=Status)
    code = models.CharField(max_length=8, unique=True, help_text="What is typed at the door when the camera fails.")
    rotation = models.PositiveSmallIntegerField(default=0, help_text="Raised when a ticket is replaced.")
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    support_needs = models.CharField(max_length=500, blank=True)
    desk_note = models.CharField(
        max_length=300, blank=True, help_text="The organisers' own; the person may ask for it."
    )
    invitation = models.ForeignKey(
        InvitationCode, on_delete=models.SET_NULL, null=True, blank=True, related_name="registrations"
    )
    pick_up = models.ForeignKey(PickUp, on_delete=models.PROTECT, null=True, blank=True, related_name="registrations")
    registered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"],
                condition=Q(status__in=sorted(ACTIVE), meeting=None),
                name="registration_one_active_per_person",
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(status__in=sorted(ACTIVE)),
                name="registration_one_active_per_person_and_date",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="registration_status_known"),
            models.CheckConstraint(
                condition=Q(status=Status.CANCELLED, cancelled_at__isnull=False)
                | (~Q(status=Status.CANCELLED) & Q(cancelled_at=None)),
                name="registration_cancelled_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="registration_confirmed_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.WAITING) | Q(confirmed_at=None), name="registration_waiting_is_unconfirmed"
            ),
        ]
        indexes = [models.Index(fields=["pool", "status", "registered_at"], name="registration_queue")]

    def __str__(self) -> str:
        return f"registration {self.pk} ({self.status})"

    @property
    def key(self) -> str:
        return f"registration:{self.pk}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def next_meeting(self, now: datetime) -> Meeting | None:
        """The one it is for, else the event's next."""
        return self.event.meeting_of(self.meeting_id) or self.event.next_meeting(now)

    @property
    def meetings(self) -> list[Meeting]:
        """Those that it lets in to."""
        return [each for each in self.event.timetable if self.meeting_id in (None, each.pk)]

    @property
    def ends_at(self) -> datetime | None:
        return max((meeting.ends_at for meeting in self.meetings), default=None)

    @property
    def place(self) -> int | None:
        """In the queue, counted from 1. For rows read `with_places` alone."""
        found: int | None = self.__dict__["queue_place"]
        return found

    @property
    def readable_code(self) -> str:
        return f"{self.code[:4]}-{self.code[4:]}"


class Attendance(models.Model):
    """A registered person was let in to a meeting. `nonce` names the scan: the same message twice is one scan."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="attendances")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=6, choices=Source)
    nonce = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "meeting"], name="attendance_once_per_meeting"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="attendance_source_known"),
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"
