from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.fields import DayField, PhoneField, PostalCodeField
from core.forms import Form, PlainDateInput, PlainDateTimeInput
from events.enums import Access, Audience, Counting, Kind, Mode, Period
from events.models import Event, Meeting, Municipality, Picture, Project, Ride, Venue
from events.rules import exists
from events.services import rides, series
from events.services.planning import EventPlan, MeetingPlan

TEXTS = {
    "title": 200,
    "summary": 300,
    "description": 10_000,
    "audience": 200,
    "language_note": 300,
    "access_note": 2000,
    "picture_alt": 300,
}
ONE_LINE = frozenset({"title", "audience", "language_note", "picture_alt"})
ROWS = {"summary": 3, "description": 10, "access_note": 3}

RICH_HELP = _(
    "An empty line begins a paragraph. **Bold**, *italics*, lines that begin with - become a list, ## a heading."
)

EVENING, SMALL_HOURS = time(16), time(6)

PLAIN = (
    "kind",
    "organisation",
    "project",
    "contact_name",
    "contact_email",
    "contact_phone",
    "registration_opens_at",
    "registration_closes_at",
    "asks_start_notice",
    "counting",
    "counting_reason",
    "audiences",
    "spoken_languages",
    "access_features",
    "elsewhere_url",
    "invite_only",
    "confidential",
    "min_size",
    "min_size_judged_on",
    "takes_stands",
    "stands_close_at",
    "stands_serve_food",
)
"""Columns of an event that the form shows as they are."""

ONLINE_HAS_NO_PLACE = _("A date online has no place. If people may also come, choose “On site” and give the link.")
LONGEST_SERIES = timedelta(days=731)
NO_SUCH_TIME = _("On this day the clocks jump over this time. Choose another time.")


