"""Finding a person by what somebody remembers of them: see docs/adr/0011-people-by-spellings.md."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain, islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Person, PersonQuerySet, PersonSpelling
from accounts.spellings import EDITION, Term, sought, spellings, words_of
from core.collation import alphabetical
from core.compiled import insert_all

MOST = 500
"""People that one search finds; who finds more has to say more."""
ENOUGH = 50
"""When so many are found, no looser look is taken."""
AT_ONCE = 1000
COLUMNS = {"person_id": "bigint", "text": "text"}


class Look(IntEnum):
    """How closely one looks: at whole words, then at beginnings too, then at words with a slip too."""

    WHOLE = 0
    BEGINNING = 1
    SLIP = 2


@dataclass(frozen=True, kw_only=True)
class Found:
    """The closest first, then by name. `more`: there are others, who have been known for longer."""

    people: list[Person]
    more: bool


def find(*, words: str, among: PersonQuerySet) -> Found:
    """Those of `among` whom `words` may mean: names, a mail address or a phone number, or parts of them.

    Three queries at most, and no clock: a looser look is taken while a closer one has not found a page of people.
    """
    terms = sought(words)
    found: dict[int, Person] = {}
    if terms:
        for look in Look:
            found |= {person.pk: person for person in _looked(among, terms, look, found.keys())}
            if len(found) >= ENOUGH:
                break
    people = list(found.values())
    return Found(people=people[:MOST], more=len(people) > MOST)


def write(*, people: Iterable[Person]) -> None:
    """Write the spellings of people who may have none yet. Called in the transaction that makes them."""
    _insert(_rows(people))


@transaction.atomic
def write_anew(*, people: Collection[Person]) -> None:
    """The same for people whose names, address or number, or whose spellings' rules, may have changed.

    Who was merged into one of them is found as that one, by what they were called before.
    """
    keys = [person.pk for person in people]
    PersonSpelling.objects.filter(person__in=keys).delete()
    _insert(chain(_rows(people), _rows_of_merged(people)))
    Person.objects.filter(pk__in=keys).update(spelling_edition=EDITION)


def write_stale() -> int:
    """Write those whose spellings are missing or of older rules, and say how many they were."""
    stale = Person.objects.exclude(spelling_edition=EDITION)
    number = 0
    while people := list(stale.order_by("pk")[:AT_ONCE]):
        write_anew(people=people)
        number += len(people)
    return number


def _looked(among: PersonQuerySet, terms: list[Term], look: Look, seen: Collection[int]) -> list[Person]:
    first, *others = (_alike(term, look) for term in terms)
    meant = first.intersection(*others) if others else first
    people = among.filter(pk__in=meant).exclude(pk__in=list(seen))
    rows = people.order_by("-pk")[: MOST + 1]  # by name, the database would have to sort all of them
    return sorted(_meant(rows, terms) if look == Look.SLIP else rows, key=_by_name)


def _alike(term: Term, look: Look) -> QuerySet[PersonSpelling, Any]:
    """Keys of people. A union, and no OR, lets PostgreSQL ask its index for each and guess nothing."""
    texts = term.whole | term.slips if look == Look.SLIP else term.whole
    alike = PersonSpelling.objects.filter(text__in=sorted(texts)).values("person")
    if look == Look.WHOLE or not term.begins:
        return alike
    begun = (PersonSpelling.objects.filter(text__startswith=each).values("person") for each in sorted(term.begins))
    return alike.union(*begun)


def _meant(people: Iterable[Person], terms: list[Term]) -> Iterator[Person]:
    for person in people:
        words = words_of(**_written(person))
        if all(term.meant_by(words) for term in terms):
            yield person


def _rows(people: Iterable[Person]) -> Iterator[tuple[int, str]]:
    for person in people:
        for text in spellings(**_written(person)):
            yield person.pk, text


def _insert(rows: Iterator[tuple[int, str]]) -> None:
    while batch := list(islice(rows, AT_ONCE)):
        insert_all("accounts_personspelling", COLUMNS, batch)  # every registration waits for it


def _rows_of_merged(people: Iterable[Person]) -> Iterator[tuple[int, str]]:
    """Of those merged into some of `people`, and of those merged into these before."""
    whose = {person.pk: person.pk for person in people if person.merged_into_id is None}
    while merged := list(Person.objects.filter(merged_into__in=whose).exclude(pk__in=whose)):
        whose |= {person.pk: whose[person.merged_into_id] for person in merged if person.merged_into_id}
        for person in merged:
            yield from ((whose[person.pk], text) for _pk, text in _rows([person]))


def _written(person: Person) -> dict[str, str]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "phone": person.phone,
    }


def _by_name(person: Person) -> tuple[list[int], list[int], int]:
    return alphabetical(person.last_name), alphabetical(person.first_name), person.pk
