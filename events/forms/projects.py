"""Forms of what events are planned from: projects with their plans, and places."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.details import SeenForm, Words, WordsForm
from core.fields import NumberField, PostalCodeField
from core.forms import Form, PlainDateInput
from core.stale import fingerprint
from events.enums import Indicator, Indicator2014, Period
from events.models import EligibilityRule, Municipality, Project, Venue
from events.services.projects import in_languages, values_of


class DetailsForm(WordsForm, SeenForm):
    """The details of one thing that is there already."""

    def __init__(self, *args: Any, thing: Project | Venue, **kwargs: Any) -> None:
        values = values_of(thing)
        super().__init__(*args, initial={**values, "seen": fingerprint(values)}, **kwargs)
        self.thing = thing

    def values(self) -> dict[str, Any]:
        """The values of a valid form as the service takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ProjectDetailsForm(DetailsForm):
    words = {
        "name": Words(_("Name of the project"), 200, required=True),
        "summary": Words(_("Summary"), 2000, rows=3),
        "programme": Words(_("Programme"), 200),
        "authority": Words(_("Funding authority"), 200),
        "funding_line": Words(_("Who pays, as the funding decision words it"), 300),
    }

    code = forms.RegexField(
        label=_("Project code"),
        regex=r"^S[23][0-9]{4}$",
        help_text=_("From the funding decision. Example: S30794"),
        error_messages={"invalid": _("The code is S2 or S3 and four digits, for example S30794.")},
    )
    period = forms.ChoiceField(label=_("Programme period"), choices=Period.choices)
    starts_on = forms.DateField(label=_("Project starts"), widget=PlainDateInput)
    ends_on = forms.DateField(label=_("Project ends"), widget=PlainDateInput)
    min_hours = forms.IntegerField(
        label=_("Hours after which a person counts as a participant"),
        min_value=0,
        max_value=200,
        help_text=_("More hours than this, or more than one date, make a participant. An event may override it."),
    )
    asks_origin = forms.BooleanField(label=_("Ask citizenship and foreign background (EECO13, EECO14)"), required=False)
    follows_up = forms.BooleanField(
        label=_("Ask for the situation six months after the end (EECR05, EECR06)"),
        help_text=_(
            "Usually the authority takes it from registers. Tick this only if the funding decision asks for it."
        ),
        required=False,
    )
    asks_personal_id = forms.BooleanField(
        label=_("Staff may write down the personal identity code"),
        help_text=_(
            "Only if you enter participants into EURA 2021 for them: the law allows it where it has to be certain who"
            " somebody is (Data Protection Act, section 29). It is never asked of people themselves."
        ),
        required=False,
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Project.objects.filter(code=code).exclude(pk=self.thing.pk).exists():
            raise ValidationError(_("Another project has this code."))
        return code

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The project must end after it starts."))
        return data


class VenueDetailsForm(DetailsForm):
    words = {
        "name": Words(_("Name of the place"), 200, required=True),
        "access": Words(_("How to get in without steps, where to park, which bus"), 2000, rows=3),
    }

    street = forms.CharField(label=_("Street address"), max_length=200)
    postal_code = PostalCodeField(label=_("Postcode"))
    post_office = forms.CharField(label=_("Town"), max_length=100)
    municipality = forms.ModelChoiceField(
        label=_("Municipality"), queryset=Municipality.objects.none(), empty_label=_("Choose")
    )
    latitude = NumberField(
        label=_("Latitude"), min_value=59, max_value=70.5, required=False, help_text=_("In degrees. Example: 61.58")
    )
    longitude = NumberField(
        label=_("Longitude"), min_value=19, max_value=32, required=False, help_text=_("In degrees. Example: 26.02")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = Municipality.objects.valid_on(timezone.localdate()).order_by("name")
        self.fields["municipality"].queryset = towns  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if data.get(one) is None and data.get(other) is not None and one not in self.errors:
                self.add_error(one, _("Give both, or neither."))
        return data

    def values(self) -> dict[str, Any]:
        data = super().values()
        degrees = {name: None if data[name] is None else float(data[name]) for name in ("latitude", "longitude")}
        return data | degrees


class ImplementersForm(Form):
    implementers = forms.ModelMultipleChoiceField(
        label=_("Who carries the project out"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The organisation that leads the project always does."),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, initial={"implementers": list(project.implementers.all())}, **kwargs)
        others = Organisation.objects.exclude(pk=project.organisation_id).order_by("name")
        self.fields["implementers"].queryset = others  # type: ignore[attr-defined]


class TargetForm(Form):
    indicator = forms.ChoiceField(
        label=_("Indicator"),
        choices=[
            ("", _("Choose")),
            *((code, f"{code} {label}") for code, label in [*Indicator.choices, *Indicator2014.choices]),
        ],
    )
    value = forms.IntegerField(label=_("Planned value"), min_value=0, max_value=1_000_000)
    valid_from = forms.DateField(label=_("From which day"), widget=PlainDateInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Needed when a plan changes.")
    )


class RuleForm(WordsForm):
    words = {"text": Words(_("Who can take part"), 500, required=True, rows=3)}

    valid_from = forms.DateField(label=_("From which day"), widget=PlainDateInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("The decision, for example.")
    )

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in in_languages("text")}


class RuleEndForm(Form):
    valid_to = forms.DateField(label=_("The last day on which it holds"), widget=PlainDateInput)

    def __init__(self, *args: Any, rule: EligibilityRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_to"].widget.attrs["min"] = rule.valid_from.isoformat()


class MetricForm(WordsForm):
    words = {"name": Words(_("What is counted"), 200, required=True), "unit": Words(_("Unit"), 40)}

    planned = NumberField(label=_("Planned value"), max_digits=12, decimal_places=2, required=False)

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in in_languages("name", "unit")}


class MetricValueForm(Form):
    day = forms.DateField(label=_("Day"), widget=PlainDateInput, initial=timezone.localdate)
    value = NumberField(label=_("Value"), max_digits=12, decimal_places=2)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)
