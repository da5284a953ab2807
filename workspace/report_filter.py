"""Which events are put into figures, as the address says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from core.forms import Form, PlainDateInput
from events.enums import Kind
from events.filters import EARLIEST, LATEST
from events.models import EventQuerySet, Project
from workspace.figures import Choice

LONGEST = 5
"""Years in one report at most."""


def _day(label: Any) -> forms.DateField:
    limits = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return forms.DateField(label=label, required=False, widget=PlainDateInput, validators=limits)


class ReportFilter(Form):
    """Every field is optional; nonsense is ignored, and what is not in reach is nonsense."""

    of = forms.ChoiceField(label=_("Whose events"), required=False)
    since = _day(pgettext_lazy("day", "From"))
    until = _day(pgettext_lazy("day", "To"))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Kind.choices])
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        organisations: Sequence[Organisation],
        projects: Sequence[Project],
        towns: Iterable[tuple[str, str]],
        today: date,
    ) -> None:
        this_year = {"since": date(today.year, 1, 1), "until": date(today.year, 12, 31)}
        super().__init__({**this_year, **{name: data[name] for name in data if data[name]}})
        self.this_year = this_year
        whole = {each.pk for each in organisations}
        self.everything = [
            *map(str, organisations),
            *(str(each) for each in projects if each.organisation_id not in whole),
        ]
        self.fields["of"].choices = [  # type: ignore[attr-defined]
            ("", _("All that I can see")),
            *((each.scope, str(each)) for each in organisations),
            *((each.scope, f"{each.name} ({each.code})") for each in projects),
        ]
        self.fields["municipality"].choices = [("", _("All municipalities")), *towns]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def days_wrong(self) -> bool:
        """Whether the days are none, crossed or too far from each other: then this year's are taken."""
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return not (first and last and first <= last and last.year - first.year < LONGEST)

    def choice(self, events: EventQuerySet) -> Choice:
        """What to count of `events`, which are all in reach."""
        days = self.this_year if self.days_wrong else self.cleaned_data
        kind, _colon, pk = self.cleaned_data.get("of", "").partition(":")
        return Choice(
            events=events.filter(**{f"{kind}_id": int(pk)}) if pk else events,
            first=days["since"],
            last=days["until"],
            kind=self.cleaned_data.get("kind", ""),
            town=self.cleaned_data.get("municipality", ""),
        )

    def chosen(self) -> list[str]:
        """In words: whose events, of which kind and where; without a choice everything in reach by its name."""
        given = {name: self.cleaned_data.get(name) for name in ("of", "kind", "municipality")}
        named = [str(dict(self.fields[name].choices)[value]) for name, value in given.items() if value]  # type: ignore[attr-defined]
        return named if given["of"] else [*self.everything, *named]
