"""The columns that a table of employers may have: their headings, and how their cells are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.enums import EnterpriseSize, Stage
from core.errors import Refused
from core.fields import BusinessIdField, DayField, PhoneField
from core.names import normalised_name

Words = str | Promise

FACTS = ("name", "business_id", "municipality_code", "industry", "size", "website")
"""What a table says of the employer itself."""

PERSON = {"contact": "name", "contact_role": "role", "contact_email": "email", "contact_phone": "phone"}
"""What it says of a contact person, by the contact's own columns."""

STAGES = {
    Stage.CONTACTED: ("kontaktoitu", "oltu yhteydessä", "kontaktad", "contacted"),
    Stage.COOPERATING: ("yhteistyössä", "yhteistyö", "samarbete", "samarbetar", "cooperating", "cooperation"),
    Stage.AGREEMENT: ("sopimus", "avtal", "agreement"),
}
SIZES = {
    EnterpriseSize.MICRO: ("mikro", "mikroyritys", "mikroföretag", "micro"),
    EnterpriseSize.SMALL: ("pieni", "pienyritys", "små", "litet", "small"),
    EnterpriseSize.MEDIUM: ("keskisuuri", "keskisuuri yritys", "medelstort", "medium", "medium sized"),
    EnterpriseSize.LARGE: ("suuri", "suuryritys", "stort", "large"),
}
"""How each is written in Finnish, Swedish and English, as `normalised_name` spells it; examples show the first."""


class ListedField(forms.CharField):
    """One of a few words, in any of three languages."""

    def __init__(self, known: Mapping[Any, tuple[str, ...]]) -> None:
        super().__init__(required=False)
        self.by_word = {word: choice for choice, words in known.items() for word in (*words, str(choice))}
        self.offered = ", ".join(words[0] for words in known.values())

    def clean(self, value: Any) -> Any:
        found = self.by_word.get(normalised_name(value))
        if found is None:
            raise ValidationError(_("Write one of these: %(words)s.") % {"words": self.offered})
        return found


@dataclass(frozen=True)
class Column:
    """`names` are its headings in Finnish, Swedish and English, then others; `field` reads a cell that has text."""

    label: Words
    names: tuple[str, ...]
    example: str
    field: forms.Field


COLUMNS = {
    "name": Column(
        gettext_lazy("Employer"),
        ("Työnantaja", "Arbetsgivare", "Employer", "Yritys", "Nimi", "Företag", "Namn", "Company", "Name"),
        "Puutyö Esimerkki Oy",
        forms.CharField(max_length=200),
    ),
    "business_id": Column(
        gettext_lazy("Business ID"),
        ("Y-tunnus", "FO-nummer", "Business ID", "Ytunnus"),
        "9100045-1",
        BusinessIdField(max_length=20),
    ),
    "municipality_code": Column(
        gettext_lazy("Municipality"),
        ("Kunta", "Kommun", "Municipality", "Kotikunta"),
        "Hartola",
        forms.CharField(max_length=100),
    ),
    "industry": Column(
        gettext_lazy("Industry"),
        ("Toimiala", "Bransch", "Industry", "Ala"),
        "Puuteollisuus",
        forms.CharField(max_length=200),
    ),
    "size": Column(gettext_lazy("Size"), ("Koko", "Storlek", "Size"), "pieni", ListedField(SIZES)),
    "website": Column(
        gettext_lazy("Website"),
        ("Verkkosivu", "Webbplats", "Website", "Verkkosivut", "Kotisivu", "Www"),
        "https://puutyo.example",
        forms.URLField(max_length=500, assume_scheme="https"),
    ),
    "stage": Column(
        pgettext_lazy("employer", "Stage"),
        ("Vaihe", "Skede", "Stage"),
        "sopimus",
        ListedField(STAGES),
    ),
    "stage_from": Column(
        pgettext_lazy("employer", "Stage since"),
        ("Vaihe alkaen", "Skede från", "Stage since"),
        "1.3.2026",
        DayField(input_formats=["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"]),
    ),
    "contact": Column(
        gettext_lazy("Contact person"),
        ("Yhteyshenkilö", "Kontaktperson", "Contact person"),
        "Elli Esimerkki",
        forms.CharField(max_length=200),
    ),
    "contact_role": Column(
        gettext_lazy("Contact person's role"),
        ("Yhteyshenkilön rooli", "Kontaktpersonens roll", "Contact person's role", "Rooli", "Roll", "Role"),
        "toimitusjohtaja",
        forms.CharField(max_length=200),
    ),
    "contact_email": Column(
        gettext_lazy("Contact person's e-mail"),
        ("Sähköposti", "E-post", "E-mail", "Email"),
        "elli@puutyo.example",
        forms.EmailField(max_length=254),
    ),
    "contact_phone": Column(
        gettext_lazy("Contact person's phone"),
        ("Puhelin", "Telefon", "Phone", "Puhelinnumero"),
        "050 555 0199",
        PhoneField(),
    ),
}

REASON = {"fi": "Syy", "sv": "Orsak", "en": "Reason", "uk": "Причина"}
"""The heading under which we say what is wrong; brought again, such a column is passed over."""

_BY_HEADING = {normalised_name(heading): name for name, column in COLUMNS.items() for heading in column.names}


class NoNames(Refused):
    code = "no_names"
    message = gettext_lazy(
        "No column is headed “Employer” (Työnantaja, Arbetsgivare). Name the columns as described below."
    )


class HeadingTwice(Refused):
    code = "heading_twice"
    message = gettext_lazy("Two columns mean the same. Keep one of them.")


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Where each known column stands.

    :raises NoNames: if none has the employers' names
    :raises HeadingTwice: if two mean the same
    """
    found: dict[str, int] = {}
    for index, heading in enumerate(header):
        name = _BY_HEADING.get(normalised_name(heading.rstrip(" :*")))
        if name in found:
            raise HeadingTwice
        if name:
            found[name] = index
    if "name" not in found:
        raise NoNames
    return found


def passed_over(header: Sequence[str]) -> list[str]:
    """Headings that mean nothing to us."""
    return [text for text in header if text and normalised_name(text.rstrip(" :*")) not in _BY_HEADING]
