"""How applicants are chosen at an event that is a copy of another."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from events.models import Event
from registrations.models import ApplicantCategory, Criterion


@transaction.atomic
def copy_all(*, source: Event, target: Event, by: User, now: datetime) -> None:
    """Let people apply to `target`, a copy of `source`, as the same, and be judged by the same criteria.

    Assessors are named for each event anew.
    """
    categories = list(ApplicantCategory.objects.filter(event=source))
    criteria = list(Criterion.objects.filter(event=source))
    for category in categories:
        category.pk, category.event = None, target
    for criterion in criteria:
        criterion.pk, criterion.event = None, target
    ApplicantCategory.objects.bulk_create(categories)
    Criterion.objects.bulk_create(criteria)
