"""Synthetic residents, the same ones at every run."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.text import slugify

from accounts.services.people import Contact
from config.demo.content import read
from esf.enums import LabourStatus
from esf.services.notices import Answers


@dataclass(frozen=True)
class DemoPerson:
    contact: Contact
    answers: Answers


def residents(today: date, number: int | None = None) -> list[DemoPerson]:
    """`number` people (else the demo's) with contact data and background answers, as old on `today` as weights say."""
    data = read("people")
    chance = random.Random(data["seed"])  # noqa: S311 - invented people, not secrets
    fixed = [_named(row) for row in data["full_name"]]
    wanted = data["people"] if number is None else number
    drawn = [_drawn(data, chance) for _i in range(wanted - len(fixed))]
    everyone = [_person(data, chance, today, index, *who) for index, who in enumerate((fixed + drawn)[:wanted])]
    chance.shuffle(everyone)
    return everyone


def _named(row: dict[str, Any]) -> tuple[str, str, str, str]:
    return row["given"], row["family"], row["gender"], row["language"]


def _drawn(data: dict[str, Any], chance: random.Random) -> tuple[str, str, str, str]:
    gender = _weighted(data, chance, "gender")
    given = chance.choice(data["given_names_m" if gender == "M" else "given_names_f"])
    return given, chance.choice(data["family_names"]), gender, "fi"


def _person(
    data: dict[str, Any],
    chance: random.Random,
    today: date,
    number: int,
    given: str,
    family: str,
    gender: str,
    language: str,
) -> DemoPerson:
    contact = Contact(
        first_name=given,
        last_name=family,
        email=f"{slugify(given)}.{slugify(family)}.{number}@{data['email_domain']}",
        phone=f"{data['phone_prefix']}{number:04}".replace(" ", ""),
        language=language,
        birth_date=_born(data, chance, today),
        municipality_code=_weighted(data, chance, "municipality"),
    )
    status = _weighted(data, chance, "labour_status")
    return DemoPerson(contact, _answers(data, chance, contact, gender, status))


def _born(data: dict[str, Any], chance: random.Random, today: date) -> date:
    youngest, oldest = (int(age) for age in _weighted(data, chance, "age").split("-"))
    return today - timedelta(days=365 * chance.randint(youngest, oldest) + chance.randint(30, 330))


def _answers(data: dict[str, Any], chance: random.Random, contact: Contact, gender: str, status: str) -> Answers:
    unemployed = status == LabourStatus.UNEMPLOYED
    return Answers(
        first_name=contact.first_name,
        last_name=contact.last_name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        birth_date=contact.birth_date or date.min,
        gender=gender,
        municipality_code=contact.municipality_code,
        labour_status_start=status,
        unemployment_duration=_weighted(data, chance, "unemployment_duration") if unemployed else "",
        education_level=_weighted(data, chance, "education"),
        street_address=f"{chance.choice(data['streets'])} {chance.randint(1, 40)}",
    )


def _weighted(data: dict[str, Any], chance: random.Random, name: str) -> str:
    table: dict[str, float] = data["weights"][name]
    return chance.choices(list(table), list(table.values()))[0]
