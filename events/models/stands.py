"""Who shows or serves something at an event, and where. Written by `registrations`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models import Grant, User
from events.enums import StandState
from events.models.events import Event
from events.models.places import ON_THE_MAP, Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class StandQuerySet(models.QuerySet["Stand"]):
    def approved(self) -> Self:
        return self.filter(state=StandState.APPROVED)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        reach = Grant.objects.scopes(user, Permission.SEE_PEOPLE)
        return self.filter(event__in=Event.objects.people_in_reach_of(reach))


class Stand(models.Model):
    """The place of a host (at an address of their own) or of an exhibitor (a numbered stand in a hall).

    The contact is for the organiser alone; everything else is shown once the stand is approved.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="stands")
    state = models.CharField(max_length=10, choices=StandState, default=StandState.APPLIED)
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=10, blank=True)
    street = models.CharField(max_length=200, blank=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    latitude = models.FloatField(null=True, blank=True, help_text="In degrees (WGS 84), as picked on the map.")
    longitude = models.FloatField(null=True, blank=True)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    offering = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, help_text="That the host writes in.")
    website = models.URLField(max_length=500, blank=True)
    business_id = models.CharField(max_length=9, blank=True)
    hygiene_pass = models.BooleanField(default=False, help_text="The host says that everybody who needs one has one.")
    contact_name = models.CharField(max_length=200)
    contact_email = models.EmailField()
    contact_phone = models.CharField(max_length=20, blank=True)
    applied_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = StandQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StandState.values), name="stand_state_known"),
            models.CheckConstraint(
                condition=Q(opens=None) | Q(closes=None) | Q(closes__gt=F("opens")), name="stand_closes_after_it_opens"
            ),
            models.CheckConstraint(condition=ON_THE_MAP, name="stand_on_the_map"),
            models.CheckConstraint(
                condition=Q(business_id="") | Q(business_id__regex=r"^[0-9]{7}-[0-9]$"), name="stand_business_id_form"
            ),
            models.CheckConstraint(
                condition=Q(state=StandState.APPLIED, decided_at=None)
                | (~Q(state=StandState.APPLIED) & Q(decided_at__isnull=False)),
                name="stand_decided_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["event", "number"],
                condition=Q(state=StandState.APPROVED) & ~Q(number=""),
                name="stand_number_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return f"stand:{self.pk}"
