"""New places and projects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, PostalCodeField
from core.forms import Form, PlainDateInput
from events.enums import Period
from events.models import Municipality, Project


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
