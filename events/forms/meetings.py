"""The dates of an event, a row each."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import DayField
from core.forms import Form, PlainDateInput
from events.enums import Mode
from events.models import Meeting, Venue
from events.rules import exists
from events.services.planning import MeetingPlan

ONLINE_HAS_NO_PLACE = _("A date online has no place. If people may also come, choose “On site” and give the link.")
NO_SUCH_TIME = _("On this day the clocks jump over this time. Choose another time.")
EVENING, SMALL_HOURS = time(16), time(6)


class MeetingForm(Form):
    """One date. A row left empty is no date; a row ticked for removal goes."""

    expected = frozenset({"day", "starts", "ends", "mode", "venue"})

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    mode = forms.ChoiceField(label=_("How it is held"), choices=Mode.choices, initial=Mode.ON_SITE, required=False)
    day = DayField(label=_("Day"), required=False, widget=PlainDateInput)
    starts = forms.TimeField(label=_("Starts"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    ends = forms.TimeField(label=_("Ends"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    venue = forms.ModelChoiceField(
        label=_("Place"), queryset=Venue.objects.none(), required=False, empty_label=_("No place")
    )
    teacher = forms.CharField(label=_("Teacher or speaker"), max_length=200, required=False)
    link = forms.URLField(
        label=_("Link to join online"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Shown only to those who have a seat. A date in a place with a link is hybrid."),
    )
    remove = forms.BooleanField(label=_("Remove this date"), required=False)

    def __init__(self, *args: Any, venues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["venue"].queryset = venues  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("day") and not data.get("remove"):
            for name in ("starts", "ends"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Give the time."))
            if data.get("starts") and data.get("ends") and not plausible(data["starts"], data["ends"]):
                self.add_error("ends", _("It ends before it starts. Check the times."))
            self._check_place(data)
            self._check_clock(data)
        return data

    def _check_place(self, data: dict[str, Any]) -> None:
        mode = data["mode"] = data.get("mode") or (Mode.ON_SITE if data.get("venue") else Mode.REMOTE)
        if mode == Mode.ON_SITE and not data.get("venue") and "venue" not in self.errors:
            self.add_error("venue", _("Choose the place, or say that the date is online."))
        if mode == Mode.REMOTE and data.get("venue"):
            self.add_error("venue", ONLINE_HAS_NO_PLACE)

    def _check_clock(self, data: dict[str, Any]) -> None:
        if data.get("starts") and data.get("ends") and not self.errors:
            for name, moment in zip(("starts", "ends"), _span(data), strict=True):
                if not _exists(moment):
                    self.add_error(name, NO_SUCH_TIME)

    def plan(self) -> MeetingPlan | None:
        data = self.cleaned_data
        if not data.get("day") or data.get("remove"):
            return None
        starts, ends = _span(data)
        plain = {name: data[name] for name in ("pk", "venue", "teacher", "link")}
        return MeetingPlan(starts_at=starts, ends_at=ends, mode=Mode(data["mode"]), **plain)


def _span(data: dict[str, Any]) -> tuple[datetime, datetime]:
    """Start and end of a date; an evening may go past midnight."""
    last = data["day"] + timedelta(days=data["ends"] <= data["starts"])
    first = timezone.make_aware(datetime.combine(data["day"], data["starts"]))
    return first, timezone.make_aware(datetime.combine(last, data["ends"]))


def _exists(moment: datetime) -> bool:
    return exists(moment.replace(tzinfo=None), timezone.get_default_timezone())


def plausible(starts: time, ends: time) -> bool:
    """An earlier end is the next morning's only for what starts in the evening and ends in the small hours."""
    return ends > starts or (starts >= EVENING and ends <= SMALL_HOURS)


MeetingFormSet = forms.formset_factory(MeetingForm, extra=2, max_num=200, absolute_max=200)


def initial_meeting(meeting: Meeting) -> dict[str, Any]:
    starts, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    return {
        "pk": meeting.pk,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "venue": meeting.venue,
        "mode": meeting.mode,
        "teacher": meeting.teacher,
        "link": meeting.link,
    }
