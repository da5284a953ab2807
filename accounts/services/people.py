"""Who someone is, and where they are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import Person, PersonScope
from accounts.services import finding
from accounts.spellings import EDITION
from core.compiled import insert_all, insert_unless_there
from core.names import normalised_email, normalised_name

COLUMNS = {"person_id": "bigint", "scope": "text"}


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What a person says of themselves when they register."""

    first_name: str
    last_name: str
    email: str
    phone: str
    language: str
    birth_date: date | None = None
    municipality_code: str = ""


def identity(contact: Contact) -> str | None:
    """What two registrations of one person share. None without an e-mail address: then nobody can be recognised."""
    if not contact.email:
        return None
    born = contact.birth_date.isoformat() if contact.birth_date else ""
    return "|".join([normalised_email(contact.email), normalised_name(contact.first_name, contact.last_name), born])


@transaction.atomic(savepoint=False)
def recognise(*, contact: Contact, now: datetime) -> Person:
    """Return the person that `contact` describes, new or known; whom they were merged into, if they were.

    What is known of a known person is left alone: a form that anyone can send must not rewrite somebody's data. The
    person's row is locked, so that nothing is written for somebody who is being merged away at this moment.
    """
    values = {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "birth_date": contact.birth_date,
        "email": contact.email,
        "phone": contact.phone,
        "language": contact.language,
        "municipality_code": contact.municipality_code,
        "created_at": now,
        "spelling_edition": EDITION,
    }
    key = identity(contact)
    if key is None:
        person = Person.objects.create(**values)
    else:
        person = Person(identity=key, **values)
        if not insert_unless_there(person):
            person = _merged_into(Person.objects.locked().get(identity=key))
    if person.created_at == now:  # made by this call, or by one of the same instant: written twice is written once
        finding.write(people=[person])
    return person


def _merged_into(person: Person) -> Person:
    while person.merged_into_id:
        person = Person.objects.locked().get(pk=person.merged_into_id)
    return person


@transaction.atomic(savepoint=False)
def make_known(*, person: Person, scopes: Iterable[str]) -> None:
    """Let those who may see people in any of `scopes` see `person`."""
    insert_all("accounts_personscope", COLUMNS, [(person.pk, scope) for scope in scopes])


@transaction.atomic(savepoint=False)
def make_all_known(*, people: Iterable[Person], scope: str) -> None:
    """The same for many people and one scope."""
    PersonScope.objects.bulk_create(
        (PersonScope(person=person, scope=scope) for person in people), ignore_conflicts=True, batch_size=1000
    )
