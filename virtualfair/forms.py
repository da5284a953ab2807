from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.fields import BusinessIdField
from core.forms import Form
from registrations.models import Registration
from virtualfair.models.talk import LONGEST_MESSAGE, LONGEST_QUESTION

BIGGEST_KEY = 2**63 - 1


class SayForm(Form):
    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.TextInput({"autocomplete": "off", "enterkeyhint": "send"}),
    )


class AskForm(Form):
    text = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.TextInput({"autocomplete": "off", "enterkeyhint": "send"}),
    )
    anonymous = forms.BooleanField(label=_("Ask without my name"), required=False)


class MessageForm(Form):
    message = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY, widget=forms.HiddenInput)


class QuestionForm(Form):
    question = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY, widget=forms.HiddenInput)


class VoteForm(QuestionForm):
    on = forms.BooleanField(required=False, widget=forms.HiddenInput)


class AnswerForm(QuestionForm):
    answer = forms.CharField(
        label=_("Answer in words (or leave empty when it was answered on the stage)"),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class StagedPitchForm(Form):
    pitch = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY, widget=forms.HiddenInput)


class PitchForm(Form):
    """A pitch as an organiser enters it on the fair's day."""

    employer = forms.CharField(label=_("Employer"), max_length=200)
    business_id = BusinessIdField(label=_("Business ID"), required=False, help_text=_("If you know it: 1234567-8."))
    title = forms.CharField(label=_("Title of the pitch"), max_length=200)
    starts = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"), help_text=_("Such as 10:15.")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=180, initial=10)

    def starts_at(self, fair_starts_at: datetime) -> datetime:
        """The chosen time on the fair's day."""
        clock: time = self.cleaned_data["starts"]
        return timezone.make_aware(datetime.combine(timezone.localdate(fair_starts_at), clock))


class RepresentativeForm(Form):
    """Who speaks for which employer."""

    registration = forms.ModelChoiceField(
        label=_("Registered person"), queryset=Registration.objects.none(), empty_label=_("Choose")
    )
    organisation = forms.ModelChoiceField(
        label=_("Employer"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("None: comes as a jobseeker"),
    )

    def __init__(self, *args: Any, registrations: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["registration"].queryset = registrations  # type: ignore[attr-defined]
        self.fields["registration"].label_from_instance = _named  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


def _named(registration: Registration) -> str:
    return f"{registration.name} ({registration.email})"
