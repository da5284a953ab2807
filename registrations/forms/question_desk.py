"""Questionnaires, questions and their conditions, as the desk types them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from core.details import Words, WordsForm
from core.fields import DayField, NumberField
from core.forms import Form, PlainDateInput
from core.spoken import spoken
from events.models import LANGUAGES
from registrations.enums import OF_REGISTRATIONS, AnswerKind, AskedOf, Join, Trial
from registrations.models import Question, Questionnaire, Wording
from registrations.models.questions import LONGEST_RETENTION_DAYS
from registrations.rules.conditions import TRIALS, Check
from registrations.rules.questions import SCREENS, Asked
from registrations.services.questions.reading import words
from registrations.services.questions.writing import Handled, Put

READERS = (Role.OWNER, Role.ORGANISER, Role.TEACHER)
"""Roles that see an event's people; only they can be named to read answers."""
CHOICE_KINDS = (AnswerKind.CHOICE, AnswerKind.CHOICES)
MOST_OPTIONS = 100
OF_PEOPLE = ("sensitive", "sees", "retention_days")
"""Fields that have a meaning only where it is known who answers."""


def moments() -> list[tuple[str, Any]]:
    """A survey is made on a page of its own."""
    return [(str(each), each.label) for each in OF_REGISTRATIONS]


class QuestionnaireForm(WordsForm):
    """When, of whom, and under which title."""

    words: ClassVar[dict[str, Words]] = {"title": Words(_("Title"), 200, required=True)}
    moment = forms.ChoiceField(label=_("When is it asked?"), choices=moments, widget=forms.RadioSelect)
    asked_of = forms.ChoiceField(
        label=_("Who answers?"),
        choices=AskedOf,
        widget=forms.RadioSelect,
        initial=AskedOf.PERSON,
        help_text=_("What a group is asked once, such as where its bill goes, is asked when it registers."),
    )

    def titles(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"title_{code}"] for code in LANGUAGES}


class QuestionnaireTitleForm(WordsForm):
    words: ClassVar[dict[str, Words]] = {"title": Words(_("Title"), 200, required=True)}

    def titles(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"title_{code}"] for code in LANGUAGES}


