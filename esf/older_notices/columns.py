"""The columns of a table of older notices: their headings, and the words that their cells may have.

A heading is the column's own name, such as `education_level`, or the question as it is put in any of the languages. An
answer is a code, or its words in any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.names import normalised_name
from esf.enums import CollectionOutcome, ExitReason
from esf.rules.questions import SCREENS
from esf.services import wordings
from events.models import Project

OWN = {
    "first_name": ("Etunimi", "Förnamn", "First name", "Ім'я"),
    "last_name": ("Sukunimi", "Efternamn", "Last name", "Прізвище"),
    "language": ("Asiointikieli", "Kontaktspråk", "Contact language", "Мова спілкування"),
    "started_on": ("Aloituspäivä", "Startdatum", "Start date", "Дата початку"),
    "implementer": ("Toteuttaja", "Genomförare", "Implementer", "Виконавець"),
    "ended_on": ("Lopetuspäivä", "Slutdatum", "End date", "Дата завершення"),
    "qualification_name": (
        "Tutkinnon tai pätevyyden nimi",
        "Examens eller kompetensens namn",
        "Name of the qualification",
        "Назва кваліфікації",
    ),
    "exit_reason": (
        "Päättymissyy",
        "Orsak till att deltagandet avslutades",
        "Reason for leaving",
        "Причина завершення",
    ),
    "collection_outcome": (
        "Lopetustietojen keruu",
        "Insamling av slutuppgifter",
        "Collection of the end data",
        "Збирання підсумкових даних",
    ),
}
"""Columns that are no question of the forms, or one of two words, in Finnish, Swedish, English and Ukrainian."""
ANSWERS = (*(name for screen in SCREENS.values() for name in screen), "language")
"""Columns that tell what a person answered at the start."""
ASKED_AT_END = ("labour_status_end", "status_as_of", "qualification", "qualification_name", "exit_reason")
END = (*ASKED_AT_END, "collection_outcome", "followup_status", "improved_situation")
"""Columns that tell how a participation ended."""
STAFF_CODES: Mapping[str, type[TextChoices]] = {"exit_reason": ExitReason, "collection_outcome": CollectionOutcome}
"""Columns whose words are not put to the person, and stand in no version of the questions."""
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
    "labour_status_end": "EMPLOYED",
    "qualification": "YES",
    "qualification_name": "Hygieniapassi",
    "exit_reason": "EMPLOYED",
    "collection_outcome": "COLLECTED",
}
"""An invented person, without the days."""


class ColumnsMissing(Refused):
    code = "columns_missing"
    message = _("The table must have at least these columns: first_name, last_name, birth_date, started_on.")


class ColumnTwice(Refused):
    code = "column_twice"
    message = _("Two columns of the table mean the same. Leave one of them out.")


def names() -> list[str]:
    """All columns, in the order in which they are told."""
    return ["first_name", "last_name", *ANSWERS, "started_on", "implementer", "ended_on", *END]


def examples(project: Project) -> tuple[dict[str, str], dict[str, str]]:
    """Two rows of an invented person who comes twice, on days that are the project's."""
    first = project.starts_on
    known = {name: EXAMPLE[name] for name in ("first_name", "last_name", "birth_date")}
    days = {
        "started_on": _as_typed(first),
        "ended_on": _as_typed(first + timedelta(days=1)),
        "status_as_of": _as_typed(first + timedelta(days=2)),
    }
    return EXAMPLE | days, known | {"started_on": _as_typed(first + timedelta(days=3))}


def _as_typed(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


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


@cache
def codes_of(name: str) -> Mapping[str, str]:
    """What an answer may be, normalised, and the code that it is; empty where it is free text."""
    if name == "language":
        return {normalised_name(word): code for code, words in LANGUAGES.items() for word in (code, *words)}
    if name in STAFF_CODES:
        return _labelled(STAFF_CODES[name])
    words = wordings.frozen(wordings.NEWEST).get(name, {})
    options = [pair for each in words.values() for pair in each.get("options", {}).items()]
    return {normalised_name(text): code for code, told in options for text in (code, told)}


def _labelled(codes: type[TextChoices]) -> dict[str, str]:
    """The codes by themselves and by their labels in every language."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {normalised_name(str(text)): code for code, label in codes.choices for text in (code, label)}
    return found


@cache
def _by_heading() -> dict[str, str]:
    return {normalised_name(heading.rstrip(" :*?")): name for name in names() for heading in (name, *headings_of(name))}
