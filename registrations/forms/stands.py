"""Hosts and exhibitors sign up."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import BusinessIdField, NameField, PhoneField
from core.forms import Form
from events.models import Event, Municipality, Stand
from events.rules import in_finland
from registrations.services.stands import StandPlan

COORDINATES = re.compile(r"(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)")


class CoordinatesField(forms.CharField):
    """Two numbers as map services copy them, `61.5789, 26.0169`; cleaned to a pair, or None when empty."""

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        if not text:
            return None
        found = COORDINATES.fullmatch(text.strip())
        if not found or not in_finland(float(found[1]), float(found[2])):
            raise ValidationError(_("Write the coordinates as two numbers in Finland, for example 61.5789, 26.0169."))
        return float(found[1]), float(found[2])


class StandForm(Form):
    """A host or an exhibitor, and what they offer."""

    name = forms.CharField(label=_("Name of the stand"), max_length=200, help_text=_("As visitors read it."))
    offering = forms.CharField(
        label=_("What do you offer?"),
        max_length=3000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("A menu, your line of business, the jobs that are open."),
    )
    street = forms.CharField(label=_("Street address"), max_length=200, required=False)
    municipality = forms.ModelChoiceField(
        label=_("Municipality"), queryset=Municipality.objects.none(), required=False, empty_label=_("Choose")
    )
    coordinates = CoordinatesField(
        label=_("Coordinates for the map"),
        required=False,
        max_length=60,
        help_text=_(
            "Copy them from a map service, for example 61.5789, 26.0169."
            " Without them the stand is in the list and not on the map."
        ),
    )
    opens = forms.TimeField(label=_("Opens"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    closes = forms.TimeField(label=_("Closes"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    website = forms.URLField(label=_("Web page"), max_length=500, required=False, assume_scheme="https")
    business_id = BusinessIdField(label=_("Business ID"), max_length=20, required=False)
    hygiene_pass = forms.BooleanField(
        label=_("Everybody who handles unpacked food that spoils easily has a hygiene pass"), required=False
    )
    contact_name = NameField(
        label=_("Contact person"), max_length=200, help_text=_("For the organiser, not for the public.")
    )
    contact_email = forms.EmailField(label=_("E-mail"), max_length=254)
    contact_phone = PhoneField(label=_("Phone"), required=False)
    homepage = forms.CharField(
        required=False,
        max_length=200,
        label=_("Leave this empty"),
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, event: Event, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        towns = Municipality.objects.valid_on(timezone.localdate()).order_by("name")
        self.fields["municipality"].queryset = towns  # type: ignore[attr-defined]
        if event.stands_serve_food:
            self.fields["hygiene_pass"].required = True
            self.fields["hygiene_pass"].error_messages["required"] = _(
                "Confirm the hygiene passes. Without them food cannot be served."
            )
        else:
            del self.fields["hygiene_pass"]

    def shown_fields(self) -> list[forms.BoundField]:
        """All but the trap."""
        return [self[name] for name in self.fields if name != "homepage"]

    def is_trapped(self) -> bool:
        """Whether a machine filled what people do not see."""
        return bool(self.cleaned_data.get("homepage"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("opens") and data.get("closes") and data["closes"] <= data["opens"]:
            self.add_error("closes", _("It closes before it opens. Check the times."))
        return data

    def plan(self) -> StandPlan:
        data = self.cleaned_data
        latitude, longitude = data["coordinates"] or (None, None)
        plain = {
            name: data[name]
            for name in StandPlan.__dataclass_fields__
            if name not in {"latitude", "longitude", "language", "hygiene_pass"}
        }
        return StandPlan(
            latitude=latitude,
            longitude=longitude,
            language=self.language,
            hygiene_pass=data.get("hygiene_pass", False),
            **plain,
        )


def initial_stand(stand: Stand) -> dict[str, Any]:
    names = [name for name in StandForm.base_fields if name not in {"coordinates", "homepage"}]
    place = f"{stand.latitude}, {stand.longitude}" if stand.latitude is not None else ""
    return {name: getattr(stand, name) for name in names} | {"coordinates": place}