class QuestionForm(WordsForm):
    """How a question is put, and what happens to its answers."""

    shown_if: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("least", "most"), f"kind={AnswerKind.NUMBER}|{AnswerKind.CHOICES}"),
        **dict.fromkeys(("earliest", "latest"), f"kind={AnswerKind.DATE}"),
        "longest": f"kind={AnswerKind.TEXT}|{AnswerKind.LONG}",
    }
    words: ClassVar[dict[str, Words]] = {
        "label": Words(_("Question"), 500, required=True),
        "help": Words(_("Help for whoever answers"), 1000, rows=2),
        "options": Words(_("Choices, one on each line"), 5000, rows=4),
    }
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=AnswerKind)
    required = forms.BooleanField(label=_("It must be answered"), required=False)
    screen = forms.IntegerField(
        label=_("On which screen?"),
        min_value=1,
        max_value=SCREENS,
        initial=1,
        help_text=_("Questions with the same number are on one page."),
    )
    least = NumberField(
        label=_("At least"), required=False, help_text=_("A number, or how many choices. Empty: no limit.")
    )
    most = NumberField(label=_("At most"), required=False)
    longest = forms.IntegerField(
        label=_("Characters at most"), required=False, min_value=1, max_value=9000, help_text=_("Of a text.")
    )
    earliest = DayField(label=_("Earliest day"), required=False, widget=PlainDateInput)
    latest = DayField(label=_("Latest day"), required=False, widget=PlainDateInput)
    sensitive = forms.BooleanField(
        label=_("Sensitive: answers are encrypted, and each look at them is recorded"),
        required=False,
        help_text=_("For example about health. Ask it only if you must, and say who may read it."),
    )
    sees = forms.MultipleChoiceField(
        label=_("Who may read the answers?"),
        choices=[(role, role.label) for role in READERS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: everybody who may see the event's people."),
    )
    retention_days = forms.IntegerField(
        label=_("Delete answers so many days after the event"),
        required=False,
        min_value=0,
        max_value=LONGEST_RETENTION_DAYS,
        help_text=_("Empty: they are kept as long as the registration."),
    )

    def __init__(self, *args: Any, wording: Wording | None = None, in_survey: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wording = wording
        if in_survey:
            for name in OF_PEOPLE:
                del self.fields[name]
            kinds = [(str(each), each.label) for each in AnswerKind if each != AnswerKind.FILE]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
            self.fields["screen"].label = _("On which part of the page?")
            self.fields["screen"].help_text = _("A survey is one page; parts come in the order of their numbers.")
        for code in LANGUAGES:
            self.fields[f"options_{code}"].shown_if = f"kind={AnswerKind.CHOICE}|{AnswerKind.CHOICES}"  # type: ignore[attr-defined]

    def other_fields(self) -> list[forms.BoundField]:
        """All that stands below the texts."""
        return [field for field in self.plain_fields() if field.name != "kind"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        kind = data.get("kind")
        if kind in CHOICE_KINDS and not _lines(data.get("options_fi", "")):
            self.add_error("options_fi", _("Write at least one choice."))
        if data.get("sensitive") and not data.get("sees"):
            self.add_error("sees", _("Say who may read the answers: they are sensitive."))
        for low, high in (("least", "most"), ("earliest", "latest")):
            if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
                self.add_error(high, _("This is less than the lower limit."))
        return data

    def clean_options_fi(self) -> str:
        text: str = self.cleaned_data["options_fi"]
        lines = _lines(text)
        if len(lines) > MOST_OPTIONS:
            raise ValidationError(_("There are too many choices: 100 at most."))
        if len({line.casefold() for line in lines}) < len(lines):
            raise ValidationError(_("A choice is there twice. Write each only once."))
        return text

    def put(self) -> Put:
        data = self.cleaned_data
        kind = AnswerKind(data["kind"])
        return Put(
            kind=kind,
            labels={code: data[f"label_{code}"] for code in LANGUAGES},
            helps={code: data[f"help_{code}"] for code in LANGUAGES},
            options=self._options() if kind in CHOICE_KINDS else [],
            limits=_limits(kind, data),
            required=data["required"],
        )

    def handled(self) -> Handled:
        names = ("screen", "sensitive", "sees", "retention_days")
        return Handled(**{name: self.cleaned_data[name] for name in names if name in self.fields})

    def _options(self) -> list[dict[str, str]]:
        """A choice keeps its key when its text, or else its line, is the one it was: conditions hold on to it."""
        lines = {code: _lines(self.cleaned_data[f"options_{code}"]) for code in LANGUAGES}
        keys = keys_of(lines["fi"], self.wording.options if self.wording else [])
        return [
            {"key": key, **{code: lines[code][number] if number < len(lines[code]) else "" for code in LANGUAGES}}
            for number, key in enumerate(keys)
        ]


def keys_of(texts: Sequence[str], before: Sequence[Mapping[str, str]]) -> list[str]:
    """The keys of choices: of the one with the same text, else of the same line where its text is gone, else new."""
    known = {each["fi"]: each["key"] for each in before}
    gone = {each["key"] for each in before if each["fi"] not in texts}
    used = [int(each["key"][1:]) for each in before if each["key"][1:].isdecimal()]
    fresh = max(used, default=0)
    found = []
    for text, old in zip_longest(texts, before[: len(texts)]):
        key = known.get(text) or (old["key"] if old and old["key"] in gone else "")
        if not key:
            fresh += 1
            key = f"o{fresh}"
        found.append(key)
    return found


def initial_question(question: Question, wording: Wording) -> dict[str, Any]:
    plain = {name: getattr(question, name) for name in ("screen", "sensitive", "sees", "retention_days")}
    texts = {f"{name}_{code}": text for name in ("label", "help") for code, text in words(wording, name).items()}
    options = {
        f"options_{code}": "\n".join(each.get(code, "") for each in wording.options).rstrip() for code in LANGUAGES
    }
    return {**plain, **texts, **options, **wording.limits, "kind": wording.kind, "required": wording.required}


def initial_title(questionnaire: Questionnaire) -> dict[str, str]:
    return {f"title_{code}": getattr(questionnaire, f"title_{code}") for code in LANGUAGES}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


LIMITS = {
    AnswerKind.TEXT: ("longest",),
    AnswerKind.LONG: ("longest",),
    AnswerKind.CHOICES: ("least", "most"),
    AnswerKind.NUMBER: ("least", "most"),
    AnswerKind.DATE: ("earliest", "latest"),
}


def _limits(kind: AnswerKind, data: Mapping[str, Any]) -> dict[str, Any]:
    """Those that make sense for the kind, as JSON has them."""
    found = {name: data[name] for name in LIMITS.get(kind, ()) if data[name] is not None}
    return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return int(value) if value == int(value) else float(value)


class CheckForm(Form):
    """One check of the answer to an earlier question; what it can be follows from that question's kind."""

    group = forms.TypedChoiceField(label=_("To which group does it belong?"), coerce=int, required=False)
    trial = forms.ChoiceField(label=_("The answer …"))
    value = forms.CharField(required=False, label=pgettext_lazy("condition", "What it is compared with"))

    def __init__(self, *args: Any, other: Asked, groups: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.other = other
        trials = [(str(trial), trial.label) for trial in TRIALS[other.kind]]
        self.fields["trial"].choices = trials  # type: ignore[attr-defined]
        numbered = [(str(number), _("Group %(number)s") % {"number": number + 1}) for number in range(groups)]
        self.fields["group"].choices = [*numbered, (str(groups), _("A new group"))]  # type: ignore[attr-defined]
        value = self._value()
        if value is None:
            del self.fields["value"]
        else:
            self.fields["value"] = value
            self.fields["value"].label = pgettext_lazy("condition", "What it is compared with")
        if not groups:
            del self.fields["group"]
        for field in self.fields.values():
            field.expected = True  # type: ignore[attr-defined]  # by the kind of check, so it is not marked optional

    def _value(self) -> forms.Field | None:
        kind, language = self.other.kind, get_language() or "fi"
        if kind in CHOICE_KINDS:
            named = [(option.key, spoken(option.words, language)) for option in self.other.options]
            return forms.MultipleChoiceField(choices=named, widget=forms.CheckboxSelectMultiple, required=False)
        if kind == AnswerKind.CONSENT:
            return forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], required=True)
        if kind == AnswerKind.DATE:
            return DayField(widget=PlainDateInput(attrs={"class": self.text_class}), required=False)
        if kind in (AnswerKind.NUMBER, AnswerKind.SCALE):
            number = NumberField(required=False)
            number.widget.attrs["class"] = self.text_class
            return number
        if kind == AnswerKind.TEXT:
            return forms.CharField(required=False, max_length=200, widget=forms.TextInput({"class": self.text_class}))
        return None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        trial = data.get("trial")
        if trial and trial != Trial.FILLED and data.get("value") in (None, "", []):
            self.add_error("value", _("Say what the answer is compared with."))
        if trial in (Trial.IS, Trial.IS_NOT) and isinstance(data.get("value"), list) and len(data["value"]) > 1:
            self.add_error("value", _("Choose only one here, or take “is one of”."))
        return data

    def check(self) -> tuple[int, Check]:
        """The group, counted from 0, and the check."""
        data, trial = self.cleaned_data, Trial(self.cleaned_data["trial"])
        value: Any = data.get("value")
        if trial == Trial.FILLED:
            value = None
        elif isinstance(value, list):
            value = value if trial == Trial.ONE_OF else value[0]
        elif self.other.kind == AnswerKind.CONSENT:
            value = value == "yes"
        elif not isinstance(value, str):
            value = _plain(value)
        return data.get("group") or 0, Check(self.other.pk, trial, value)


class JoinForm(Form):
    """How the groups, and the checks in each, go together."""

    outer = forms.ChoiceField(label=_("The question is asked when"), choices=Join, widget=forms.RadioSelect)

    def __init__(self, *args: Any, joins: Sequence[Join], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, join in enumerate(joins):
            self.fields[f"group_{number}"] = forms.ChoiceField(
                label=_("In group %(number)s") % {"number": number + 1},
                choices=Join,
                widget=forms.RadioSelect,
                initial=join,
            )

    def joins(self) -> tuple[Join, list[Join]]:
        data = self.cleaned_data
        inner = [Join(data[name]) for name in self.fields if name.startswith("group_")]
        return Join(data["outer"]), inner
