"""What is asked when somebody leaves a project, and six months later. Wording: see `services.ending.WORDING`.

The questions are those of EURA 2021's own form (the domain notes, 2.1), in its words.
"""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, PlainDateInput
from core.templatetags.when import full_day
from esf.enums import Answer, ExitReason, LabourStatus
from esf.models import Outcome
from esf.rules.ending import Bounds
from esf.services.ending import End

YES_OR_NO = [(Answer.YES, Answer.YES.label), (Answer.NO, Answer.NO.label)]


class EndForm(Form):
    """The end notice as the person fills it in."""

    shown_if: ClassVar[dict[str, str]] = {"qualification_name": f"qualification={Answer.YES}"}

    ended_on = forms.DateField(label=_("Date on which you left the project"), widget=PlainDateInput)
    labour_status_end = forms.ChoiceField(
        label=_("What was your labour market status when you ended the project?"),
        choices=LabourStatus.choices,
        widget=forms.RadioSelect,
    )
    status_as_of = forms.DateField(
        label=_("On which day was that your situation?"),
        help_text=_(
            "Leave this empty if it was so on the day you left. If something changed in the four weeks after it,"
            " tell the newest situation and its day."
        ),
        widget=PlainDateInput,
        required=False,
    )
    qualification = forms.ChoiceField(
        label=_(
            "Did you receive a qualification or professional qualification as a result of participating in the project?"
        ),
        help_text=_(
            "For example a hygiene passport or a part of a vocational degree. A certificate of attendance is none."
        ),
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
    )
    qualification_name = forms.CharField(
        label=_("Which one?"), help_text=_("If you answered yes."), max_length=200, required=False
    )

    def __init__(self, *args: Any, possible: Bounds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, first in (("ended_on", possible.first), ("status_as_of", possible.first)):
            self.fields[name].widget.attrs |= {"min": first.isoformat()}
        self.fields["ended_on"].widget.attrs["max"] = possible.last.isoformat()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        qualified = data.get("qualification") == Answer.YES
        if qualified and not data.get("qualification_name"):
            self.add_error("qualification_name", _("Write what it is called."))
        if data.get("qualification") == Answer.NO and data.get("qualification_name"):
            self.add_error("qualification_name", _("Leave this empty, or answer yes above."))
        return data

    def end(self, outcome: Outcome | None = None) -> End:
        """What a valid form tells."""
        data = self.cleaned_data
        ended_on: date = data["ended_on"]
        reason = data.get("exit_reason")
        return End(
            ended_on=ended_on,
            labour_status_end=LabourStatus(data["labour_status_end"]),
            status_as_of=data["status_as_of"] or ended_on,
            qualification=Answer(data["qualification"]),
            qualification_name=data["qualification_name"],
            outcome=outcome,
            exit_reason=ExitReason(reason) if reason else None,
        )


class OutcomeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own is not subscriptable
    def label_from_instance(self, obj: Outcome) -> str:
        return f"{obj.name} ({full_day(obj.day)})"


class StaffEndForm(EndForm):
    """The same as staff write it in for somebody, with the project's own reason, and why an earlier one was wrong."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    exit_reason = forms.ChoiceField(
        label=_("Reason for leaving"),
        help_text=_("For the project alone. Never write about health."),
        choices=[("", _("Not told")), *ExitReason.choices],
        required=False,
    )
    outcome = OutcomeField(
        label=_("Recorded certificate or the like"),
        help_text=_("If the qualification is one of these."),
        queryset=Outcome.objects.none(),
        required=False,
        empty_label=_("None of these"),
    )
    correction = forms.CharField(
        label=_("Why is the earlier notice corrected?"),
        help_text=_("Only if what was told before was wrong. What stood there stays in the history."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, outcomes: Any, told_before: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].label = _("Date on which the person left the project")
        self.fields["labour_status_end"].label = _("Labour market status at the end")
        self.fields["qualification"].label = _("A qualification because of the project?")
        chosen: forms.ModelChoiceField[Outcome] = self.fields["outcome"]  # type: ignore[assignment]
        chosen.queryset = outcomes
        if not outcomes.exists():
            del self.fields["outcome"]
        if not told_before:
            del self.fields["correction"]


class FollowUpForm(Form):
    """The situation six months after the end; `improved` where the person was at work at the start."""

    followup_status = forms.ChoiceField(
        label=_("Labour market status six months after the end"), choices=LabourStatus.choices, widget=forms.RadioSelect
    )
    improved_situation = forms.ChoiceField(
        label=_("Has the situation at work become better since the start?"),
        help_text=_(
            "From temporary to permanent work, from too few hours to enough, to a job that asks for more skill or"
            " responsibility, or a promotion. A higher wage alone is none."
        ),
        choices=Answer.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, was_at_work: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not was_at_work:
            del self.fields["improved_situation"]
