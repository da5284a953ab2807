"""What can be attended: an event, whose dates are `Meeting`s and whose seats are `SeatPool`s."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from events.enums import Access, Audience, Counting, Kind, Status
from events.models.counts import Seats, grow
from events.models.event_queries import PUBLIC, EventQuerySet
from events.models.meetings import Meeting
from events.models.pictures import Picture
from events.models.projects import EligibilityRule, Project

if TYPE_CHECKING:
    from events.models.prices import PaymentTerms, Price
    from events.models.seats import SeatPool
    from events.models.stands import Stand
    from events.models.terms import Terms
    from events.models.transport import PickUp

FAR_AWAY = datetime.max.replace(tzinfo=UTC)
LANGUAGES = ("fi", "sv", "en", "uk")


class Event(models.Model):
    """Anything that can be attended. A series is one event with many meetings."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="events")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    audience = models.CharField(max_length=200, blank=True)
    audiences = models.JSONField(default=list, blank=True, help_text="Values of `events.enums.Audience`.")
    spoken_languages = models.JSONField(default=list, blank=True, help_text="Codes of LANGUAGES.")
    language_note = models.CharField(max_length=300, blank=True)
    access_features = models.JSONField(default=list, blank=True, help_text="Values of `events.enums.Access`.")
    access_note = models.TextField(blank=True)
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    picture_alt = models.CharField(max_length=300, blank=True)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True, help_text="When a draft is to be published by itself.")
    archived_at = models.DateTimeField(null=True, blank=True)
    is_template = models.BooleanField(default=False, help_text="Events are made from it; it is never held itself.")
    confidential = models.BooleanField(
        default=False, help_text="In no list; who comes is seen by the event's own team alone."
    )
    invite_only = models.BooleanField(default=False, help_text="Seats only for those who come with an invitation code.")
    elsewhere_url = models.URLField(max_length=500, blank=True, help_text="Where people register, if not here.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_note = models.TextField(blank=True)
    seats_per_meeting = models.PositiveIntegerField(
        null=True, blank=True, help_text="Seats that each new date gets for itself; None: seats are for all dates."
    )
    min_size = models.PositiveIntegerField(null=True, blank=True, help_text="Fewer people, and it is not held.")
    min_size_judged_on = models.DateField(null=True, blank=True)
    takes_stands = models.BooleanField(default=False, help_text="Hosts or exhibitors sign up for a stand.")
    stands_close_at = models.DateTimeField(null=True, blank=True)
    stands_serve_food = models.BooleanField(default=False, help_text="Hosts confirm their hygiene passes.")
    registration_opens_at = models.DateTimeField(null=True, blank=True)
    registration_closes_at = models.DateTimeField(null=True, blank=True)
    asks_start_notice = models.BooleanField(default=False)
    counting = models.CharField(max_length=20, choices=Counting, default=Counting.NONE)
    counting_reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()
    plan_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="Its texts, dates or places; None: not since it was made."
    )
    edition = models.PositiveIntegerField(default=0, help_text="Of its plan: two who edit the same one would clash.")
    sequence = models.PositiveIntegerField(default=0, help_text="Revision for calendars (RFC 5545, SEQUENCE).")

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="event_kind_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="event_status_known"),
            models.CheckConstraint(condition=Q(counting__in=Counting.values), name="event_counting_known"),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT) | Q(published_at__isnull=False), name="event_published_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="event_registration_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=~Q(counting=Counting.FIRST_ATTENDANCE) | ~Q(counting_reason=""),
                name="event_counting_override_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=False) | Q(counting=Counting.NONE, asks_start_notice=False),
                name="event_counts_only_within_a_project",
            ),
            models.CheckConstraint(
                condition=Q(counting=Counting.NONE) | Q(asks_start_notice=True), name="event_that_counts_asks_the_form"
            ),
            models.CheckConstraint(
                condition=Q(publish_at=None) | Q(status=Status.DRAFT, is_template=False),
                name="event_scheduled_is_a_draft",
            ),
            models.CheckConstraint(
                condition=Q(is_template=False) | Q(status=Status.DRAFT), name="event_template_is_never_held"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CANCELLED, cancelled_at__isnull=False)
                | (~Q(status=Status.CANCELLED) & Q(cancelled_at=None)),
                name="event_cancelled_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(min_size=None, min_size_judged_on=None)
                | Q(min_size__isnull=False, min_size__gt=0, min_size_judged_on__isnull=False),
                name="event_minimum_is_judged_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["status"], name="event_by_status")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:event", args=[self.slug])

    @property
    def is_public(self) -> bool:
        """See `EventQuerySet.public`."""
        return self.status in PUBLIC

    @property
    def scope(self) -> str:
        return f"event:{self.pk}"

    @property
    def scopes(self) -> list[str]:
        """Every scope the event lies in, the narrowest first."""
        project = [f"project:{self.project_id}"] if self.project_id else []
        return [self.scope, *project, f"organisation:{self.organisation_id}"]

    @property
    def people_scopes(self) -> list[str]:
        """The scopes in which a role lets one see who comes; see `EventQuerySet.people_in_reach_of`."""
        return [self.scope] if self.confidential else self.scopes

    @cached_property
    def version(self) -> str:
        """Changes with every change of the event's own data and of its meetings, not with its seats."""
        return f"{self.pk}.{self.sequence}.{self.status}"

    @property
    def audience_names(self) -> list[str]:
        return [str(Audience(value).label) for value in self.audiences]

    @property
    def language_names(self) -> list[str]:
        names = dict(settings.LANGUAGES)
        return [names[code] for code in self.spoken_languages if code in names]

    @property
    def access_names(self) -> list[str]:
        return [str(Access(value).label) for value in self.access_features]

    @cached_property
    def timetable(self) -> list[Meeting]:
        return sorted(self.meetings.all(), key=lambda meeting: (meeting.starts_at, meeting.pk))

    @property
    def starts_at(self) -> datetime | None:
        return self.timetable[0].starts_at if self.timetable else None

    @property
    def ends_at(self) -> datetime | None:
        return max((meeting.ends_at for meeting in self.timetable), default=None)

    def next_meeting(self, now: datetime) -> Meeting | None:
        """The meeting going on or coming next; the last one when all are over or called off."""
        ahead = [meeting for meeting in self.timetable if meeting.ends_at > now and not meeting.cancelled_at]
        return next(iter(ahead or self.timetable[-1:]), None)

    @cached_property
    def stops(self) -> list[PickUp]:
        """Where one can get on, ride by ride, the earliest first."""
        return [
            stop
            for ride in sorted(self.rides.all(), key=lambda ride: ride.pk)
            for stop in sorted(ride.pick_ups.all(), key=lambda stop: (stop.leaves, stop.pk))
        ]

    @property
    def eligibility(self) -> EligibilityRule | None:
        """The project's rule of who may take part that is in force on the event's first day."""
        if self.project is None or self.starts_at is None:
            return None
        return self.project.eligibility_rules.on(timezone.localdate(self.starts_at)).first()

    @property
    def shown_stands(self) -> list[Stand]:
        """The approved stands in the order of their numbers, numbered ones first."""
        stands = self.stands.approved().select_related("municipality")
        return sorted(stands, key=lambda stand: (not stand.number, stand.number.zfill(6), stand.name, stand.pk))

    @cached_property
    def seat_pools(self) -> list[SeatPool]:
        """The roots: one for the whole event, or one for each of its dates in their order; none: nobody registers."""
        return self.planted(self.pools.all())

    def planted(self, pools: Iterable[SeatPool]) -> list[SeatPool]:
        """All pools of this event as trees, in the order of their dates."""
        found = list(pools)
        for pool in found:
            pool.event = self
        return sorted(grow(found), key=lambda pool: (self.ends_of(pool) or FAR_AWAY, pool.pk))

    @property
    def leaves(self) -> list[SeatPool]:
        """What people choose among, of all dates."""
        return [leaf for pool in self.seat_pools for leaf in pool.leaves]

    @property
    def has_choice(self) -> bool:
        """Whether one must say which seats one wants."""
        return self.seats_per_meeting is not None or len(self.leaves) > 1

    def pool_of(self, key: int | None) -> SeatPool | None:
        """One of the event's pools, in its tree."""
        return next((pool for root in self.seat_pools for pool in root.tree_pools if pool.pk == key), None)

    @cached_property
    def terms(self) -> Terms:
        """On what terms it gives its seats: its own, or the usual ones."""
        try:
            return self.own_terms
        except ObjectDoesNotExist:
            usual: Any = self._meta.get_field("own_terms").related_model
            return cast("Terms", usual())

    @cached_property
    def payment_terms(self) -> PaymentTerms:
        """How its seats may be paid: its own terms, or the usual ones."""
        try:
            return self.own_payment_terms
        except ObjectDoesNotExist:
            usual: Any = self._meta.get_field("own_payment_terms").related_model
            return cast("PaymentTerms", usual())

    @cached_property
    def price_list(self) -> list[Price]:
        """What can be chosen; empty: the event is free."""
        return sorted(
            (price for price in self.prices.all() if price.retired_at is None),
            key=lambda price: (price.position, price.pk),
        )

    def prices_of(self, pool: SeatPool) -> list[Price]:
        """Those of seats of `pool`: of the pool itself or of one around it, or of any."""
        around = {each.pk for each in pool.path}
        return [price for price in self.price_list if price.pool_id is None or price.pool_id in around]

    @property
    def closes_at(self) -> datetime | None:
        """When registration ends, or the time to apply."""
        terms = self.terms
        moments = [self.registration_closes_at, terms.applications_close_at if terms.by_application else None]
        return min((each for each in moments if each), default=None)

    @property
    def seats(self) -> Seats | None:
        """Of all dates together."""
        return Seats.of(self.seat_pools)

    def seats_at(self, moment: datetime) -> Seats | None:
        """Of the dates that are not over at `moment`; of all when they are."""
        return Seats.of(self.pools_ahead(moment) or self.seat_pools)

    def pools_ahead(self, moment: datetime) -> list[SeatPool]:
        """Those one can still come to."""
        return [pool for pool in self.seat_pools if (self.ends_of(pool) or FAR_AWAY) > moment and not self.is_off(pool)]

    def pool_for(self, meeting: Meeting) -> SeatPool | None:
        """Whose seats let in at `meeting`."""
        return next((pool for pool in self.seat_pools if pool.meeting_id in (None, meeting.pk)), None)

    def meeting_of(self, key: int | None) -> Meeting | None:
        return next((meeting for meeting in self.timetable if meeting.pk == key), None)

    def starts_of(self, pool: SeatPool) -> datetime | None:
        meeting = self.meeting_of(pool.meeting_id)
        return meeting.starts_at if meeting else self.starts_at

    def is_off(self, pool: SeatPool) -> bool:
        """Whether the date that the seats are for has been called off."""
        meeting = self.meeting_of(pool.meeting_id)
        return meeting is not None and meeting.cancelled_at is not None

    def ends_of(self, pool: SeatPool) -> datetime | None:
        """When the last date of a pool of this event is over."""
        meeting = self.meeting_of(pool.meeting_id)
        return meeting.ends_at if meeting else self.ends_at
