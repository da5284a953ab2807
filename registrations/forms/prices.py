"""What an organiser decides about prices, and who sells the seats."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from stdnum import bic, iban
from stdnum.exceptions import ValidationError as NumberError

from core.details import Words, WordsForm
from core.fields import BusinessIdField, EuroField
from core.forms import Form, PlainDateTimeInput
from events.enums import Vat
from events.models import LANGUAGES, Event, PaymentTerms, Price
from events.models.prices import LEAST, LONGEST_INVOICE_DAYS, MOST, MOST_DAYS
from events.services.prices import TERMS, DiscountPlan, PricePlan


class PriceForm(WordsForm):
    """What a seat costs for some people."""

    words: ClassVar[dict[str, Words]] = {
        "name": Words(_("For whom"), 100, required=True, help=_("For example: unemployed jobseekers."))
    }
    words_first = True

    euros = EuroField(label=_("Price, €"), most=MOST, help_text=_("0 is free of charge; otherwise at least 0,50."))
    includes_vat = forms.TypedChoiceField(
        label=_("Is VAT in it?"),
        choices=[("yes", _("Yes, this is what people pay")), ("no", _("No, VAT is added to it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    vat = forms.ChoiceField(label=_("VAT"), choices=Vat.choices)
    employer_pays = forms.BooleanField(label=_("Their employer pays"), required=False)
    pool = forms.TypedChoiceField(label=_("For which seats"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pools = [pool for root in event.seat_pools for pool in root.tree_pools if pool.name]
        if pools:
            choices = [("", _("All seats")), *((str(pool.pk), pool.name) for pool in pools)]
            self.fields["pool"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["pool"]

    def clean_euros(self) -> int:
        cents: int = self.cleaned_data["euros"]
        if 0 < cents < LEAST:
            raise forms.ValidationError(_("Less than 0,50 € cannot be charged. Write 0 if it is free of charge."))
        return cents

    def plan(self) -> PricePlan:
        data = self.cleaned_data
        return PricePlan(
            names={code: data[f"name_{code}"] for code in LANGUAGES},
            cents=data["euros"],
            includes_vat=data["includes_vat"],
            vat=data["vat"],
            employer_pays=data["employer_pays"],
            pool=data.get("pool"),
        )


def initial_price(price: Price | None) -> dict[str, Any]:
    """What the form shows of a price; of a new one what is usual: what people pay, with the general rate in it."""
    if price is None:
        return {"includes_vat": "yes", "vat": Vat.STANDARD}
    names = {f"name_{code}": getattr(price, f"name_{code}") for code in LANGUAGES}
    return names | {
        "euros": f"{price.cents / 100:.2f}".replace(".", ","),
        "includes_vat": "yes" if price.includes_vat else "no",
        "vat": price.vat,
        "employer_pays": price.employer_pays,
        "pool": price.pool_id,
    }


class DiscountForm(Form):
    code = forms.RegexField(
        label=_("Code"),
        regex=r"^[\w-]+$",
        max_length=30,
        error_messages={"invalid": _("Letters, digits and hyphens only, such as OPETTAJA-2026.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    percent = forms.IntegerField(label=_("Reduction, %"), min_value=1, max_value=100, required=False)
    euros = EuroField(label=_("or a sum, €"), most=MOST, required=False)
    most_uses = forms.IntegerField(label=_("For so many seats at most"), min_value=1, max_value=100_000, required=False)
    valid_until = forms.DateTimeField(label=_("Until"), required=False, widget=PlainDateTimeInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        given = [name for name in ("percent", "euros") if data.get(name)]
        if len(given) != 1 and not self.errors:
            self.add_error("percent", _("Give a share or a sum, one of the two."))
        return data

    def plan(self) -> DiscountPlan:
        data = self.cleaned_data
        return DiscountPlan(
            code=data["code"],
            percent=data["percent"],
            cents=data["euros"] or None,
            most_uses=data["most_uses"],
            valid_until=data["valid_until"],
        )


class PaymentTermsForm(Form):
    """How seats may be paid, and what is given back."""

    takes_invoices = forms.BooleanField(label=_("A company may pay by invoice"), required=False)
    invoice_days = forms.IntegerField(
        label=_("Days until an invoice is due"), min_value=1, max_value=LONGEST_INVOICE_DAYS
    )
    takes_at_door = forms.BooleanField(
        label=_("Cash or card at the door will do"),
        required=False,
        help_text=_("Then an event can be published although nobody can pay online."),
    )
    full_days = forms.IntegerField(
        label=_("All is given back until so many days before the start"), min_value=0, max_value=MOST_DAYS
    )
    share_days = forms.IntegerField(
        label=_("A share is given back until so many days before the start"), min_value=0, max_value=MOST_DAYS
    )
    share_percent = forms.IntegerField(label=_("The share, %"), min_value=0, max_value=100)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and data["share_days"] > data["full_days"]:
            self.add_error("share_days", _("A share is given back later than all, so these are fewer days."))
        return data

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TERMS}


def initial_payment_terms(terms: PaymentTerms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in TERMS}


class SellerForm(Form):
    """Who sells the seats, as receipts and invoices say it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    business_id = BusinessIdField(label=_("Business ID"), max_length=20)
    address = forms.CharField(label=_("Postal address"), max_length=300, widget=forms.Textarea({"rows": 3}))
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    iban = forms.CharField(
        label=_("Bank account (IBAN)"),
        max_length=42,
        required=False,
        help_text=_("Without it nobody can pay by invoice."),
    )
    bic = forms.CharField(label=_("Bank (BIC)"), max_length=11, required=False)

    def clean_iban(self) -> str:
        return _valid(iban, self.cleaned_data["iban"], _("Check the account number. Example: FI21 1234 5600 0007 85"))

    def clean_bic(self) -> str:
        return _valid(bic, self.cleaned_data["bic"], _("Check the BIC. Example: NDEAFIHH"))


def _valid(kind: Any, text: str, wrong: Any) -> str:
    if not text.strip():
        return ""
    try:
        return str(kind.validate(text))
    except NumberError as error:
        raise forms.ValidationError(wrong) from error


class GiveBackForm(Form):
    """How much of a payment the organiser gives back by goodwill."""

    euros = EuroField(label=_("Sum, €"), most=MOST)

    def clean_euros(self) -> int:
        cents: int = self.cleaned_data["euros"]
        if not cents:
            raise forms.ValidationError(_("Write how much is given back."))
        return cents
