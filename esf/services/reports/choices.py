"""What a report is of, as it is kept in a row and told in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.templatetags.when import full_day
from esf.enums import ABROAD, Dimension, Gender
from esf.indicators import AGE_GROUPS, EVERYBODY, PROFILES, Choice
from events.models import Municipality, Project


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A day, and of whom; `by` is how the page divides them."""

    on: date
    choice: Choice = EVERYBODY
    code: str = ""
    by: Dimension | None = None


def kept(asked: Asked) -> dict[str, Any]:
    """As JSON."""
    choice = asked.choice
    values = {
        "on": asked.on.isoformat(),
        "gender": choice.gender,
        "age": choice.age,
        "municipality": choice.municipality,
        "implementer": choice.implementer,
        "began_from": choice.began_from and choice.began_from.isoformat(),
        "began_to": choice.began_to and choice.began_to.isoformat(),
    }
    return {name: value for name, value in values.items() if value}


def read(values: dict[str, Any]) -> Asked:
    return Asked(
        on=date.fromisoformat(values["on"]),
        choice=Choice(
            gender=values.get("gender", ""),
            age=values.get("age", ""),
            municipality=values.get("municipality", ""),
            implementer=values.get("implementer"),
            began_from=_day(values.get("began_from")),
            began_to=_day(values.get("began_to")),
        ),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def told(project: Project, choice: Choice) -> list[tuple[str, str]]:
    """Each restriction with its name, in the language that is active; empty: everybody."""
    groups = {group.code: str(group.label) for group in AGE_GROUPS[PROFILES[project.period]]}
    found = [
        (_("Gender"), str(Gender(choice.gender).label) if choice.gender else ""),
        (_("Age group"), groups.get(choice.age, "")),
        (_("Home municipality"), _town(choice.municipality)),
        (_("Implementer"), _implementer(choice.implementer)),
        (_("Began no earlier than"), full_day(choice.began_from) if choice.began_from else ""),
        (_("Began no later than"), full_day(choice.began_to) if choice.began_to else ""),
    ]
    return [(name, value) for name, value in found if value]


def _town(code: str) -> str:
    if not code:
        return ""
    town = Municipality.objects.filter(pk=code).first()
    return _("Outside Finland") if code == ABROAD else town.name if town else code


def _implementer(pk: int | None) -> str:
    return str(Organisation.objects.filter(pk=pk).first() or "") if pk else ""
