"""The background screen of a registration, what may stand instead of it, and who a person is by both screens."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.services.people import Contact
from core.fields import BirthDateField
from core.forms import Form
from esf.forms import BackgroundForm
from esf.models import StartNotice
from esf.rules import contradictions
from esf.services.notices import Answers
from registrations.forms.public import ContactForm
from registrations.models import Registration


class GivenBeforeForm(Form):
    """Instead of the background form: it was given to this project before.

    Anybody may say so, and the answer is the same for all. By the date of birth the person is recognised when their
    mailbox opens the link; there they see what is on record.
    """

    MARK = "given_before"

    birth_date = BirthDateField(label=_("Date of birth"), help_text=_("Day, month, year. Example: 31.12.1985"))
    given_before = forms.CharField(widget=forms.HiddenInput, initial="yes")

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        found = contradictions(birth_date=born, labour_status="", unemployment_duration="", today=timezone.localdate())
        if "birth_date" in found:
            raise forms.ValidationError(str(found["birth_date"]))
        return born


def contact_of(contact: ContactForm, background: BackgroundForm | GivenBeforeForm | None) -> Contact:
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


def answers_of(background: BackgroundForm, contact: Contact | Registration | StartNotice) -> Answers:
    """The start notice as a valid background screen and the contact of the same registration give it."""
    who = {name: getattr(contact, name) for name in ("first_name", "last_name", "email", "phone", "language")}
    return Answers(**who | background.cleaned_data)


def initial_answers(notice: Any) -> dict[str, Any]:
    """What the background screen shows of an earlier notice."""
    return {name: getattr(notice, name) for name in BackgroundForm.base_fields} if notice else {}
