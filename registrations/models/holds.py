"""Seats kept for people who are filling the form."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from events.models import InvitationCode, SeatPool
from events.models.terms import LARGEST_PARTY
from registrations.enums import HoldKind


class HoldQuerySet(models.QuerySet["Hold"]):
    def locked(self) -> Self:
        """Keep forms from being forgotten while they are judged."""
        return self.select_for_update(of=("self",), no_key=True)

    def of_seats(self) -> Self:
        return self.filter(kind=HoldKind.SEAT)

    def unreleased(self) -> Self:
        return self.filter(released_at=None)

    def being_filled_at(self, moment: datetime) -> Self:
        """Whose form may still become a registration, for a seat or for the queue."""
        return self.filter(released_at=None, finished_at=None, expires_at__gt=moment)

    def expired_at(self, moment: datetime) -> Self:
        return self.filter(expires_at__lte=moment)


class Hold(models.Model):
    """Seats, or places at the queue's end, kept for someone who is filling the form.

    Between `created_at` and `released_at` the seats are counted in their pool's `held`. `draft` keeps what has been
    typed, also after the hold has expired; it goes when the registration is made, or with the row a day later.
    """

    pool = models.ForeignKey(SeatPool, on_delete=models.CASCADE, related_name="holds")
    wanted = models.ForeignKey(
        SeatPool, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="None: `pool` itself."
    )
    kind = models.CharField(max_length=5, choices=HoldKind)
    seats = models.PositiveSmallIntegerField(default=1, help_text="For how many, who come together.")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    renewed_at = models.DateTimeField(null=True, blank=True, help_text="When it was given new seats, after its time.")
    confirmation_sent_at = models.DateTimeField(
        null=True, blank=True, help_text="The form was sent; the link in the mail was not pressed yet."
    )
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
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=LARGEST_PARTY), name="hold_seats_sensible"),
        ]
        indexes = [
            models.Index(fields=["pool", "expires_at"], condition=Q(released_at=None), name="hold_still_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} hold {self.pk}"

    @property
    def key(self) -> str:
        return f"hold:{self.pk}"

    @property
    def chosen_id(self) -> int:
        """The pool that the visitor chose."""
        return self.wanted_id or self.pool_id

    def awaits_click(self, now: datetime) -> bool:
        """Whether the form was sent, and only the link in the mail is still to be pressed."""
        return self.confirmation_sent_at is not None and self.finished_at is None and not self.expired(now)

    def expired(self, now: datetime) -> bool:
        """Whether its seats are gone. A place at the queue's end does not run out while the row is there."""
        return self.kind == HoldKind.SEAT and (self.released_at is not None or self.expires_at <= now)
