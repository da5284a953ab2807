"""What a row of a table of older notices tells of the end of a participation, judged as the end notice itself is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.fields import BirthDateField
from esf.enums import Answer, CollectionOutcome, LabourStatus
from esf.forms.ending import StaffEndForm
from esf.models import Outcome
from esf.older_notices.cells import Cells
from esf.older_notices.columns import ASKED_AT_END, END, codes_of
from esf.rules.ending import follow_up_day, window
from esf.services.ending import AT_WORK, End, NoEndNotice, OutsideWindow, TooEarly
from esf.services.importing import FollowUp


@dataclass(frozen=True, kw_only=True)
class EndJudge:
    """Judges the ends of one person's participations. `status_at_start` is the first one's; empty: not known.

    `follows_up`: whether the project asks how people are six months after the end.
    """

    follows_up: bool
    status_at_start: str
    today: date

    def judge(self, cells: Cells, ended_on: date | None) -> tuple[End | CollectionOutcome | None, FollowUp | None]:
        """What came of the end, and the situation six months after it. What is wrong goes to the cells' problems."""
        told = [name for name in END if cells.text(name)]
        coded = {name: cells.code(name) for name in told if codes_of(name)}
        if not told or ended_on is None:
            if told:
                cells.wrong("ended_on", _no_end(told))
            return None, None
        outcome = coded.get("collection_outcome") or (
            CollectionOutcome.COLLECTED if set(told) & set(ASKED_AT_END) else ""
        )
        follow_up = self._follow_up(cells, coded, ended_on, outcome)
        if outcome == CollectionOutcome.COLLECTED:
            return self._end(cells, coded, ended_on), follow_up
        for name in [name for name in told if name in ASKED_AT_END]:
            cells.wrong(name, _("Leave this empty: nothing is known of who refused or was not reached."))
        return CollectionOutcome(outcome) if outcome else None, follow_up

    def _end(self, cells: Cells, coded: dict[str, str], ended_on: date) -> End | None:
        """The end form's own judgement."""
        as_of = cells.clean("status_as_of", BirthDateField(required=False)) or ended_on
        possible = window(ended_on, self.today)
        if as_of not in possible:
            cells.wrong("status_as_of", str(OutsideWindow(possible)))
        days = {"ended_on": ended_on.isoformat(), "status_as_of": as_of.isoformat()}
        answers = {**coded, "qualification_name": cells.text("qualification_name"), **days}
        form = StaffEndForm(answers, possible=possible, outcomes=Outcome.objects.none(), told_before=False)
        cells.refuse_form(form)
        return form.end() if form.is_valid() else None

    def _follow_up(self, cells: Cells, coded: dict[str, str], ended_on: date, outcome: str) -> FollowUp | None:
        status, improved = coded.get("followup_status"), coded.get("improved_situation")
        if "followup_status" not in coded and "improved_situation" not in coded:
            return None
        if not self.follows_up:
            self._refuse_follow_up(cells)
            return None
        if not outcome:
            cells.wrong("followup_status", str(NoEndNotice()))
        if self.today < follow_up_day(ended_on):
            cells.wrong("followup_status", str(TooEarly(follow_up_day(ended_on))))
        if not status:
            cells.wrong("followup_status", _("Fill this in."))
        if improved and self.status_at_start and self.status_at_start not in AT_WORK:
            cells.wrong("improved_situation", _("Leave this empty: only who was at work at the start is asked."))
        if not status:
            return None
        return FollowUp(status=LabourStatus(status), improved=Answer(improved) if improved else None)

    def _refuse_follow_up(self, cells: Cells) -> None:
        for name in ("followup_status", "improved_situation"):
            if cells.text(name):
                cells.wrong(
                    name, _("This project does not ask how people are six months after the end. Leave this empty.")
                )


def _no_end(told: list[str]) -> str:
    reason = _("Write when the participation ended, or leave these columns empty: %(columns)s.")
    return reason % {"columns": ", ".join(told)}
