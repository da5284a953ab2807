"""What is asked when an event is scheduled, looked at beforehand, or copied."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField
from core.forms import Form, PlainDateInput, PlainDateTimeInput


class ScheduleForm(Form):
    at = forms.DateTimeField(
        label=_("When is it published?"),
        required=False,
        widget=PlainDateTimeInput,
        help_text=_("Empty: not by itself."),
    )


class PreviewForm(Form):
    as_of = DayField(label=_("As it will look on"), required=False, widget=PlainDateInput)


class CopyForm(Form):
    first_day = DayField(
        label=_("First day of the new event"),
        widget=PlainDateInput,
        help_text=_("The other dates, and the opening and closing of registration, move by as many days."),
    )
