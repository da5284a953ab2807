"""Whom one speaks with at an employer, and what was said: personal data, each with its day of deletion."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Employer, EmployerContact, EmployerNote, EmployerStage, User
from accounts.services.employers import Archived, locked, record
from core.errors import Refused
from core.stale import refuse_stale

COLUMNS = ("name", "role", "email", "phone", "delete_after")
"""What people change of a contact person."""

LONGEST = timedelta(days=3653)
"""Ten years."""


class DeletedAlready(Refused):
    code = "deletion_day_past"
    message = _("The day of deletion must be today or later.")


class KeptTooLong(Refused):
    code = "kept_too_long"
    message = _("The day of deletion must be within ten years.")


def default_deletion(now: datetime) -> date:
    """The day until which contacts and notes are kept when nobody says another."""
    return timezone.localdate(now) + _kept()


def check_deletion(day: date, *, now: datetime) -> None:
    """Refuse a day of deletion that cannot be chosen now.

    :raises DeletedAlready: if it is past
    :raises KeptTooLong: if it is more than ten years ahead
    """
    today = timezone.localdate(now)
    if day < today:
        raise DeletedAlready
    if day > today + LONGEST:
        raise KeptTooLong


def values_of(contact: EmployerContact) -> dict[str, Any]:
    """What a form shows of `contact`."""
    return {name: getattr(contact, name) for name in COLUMNS}


@transaction.atomic
def add(*, employer: Employer, values: Mapping[str, Any], by: User, now: datetime) -> EmployerContact:
    """Note a contact person, a value for each of `COLUMNS`.

    :raises DeletedAlready: if it would be deleted at once
    :raises KeptTooLong: if it would be kept for more than ten years
    :raises Archived: if the employer is in the archive
    """
    employer = _open(employer)
    check_deletion(values["delete_after"], now=now)
    contact = EmployerContact.objects.create(employer=employer, **values)
    record("employer.contact", employer, by, now, after={"contact": contact.pk, "done": "add"})
    return contact


@transaction.atomic
def change(*, contact: EmployerContact, values: Mapping[str, Any], seen: str, by: User, now: datetime) -> None:
    """Bring `contact` to `values`, a value for each of `COLUMNS`.

    :param seen: the fingerprint of the values that the form showed
    :raises ChangedMeanwhile: if they have been changed since
    :raises DeletedAlready: if it would be deleted at once
    :raises KeptTooLong: if it would be kept for more than ten years
    """
    employer = locked(contact.employer)
    contact = EmployerContact.objects.get(pk=contact.pk)
    before = values_of(contact)
    refuse_stale(seen=seen, values=before)
    check_deletion(values["delete_after"], now=now)
    for name, value in values.items():
        setattr(contact, name, value)
    contact.save(update_fields=list(values))
    changed = [name for name in values if before[name] != values[name]]
    record("employer.contact", employer, by, now, after={"contact": contact.pk, "done": "change", "columns": changed})


@transaction.atomic
def remove(*, contact: EmployerContact, by: User, now: datetime) -> None:
    """Delete a contact person for good."""
    employer, key = locked(contact.employer), contact.pk
    EmployerContact.objects.filter(pk=key).delete()
    record("employer.contact", employer, by, now, after={"contact": key, "done": "remove"})


@transaction.atomic
def add_note(*, employer: Employer, text: str, delete_after: date, by: User, now: datetime) -> EmployerNote:
    """Keep what was talked about.

    :raises DeletedAlready: if it would be deleted at once
    :raises KeptTooLong: if it would be kept for more than ten years
    :raises Archived: if the employer is in the archive
    """
    employer = _open(employer)
    check_deletion(delete_after, now=now)
    note = EmployerNote.objects.create(employer=employer, text=text, by=by, at=now, delete_after=delete_after)
    record("employer.note", employer, by, now, after={"note": note.pk, "done": "add"})
    return note


@transaction.atomic
def remove_note(*, note: EmployerNote, by: User, now: datetime) -> None:
    """Delete a note for good."""
    employer, key = locked(note.employer), note.pk
    EmployerNote.objects.filter(pk=key).delete()
    record("employer.note", employer, by, now, after={"note": key, "done": "remove"})


def forget_due(*, now: datetime) -> int:
    """Delete the contacts, the notes and the stages' remarks whose last day is past, and return how many.

    Each employer is a transaction. A remark has no day of its own: it goes when a note of its day would, by default.
    """
    today = timezone.localdate(now)
    gone = (EmployerContact.objects.filter(_past(today)), EmployerNote.objects.filter(_past(today)), _remarks(today))
    contacts, notes, remarks = (Q(pk__in=rows.values("employer")) for rows in gone)
    due = list(Employer.objects.filter(contacts | notes | remarks).order_by("pk"))
    return sum(_forget(employer, today, now) for employer in due)


@transaction.atomic
def _forget(employer: Employer, today: date, now: datetime) -> int:
    """Two workers may come at once: the second one finds nothing, and says nothing."""
    employer = locked(employer)
    contacts, _kinds = employer.contacts.filter(_past(today)).delete()
    notes, _kinds = employer.notes.filter(_past(today)).delete()
    notes += _remarks(today).filter(employer=employer).update(note="")
    if contacts or notes:
        record("employer.forget", employer, None, now, after={"contacts": contacts, "notes": notes})
    return contacts + notes


def _past(today: date) -> Q:
    return Q(delete_after__lt=today)


def _remarks(today: date) -> QuerySet[EmployerStage]:
    """Stages whose remark has been kept as long as a note is."""
    return EmployerStage.objects.exclude(note="").filter(at__date__lt=today - _kept())


def _kept() -> timedelta:
    return min(timedelta(days=settings.EMPLOYER_CONTACT_DAYS), LONGEST)


def _open(employer: Employer) -> Employer:
    found = locked(employer)
    if found.archived_at:
        raise Archived
    return found
