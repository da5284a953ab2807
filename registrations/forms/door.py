"""What a door sends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


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
