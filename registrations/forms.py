from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.services.people import Contact
from core.fields import BusinessIdField, NameField, PhoneField
from core.forms import Form
from esf.forms import BackgroundForm
from esf.services.notices import Answers
from events.models import Event, Municipality, PickUp, Stand
from events.rules import in_finland
from registrations.models import Registration
from registrations.services.corrections import Changes
from registrations.services.stands import StandPlan

COORDINATES = re.compile(r"(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)")


class ReachForm(Form):
    """How a person is reached and helped; what they may correct by themselves later."""

    phone = PhoneField(
        label=_("Phone"), help_text=_("So that we reach you if something changes on the day."), required=False
    )
    language = forms.ChoiceField(label=_("In which language may we write to you?"), choices=settings.LANGUAGES)
    support_needs = forms.CharField(
        label=_("What helps you to take part?"),
        max_length=500,
        required=False,
        help_text=_("For example an interpreter or step-free access. Do not write about your health."),
        widget=forms.Textarea({"rows": 3}),
    )

    pick_up = forms.TypedChoiceField(label=_("Ride to the event"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, stops: Sequence[PickUp] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if stops:
            named = [(str(stop.pk), f"{stop.ride.name}: {stop}") for stop in stops]
            self.fields["pick_up"].choices = [("", _("I come by myself")), *named]  # type: ignore[attr-defined]
        else:
            del self.fields["pick_up"]

    @property
    def stop(self) -> int | None:
        """The key of the stop that was chosen."""
        found: int | None = self.cleaned_data.get("pick_up")
        return found

    def changes(self) -> Changes:
        data = self.cleaned_data
        return Changes(
            phone=data["phone"], language=data["language"], support_needs=data["support_needs"], pick_up=self.stop
        )


class ContactForm(ReachForm):
    """Who comes, and where the ticket goes."""

    first_name = NameField(
        label=_("First name"), max_length=100, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = NameField(label=_("Last name"), max_length=100, widget=forms.TextInput({"autocomplete": "family-name"}))
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Your ticket comes to this address."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    field_order = ("first_name", "last_name", "email")


class LostLinkForm(Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The address that you registered with."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


class ScanForm(Form):
    """What a door sends: the text of a QR code or a typed code, and a name for this scan."""

    scanned = forms.CharField(
        label=_("Ticket code"),
        max_length=200,
        help_text=_("Eight letters and numbers below the QR code."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.CharField(max_length=6, widget=forms.HiddenInput)


class CapacityForm(Form):
    pool_pk = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000)


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


class CancelEventForm(Form):
    """Why an event is not held, in the languages of those who read it; Finnish stands in for what is empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            self.fields[f"note_{code}"] = forms.CharField(
                label=f"{_('Message to those who wanted to come')} ({language})",
                required=code == "fi",
                max_length=2000,
                widget=forms.Textarea({"rows": 4, "lang": code, "class": self.text_class}),
            )


def contact_of(contact: ContactForm, background: BackgroundForm | None) -> Contact:
    """A person as two valid screens describe them."""
    data, more = contact.cleaned_data, background.cleaned_data if background else {}
    return Contact(
        first_name=data["first_name"],
        last_name=data["last_name"],
        email=data["email"],
        phone=data["phone"],
        language=data["language"],
        birth_date=more.get("birth_date"),
        municipality_code=more.get("municipality_code", ""),
    )


def answers_of(background: BackgroundForm, contact: Contact | Registration) -> Answers:
    """The start notice as a valid background screen and the contact of the same registration give it."""
    who = {name: getattr(contact, name) for name in ("first_name", "last_name", "email", "phone", "language")}
    return Answers(**who, **background.cleaned_data)


def initial_answers(notice: Any) -> dict[str, Any]:
    """What the background screen shows of an earlier notice."""
    return {name: getattr(notice, name) for name in BackgroundForm.base_fields} if notice else {}
