"""Forms of job notices: what an organiser writes, and what a visitor looks for."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.details import SeenForm, Words, WordsForm
from core.fields import BusinessIdField, PhoneField
from core.forms import Form, PlainDateInput
from core.stale import fingerprint
from events.models import Municipality, Vacancy
from events.services.vacancies import COLUMNS, values_of


class VacancyFilter(Form):
    """What a visitor looks for; nonsense in the address is ignored."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100, strip=True)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)

    def __init__(self, *args: Any, municipalities: Callable[[], Iterable[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All municipalities")), *municipalities()]
        self.fields["municipality"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """What is valid of it."""
        self.is_valid()
        return getattr(self, "cleaned_data", {})


class VacancyForm(WordsForm, SeenForm):
    """A job notice; `vacancy` is the one that it changes."""

    words = {
        "title": Words(_("Job title"), 200, required=True),
        "description": Words(_("What the work is, and what it asks for"), 5000, rows=6),
    }

    organisation = forms.ModelChoiceField(
        label=_("Who keeps this notice"), queryset=Organisation.objects.none(), empty_label=None
    )
    employer = forms.CharField(label=_("Employer"), max_length=200)
    business_id = BusinessIdField(
        label=_("Employer's business ID"), required=False, help_text=_("Example: 0165116-3"), max_length=20
    )
    municipality = forms.ModelChoiceField(
        label=_("Municipality"), queryset=Municipality.objects.none(), required=False, empty_label=_("Choose")
    )
    deadline = forms.DateField(label=_("The last day to apply"), widget=PlainDateInput)
    apply_url = forms.URLField(label=_("Where to apply online"), required=False, max_length=500, assume_scheme="https")
    apply_email = forms.EmailField(label=_("E-mail for applications"), required=False)
    apply_phone = PhoneField(label=_("Phone for applications"), required=False)

    def __init__(self, *args: Any, organisations: Any, vacancy: Vacancy | None = None, **kwargs: Any) -> None:
        values = values_of(vacancy) if vacancy else {}
        super().__init__(*args, initial={**values, "seen": fingerprint(values)}, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        towns = Municipality.objects.valid_on(timezone.localdate()).order_by("name")
        self.fields["municipality"].queryset = towns  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        ways = ("apply_url", "apply_email", "apply_phone")
        if not any(data.get(way) or way in self.errors for way in ways):
            self.add_error("apply_url", _("Say how to apply: an address, an e-mail address or a phone number."))
        return data

    def values(self) -> dict[str, Any]:
        """The values of a valid form as the service takes them."""
        return {name: self.cleaned_data[name] for name in COLUMNS}
