"""Who was found to be one person, and who was said not to be."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models.people import Person
from accounts.models.users import User


class PersonMergeQuerySet(models.QuerySet["PersonMerge"]):
    def in_force(self) -> Self:
        return self.filter(undone_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def locked(self) -> Self:
        """Serialise two who undo the same."""
        return self.select_for_update(of=("self",), no_key=True)


class PersonMerge(models.Model):
    """`merged` was found to be `survivor`; with what it takes to undo that.

    The merged one's own values are those of their row, which nobody writes while they are merged. `values` are the
    survivor's that were changed, as `{field: [before, after]}`; `journals` says, app by app, which rows moved.
    """

    survivor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_away")
    values = models.JSONField(default=dict)
    journals = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PersonMergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="person_merged_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="person_merge_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="person_merge_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"


class PeopleApartQuerySet(models.QuerySet["PeopleApart"]):
    def of_two(self, one: Collection[int], other: Collection[int]) -> Self:
        """What says that one of some is not one of others."""
        return self.filter(Q(lower__in=one, higher__in=other) | Q(lower__in=other, higher__in=one))


class PeopleApart(models.Model):
    """Somebody looked at two people who are alike and said: they are not the same."""

    lower = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    higher = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = PeopleApartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lower", "higher"], name="people_apart_once"),
            models.CheckConstraint(condition=Q(lower__lt=F("higher")), name="people_apart_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.lower_id} is not {self.higher_id}"
