"""Asking for an organisation's newsletter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class SubscribeForm(Form):
    """An address, and a tick that nobody has set for its owner."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))
    newsletter_consent = forms.BooleanField(
        label=_("I want the newsletter by e-mail. I can end it at any time by the link in each letter."),
    )
    website = forms.CharField(required=False)
    """Hidden from people: only machines fill it in."""
