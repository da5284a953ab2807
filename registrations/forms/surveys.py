"""An anonymous survey: as whoever answers fills it in, and as the desk plans it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.details import Words, WordsForm
from core.fields import BusinessIdField
from core.forms import Form, PlainDateTimeInput
from events.models import LANGUAGES
from registrations.enums import Respondent
from registrations.forms.questions import QuestionsForm, typed
from registrations.models import Survey
from registrations.rules.questions import Asked
from registrations.services.surveys.answering import TEXTS, Given
from registrations.services.surveys.planning import Plan

MOST_INVITED = 100_000
NO_NAMES = _("Do not write names or other details by which you or somebody else could be recognised.")
"""Stands in the help of each text, so that it is read out with it."""


class SurveyForm(QuestionsForm):
    """All questions of a survey on one page: what is typed must be kept nowhere between two pages.

    Beside each text stands whether it may be quoted; of employers, where they may, for whom they answer.
    """

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, asked: Sequence[Asked], may_name: bool, title: str = ""
    ) -> None:
        super().__init__(data, asked=asked, title=title)
        for each in asked:
            if each.kind in TEXTS:
                text = self.fields[each.name]
                text.help_text = f"{text.help_text} {NO_NAMES}".strip()
                self.fields[quote_name(each)] = forms.BooleanField(
                    label=_("This may be quoted without my name"), required=False
                )
                self.fields[quote_name(each)].expected = True  # type: ignore[attr-defined]
        if may_name:
            attrs = {"class": self.text_class, "autocomplete": "organization"}
            self.fields["organisation"] = forms.CharField(
                label=_("Name of your organisation"), max_length=200, required=False, widget=forms.TextInput(attrs)
            )
            self.fields["business_id"] = BusinessIdField(
                label=_("Business ID"), required=False, widget=forms.TextInput({"class": self.text_class})
            )

    def _clean_fields(self) -> None:
        super()._clean_fields()
        for name, field in self.fields.items():
            if name not in self.asked:
                self._clean_other(name, field)

    def _clean_other(self, name: str, field: forms.Field) -> None:
        try:
            self.cleaned_data[name] = field.clean(self[name].data)
        except forms.ValidationError as wrong:
            self.add_error(name, wrong)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("business_id") and not data.get("organisation"):
            self.add_error("organisation", _("Write the name too, or leave both empty."))
        return data

    def parts(self) -> list[list[dict[str, Any]]]:
        """The rows by the number of their screen, each with the field beside it that allows to quote."""
        found: dict[int, list[dict[str, Any]]] = {}
        for row, each in zip(self.rows(), self.asked.values(), strict=True):
            quote = self[quote_name(each)] if each.kind in TEXTS else None
            found.setdefault(each.screen, []).append({**row, "quote": quote})
        return list(found.values())

    def given(self) -> Given:
        data = self.cleaned_data
        return Given(
            answers=self.answers,
            quotable=[each.pk for each in self.asked.values() if data.get(quote_name(each))],
            organisation=data.get("organisation", ""),
            business_id=data.get("business_id", ""),
        )


def quote_name(each: Asked) -> str:
    return f"{each.name}-quote"


def sent(asked: Sequence[Asked], data: QueryDict) -> dict[str, Any]:
    """What a browser sent of a survey, cut to what can be an answer."""
    quotes = {quote_name(each): data.get(quote_name(each), "")[:5] for each in asked if each.kind in TEXTS}
    named = {name: data.get(name, "").replace("\x00", "")[:300] for name in ("organisation", "business_id")}
    return {**typed(asked, data), **quotes, **named}


class SurveyPlanForm(Form):
    """When it is open, and how many were asked."""

    opens_at = forms.DateTimeField(label=_("Opens"), widget=PlainDateTimeInput)
    closes_at = forms.DateTimeField(
        label=_("Closes"),
        widget=PlainDateTimeInput,
        help_text=_("The results can be seen when it has closed; then it stays closed."),
    )
    invited = forms.IntegerField(
        label=_("How many do you ask?"),
        required=False,
        min_value=1,
        max_value=MOST_INVITED,
        help_text=_("For the response rate. Empty: of jobseekers those who came; of others no rate is told."),
    )
    may_name = forms.BooleanField(
        label=_("Employers may say for which organisation they answer"),
        required=False,
        help_text=_("For example in a survey of what training is needed. Whoever leaves it empty stays anonymous."),
    )

    def __init__(self, *args: Any, respondent: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if respondent and respondent != Respondent.EMPLOYER:
            del self.fields["may_name"]

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            opens_at=data["opens_at"],
            closes_at=data["closes_at"],
            invited=data["invited"],
            may_name=data.get("may_name", False),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if isinstance(opens, datetime) and isinstance(closes, datetime) and opens >= closes:
            self.add_error("closes_at", _("The survey must close after it opens."))
        if data.get("may_name") and data.get("respondent", Respondent.EMPLOYER) != Respondent.EMPLOYER:
            self.add_error("may_name", _("Only employers can be asked for which organisation they answer."))
        return data


class NewSurveyForm(WordsForm, SurveyPlanForm):
    words: ClassVar[dict[str, Words]] = {"title": Words(_("Title"), 200, required=True)}
    respondent = forms.ChoiceField(label=_("Whom does it ask?"), choices=Respondent, widget=forms.RadioSelect)
    field_order = ("respondent", "opens_at", "closes_at", "invited", "may_name")

    def titles(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"title_{code}"] for code in LANGUAGES}


def initial_plan(survey: Survey) -> dict[str, Any]:
    return {name: getattr(survey, name) for name in ("opens_at", "closes_at", "invited", "may_name")}
