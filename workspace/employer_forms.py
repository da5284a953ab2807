"""Forms of the employer register."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import EnterpriseSize, Stage
from accounts.models import Employer, EmployerContact, Organisation
from accounts.services import employer_contacts, employers
from accounts.services.employer_contacts import default_deletion
from core.details import SeenForm
from core.errors import Refused
from core.fields import BusinessIdField, DayField, PhoneField
from core.forms import Form, PlainDateInput
from core.stale import fingerprint
from core.text import printable

Towns = Iterable[tuple[str, str]]
"""Codes and names of municipalities."""


class WordsField(forms.CharField):
    """Text in which something can be read: what is invisible does not fill it in."""

    def to_python(self, value: Any) -> str:
        return super().to_python(printable(value) if isinstance(value, str) else value) or ""


class EmployerFilter(Form):
    """Which employers are looked for; nonsense in the address is ignored."""

    q = forms.CharField(label=_("Name or business ID"), required=False, max_length=100)
    stage = forms.ChoiceField(
        label=pgettext_lazy("employer", "Stage"), required=False, choices=[("", _("All stages")), *Stage.choices]
    )
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    industry = forms.CharField(label=_("Industry"), required=False, max_length=100)
    on = DayField(label=_("Stages as they were on"), required=False, widget=PlainDateInput)
    archived = forms.BooleanField(label=_("Those in the archive"), required=False)

    def __init__(self, *args: Any, towns: Towns, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].choices = [("", _("All municipalities")), *towns]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What is valid of it."""
        self.is_valid()
        return getattr(self, "cleaned_data", {})


class StageFields(Form):
    """A stage, and since when."""

    stage = forms.ChoiceField(
        label=pgettext_lazy("employer", "Stage"),
        choices=Stage.choices,
        initial=Stage.CONTACTED,
        widget=forms.RadioSelect,
    )
    from_day = DayField(label=pgettext_lazy("employer", "Since which day"), widget=PlainDateInput)

    def clean_from_day(self) -> Any:
        day = self.cleaned_data["from_day"]
        if day > timezone.localdate():
            raise ValidationError(employers.StageAhead.message)
        return day


class EmployerForm(SeenForm):
    """An employer's facts; `employer` is the one that it changes."""

    name = WordsField(label=_("Employer's name"), max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    business_id = BusinessIdField(
        label=_("Business ID"),
        required=False,
        max_length=20,
        help_text=_("Example: 0165116-3. Without it, stands and jobs are found by the name."),
    )
    municipality_code = forms.ChoiceField(label=_("Municipality"), required=False)
    industry = forms.CharField(label=_("Industry"), required=False, max_length=200)
    size = forms.ChoiceField(
        label=_("Size"),
        choices=EnterpriseSize.choices,
        initial=EnterpriseSize.UNKNOWN,
        help_text=_("Persons employed, as the EU counts enterprises."),
    )
    website = forms.URLField(label=_("Website"), required=False, max_length=500, assume_scheme="https")

    def __init__(self, *args: Any, towns: Towns, employer: Employer | None = None, **kwargs: Any) -> None:
        values = employers.values_of(employer) if employer else {}
        super().__init__(*args, initial={**values, "seen": fingerprint(values), **kwargs.pop("initial", {})}, **kwargs)
        choices = [("", _("Not known")), *towns]
        known = employer.municipality_code if employer else ""
        if known and known not in dict(choices):
            choices.append((known, known))
        self.fields["municipality_code"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The values of a valid form as the service takes them."""
        return {name: self.cleaned_data[name] for name in employers.COLUMNS}


class NewEmployerForm(EmployerForm, StageFields):
    organisation = forms.ModelChoiceField(
        label=_("In whose register"), queryset=Organisation.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        first = {"organisation": organisations.first(), "from_day": timezone.localdate()}
        super().__init__(*args, initial=first, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.order_fields(["organisation", *employers.COLUMNS, "stage", "from_day"])


class StageForm(StageFields, SeenForm):
    """The stage that an employer has come to."""

    note = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=500,
        help_text=_("Only what the work needs. The remark is deleted by itself like old notes; the stage stays."),
    )

    def __init__(self, *args: Any, employer: Employer, **kwargs: Any) -> None:
        seen = fingerprint(employers.stage_of(employer))
        first = {"stage": employer.stage, "from_day": timezone.localdate(), "seen": seen}
        super().__init__(*args, initial=first, prefix="stage", **kwargs)


class DeletionForm(Form):
    """Something about a person, with its day of deletion."""

    delete_after = DayField(
        label=_("Kept until"), widget=PlainDateInput, help_text=_("Deleted by itself after this day.")
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        self.now = now
        first = {"delete_after": default_deletion(now), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=first, **kwargs)

    def clean_delete_after(self) -> Any:
        day = self.cleaned_data["delete_after"]
        try:
            employer_contacts.check_deletion(day, now=self.now)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return day


class ContactForm(DeletionForm, SeenForm):
    """A contact person; `contact` is the one that it changes."""

    name = WordsField(label=_("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    role = forms.CharField(label=pgettext_lazy("contact person", "Role"), required=False, max_length=200)
    email = forms.EmailField(
        label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput({"autocomplete": "off"})
    )
    phone = PhoneField(label=_("Phone"), required=False)

    def __init__(self, *args: Any, contact: EmployerContact | None = None, **kwargs: Any) -> None:
        values = employer_contacts.values_of(contact) if contact else {}
        super().__init__(*args, initial={**values, "seen": fingerprint(values)}, prefix="contact", **kwargs)
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.order_fields([*employer_contacts.COLUMNS])

    def values(self) -> dict[str, Any]:
        """The values of a valid form as the service takes them."""
        return {name: self.cleaned_data[name] for name in employer_contacts.COLUMNS}


class NoteForm(DeletionForm):
    text = WordsField(
        label=_("What was talked about"),
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("Only what the work needs. People may ask to see what is written about them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="note", **kwargs)
        self.order_fields(["text", "delete_after"])


class TableForm(Form):
    """A table of employers."""

    organisation = forms.ModelChoiceField(
        label=_("Into whose register"), queryset=Organisation.objects.none(), empty_label=None
    )
    table = forms.FileField(
        label=_("Table"),
        help_text=_("CSV or Excel workbook (.xlsx), at most 5 MB and 20,000 rows."),
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, initial={"organisation": organisations.first()}, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
