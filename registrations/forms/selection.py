"""What is typed when applicants are chosen: by what they are judged, by whom, when they are met, what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.details import Words, WordsForm
from core.fields import DayField
from core.forms import Form, PlainDateInput
from core.text import key_of
from events.models import LANGUAGES
from registrations import rules
from registrations.enums import LIVING, Basis, Stage
from registrations.models import ApplicantCategory, Criterion
from registrations.models.scoring import MOST_POINTS
from registrations.services.selection import Plan, SlotPlan

MOST_AT_ONCE = 5000
DECIDED = [stage for stage in Stage if stage not in rules.BY_THEMSELVES]
"""What an organiser can move somebody to."""


class NamesForm(WordsForm):
    """A name in four languages; Finnish stands in for what is empty."""

    words: ClassVar[dict[str, Words]] = {"name": Words(_("Name"), 100, required=True)}
    words_first = True

    def names(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"name_{code}"] for code in LANGUAGES}


class CategoryForm(NamesForm):
    pass


class CriterionForm(NamesForm):
    weight = forms.IntegerField(
        label=_("Weight"),
        min_value=1,
        max_value=MOST_POINTS,
        initial=1,
        help_text=_("A criterion of weight 2 counts twice as much as one of weight 1."),
    )
    max_points = forms.IntegerField(label=_("Most points"), min_value=1, max_value=MOST_POINTS, initial=5)

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(names=self.names(), weight=data["weight"], max_points=data["max_points"])


class AssessorForm(Form):
    user = forms.TypedChoiceField(label=_("Who assesses the applicants?"), coerce=int)

    def __init__(self, *args: Any, users: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [("", "–"), *((str(user.pk), str(user.name)) for user in users)]  # type: ignore[attr-defined]


class ReasonForm(Form):
    reason = forms.CharField(label=_("Why?"), max_length=300, help_text=_("The reason stays in the record."))


class LotsForm(Form):
    """Asked only when lots were drawn before, and then it is needed."""

    expected = frozenset({"reason"})
    reason = forms.CharField(
        label=_("Why are lots drawn again?"), max_length=300, required=False, help_text=_("Both draws are kept.")
    )


class ScoreForm(Form):
    """Points for every criterion."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in criteria:
            self.fields[f"points_{each.pk}"] = forms.IntegerField(
                label=each.name,
                min_value=0,
                max_value=each.max_points,
                help_text=_("From 0 to %(most)s. Weight %(weight)s.")
                % {"most": each.max_points, "weight": each.weight},
                error_messages={"required": _("Fill this in.")},
                widget=forms.NumberInput({"class": self.text_class}),
            )

    def points(self) -> dict[int, int]:
        return {int(name.removeprefix("points_")): value for name, value in self.cleaned_data.items()}


class NoteForm(Form):
    text = forms.CharField(
        label=_("Note of the interview"),
        max_length=4000,
        help_text=_("Only what the choice needs, nothing of health. The applicant may ask to read it."),
        widget=forms.Textarea({"rows": 5}),
    )


