"""Whom an invoice goes to, and the bank's file that says who has paid theirs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import BusinessIdField
from core.forms import Form
from registrations.services.payments.invoicing import Billed


class InvoiceForm(Form):
    company = forms.CharField(
        label=_("Company or organisation"), max_length=200, widget=forms.TextInput({"autocomplete": "organization"})
    )
    business_id = BusinessIdField(label=_("Business ID"), max_length=20, help_text=_("For example 0165116-3."))
    address = forms.CharField(
        label=_("Postal address"), max_length=300, widget=forms.Textarea({"rows": 3, "autocomplete": "street-address"})
    )
    e_invoice = forms.CharField(
        label=_("E-invoice address and operator"),
        max_length=80,
        required=False,
        help_text=_("The invoice comes by mail. If you want it as an e-invoice, the organiser sends it there."),
    )
    their_reference = forms.CharField(
        label=_("Your reference"), max_length=70, required=False, help_text=_("What must stand on the invoice.")
    )

    def billed(self) -> Billed:
        return Billed(**self.cleaned_data)


class BankFileForm(Form):
    file = forms.FileField(
        label=_("The bank's file"),
        help_text=_("camt.054 (XML) or CSV, at most 5 MB and 1,000 payments."),
        widget=forms.FileInput({"accept": ".xml,.csv,.txt,.xlsx"}),
    )
