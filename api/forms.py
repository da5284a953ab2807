from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from api.enums import Scope
from core.forms import Form, PlainDateInput

USUAL, LONGEST = timedelta(days=365), timedelta(days=3653)


class TokenForm(Form):
    """Another system, and what it is to do."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    name = forms.CharField(
        label=_("Which system is it for?"),
        help_text=_("For example: the municipality's web pages."),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        help_text=_("Give only what it needs."),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    attempt = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    expires_on = forms.DateField(
        label=_("Last day of use"),
        help_text=_("Leave empty if it is to work until you revoke it."),
        required=False,
        widget=PlainDateInput,
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        initial = {"expires_on": timezone.localdate() + USUAL}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def clean_expires_on(self) -> Any:
        day = self.cleaned_data["expires_on"]
        if day and day > timezone.localdate() + LONGEST:
            raise ValidationError(_("Choose a day within ten years."))
        return day

    def values(self) -> dict[str, Any]:
        """What `tokens.issue` wants. The last day is a whole day here, in Finland."""
        data = self.cleaned_data
        day = data["expires_on"]
        midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None
        return {
            "organisation": data["organisation"],
            "name": data["name"],
            "scopes": [Scope(value) for value in data["scopes"]],
            "expires_at": midnight,
            "attempt": data["attempt"],
        }
