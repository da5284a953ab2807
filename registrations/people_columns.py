"""The columns that a table of people may have: their headings in four languages, and how their cells are read."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.employer_columns import Column, HeadingTwice, ListedField
from core.errors import Refused
from core.fields import BirthDateField, NameField, PhoneField
from core.names import normalised_name

SPOKEN = ("fi", "sv", "en", "uk")
"""The languages that a column's first names are in."""

LANGUAGES = {
    "fi": ("suomi", "finska", "finnish", "фінська"),
    "sv": ("ruotsi", "svenska", "swedish", "шведська"),
    "en": ("englanti", "engelska", "english", "англійська"),
    "uk": ("ukraina", "ukrainska", "ukrainian", "українська"),
}

COLUMNS = {
    "first_name": Column(
        _("First name"),
        ("Etunimi", "Förnamn", "First name", "Ім'я", "Etunimet", "Given name"),
        "Aino",
        NameField(max_length=100),
    ),
    "last_name": Column(
        _("Last name"),
        ("Sukunimi", "Efternamn", "Last name", "Прізвище", "Surname", "Family name"),
        "Esimerkki",
        NameField(max_length=100),
    ),
    "email": Column(
        _("E-mail"),
        ("Sähköposti", "E-post", "E-mail", "Електронна пошта", "Email", "Sähköpostiosoite"),
        "aino@people.example",
        forms.EmailField(max_length=254),
    ),
    "phone": Column(
        _("Phone"),
        ("Puhelin", "Telefon", "Phone", "Телефон", "Puhelinnumero"),
        "050 555 0199",
        PhoneField(),
    ),
    "language": Column(
        _("Language of the messages"), ("Kieli", "Språk", "Language", "Мова"), "suomi", ListedField(LANGUAGES)
    ),
    "birth_date": Column(
        _("Date of birth"),
        ("Syntymäaika", "Födelsedatum", "Date of birth", "Дата народження", "Birth date"),
        "31.12.1985",
        BirthDateField(),
    ),
    "date": Column(
        pgettext_lazy("column", "Date"),
        ("Päivä", "Datum", "Date", "Дата", "Päivämäärä"),
        "1.12.2026",
        forms.CharField(max_length=30),
    ),
    "group": Column(
        pgettext_lazy("column", "For whom the seats are"),
        ("Kenelle", "För vem", "For whom", "Для кого", "Paikat"),
        "",
        forms.CharField(max_length=100),
    ),
    "note": Column(
        pgettext_lazy("column", "Note"),
        ("Huomautus", "Anteckning", "Note", "Примітка", "Lisätieto"),
        "",
        forms.CharField(max_length=300),
    ),
}

_BY_HEADING = {normalised_name(heading): name for name, column in COLUMNS.items() for heading in column.names}


class NamesMissing(Refused):
    code = "names_missing"
    message = _(
        "The table must have the columns “First name” and “Last name” (Etunimi, Sukunimi). "
        "Name the columns as described below."
    )


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Where each known column stands.

    :raises NamesMissing: if one of the names has no column
    :raises HeadingTwice: if two mean the same
    """
    found: dict[str, int] = {}
    for index, heading in enumerate(header):
        name = _BY_HEADING.get(_plain(heading))
        if name in found:
            raise HeadingTwice
        if name:
            found[name] = index
    if not {"first_name", "last_name"} <= set(found):
        raise NamesMissing
    return found


def passed_over(header: Sequence[str]) -> list[str]:
    """Headings that mean nothing to us."""
    return [text for text in header if text and _plain(text) not in _BY_HEADING]


def asked(*, dates: bool, groups: bool, born: bool) -> list[str]:
    """The names of the columns that make sense for an event: it has dates, divided seats, or asks when one was born."""
    unneeded = {name for name, needed in (("date", dates), ("group", groups), ("birth_date", born)) if not needed}
    return [name for name in COLUMNS if name not in unneeded]


def _plain(heading: str) -> str:
    return normalised_name(heading.rstrip(" :*").replace("\u2019", "'").replace("\u02bc", "'"))
