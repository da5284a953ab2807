from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.services.people import Contact
from core.fields import BusinessIdField, NameField, PhoneField
from core.forms import Form
from core.names import normalised_email, normalised_name
from events.models import Discount, Event, PickUp, Price, SeatPool
from events.services import prices
from registrations.enums import Channel
from registrations.models import ApplicantCategory
from registrations.services.corrections import Changes
from registrations.services.seats import Claimant


class ReachForm(Form):
    """How a person is reached and helped; what they may correct by themselves later."""

    phone = PhoneField(
        label=_("Phone"), help_text=_("So that we reach you if something changes on the day."), required=False
    )
    language = forms.ChoiceField(label=_("In which language may we write to you?"), choices=settings.LANGUAGES)
    support_needs = forms.CharField(
        label=_("What helps you to take part?"),
        max_length=500,
        required=False,
        help_text=_("For example an interpreter or step-free access. Do not write about your health."),
        widget=forms.Textarea({"rows": 3}),
    )

    pick_up = forms.TypedChoiceField(label=_("Ride to the event"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, stops: Sequence[PickUp] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if stops:
            named = [(str(stop.pk), f"{stop.ride.name}: {stop}") for stop in stops]
            self.fields["pick_up"].choices = [("", _("I come by myself")), *named]  # type: ignore[attr-defined]
        else:
            del self.fields["pick_up"]

    @property
    def stop(self) -> int | None:
        """The key of the stop that was chosen."""
        found: int | None = self.cleaned_data.get("pick_up")
        return found

    def changes(self) -> Changes:
        data = self.cleaned_data
        return Changes(
            phone=data["phone"], language=data["language"], support_needs=data["support_needs"], pick_up=self.stop
        )


@dataclass(frozen=True)
class Costs:
    """What seats of a pool cost at a moment; no `prices`: nothing."""

    event: Event
    prices: list[Price]
    now: datetime

    @classmethod
    def of(cls, event: Event, pool: SeatPool, now: datetime) -> Costs:
        return cls(event, event.prices_of(pool), now)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(str(price.pk), f"{price.name}: {prices.told(price, self.now)}") for price in self.prices]

    def find(self, key: str) -> Price | None:
        """The one that was chosen; where there is only one, that."""
        if len(self.prices) == 1:
            return self.prices[0]
        return next((price for price in self.prices if str(price.pk) == key), None)

    def cents(self, price: Price | None, discount: Discount | None) -> int:
        return prices.charged(price, self.now, discount).cents if price else 0


class PriceField(forms.ChoiceField):
    """Which of several prices is somebody's."""

    def __init__(self, costs: Costs, label: Any) -> None:
        super().__init__(label=label, choices=costs.choices, widget=forms.RadioSelect)


class ContactForm(ReachForm):
    """Who comes, and where the ticket goes."""

    first_name = NameField(
        label=_("First name"), max_length=100, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = NameField(label=_("Last name"), max_length=100, widget=forms.TextInput({"autocomplete": "family-name"}))
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Your ticket comes to this address."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    category = forms.TypedChoiceField(label=_("As what do you apply?"), coerce=int, widget=forms.RadioSelect)
    coming = forms.ChoiceField(
        label=_("Are you coming yourself?"),
        choices=[("yes", _("Yes")), ("no", _("No, I register others"))],
        widget=forms.RadioSelect,
    )
    company = forms.CharField(
        label=_("Company or organisation"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    business_id = BusinessIdField(label=_("Business ID"), max_length=20, help_text=_("For example 0165116-3."))
    code = forms.CharField(
        label=_("Discount code"), required=False, max_length=30, widget=forms.TextInput({"autocomplete": "off"})
    )
    field_order = ("price", "company", "business_id", "first_name", "last_name", "email", "coming")

    def __init__(
        self,
        *args: Any,
        several: bool = False,
        company: bool = False,
        categories: Sequence[ApplicantCategory] = (),
        applies: bool = False,
        costs: Costs | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.costs = costs
        self.discount: Discount | None = None
        self._ask_price(costs, several=several)
        if applies:
            self.fields["email"].help_text = _("We answer to this address.")
        if categories:
            self.fields["category"].choices = [(str(each.pk), each.name) for each in categories]  # type: ignore[attr-defined]
        else:
            del self.fields["category"]
        if not several:
            del self.fields["coming"]
        if not company:
            del self.fields["company"], self.fields["business_id"]

    def _ask_price(self, costs: Costs | None, *, several: bool) -> None:
        """The price of the one who fills it in, if they come, where there is a choice; a code where something costs."""
        if costs is None or not any(price.cents for price in costs.prices):
            del self.fields["code"]
            return
        if len(costs.prices) > 1:
            self.fields["price"] = PriceField(costs, _("Which price is yours?"))
            if several:
                self.fields["price"].required = False
                self.fields["price"].help_text = _("If you come yourself.")
            self.order_fields(self.field_order)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code.strip() and self.costs is not None:
            self.discount = prices.discount_of(event_pk=self.costs.event.pk, code=code, now=self.costs.now)
            if self.discount is None:
                raise forms.ValidationError(
                    _("This code does not work here. Write it as you got it, or leave it empty.")
                )
        return prices.normalised(code)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "price" in self.fields and data.get("coming", "yes") != "no" and not data.get("price"):
            self.add_error("price", _("Choose one."))
        return data


class MembersForm(Form):
    """Those whom a contact registers: a name for each, and an address of their own where they have one."""

    def __init__(
        self,
        *args: Any,
        number: int,
        contact: Mapping[str, str],
        comes: bool,
        costs: Costs | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.number, self.contact, self.comes, self.costs = number, contact, comes, costs
        for index in range(1, number + 1):
            self._ask(index)

    def _ask(self, index: int) -> None:
        who = {"number": index + self.comes}
        names = (("first_name", _("Person %(number)s: first name")), ("last_name", _("Person %(number)s: last name")))
        for part, label in names:
            self.fields[f"{part}_{index}"] = NameField(
                label=label % who, max_length=100, widget=forms.TextInput({"autocomplete": "off"})
            )
        self.fields[f"email_{index}"] = forms.EmailField(
            label=_("Person %(number)s: e-mail") % who,
            required=False,
            max_length=254,
            widget=forms.EmailInput({"autocomplete": "off"}),
            help_text=_("They get a ticket and a link of their own. Left empty, their ticket comes to you."),
        )
        for part in ("first_name", "last_name", "email"):
            self.fields[f"{part}_{index}"].widget.attrs["class"] = self.text_class
        if self.costs is not None and len(self.costs.prices) > 1:
            self.fields[f"price_{index}"] = PriceField(self.costs, _("Person %(number)s: price") % who)
            self.fields[f"price_{index}"].error_messages["required"] = _("Choose one.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        mine = (self.contact.get("first_name", ""), self.contact.get("last_name", ""), self.contact.get("email", ""))
        seen = {_same(*mine)} if self.comes else set()
        for index in range(1, self.number + 1):
            name = (data.get(f"first_name_{index}", ""), data.get(f"last_name_{index}", ""))
            who = _same(*name, data.get(f"email_{index}") or mine[2])
            if all(name) and who in seen:
                self.add_error(f"first_name_{index}", _("This person is in the group already. Write each only once."))
            seen.add(who)
        return data

    def claimants(self, contact: Contact) -> list[Claimant]:
        """Those of a valid form; whoever has no address of their own is reached through `contact`."""
        data = self.cleaned_data
        return [
            Claimant(
                contact=Contact(
                    first_name=data[f"first_name_{index}"],
                    last_name=data[f"last_name_{index}"],
                    email=data[f"email_{index}"] or contact.email,
                    phone="",
                    language=contact.language,
                ),
                channel=Channel.PARTY,
                price=self._price(index),
            )
            for index in range(1, self.number + 1)
        ]

    def _price(self, index: int) -> int | None:
        found = self.costs.find(self.cleaned_data.get(f"price_{index}", "")) if self.costs else None
        return found.pk if found else None


class LostLinkForm(Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The address that you registered with."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


class HandOverForm(Form):
    """Who gets somebody's seat."""

    first_name = NameField(label=_("First name"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    last_name = NameField(label=_("Last name"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The ticket goes to this address."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("In which language may we write to them?"), choices=settings.LANGUAGES)

    def contact(self) -> Contact:
        return Contact(phone="", **self.cleaned_data)


def _same(first_name: str, last_name: str, email: str) -> tuple[str, str]:
    return normalised_email(email), normalised_name(first_name, last_name)
