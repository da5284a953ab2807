"""One row of a table of older notices: what its cells say, by column, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.employer_rows import Problem
from core.names import normalised_name
from core.sheets_in import Row, address
from esf.older_notices.columns import codes_of


@dataclass
class Cells:
    """`columns` says where each column stands."""

    row: Row
    columns: Mapping[str, int]
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        at = self.columns.get(name)
        return self.row.cells[at] if at is not None and at < len(self.row.cells) else ""

    def code(self, name: str) -> str:
        """A cell's code; free text stays as it is."""
        text, codes = self.text(name), codes_of(name)
        if not text or not codes:
            return text
        code = codes.get(normalised_name(text))
        if code is None:
            known = ", ".join(dict.fromkeys(codes.values()))
            reason = _("“%(text)s” is not known here. Write one of these codes: %(codes)s.")
            self.wrong(name, reason % {"text": text[:60], "codes": known})
        return code or ""

    def clean(self, name: str, by: forms.Field) -> Any:
        """What `by` makes of a cell; None where something is wrong with it."""
        try:
            return by.clean(self.text(name))
        except ValidationError as wrong:
            self.wrong(name, " ".join(map(str, wrong.messages)) if self.text(name) else _("Fill this in."))
            return None

    def wrong(self, name: str, reason: str) -> None:
        """The first thing that is wrong with a cell is told."""
        if not self.is_wrong(name):
            self.problems.append(Problem(self.address(name), reason))

    def is_wrong(self, name: str) -> bool:
        return self.address(name) in {each.cell for each in self.problems}

    def refuse(self, reason: str) -> None:
        """Tell what is wrong with the row as a whole."""
        self.problems.append(Problem(str(self.row.number), reason))

    def refuse_form(self, form: forms.Form) -> None:
        """Tell what a form finds wrong with its fields, which are named as the columns."""
        for name, messages in form.errors.items():
            self.wrong(name, " ".join(map(str, messages)))

    def address(self, name: str) -> str:
        """As a sheet names it; of a column that the table lacks, the row and the column's name."""
        number = self.row.number
        return address(number, self.columns[name]) if name in self.columns else f"{number}: {name}"
