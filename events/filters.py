"""What a visitor looks for, as an address says it: the same for list, month, map, feeds and embedding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import Form, PlainDateInput
from core.templatetags.when import full_day
from events.enums import Audience, Kind
from events.services.search import Wanted

LONGEST_QUERY = 100
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
DAYS = {"today": 1, "week": 8, "month": 31}
"""How many local days, today's included."""
WHEN = [
    ("", _("Any time")),
    ("today", _("Today")),
    ("week", _("In the next 7 days")),
    ("month", _("In the next 30 days")),
]


class Choice(NamedTuple):
    """One part of what was chosen, in words, and the address that lets go of it."""

    label: str
    without: str


class QueryField(forms.CharField):
    """Words that somebody types or pastes: what is too long is cut, what is no letter is passed over."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\x00", " ")))[:LONGEST_QUERY]


class CatalogueFilter(Form):
    """Every field is optional; nonsense in the address is ignored, not scolded."""

    q = QueryField(label=_("Search"), required=False)
    when = forms.ChoiceField(label=_("When"), choices=WHEN, required=False)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *Kind.choices], required=False)
    language = forms.ChoiceField(
        label=_("Language of the event"),
        choices=[("", _("Any language")), *settings.LANGUAGES],
        required=False,
    )
    audience = forms.ChoiceField(
        label=_("For whom"), choices=[("", _("For whomever")), *Audience.choices], required=False
    )
    free = forms.BooleanField(label=_("There is room"), required=False)
    online = forms.BooleanField(label=_("Can be joined online"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        municipalities: Callable[[], Iterable[tuple[str, str]]],
        now: datetime,
    ) -> None:
        super().__init__(data if data is not None else {})
        self.now = now
        self.fields["municipality"].choices = lambda: [  # type: ignore[attr-defined]
            ("", _("All municipalities")),
            *municipalities(),
        ]
        for name, label in (("from", pgettext_lazy("day", "From")), ("to", pgettext_lazy("day", "To"))):
            attrs = {"class": self.text_class}
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                widget=PlainDateInput(attrs),
                validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
            )
        self.is_valid()

    @property
    def days_crossed(self) -> bool:
        """Whether the last day lies before the first: then neither is looked at."""
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        return bool(first and last and last < first)

    def wanted(self) -> Wanted:
        found = self.cleaned_data
        starts, ends = self._days()
        return Wanted(
            words=found.get("q") or "",
            kind=found.get("kind") or "",
            town=found.get("municipality") or "",
            language=found.get("language") or "",
            audience=found.get("audience") or "",
            starts=starts,
            ends=ends,
            free=bool(found.get("free")),
            online=bool(found.get("online")),
        )

    def without_days(self) -> Wanted:
        """For a calendar, which has its own."""
        return replace(self.wanted(), starts=None, ends=None)

    def _days(self) -> tuple[date | None, date | None]:
        """Both dates and a chip may be given; the earlier end holds."""
        starts, ends = (None, None) if self.days_crossed else (self.cleaned_data.get(name) for name in ("from", "to"))
        if when := self.cleaned_data.get("when"):
            last = timezone.localdate(self.now) + timedelta(days=DAYS[when] - 1)
            ends = min(ends, last) if ends else last
        return starts, ends

    def parameters(self) -> dict[str, str]:
        """What was understood of the address, for links to the same choice."""
        valid = {name: self.cleaned_data.get(name) for name in self.fields}
        if self.days_crossed:
            valid["from"] = valid["to"] = None
        return {name: "1" if value is True else str(value) for name, value in valid.items() if value}

    def query(self, *without: str) -> str:
        """`?q=…`, or nothing."""
        given = {name: value for name, value in self.parameters().items() if name not in without}
        return f"?{urlencode(given)}" if given else ""

    def chosen(self) -> str:
        """What the lists show as chosen, days and words left out: there are only so many combinations."""
        given = self.parameters()
        wrong = ["wrong:", *sorted(self.errors)] if self.errors else []
        return "/".join([*(given.get(name, "") for name in self.fields if name not in ("q", "from", "to")), *wrong])

    def choices(self) -> list[Choice]:
        """What was chosen, in words."""
        return [Choice(self._in_words(name, value), self.query(name)) for name, value in self.parameters().items()]

    def labels(self) -> list[str]:
        return [choice.label for choice in self.choices()]

    def more_chosen(self) -> bool:
        """Whether a choice below the fold is made; then it is shown open."""
        return self.days_crossed or bool(
            {"language", "audience", "free", "online", "from", "to"} & set(self.parameters())
        )

    def _in_words(self, name: str, value: str) -> str:
        field = self.fields[name]
        if name == "q":
            return f"“{value}”"
        if isinstance(field, forms.DateField):
            return f"{str(field.label).lower()} {full_day(self.cleaned_data[name])}"
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        return str(field.label)
