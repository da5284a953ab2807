"""What a person changes through their personal link, without an account."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.services import audit
from esf.services import notices
from registrations.enums import ACTIVE
from registrations.models import Registration
from registrations.services.seats import NothingToCancel


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The e-mail address and the name stay: they say who registered."""

    phone: str
    language: str
    support_needs: str


@transaction.atomic
def change(*, registration: Registration, changes: Changes, answers: notices.Answers | None, now: datetime) -> None:
    """Keep a person's corrections to their own registration and background form.

    :raises NothingToCancel: if the registration is not active any more
    :raises NoticeInUse: if the project has begun to count with the old answers
    """
    registration = Registration.objects.locked().select_related("event__project", "person").get(pk=registration.pk)
    if registration.status not in ACTIVE:
        raise NothingToCancel
    for name in changes.__dataclass_fields__:
        setattr(registration, name, getattr(changes, name))
    registration.save(update_fields=list(changes.__dataclass_fields__))
    if answers and registration.event.project:
        notices.submit(
            person=registration.person,
            project=registration.event.project,
            source=registration.key,
            answers=answers,
            now=now,
        )
    audit.changed(
        actor=None,
        action="registration.edit",
        subject=registration.key,
        scope=f"event:{registration.event_id}",
        now=now,
    )
