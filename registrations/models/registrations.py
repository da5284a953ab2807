"""Who has a seat, and who waits for one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.db.models.functions import Lower

from accounts.enums import Permission
from accounts.models import Grant, Person, User
from events.models import Discount, Event, InvitationCode, Meeting, PickUp, Price, SeatPool
from registrations.enums import ACTIVE, SEATED, Channel, Status
from registrations.models.waiting import Offer, Party

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from core.scopes import Scopes


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> Self:
        return self.filter(status__in=ACTIVE)

    def confirmed(self) -> Self:
        return self.filter(status=Status.CONFIRMED)

    def waiting(self) -> Self:
        """First come, first served, but for those an organiser moved; the key breaks ties of the same instant."""
        return self.filter(status=Status.WAITING).order_by("queued_at", "-ahead", "pk")

    def seated(self) -> Self:
        """Who has a seat, or is offered one."""
        return self.filter(status__in=SEATED)

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
        earlier = Q(queued_at__lt=OuterRef("queued_at"))
        tie = Q(queued_at=OuterRef("queued_at"))
        same_instant = tie & Q(ahead=OuterRef("ahead"), pk__lte=OuterRef("pk"))
        before = earlier | (tie & Q(ahead__gt=OuterRef("ahead"))) | same_instant
        places = queue.filter(before).values("pool").annotate(number=Count("pk")).values("number")
        return self.annotate(queue_place=Case(When(status=Status.WAITING, then=Subquery(places)), default=None))


class Registration(models.Model):
    """One person's claim on an event, or on one of its meetings. Only `registrations.services` writes it.

    The contact is what was typed into this form; the person's own data may differ and are not touched by it.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    pool = models.ForeignKey(SeatPool, on_delete=models.PROTECT, related_name="registrations")
    wanted = models.ForeignKey(
        SeatPool, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="None: `pool` itself."
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="registrations", help_text="None: all."
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    identity = models.CharField(  # noqa: DJ001 - none is unlike any other
        max_length=500, null=True, blank=True, help_text="Address, name and birth date, as they were typed here."
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    handed_over_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="handed_over_to"
    )
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
    price = models.ForeignKey(
        Price,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        help_text="None: the event was free.",
    )
    discount = models.ForeignKey(
        Discount, on_delete=models.PROTECT, null=True, blank=True, related_name="registrations"
    )
    registered_at = models.DateTimeField()
    queued_at = models.DateTimeField(help_text="Where they stand in the queue; an organiser may move them.")
    ahead = models.PositiveIntegerField(
        default=0, help_text="Of those with the same `queued_at`, the greatest is first."
    )
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="registrations")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    ride_gone = False
    """Whether the ride that they wanted had filled up when they got a seat; known at that moment alone."""
    referred_by = ""
    """The office that refers them, for their first letter; known at that moment alone."""

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
            models.UniqueConstraint(
                fields=["event", "identity"],
                condition=Q(status__in=sorted(ACTIVE), meeting=None),
                name="registration_one_active_per_identity",
            ),
            models.UniqueConstraint(
                fields=["meeting", "identity"],
                condition=Q(status__in=sorted(ACTIVE)),
                name="registration_one_active_per_identity_and_date",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="registration_status_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="registration_channel_known"),
            models.CheckConstraint(
                condition=~Q(status=Status.OFFERED) | Q(offer__isnull=False, confirmed_at=None),
                name="registration_offered_has_its_offer",
            ),
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
                condition=~Q(status=Status.UNPAID) | Q(price__isnull=False, confirmed_at=None),
                name="registration_unpaid_has_its_price",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.WAITING) | Q(confirmed_at=None, offer=None),
                name="registration_waiting_is_unconfirmed",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.APPLIED) | Q(confirmed_at=None, offer=None),
                name="registration_applied_has_no_seat",
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "status", "queued_at"], name="registration_queue"),
            models.Index(Lower("email"), name="registration_by_address"),
        ]

    def __str__(self) -> str:
        return f"registration {self.pk} ({self.status})"

    @property
    def orders_open(self) -> bool:
        """Whether something is to be paid before the seat is theirs."""
        return self.status == Status.UNPAID

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
    def chosen_id(self) -> int:
        """The pool that they chose; the seat may be another's."""
        return self.wanted_id or self.pool_id

    @property
    def meetings(self) -> list[Meeting]:
        """Those that it lets in to."""
        return [each for each in self.event.timetable if self.meeting_id in (None, each.pk)]

    @property
    def ends_at(self) -> datetime | None:
        return max((meeting.ends_at for meeting in self.meetings), default=None)

    @property
    def changes_close_at(self) -> datetime | None:
        """Until when the person may correct their own answers; None: there is no date at which it would end."""
        ends = [moment for moment in (self.event.terms.changes_close_at, self.ends_at) if moment]
        return min(ends, default=None)

    @property
    def place(self) -> int | None:
        """In the queue, counted from 1. For rows read `with_places` alone."""
        found: int | None = self.__dict__["queue_place"]
        return found

    @property
    def readable_code(self) -> str:
        return f"{self.code[:4]}-{self.code[4:]}"
