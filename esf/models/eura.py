"""How far a person's data have come in EURA 2021, the ministry's own system."""

from django.db import models
from django.db.models import Q

from accounts.models import Person, User
from esf.enums import EuraState, IdentityCheck
from events.models import Project

NEEDS_A_NOTE = (EuraState.REFUSED, EuraState.NOT_REACHED)


class EuraStep(models.Model):
    """A state that a person came to in EURA 2021 on a day, as staff noted it; the newest is where they stand.

    Rows are only added. No row: not invited.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=15, choices=EuraState)
    day = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    identity_checked_how = models.CharField(max_length=17, choices=IdentityCheck, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EuraState.values), name="eura_step_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=NEEDS_A_NOTE) | ~Q(note=""), name="eura_step_without_data_has_a_note"
            ),
            models.CheckConstraint(
                condition=Q(identity_checked_how__in=["", *IdentityCheck.values])
                & (~Q(state=EuraState.STAFF_ENTERED) | ~Q(identity_checked_how="")),
                name="eura_step_by_staff_has_identity_check",
            ),
        ]
        indexes = [models.Index(fields=["project", "person", "at"], name="eura_step_of_person")]

    def __str__(self) -> str:
        return f"{self.state} {self.day}"
