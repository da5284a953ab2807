"""What staff write down about a project's participant. None of these asks about health."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import Form, PlainDateInput
from esf.enums import AttemptWay, CollectionOutcome, EuraState, IdentityCheck, NoticeKind
from esf.rules.ending import Bounds
from esf.services.collecting import Step
from workspace.enums import Chase, Missing

UNKNOWN = [
    (CollectionOutcome.REFUSED, CollectionOutcome.REFUSED.label),
    (CollectionOutcome.NOT_REACHED, CollectionOutcome.NOT_REACHED.label),
]
WAYS = [(each, each.label) for each in AttemptWay if each != AttemptWay.IMPORT]
"""Those by which somebody may ask here."""


def reason(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=300)


class StopForm(Form):
    """The participation ends, by what staff know; the end notice may come later."""

    day = forms.DateField(label=_("Last day in the project"), widget=PlainDateInput)
    reason = reason(_("How do you know?"), _("For example: the course was over. Never write about health."))
    ask = forms.BooleanField(label=_("Ask the person by mail how it went"), required=False, initial=True)

    def __init__(self, *args: Any, possible: Bounds, **kwargs: Any) -> None:
        kwargs["initial"] = {"day": possible.first, "ask": True}
        super().__init__(*args, **kwargs)
        self.fields["day"].help_text = _("Proposed: the last day attended.")


class BeginForm(Form):
    day = forms.DateField(label=_("First day in the project"), widget=PlainDateInput)
    reason = reason(_("Why does the person take part, though the project's rule is not met?"))
    last_day = forms.DateField(
        label=_("Last day in the project"),
        help_text=_("Only if it has ended already."),
        widget=PlainDateInput,
        required=False,
    )


class MoveForm(Form):
    """Another first day of a participation."""

    day = forms.DateField(label=_("First day in the project"), widget=PlainDateInput)
    reason = reason(_("Why is it another day?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].help_text = _("A day in the project's time, not after the first day attended.")


class ReasonForm(Form):
    reason = reason(_("Reason"))


class DiscountForm(Form):
    reason = reason(
        _("Reason"),
        format_lazy(
            _("After {days} days its background form and its end notice are destroyed. Until then it can be put back."),
            days=settings.ESF_UNCOUNTED_NOTICE_DAYS,
        ),
    )


class GiveUpForm(Form):
    outcome = forms.ChoiceField(label=_("What came of asking?"), choices=UNKNOWN, widget=forms.RadioSelect)
    day = forms.DateField(label=_("Last day in the project"), widget=PlainDateInput)
    note = reason(_("In a few words"), _("Nothing about the person's health."))

    def __init__(self, *args: Any, possible: Bounds, ended: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"day": possible.first}, **kwargs)
        if ended:
            del self.fields["day"]


class AttemptForm(Form):
    of = forms.ChoiceField(label=_("What did you ask for?"), choices=NoticeKind.choices, initial=NoticeKind.END)
    way = forms.ChoiceField(label=_("How did you ask?"), choices=WAYS, initial=AttemptWay.PHONE)
    note = forms.CharField(
        label=_("What came of it?"), help_text=_("Nothing about the person's health."), max_length=300, required=False
    )


class EuraForm(Form):
    """A state in EURA 2021."""

    state = forms.ChoiceField(label=_("State in EURA 2021"), choices=EuraState.choices)
    day = forms.DateField(label=_("Since which day?"), widget=PlainDateInput)
    checked = forms.ChoiceField(
        label=_("How did you check who they are?"),
        help_text=_("If you entered the data for the person."),
        choices=[("", _("Not checked")), *IdentityCheck.choices],
        required=False,
    )
    note = forms.CharField(
        label=_("In a few words"),
        help_text=_("Needed if the person refused or was not reached. Nothing about health."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"day": timezone.localdate()}, **kwargs)

    def step(self) -> Step:
        data = self.cleaned_data
        checked = IdentityCheck(data["checked"]) if data["checked"] else None
        return Step(state=EuraState(data["state"]), day=data["day"], note=data["note"], checked=checked)


class ChaseForm(Form):
    """What to do with those who are ticked in the list."""

    action = forms.ChoiceField(label=_("With the chosen ones"), choices=Chase.choices)
    state = forms.ChoiceField(
        label=_("State in EURA 2021"), choices=[("", _("Choose")), *EuraState.choices], required=False
    )
    way = forms.ChoiceField(label=_("How did you ask?"), choices=WAYS, required=False)

    def __init__(self, *args: Any, which: Missing, **kwargs: Any) -> None:
        """Messages and letters ask for what the list is about; on the other lists nothing is missing."""
        super().__init__(*args, **kwargs)
        asks = which in {Missing.START, Missing.END}
        offered = [each for each in Chase.choices if asks or each[0] not in {Chase.REMIND, Chase.LETTERS}]
        self.fields["action"].choices = offered  # type: ignore[attr-defined]

    shown_if = {"state": f"action={Chase.EURA}", "way": f"action={Chase.TRIED}"}
