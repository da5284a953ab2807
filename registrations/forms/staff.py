"""What is typed of somebody whom a worker registers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.services.people import Contact
from core.fields import DayField, NameField, PhoneField
from core.forms import Form, PlainDateInput
from core.templatetags.when import span
from events.models import Event, SeatPool
from events.services import prices
from registrations.enums import ConsentHow
from registrations.services.referring import Consent


class OnBehalfForm(Form):
    """Who somebody is, how they are reached if at all, and which seats they want, where there is a choice.

    `nonce` names the form: sent twice, it makes one person.
    """

    first_name = NameField(label=_("First name"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    last_name = NameField(label=_("Last name"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput({"autocomplete": "off"})
    )
    phone = PhoneField(label=_("Phone"), required=False)
    language = forms.ChoiceField(label=_("Language of the messages"), choices=settings.LANGUAGES)
    pool = forms.TypedChoiceField(label=_("Which seats?"), coerce=int, widget=forms.RadioSelect)
    nonce = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, leaves: Sequence[SeatPool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.leaves = leaves
        if len(leaves) > 1:
            choices = [(str(leaf.pk), leaf_name(event, leaf)) for leaf in leaves]
            self.fields["pool"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["pool"]

    @property
    def pool_pk(self) -> int | None:
        """The chosen seats, or the only ones; None: there are none."""
        only = self.leaves[0].pk if self.leaves else None
        chosen: int | None = self.cleaned_data.get("pool", only)
        return chosen

    def contact(self) -> Contact:
        data = self.cleaned_data
        return Contact(
            first_name=data["first_name"],
            last_name=data["last_name"],
            email=data["email"],
            phone=data["phone"],
            language=data["language"],
        )


class WalkInForm(OnBehalfForm):
    """Somebody at the desk."""

    accept_queue = forms.BooleanField(label=_("Put them on the waiting list if no seat is free"), required=False)
    price = forms.TypedChoiceField(label=_("Price"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, event: Event, leaves: Sequence[SeatPool], **kwargs: Any) -> None:
        super().__init__(*args, event=event, leaves=leaves, **kwargs)
        found = {price.pk: price for leaf in leaves for price in event.prices_of(leaf)}
        self.only = next(iter(found), None) if len(found) == 1 else None
        if len(found) > 1:
            now = timezone.now()
            choices = [(str(pk), f"{price.name}: {prices.told(price, now)}") for pk, price in found.items()]
            self.fields["price"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["price"]

    @property
    def price_pk(self) -> int | None:
        """The chosen price, or the only one; None: the event is free."""
        chosen: int | None = self.cleaned_data.get("price", self.only)
        return chosen


class ReferralForm(OnBehalfForm):
    """A client, and that they have agreed."""

    office = NameField(
        label=_("Your office"), max_length=200, help_text=_("The client is told that this office has referred them.")
    )
    consent = forms.BooleanField(label=_("The client has agreed that I register them and see how it goes"))
    consent_how = forms.ChoiceField(label=_("How did they agree?"), choices=ConsentHow, widget=forms.RadioSelect)
    consent_on = DayField(label=_("When did they agree?"), widget=PlainDateInput)

    def clean_consent_on(self) -> date:
        day: date = self.cleaned_data["consent_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still ahead."))
        return day

    def given(self) -> Consent:
        return Consent(how=ConsentHow(self.cleaned_data["consent_how"]), on=self.cleaned_data["consent_on"])


class PeopleTableForm(Form):
    """A table of people to register."""

    table = forms.FileField(
        label=_("Table"),
        help_text=_("CSV or Excel workbook (.xlsx), at most 5 MB and 5,000 people."),
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    accept_queue = forms.BooleanField(
        label=_("Put those on the waiting list for whom no seat is free"), required=False, initial=True
    )
    tell = forms.BooleanField(label=_("Send each who has an e-mail address a message"), required=False, initial=True)


def leaf_name(event: Event, leaf: SeatPool) -> str:
    """The date of seats that are for one, and for whom they are."""
    meeting = event.meeting_of(leaf.meeting_id)
    parts = [span(meeting.starts_at, meeting.ends_at) if meeting else "", leaf.name]
    return ", ".join(filter(None, parts))
