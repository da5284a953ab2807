from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.services.people import Contact
from core.fields import NameField, PhoneField
from core.forms import Form
from esf.forms import BackgroundForm
from esf.services.notices import Answers
from registrations.models import Registration
from registrations.services.self_service import Changes


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

    def changes(self) -> Changes:
        return Changes(**{name: self.cleaned_data[name] for name in ReachForm.base_fields})


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
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000)


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
