"""What is changed about a registration besides its seat: by the person through their link, or on the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit, people
from core.stale import ChangedMeanwhile
from esf.services import notices
from events.models import SeatPool
from events.services import residents
from registrations.enums import ACTIVE
from registrations.models import Registration
from registrations.services import rides
from registrations.services.seats import NothingToCancel


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The e-mail address and the name stay: they say who registered."""

    phone: str
    language: str
    support_needs: str
    pick_up: int | None = None


@transaction.atomic
def change(*, registration: Registration, changes: Changes, answers: notices.Answers | None, now: datetime) -> None:
    """Keep a person's corrections to their own registration and background form.

    The pool's lock comes first: rides are filled under it.

    :raises NothingToCancel: if the registration is not active any more
    :raises RideFull: if no seat is left where they want to get on
    :raises NoticeInUse: if the project has begun to count with the old answers
    """
    SeatPool.objects.locked().filter(pk=registration.pool_id).first()
    registration = Registration.objects.locked().select_related("event__project", "pick_up").get(pk=registration.pk)
    if registration.status not in ACTIVE:
        raise NothingToCancel
    rides.refuse_if_full(event=registration.event, pick_up=changes.pick_up, but=registration)
    for name in ("phone", "language", "support_needs"):
        setattr(registration, name, getattr(changes, name))
    registration.pick_up_id = changes.pick_up
    registration.save(update_fields=["phone", "language", "support_needs", "pick_up"])
    if answers and registration.event.project:
        notices.submit(
            person=registration.person,
            project=registration.event.project,
            source=registration.key,
            answers=answers,
            now=now,
        )
        at_home = residents.scopes(registration.event, answers.municipality_code)
        people.make_known(person=registration.person, scopes=at_home)
    audit.changed(
        actor=None,
        action="registration.edit",
        subject=registration.key,
        scope=f"event:{registration.event_id}",
        now=now,
    )


@transaction.atomic
def note(*, registration: Registration, text: str, seen: str, by: User, now: datetime) -> None:
    """Keep the organisers' own `text` about a registration.

    :param seen: the text that stood there when `by` began to write
    :raises ChangedMeanwhile: if a colleague has written something else since
    """
    registration = Registration.objects.locked().get(pk=registration.pk)
    if registration.desk_note not in {seen, text}:
        raise ChangedMeanwhile({"desk_note": registration.desk_note})
    registration.desk_note = text
    registration.save(update_fields=["desk_note"])
    audit.changed(
        actor=by,
        action="registration.note",
        subject=registration.key,
        scope=f"event:{registration.event_id}",
        now=now,
    )
