"""What rows of a table of older notices answer to the questions of the start, judged as the background form is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.names import normalised_name
from core.templatetags.when import full_day
from esf.enums import ABROAD
from esf.forms import BackgroundForm
from esf.older_notices.cells import Cells
from events.models import Municipality, Project

Coded = Mapping[str, str]
"""Codes by column, of what is answered; `birth_date` stands among them."""


@dataclass(frozen=True, kw_only=True)
class AnswerJudge:
    """`towns` by code and by name, as `normalised_name` spells it."""

    project: Project
    towns: Mapping[str, Municipality]

    def first(self, cells: Cells, coded: Coded, on: date | None) -> dict[str, Any] | None:
        """The values of the person's form, as of the day `on`; None where something is wrong with them."""
        town = self._town(cells, coded.get("municipality_code", ""), on)
        form = self._form({**coded, "municipality_code": town}, on)
        cells.refuse_form(form)
        return form.cleaned_data | {"language": coded.get("language", "fi")} if form.is_valid() else None

    def again(self, cells: Cells, coded: Coded, *, first: int, given: dict[str, Any], on: date | None) -> None:
        """A later row may repeat what was `given` in the row `first` and stands, and tell nothing else."""
        told = {name: code for name, code in coded.items() if name != "birth_date"}
        known = self.towns.get(_town_key(told.get("municipality_code", "")))
        if known:
            told["municipality_code"] = known.code
        if not told:
            return
        form = self._form(given | told, on)
        form.full_clean()
        repeated = form.cleaned_data | {"language": told.get("language")}
        for name in told:
            if repeated.get(name) != given.get(name):
                reason = _("The answers of the first entry stand, those of row %(row)s. Leave this empty.")
                cells.wrong(name, reason % {"row": first})

    def _form(self, values: Mapping[str, Any], on: date | None) -> BackgroundForm:
        return BackgroundForm(values, project=self.project, reach=True, on=on)

    def _town(self, cells: Cells, text: str, on: date | None) -> str:
        """A municipality's code, by its code or name; of one that was merged away by then the successor is told."""
        town = self.towns.get(_town_key(text))
        if not text or text == ABROAD:
            return text
        reason = _unknown_town(town, on)
        if reason:
            cells.wrong("municipality_code", reason)
        return town.code if town and not reason else ""


def _town_key(text: str) -> str:
    """A code that has lost its zero is one, too."""
    return normalised_name(text.zfill(3) if text.isdecimal() else text)


def _unknown_town(town: Municipality | None, on: date | None) -> str:
    """Why it was no municipality on that day; empty where it was."""
    if town is None:
        return _("There is no such municipality.")
    if on and town.valid_to and town.valid_to < on:
        return _merged(town)
    return _("There was no such municipality on that day.") if on and town.valid_from > on else ""


def _merged(town: Municipality) -> str:
    told = {"town": town.name, "day": full_day(town.valid_to or date.max)}
    if town.successor is None:
        return _("%(town)s was no municipality any more after %(day)s.") % told
    told |= {"successor": town.successor.name, "code": town.successor.code}
    return (
        _("%(town)s was a municipality until %(day)s; since then it belongs to %(successor)s. Write %(code)s.") % told
    )
