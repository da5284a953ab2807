from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.fields import PhoneField, PostalCodeField
from core.forms import Form, PlainDateInput, PlainDateTimeInput
from events.enums import Counting, Kind, Period
from events.models import Event, Meeting, Municipality, Project, Venue
from events.services.planning import EventPlan, MeetingPlan

TEXTS = {"title": 200, "summary": 300, "description": 10_000, "audience": 200}

EVENING, SMALL_HOURS = time(16), time(6)


class EventForm(Form):
    """An event as its organiser describes it. Finnish texts are required, the others shown in Finnish until filled."""

    expected = frozenset({"seats"})

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
            "audience": _("For whom"),
        }
        attrs = {"class": self.text_class, "lang": code}
        widget = (
            forms.TextInput(attrs)
            if name in {"title", "audience"}
            else forms.Textarea({**attrs, "rows": 3 if name == "summary" else 8})
        )
        return forms.CharField(
            label=f"{labels[name]} ({language})",
            required=code == "fi" and name in {"title", "summary"},
            max_length=length,
            widget=widget,
        )

    def text_blocks(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Language code, its own name, and the fields in that language."""
        return [(code, name, [self[f"{text}_{code}"] for text in TEXTS]) for code, name in settings.LANGUAGES]

    def text_blocks_in_use(self) -> set[str]:
        """Languages that are Finnish, filled or wrong: those are shown open."""
        return {"fi"} | {
            code for code, _name, fields in self.text_blocks() if any(field.value() or field.errors for field in fields)
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("takes_registrations") and not data.get("seats") and "seats" not in self.errors:
            self.add_error("seats", _("Say how many seats there are."))
        opens, closes = data.get("registration_opens_at"), data.get("registration_closes_at")
        if opens and closes and closes <= opens:
            self.add_error("registration_closes_at", _("Registration must close after it opens."))
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

    def plan(self, meetings: tuple[MeetingPlan, ...]) -> EventPlan:
        """The values of a valid form as the planning service takes them."""
        data = self.cleaned_data
        return EventPlan(
            texts={f"{name}_{code}": data[f"{name}_{code}"] for name in TEXTS for code, _name in settings.LANGUAGES},
            kind=Kind(data["kind"]),
            counting=Counting(data["counting"]),
            counting_reason=data["counting_reason"] if data["counting"] == Counting.FIRST_ATTENDANCE else "",
            seats=data["seats"] if data["takes_registrations"] else None,
            meetings=meetings,
            **{
                name: data[name]
                for name in (
                    "organisation",
                    "project",
                    "contact_name",
                    "contact_email",
                    "contact_phone",
                    "registration_opens_at",
                    "registration_closes_at",
                    "asks_start_notice",
                )
            },
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
    starts_on = forms.DateField(label=_("Project starts"), widget=PlainDateInput)
    ends_on = forms.DateField(label=_("Project ends"), widget=PlainDateInput)
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

    expected = frozenset({"day", "starts", "ends", "venue"})

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    day = forms.DateField(label=_("Day"), required=False, widget=PlainDateInput)
    starts = forms.TimeField(label=_("Starts"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    ends = forms.TimeField(label=_("Ends"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    venue = forms.ModelChoiceField(
        label=_("Place"), queryset=Venue.objects.none(), required=False, empty_label=_("Online")
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
        return data

    def plan(self) -> MeetingPlan | None:
        data = self.cleaned_data
        if not data.get("day") or data.get("remove"):
            return None
        starts = timezone.make_aware(datetime.combine(data["day"], data["starts"]))
        ends = timezone.make_aware(datetime.combine(data["day"], data["ends"]))
        if ends <= starts:  # an evening that goes past midnight
            ends = timezone.make_aware(datetime.combine(data["day"] + timedelta(days=1), data["ends"]))
        return MeetingPlan(pk=data["pk"], starts_at=starts, ends_at=ends, venue=data["venue"])


def _plausible(starts: time, ends: time) -> bool:
    """An earlier end is the next morning's only for what starts in the evening and ends in the small hours."""
    return ends > starts or (starts >= EVENING and ends <= SMALL_HOURS)


MeetingFormSet = forms.formset_factory(MeetingForm, extra=2, max_num=200, absolute_max=200)


def initial_of(event: Event) -> dict[str, Any]:
    """What the form shows for a known event."""
    names = [f"{name}_{code}" for name in TEXTS for code, _name in settings.LANGUAGES]
    plain = (
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
    )
    pool = event.pool
    return {name: getattr(event, name) for name in (*names, *plain)} | {
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
    }
