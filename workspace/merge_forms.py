"""Whose name, address and number are kept when two people are one."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from workspace.services.pairs import Value

OURS, THEIRS = "survivor", "merged"


class MergeForm(Form):
    """One choice for each of `values` that differs; who has nothing to say is not proposed."""

    reason = forms.CharField(
        label=_("How do you know that they are one person?"),
        max_length=300,
        required=False,
        help_text=_("Your colleagues see it beside the merge."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    looked_at = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, values: Iterable[Value], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [value.name for value in values if value.differs]
        for value in values:
            if value.differs:
                self.fields[value.name] = forms.ChoiceField(
                    label=str(value.label),
                    choices=[(OURS, value.ours or "–"), (THEIRS, value.theirs or "–")],
                    initial=OURS if value.ours else THEIRS,
                    widget=forms.RadioSelect,
                )
        self.order_fields([*self.asked, "reason", "looked_at"])

    @property
    def theirs(self) -> list[str]:
        """The columns of which the merged one's value is kept."""
        return [name for name in self.asked if self.cleaned_data[name] == THEIRS]
