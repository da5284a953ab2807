"""Meetings that come again and again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.fields import DayField
from core.forms import Form, PlainDateInput
from events.enums import Mode
from events.forms.meetings import ONLINE_HAS_NO_PLACE, initial_meeting, plausible
from events.models import Event, Meeting, Venue
from events.services import series

LONGEST_SERIES = timedelta(days=731)

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class PatternForm(Form):
    """How the meetings of a series are alike."""

    expected = frozenset({"venue"})

    starts = forms.TimeField(label=_("Starts"), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    ends = forms.TimeField(label=_("Ends"), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    mode = forms.ChoiceField(label=_("How it is held"), choices=Mode.choices, initial=Mode.ON_SITE)
    venue = forms.ModelChoiceField(
        label=_("Place"), queryset=Venue.objects.none(), required=False, empty_label=_("No place")
    )
    teacher = forms.CharField(label=_("Teacher or speaker"), max_length=200, required=False)
    link = forms.URLField(label=_("Link to join online"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, venues: Any, like: Meeting | None, **kwargs: Any) -> None:
        initial = initial_meeting(like) if like else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["venue"].queryset = venues  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("mode") == Mode.ON_SITE and not data.get("venue") and "venue" not in self.errors:
            self.add_error("venue", _("Choose the place, or say that the date is online."))
        if data.get("mode") == Mode.REMOTE and data.get("venue"):
            self.add_error("venue", ONLINE_HAS_NO_PLACE)
        if data.get("starts") and data.get("ends") and not plausible(data["starts"], data["ends"]):
            self.add_error("ends", _("It ends before it starts. Check the times."))
        return data

    def pattern(self) -> series.Pattern:
        data = self.cleaned_data
        plain = {name: data[name] for name in ("starts", "ends", "venue", "teacher", "link")}
        return series.Pattern(mode=Mode(data["mode"]), **plain)


class SeriesForm(PatternForm):
    """Days that come again each week."""

    weekdays = forms.MultipleChoiceField(
        label=_("On which days?"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    first = DayField(label=_("From"), widget=PlainDateInput)
    last = DayField(label=_("Until"), widget=PlainDateInput)
    skip_holidays = forms.BooleanField(label=_("Not on public holidays"), required=False, initial=True)
    but = forms.CharField(
        label=_("Not on these days either"),
        required=False,
        max_length=2000,
        help_text=_("For example 22.2.2027, 24.2.2027"),
    )

    field_order = ("weekdays", "first", "last", "skip_holidays", "but")

    def clean_but(self) -> frozenset[date]:
        days = set()
        for text in self.cleaned_data["but"].replace(",", " ").split():
            try:
                days.add(datetime.strptime(text, "%d.%m.%Y").date())  # noqa: DTZ007 - a day, not a moment
            except ValueError as wrong:
                raise ValidationError(_("“%(text)s” is not a day. Write 22.2.2027."), params={"text": text}) from wrong
        return frozenset(days)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        elif first and last and last - first > LONGEST_SERIES:
            self.add_error("last", _("A series can be made for at most two years at a time."))
        return data

    def carry_out(self, event: Event, by: User, now: datetime) -> int:
        data = self.cleaned_data
        return series.repeat(
            event=event,
            pattern=self.pattern(),
            weekdays=frozenset(map(int, data["weekdays"])),
            first=data["first"],
            last=data["last"],
            skip_holidays=data["skip_holidays"],
            but=data["but"],
            by=by,
            now=now,
        )


class SeriesChangeForm(PatternForm):
    since = DayField(
        label=_("From which day on?"), widget=PlainDateInput, help_text=_("Dates before it stay as they are.")
    )

    field_order = ("since",)

    def carry_out(self, event: Event, by: User, now: datetime) -> int:
        return series.change_ahead(
            event=event, pattern=self.pattern(), since=self.cleaned_data["since"], by=by, now=now
        )