class SlotsForm(Form):
    """Times of interviews on one day."""

    day = DayField(label=_("Day"), widget=PlainDateInput)
    begins = forms.TimeField(
        label=pgettext_lazy("hour", "From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(label=pgettext_lazy("hour", "To"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=5, max_value=480, initial=30)
    pause = forms.IntegerField(label=_("Pause after each, in minutes"), min_value=0, max_value=240, initial=0)
    break_begins = forms.TimeField(
        label=_("Break from"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    break_ends = forms.TimeField(
        label=_("Break to"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    link = forms.URLField(label=_("Link, if it is online"), max_length=500, required=False, assume_scheme="https")
    interviewers = forms.CharField(label=_("Who interviews"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"begins", "ends"} <= set(data) and data["begins"] >= data["ends"]:
            self.add_error("ends", _("The end must be after the beginning."))
        rests = data.get("break_begins"), data.get("break_ends")
        if (rests[0] is None) != (rests[1] is None) or (rests[0] and rests[1] and rests[0] >= rests[1]):
            self.add_error("break_ends", _("Give the break a beginning and a later end, or leave both empty."))
        if not data.get("place") and not data.get("link"):
            self.add_error("place", _("Give a place or a link, so that the applicant finds you."))
        return data

    def plan(self) -> SlotPlan:
        data = self.cleaned_data
        rest = (self._at("break_begins"), self._at("break_ends")) if data["break_begins"] else None
        return SlotPlan(
            starts_at=self._at("begins"),
            ends_at=self._at("ends"),
            minutes=data["minutes"],
            pause=data["pause"],
            breaks=[rest] if rest else [],
            place=data["place"],
            link=data["link"],
            interviewers=data["interviewers"],
        )

    def _at(self, name: str) -> datetime:
        data = self.cleaned_data
        return timezone.make_aware(datetime.combine(data["day"], data[name]))


class DecideForm(Form):
    """To which stage the chosen ones come, or the best so many."""

    stage = forms.TypedChoiceField(
        label=_("Move them to"), coerce=Stage, choices=[("", "–"), *((each.value, each.label) for each in DECIDED)]
    )
    best = forms.IntegerField(
        label=_("Or the first so many"),
        required=False,
        min_value=1,
        max_value=MOST_AT_ONCE,
        help_text=_("Instead of those ticked above: the first in order, of those at the stage below."),
    )
    basis = forms.TypedChoiceField(
        label=_("In order of"), required=False, coerce=Basis, choices=Basis.choices, empty_value=Basis.SCORE
    )
    among = forms.TypedChoiceField(
        label=_("Of those at the stage"),
        required=False,
        coerce=Stage,
        empty_value=None,
        choices=[("", _("Any that may still be chosen")), *((each.value, each.label) for each in Stage)],
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        required=False,
        help_text=_("Needed when somebody leaves, or answered by telephone. It is not sent to anybody."),
    )
    frees = forms.BooleanField(
        label=_("Give their seats to others"),
        required=False,
        help_text=_("Of those who are transferred or interrupt."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("stage") in rules.FOR_A_REASON and not data.get("reason"):
            self.add_error("reason", _("Write why. The reason stays with the application."))
        return data

    @property
    def wanted(self) -> Stage:
        """Where they come to; what a form has cleaned is plain text."""
        return Stage(self.cleaned_data["stage"])

    @property
    def stages(self) -> list[Stage]:
        """Among whom the first are looked for."""
        among = self.cleaned_data["among"]
        return [among] if among else sorted(LIVING)


class ApplicantsForm(Form):
    """Which applicants are shown, in which order."""

    stage = forms.ChoiceField(
        label=pgettext_lazy("application", "Stage"), required=False, choices=[("", _("All")), *Stage.choices]
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    sort = forms.ChoiceField(
        label=_("In order of"),
        required=False,
        choices=[
            *Basis.choices,
            ("stage", pgettext_lazy("application", "Stage")),
            ("category", _("Category")),
            ("name", _("Name")),
        ],
    )

    def __init__(self, *args: Any, categories: Sequence[ApplicantCategory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [("", _("All")), *((str(each.pk), each.name) for each in categories)]
        self.fields["category"].choices = chosen  # type: ignore[attr-defined]

    def value(self, name: str) -> str:
        """What was chosen, or nothing where something impossible was."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))


def parse_seen(text: str) -> dict[int, str]:
    """Applications with the stages in which they were shown, as `12-applied,13-invited`.

    :raises ValidationError: if it was not written by us
    """
    found: dict[int, str] = {}
    for each in filter(None, text.split(",")):
        key, _dash, stage = each.partition("-")
        if not (key_of(key) and stage in Stage):
            raise ValidationError("wrong")
        found[key_of(key)] = stage
    return found