class EventForm(Form):
    """An event as its organiser describes it. Finnish texts are required, the others shown in Finnish until filled."""

    expected = frozenset({"seats"})

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind of event"), choices=[("", _("Choose")), *Kind.choices])
    organisation = forms.ModelChoiceField(label=_("Organiser"), queryset=Organisation.objects.none())
    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Project.objects.none(), required=False, empty_label=_("No project")
    )
    contact_name = forms.CharField(label=_("Contact person"), max_length=200, required=False)
    contact_email = forms.EmailField(label=_("Contact's e-mail"), required=False)
    contact_phone = PhoneField(label=_("Contact's phone"), required=False)
    takes_registrations = forms.BooleanField(label=_("People register for this event"), required=False, initial=True)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000, required=False)
    registration_opens_at = forms.DateTimeField(
        label=_("Registration opens"),
        required=False,
        widget=PlainDateTimeInput,
        help_text=_("Empty: as soon as the event is published."),
    )
    registration_closes_at = forms.DateTimeField(
        label=_("Registration closes"),
        required=False,
        widget=PlainDateTimeInput,
        help_text=_("Empty: when the last date is over."),
    )
    min_size = forms.IntegerField(
        label=_("Held only if at least so many come"), min_value=1, max_value=100_000, required=False
    )
    min_size_judged_on = DayField(label=_("Day on which that is judged"), required=False, widget=PlainDateInput)
    elsewhere_url = forms.URLField(
        label=_("Address of the page where people register, if not here"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("For events of others that you only tell about."),
    )
    invite_only = forms.BooleanField(
        label=_("Only for those who have an invitation code"),
        required=False,
        help_text=_("You make the codes on the event's page when the draft is saved."),
    )
    confidential = forms.BooleanField(
        label=_("Confidential"),
        required=False,
        help_text=_(
            "In no list and no search: people come by its address alone. Who comes is seen only by those whose role is"
            " for this very event."
        ),
    )
    audiences = forms.MultipleChoiceField(
        label=_("For whom"), choices=Audience.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    spoken_languages = forms.MultipleChoiceField(
        label=_("Languages spoken"), choices=settings.LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    access_features = forms.MultipleChoiceField(
        label=_("Accessibility"), choices=Access.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    picture_file = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 10 MB. Where and when it was taken is removed from it."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
    )
    picture_kept = forms.IntegerField(required=False, widget=forms.HiddenInput)
    remove_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    takes_stands = forms.BooleanField(
        label=_("Hosts or exhibitors sign up for a stand"),
        required=False,
        help_text=_("A café host at home, a company in the hall: each fills a form, and you approve it."),
    )
    stands_close_at = forms.DateTimeField(
        label=_("Signing up for a stand closes"), required=False, widget=PlainDateTimeInput
    )
    stands_serve_food = forms.BooleanField(label=_("They serve food, so ask about hygiene passes"), required=False)
    asks_start_notice = forms.BooleanField(label=_("Ask the background form when people register"), required=False)
    counting = forms.ChoiceField(
        label=_("Counting for the project"), choices=Counting.choices, widget=forms.RadioSelect, initial=Counting.NONE
    )
    counting_reason = forms.CharField(
        label=_("Reason for counting from the first attendance"), max_length=300, required=False
    )

    def __init__(self, *args: Any, organisations: Any, projects: Any, published: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, length in TEXTS.items():
            for code, language in settings.LANGUAGES:
                self.fields[f"{name}_{code}"] = self._text(name, code, language, length)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        if published:
            self.fields["seats"].disabled = self.fields["takes_registrations"].disabled = True
            self.fields["seats"].help_text = _("The event is published: change its seats on the event's own page.")

    def _text(self, name: str, code: str, language: str, length: int) -> forms.CharField:
        labels = {
            "title": _("Title"),
            "summary": _("Summary"),
            "description": _("Description"),
            "audience": _("For whom, in your words"),
            "language_note": _("About languages, such as an interpreter"),
            "access_note": _("About accessibility, in your words"),
            "picture_alt": _("What the picture shows"),
        }
        attrs = {"class": self.text_class, "lang": code}
        widget = forms.TextInput(attrs) if name in ONE_LINE else forms.Textarea({**attrs, "rows": ROWS[name]})
        return forms.CharField(
            label=f"{labels[name]} ({language})",
            required=code == "fi" and name in {"title", "summary"},
            max_length=length,
            widget=widget,
            help_text=RICH_HELP if name == "description" else "",
        )

    def show(self, name: str, value: object) -> None:
        """Let a hidden field of a form that was sent say something new when it is shown again."""
        shown = cast("QueryDict", self.data).copy()
        shown[name] = str(value)
        self.data = shown

    def text_blocks(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Language code, its own name, and the fields in that language."""
        return [(code, name, [self[f"{text}_{code}"] for text in TEXTS]) for code, name in settings.LANGUAGES]

    def text_blocks_in_use(self) -> set[str]:
        """Languages that are Finnish, filled or wrong: those are shown open."""
        return {"fi"} | {
            code for code, _name, fields in self.text_blocks() if any(field.value() or field.errors for field in fields)
        }

    def has_special_registration(self) -> bool:
        """Whether the rarely used fields have something to show."""
        names = ("min_size", "min_size_judged_on", "invite_only", "elsewhere_url", "confidential")
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("takes_registrations") and not data.get("seats") and "seats" not in self.errors:
            self.add_error("seats", _("Say how many seats there are."))
        opens, closes = data.get("registration_opens_at"), data.get("registration_closes_at")
        if opens and closes and closes <= opens:
            self.add_error("registration_closes_at", _("Registration must close after it opens."))
        if bool(data.get("min_size")) != bool(data.get("min_size_judged_on")):
            missing = "min_size_judged_on" if data.get("min_size") else "min_size"
            if missing not in self.errors:
                self.add_error(missing, _("Give both: the number of people, and the day on which it is judged."))
        if data.get("elsewhere_url") and data.get("takes_registrations"):
            self.add_error(
                "elsewhere_url",
                _("People register either here or there. Empty this, or take the tick from registering here."),
            )
        self._check_counting(data)
        return data

    def _check_counting(self, data: dict[str, Any]) -> None:
        counts = data.get("counting") not in {Counting.NONE, None}
        if (counts or data.get("asks_start_notice")) and not data.get("project"):
            self.add_error("project", _("Choose the project that the participants are counted for."))
        if counts and not data.get("asks_start_notice"):
            self.add_error("asks_start_notice", _("Those who are counted must be asked the background form."))
        if data.get("counting") == Counting.FIRST_ATTENDANCE and not data.get("counting_reason"):
            self.add_error("counting_reason", _("Give the reason: an auditor will ask for it."))

    def plan(self, meetings: tuple[MeetingPlan, ...], picture: Picture | None) -> EventPlan:
        """The values of a valid form as the planning service takes them."""
        data = self.cleaned_data
        return EventPlan(
            texts={f"{name}_{code}": data[f"{name}_{code}"] for name in TEXTS for code, _name in settings.LANGUAGES},
            kind=Kind(data["kind"]),
            counting=Counting(data["counting"]),
            counting_reason=data["counting_reason"] if data["counting"] == Counting.FIRST_ATTENDANCE else "",
            seats=data["seats"] if data["takes_registrations"] else None,
            meetings=meetings,
            picture=picture,
            **{name: data[name] for name in PLAIN if name not in {"kind", "counting", "counting_reason"}},
        )


class VenueForm(Form):
    name = forms.CharField(label=_("Name of the place"), max_length=200)
    street = forms.CharField(label=_("Street address"), max_length=200)
    postal_code = PostalCodeField(label=_("Postcode"))
    post_office = forms.CharField(label=_("Town"), max_length=100)
    municipality = forms.ModelChoiceField(
        label=_("Municipality"), queryset=Municipality.objects.none(), empty_label=_("Choose")
    )
    access = forms.CharField(
        label=_("How to get in without steps, where to park, which bus"),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = Municipality.objects.valid_on(timezone.localdate()).order_by("name")
        self.fields["municipality"].queryset = towns  # type: ignore[attr-defined]


class ProjectForm(Form):
    """A funding project as its lead organisation enters it."""

    code = forms.RegexField(
        label=_("Project code"),
        regex=r"^S[23][0-9]{4}$",
        help_text=_("From the funding decision. Example: S30794"),
        error_messages={"invalid": _("The code is S2 or S3 and four digits, for example S30794.")},
    )
    period = forms.ChoiceField(label=_("Programme period"), choices=Period.choices, initial=Period.P2021)
    starts_on = DayField(label=_("Project starts"), widget=PlainDateInput)
    ends_on = DayField(label=_("Project ends"), widget=PlainDateInput)
    authority = forms.CharField(label=_("Funding authority"), max_length=200, required=False)
    min_hours = forms.IntegerField(
        label=_("Hours after which a person counts as a participant"),
        min_value=0,
        max_value=200,
        initial=8,
        help_text=_("More hours than this, or more than one date, make a participant. An event may override it."),
    )
    planned_people = forms.IntegerField(
        label=_("Planned number of participants"), min_value=0, max_value=1_000_000, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Name of the project")
        for code, language in settings.LANGUAGES:
            attrs = {"lang": code, "class": self.text_class}
            self.fields[f"name_{code}"] = forms.CharField(
                label=f"{label} ({language})",
                max_length=200,
                required=code == "fi",
                widget=forms.TextInput(attrs),
            )
        self.order_fields(["code", *(f"name_{code}" for code, _name in settings.LANGUAGES)])

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Project.objects.filter(code=code).exists():
            raise ValidationError(_("This project is here already."))
        return code

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The project must end after it starts."))
        return data

    def values(self) -> dict[str, Any]:
        """The values of a valid form as the service takes them."""
        names = {f"name_{code}": self.cleaned_data[f"name_{code}"] for code, _name in settings.LANGUAGES}
        plain = {name: value for name, value in self.cleaned_data.items() if name not in names}
        return plain | {"names": names, "period": Period(plain["period"])}


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
            if data.get("starts") and data.get("ends") and not _plausible(data["starts"], data["ends"]):
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


def _plausible(starts: time, ends: time) -> bool:
    """An earlier end is the next morning's only for what starts in the evening and ends in the small hours."""
    return ends > starts or (starts >= EVENING and ends <= SMALL_HOURS)


MeetingFormSet = forms.formset_factory(MeetingForm, extra=2, max_num=200, absolute_max=200)


def initial_of(event: Event) -> dict[str, Any]:
    """What the form shows for a known event."""
    names = [f"{name}_{code}" for name in TEXTS for code, _name in settings.LANGUAGES]
    pool = event.pool
    return {name: getattr(event, name) for name in (*names, *PLAIN)} | {
        "seen": event.edition,
        "picture_kept": event.picture_id,
        "takes_registrations": pool is not None,
        "seats": pool.capacity if pool else None,
    }


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


class ScheduleForm(Form):
    at = forms.DateTimeField(
        label=_("When is it published?"),
        required=False,
        widget=PlainDateTimeInput,
        help_text=_("Empty: not by itself."),
    )


class PreviewForm(Form):
    as_of = DayField(label=_("As it will look on"), required=False, widget=PlainDateInput)


class CopyForm(Form):
    first_day = DayField(
        label=_("First day of the new event"),
        widget=PlainDateInput,
        help_text=_("The other dates, and the opening and closing of registration, move by as many days."),
    )


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
        if data.get("starts") and data.get("ends") and not _plausible(data["starts"], data["ends"]):
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


STOP = re.compile(r"(\d{1,2})[.:](\d{2})\s+(\S.*)")


class RideForm(Form):
    """A bus or a car, with its stops written one a line."""

    seats = forms.IntegerField(
        label=_("Seats"), min_value=1, max_value=1000, required=False, help_text=_("Empty: not limited.")
    )
    stops = forms.CharField(
        label=_("Stops"),
        max_length=4000,
        help_text=_("One stop a line, the time first: 8.15 Joutsa, linja-autoasema"),
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=f"{_('Name of the ride')} ({language})",
                max_length=200,
                required=code == "fi",
                widget=forms.TextInput({"lang": code, "class": self.text_class}),
            )
        self.order_fields([*(f"name_{code}" for code, _name in settings.LANGUAGES), "seats", "stops"])

    def clean_stops(self) -> list[rides.Stop]:
        return [self._stop(line.strip()) for line in self.cleaned_data["stops"].splitlines() if line.strip()]

    def _stop(self, line: str) -> rides.Stop:
        found = STOP.fullmatch(line)
        try:
            leaves = time(int(found[1]), int(found[2])) if found else None
        except ValueError:
            leaves = None
        if found is None or leaves is None:
            raise ValidationError(
                _("“%(line)s”: write the time and the place, for example 8.15 Joutsa."), params={"line": line}
            )
        return rides.Stop(leaves=leaves, place=found[3][:200])

    def values(self) -> dict[str, Any]:
        names = {f"name_{code}": self.cleaned_data[f"name_{code}"] for code, _name in settings.LANGUAGES}
        return {"names": names, "seats": self.cleaned_data["seats"], "stops": self.cleaned_data["stops"]}


def initial_ride(ride: Ride) -> dict[str, Any]:
    stops = sorted(ride.pick_ups.all(), key=lambda stop: stop.leaves)
    lines = "\n".join(f"{stop.leaves.hour}.{stop.leaves.minute:02} {stop.place}" for stop in stops)
    names = {f"name_{code}": getattr(ride, f"name_{code}") for code, _name in settings.LANGUAGES}
    return {"seats": ride.seats, "stops": lines, **names}
