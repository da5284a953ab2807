"""The columns of a table of older notices: their headings, and the words that their cells may have.

A heading is the column's own name, such as `education_level`, or the question as it is put in any of the languages. An
answer is a code, or its words in any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.names import normalised_name
from esf.rules.questions import SCREENS
from esf.services import wordings

OWN = {
    "first_name": ("Etunimi", "Förnamn", "First name", "Ім'я"),
    "last_name": ("Sukunimi", "Efternamn", "Last name", "Прізвище"),
    "language": ("Asiointikieli", "Kontaktspråk", "Contact language", "Мова спілкування"),
    "started_on": ("Aloituspäivä", "Startdatum", "Start date", "Дата початку"),
    "implementer": ("Toteuttaja", "Genomförare", "Implementer", "Виконавець"),
    "ended_on": ("Lopetuspäivä", "Slutdatum", "End date", "Дата завершення"),
}
"""Columns that are no question of the form, in Finnish, Swedish, English and Ukrainian."""
NEEDED = ("first_name", "last_name", "birth_date", "started_on")
LANGUAGES = {
    "fi": ("suomi", "finska", "finnish", "фінська"),
    "sv": ("ruotsi", "svenska", "swedish", "шведська"),
    "en": ("englanti", "engelska", "english", "англійська"),
    "uk": ("ukraina", "ukrainska", "ukrainian", "українська"),
}
EXAMPLE = {
    "first_name": "Aino",
    "last_name": "Esimerkki",
    "birth_date": "31.12.1985",
    "gender": "F",
    "municipality_code": "081",
    "phone": "050 555 0199",
    "language": "fi",
    "labour_status_start": "UNEMPLOYED",
    "unemployment_duration": "M6_12",
    "education_level": "ISCED3",
    "started_on": "2.2.2026",
    "ended_on": "30.6.2026",
}


class ColumnsMissing(Refused):
    code = "columns_missing"
    message = _("The table must have at least these columns: first_name, last_name, birth_date, started_on.")


class ColumnTwice(Refused):
    code = "column_twice"
    message = _("Two columns of the table mean the same. Leave one of them out.")


def names() -> list[str]:
    """All columns, in the order in which they are told."""
    questions = [name for screen in SCREENS.values() for name in screen]
    return ["first_name", "last_name", *questions, "language", "started_on", "ended_on", "implementer"]


def headings_of(name: str) -> tuple[str, ...]:
    """In the four languages."""
    if name in OWN:
        return OWN[name]
    return tuple(words["label"] for words in wordings.frozen(wordings.NEWEST)[name].values())


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Where each known column stands.

    :raises ColumnsMissing: if one that is needed is not there
    :raises ColumnTwice: if two mean the same
    """
    found: dict[str, int] = {}
    for index, heading in enumerate(header):
        name = _by_heading().get(normalised_name(heading.rstrip(" :*?")))
        if name in found:
            raise ColumnTwice
        if name:
            found[name] = index
    if not set(NEEDED) <= set(found):
        raise ColumnsMissing
    return found


def codes_of(name: str) -> Mapping[str, str]:
    """What an answer may be, normalised, and the code that it is; empty where it is free text."""
    if name == "language":
        return {normalised_name(word): code for code, words in LANGUAGES.items() for word in (code, *words)}
    words = wordings.frozen(wordings.NEWEST).get(name, {})
    options = [pair for each in words.values() for pair in each.get("options", {}).items()]
    return {normalised_name(text): code for code, told in options for text in (code, told)}


@cache
def _by_heading() -> dict[str, str]:
    return {normalised_name(heading.rstrip(" :*?")): name for name in names() for heading in (name, *headings_of(name))}
