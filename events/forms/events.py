"""An event as its organiser describes it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.fields import DayField, PhoneField
from core.forms import Form, PlainDateInput, PlainDateTimeInput
from events.enums import Access, Audience, Counting, Kind
from events.models import Event, Picture, Project
from events.services import seating
from events.services.checks import NOT_KEPT
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
    seats_each_date = forms.BooleanField(
        label=_("Each date has seats of its own"),
        required=False,
        help_text=_("People register for one date at a time. Otherwise one registration is for all dates."),
    )
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
            for name in ("seats", "seats_each_date", "takes_registrations"):
                self.fields[name].disabled = True
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
        if data.get("asks_start_notice") and data.get("project") and data.get("counting") == Counting.NONE:
            self.add_error("counting", NOT_KEPT)
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
            seats_each_date=data["takes_registrations"] and data["seats_each_date"],
            meetings=meetings,
            picture=picture,
            **{name: data[name] for name in PLAIN if name not in {"kind", "counting", "counting_reason"}},
        )


def initial_of(event: Event) -> dict[str, Any]:
    """What the form shows for a known event."""
    names = [f"{name}_{code}" for name in TEXTS for code, _name in settings.LANGUAGES]
    seats, each_date = seating.planned(event)
    return {name: getattr(event, name) for name in (*names, *PLAIN)} | {
        "seen": event.edition,
        "picture_kept": event.picture_id,
        "takes_registrations": seats is not None,
        "seats": seats,
        "seats_each_date": each_date,
    }
