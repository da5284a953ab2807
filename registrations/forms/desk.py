"""What an organiser decides about seats, terms and the queue."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.details import Words, WordsForm
from core.forms import Form, PlainDateTimeInput
from events.models import LANGUAGES, SeatPool, Terms
from events.models.terms import LARGEST_PARTY, LONGEST_NOTES_DAYS, LONGEST_OFFER_HOURS
from registrations.services.seats import PoolPlan
from registrations.services.terms import COLUMNS


class CapacityForm(Form):
    pool_pk = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000)


class PoolForm(WordsForm):
    """Seats for some people."""

    words: ClassVar[dict[str, Words]] = {"name": Words(_("For whom"), 100, required=True)}
    words_first = True

    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000)
    reserved = forms.BooleanField(
        label=_("Only those who choose them get these seats"),
        required=False,
        help_text=_("Otherwise free seats also serve others, when their own are full."),
    )
    reserved_until = forms.DateTimeField(
        label=_("Reserved until"),
        required=False,
        widget=PlainDateTimeInput,
        help_text=_("From then on free seats are for everyone. Empty: they stay reserved."),
    )

    def plan(self) -> PoolPlan:
        data = self.cleaned_data
        return PoolPlan(
            names={code: data[f"name_{code}"] for code in LANGUAGES},
            capacity=data["capacity"],
            reserved=data["reserved"] or data["reserved_until"] is not None,
            reserved_until=data["reserved_until"],
        )


def initial_pool(pool: SeatPool) -> dict[str, Any]:
    names = {f"name_{code}": getattr(pool, f"name_{code}") for code in LANGUAGES}
    return names | {name: getattr(pool, name) for name in ("capacity", "reserved", "reserved_until")}


class TermsForm(Form):
    """On what terms an event gives its seats."""

    offer_hours = forms.IntegerField(
        label=_("Hours to answer an offer"),
        required=False,
        min_value=1,
        max_value=LONGEST_OFFER_HOURS,
        help_text=_("When a seat becomes free, the first in line has so long to take it. Empty: it is given at once."),
    )
    offer_in_working_hours = forms.BooleanField(
        label=_("Weekends and holidays do not count, and no offer ends at night"), required=False
    )
    keep_together_hours = forms.IntegerField(
        label=_("Hours for which freed seats are kept for a group"),
        min_value=0,
        max_value=LONGEST_OFFER_HOURS,
        help_text=_("A group at the head of the queue needs several seats at once. 0: they are not kept."),
    )
    largest_party = forms.IntegerField(
        label=_("How many people can one contact register?"), min_value=1, max_value=LARGEST_PARTY
    )
    asks_company = forms.BooleanField(
        label=_("People come for a company: ask its name and business ID"), required=False
    )
    may_hand_over = forms.BooleanField(label=_("Somebody who cannot come may give the seat to another"), required=False)
    confirm_by_click = forms.BooleanField(
        label=_("The seat is taken only after a link in a message has been pressed"), required=False
    )
    changes_close_at = forms.DateTimeField(
        label=_("People can correct their answers until"), required=False, widget=PlainDateTimeInput
    )

    by_application = forms.BooleanField(
        label=_("People apply, as many as want to, and you choose among them"),
        required=False,
        help_text=_("Can be changed until the first person applies or registers. Nobody waits in line then."),
    )
    applications_close_at = forms.DateTimeField(
        label=_("Applications close"),
        required=False,
        widget=PlainDateTimeInput,
        help_text=_("Empty: when registration closes."),
    )
    shows_reserve_place = forms.BooleanField(label=_("Those on the reserve list see their place on it"), required=False)
    calls_reserve = forms.BooleanField(
        label=_("A freed seat is offered to the first on the reserve list by itself"), required=False
    )
    notes_kept_days = forms.IntegerField(
        label=_("Days for which notes of interviews are kept after applications close"),
        min_value=1,
        max_value=LONGEST_NOTES_DAYS,
        required=False,
        help_text=_("Empty: as it was. Then they are deleted by themselves."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("by_application") and "offer_hours" in data and data["offer_hours"] is None:
            self.add_error("offer_hours", _("Who is chosen must have time to answer. Give a number of hours."))
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {name: data[name] for name in COLUMNS if not (name == "notes_kept_days" and data[name] is None)}


def initial_terms(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in COLUMNS}


class QueueMoveForm(Form):
    place = forms.IntegerField(label=_("New place"), min_value=1, max_value=100_000)
    reason = forms.CharField(
        label=_("Why?"), max_length=300, help_text=_("The reason stays in the log, and the person may ask for it.")
    )


class CancelEventForm(WordsForm):
    """Why an event is not held, in the languages of those who read it; Finnish stands in for what is empty."""

    words: ClassVar[dict[str, Words]] = {
        "note": Words(_("Message to those who wanted to come"), 2000, required=True, rows=4)
    }
