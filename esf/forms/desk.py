"""What staff add when they write a background form in, or correct one."""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, NameField, PersonalIdField
from core.forms import Form, PlainDateInput
from esf.enums import IdentityCheck, NoticeChannel
from esf.forms.background import BackgroundForm
from esf.rules.personal_id import born, gender_in_register
from esf.services import wordings
from esf.services.notices import Answers
from events.models import Project

WAYS = (NoticeChannel.DESK, NoticeChannel.PAPER)


class CodedForm(Form):
    """Asks the personal identity code where the project asks for it, and holds it against the background form."""

    personal_id = PersonalIdField(
        label=_("Personal identity code"),
        required=False,
        help_text=_("Only for EURA 2021, and only if the person agrees. It is encrypted, and shown nowhere else."),
    )

    def __init__(
        self, *args: Any, project: Project, background: BackgroundForm, stored: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.background, self.stored = background, stored
        if not project.asks_personal_id:
            del self.fields["personal_id"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        code = data.get("personal_id") or self.stored
        told = self.background.cleaned_data.get("birth_date") if self.background.is_bound else None
        if code and told and born(code) != told:
            self.add_error(
                "personal_id" if "personal_id" in self.fields else None,
                _("This code is of somebody born on another day than the form says. Check both against the document."),
            )
        return data

    @property
    def code(self) -> str:
        return str(self.cleaned_data.get("personal_id", ""))

    @property
    def gender_differs(self) -> bool:
        """Whether the register's gender, by the code, is another than the one that was told. It may well be right."""
        return bool(self.code) and gender_in_register(self.code) != self.background.cleaned_data["gender"]


class EntryForm(CodedForm):
    """How the answers came to the desk, and how staff made sure who gives them."""

    shown_if: ClassVar[dict[str, str]] = {"signed_on": f"channel={NoticeChannel.PAPER}"}

    channel = forms.ChoiceField(
        label=_("How did the answers come?"),
        choices=[(way.value, way.label) for way in WAYS],
        widget=forms.RadioSelect,
    )
    signed_on = DayField(
        label=_("Day of the signature on the paper"),
        help_text=_("Answer only if the form came on paper."),
        required=False,
        widget=PlainDateInput,
    )
    wording = forms.ChoiceField(label=_("Version that is printed on the paper"), required=False)
    identity = forms.ChoiceField(
        label=_("How did you make sure who the person is?"),
        choices=IdentityCheck.choices,
        widget=forms.RadioSelect,
        help_text=_("Write down no number of any document."),
    )
    field_order = ("channel", "signed_on", "wording", "identity", "personal_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = [(version, version) for version in reversed(wordings.versions())]
        self.fields["wording"].choices = versions  # type: ignore[attr-defined]
        if len(versions) == 1:
            del self.fields["wording"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        paper, signed = data.get("channel") == NoticeChannel.PAPER, data.get("signed_on")
        if paper and not signed and "signed_on" not in self.errors:
            self.add_error("signed_on", _("Write the day that stands beside the signature."))
        if signed and signed > timezone.localdate():
            self.add_error("signed_on", _("This day is still to come."))
        return data

    @property
    def signed(self) -> date | None:
        """Of a form on paper."""
        found: date | None = self.cleaned_data["signed_on"]
        return found if self.cleaned_data["channel"] == NoticeChannel.PAPER else None

    @property
    def version(self) -> str:
        chosen = self.cleaned_data.get("wording") if self.cleaned_data["channel"] == NoticeChannel.PAPER else ""
        return chosen or wordings.NEWEST


class CorrectionForm(CodedForm):
    """Why a background form is corrected, and the name, which the person cannot change by themselves."""

    first_name = NameField(label=_("First name"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    last_name = NameField(label=_("Last name"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))

    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=300,
        help_text=_("For example: the person said that the date of birth was typed wrong. Nothing about health."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    field_order = ("first_name", "last_name", "personal_id", "reason", "seen")

    def named(self, answers: Answers) -> Answers:
        """`answers` under the name that was typed here."""
        data = self.cleaned_data
        return replace(answers, first_name=data["first_name"], last_name=data["last_name"])
