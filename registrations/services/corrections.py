"""What is changed about a registration besides its seat: by the person through their link, or on the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit, links, people
from core.errors import Refused
from core.stale import ChangedMeanwhile
from esf.services import notices
from events.models import SeatPool
from events.services import residents
from registrations import rules
from registrations.enums import ACTIVE
from registrations.models import Registration
from registrations.services import letters, rides
from registrations.services.seats import NothingToCancel


class ChangesClosed(Refused):
    code = "changes_closed"
    message = _("These details can no longer be changed here. Ask the organiser.")


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
    :raises ChangesClosed: if it is too late
    :raises RideFull: if no seat is left where they want to get on
    :raises NoticeInUse: if the project has begun to count with the old answers
    """
    SeatPool.objects.locked().root_of(registration.pool_id).first()
    registration = Registration.objects.locked().select_related("event__project", "pick_up").get(pk=registration.pk)
    if registration.status not in ACTIVE:
        raise NothingToCancel
    if not rules.may_edit(status=registration.status, closes_at=registration.changes_close_at, now=now):
        raise ChangesClosed
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
    _record(registration, "registration.edit", None, now)


@transaction.atomic
def speak(*, registration: Registration, language: str, now: datetime) -> None:
    """Write to the person in `language`, a code of `settings.LANGUAGES`, from now on, as they wish."""
    if Registration.objects.filter(pk=registration.pk).exclude(language=language).update(language=language):
        _record(registration, "registration.edit", None, now)


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
    _record(registration, "registration.note", by, now)


@transaction.atomic
def renew_link(*, registration: Registration, by: User | None, now: datetime) -> str:
    """Close every personal link to `registration`, and mail a new one.

    The new one goes to the mailbox alone, so that whoever has found an old one is left outside.

    :param by: who does it for them; None: the person themselves
    :return: the new address where there is no mailbox, to be shown or printed; else nothing
    """
    links.revoke_all(purpose=letters.PURPOSE, key=registration.key, now=now)
    _record(registration, "registration.link", by, now)
    if not registration.email:
        return letters.personal_url(registration=registration, now=now)
    letters.new_link(registration=registration, now=now)
    return ""


def _record(registration: Registration, action: str, by: User | None, now: datetime) -> None:
    audit.changed(actor=by, action=action, subject=registration.key, scope=f"event:{registration.event_id}", now=now)
