"""Organisations that a project has supported, as staff add them by hand."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import BusinessIdField
from core.forms import Form, PlainDateInput
from esf.enums import SupportedKind
from esf.services.evidence import Supported
from events.models import Project


class SupportedForm(Form):
    name = forms.CharField(label=_("Company or organisation"), max_length=200)
    business_id = BusinessIdField(
        label=_("Business ID"), max_length=20, help_text=_("By it the organisation counts once, however often it came.")
    )
    kind = forms.ChoiceField(label=_("What is it?"), choices=SupportedKind.choices)
    day = forms.DateField(label=_("Day of the support"), widget=PlainDateInput)
    evidence = forms.CharField(
        label=_("What shows it?"),
        max_length=300,
        help_text=_("For example an agreement, minutes, or an invoice, and where it is kept."),
    )

    def __init__(self, *args: object, project: Project, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.project = project

    def clean_day(self) -> object:
        day = self.cleaned_data["day"]
        if not self.project.starts_on <= day <= min(self.project.ends_on, timezone.localdate()):
            raise forms.ValidationError(_("Choose a day of the project that is not to come."))
        return day

    def supported(self, source: str) -> Supported:
        """What a valid form tells."""
        data = self.cleaned_data
        return Supported(
            business_id=data["business_id"],
            name=data["name"],
            kind=SupportedKind(data["kind"]),
            day=data["day"],
            evidence=data["evidence"],
            source=source,
        )


class KindForm(Form):
    kind = forms.ChoiceField(label=_("What is it?"), choices=SupportedKind.choices)


class RemoveForm(Form):
    reason = forms.CharField(label=_("Why is it no supported organisation?"), max_length=300)
