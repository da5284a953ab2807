"""End notices: what became of a person when their participation ended, or why nobody knows.

All of it under the person's lock, like the beginning.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import NoticePurpose
from accounts.models import Person, User
from accounts.services import audit, privacy
from core.errors import Refused
from core.templatetags.when import full_day
from esf.enums import (
    Answer,
    CollectionOutcome,
    EndedBy,
    EnteredBy,
    ExitReason,
    LabourStatus,
    NoticeChannel,
    NoticeKind,
)
from esf.models import Attempt, Correction, EndNotice, Outcome, Participation
from esf.models.ends import HISTORY
from esf.rules.ending import Bounds, follow_up_day, replaces, window
from esf.services import spells, wordings
from esf.services.collecting import NotTried

WORDING = wordings.NEWEST
"""Version of the questions as they stand in `esf.forms.ending`."""
AT_WORK = (LabourStatus.EMPLOYED, LabourStatus.ENTREPRENEUR)


class OutsideWindow(Refused):
    code = "outside_window"

    def __init__(self, possible: Bounds) -> None:
        self.message = format_lazy(
            _("Tell the situation of a day between {first} and {last}: within four weeks of the end."),
            first=full_day(possible.first),
            last=full_day(possible.last),
        )


class LaterKnown(Refused):
    code = "later_status_known"

    def __init__(self, day: date) -> None:
        self.message = format_lazy(
            _("A later situation is known already, that of {day}. The last one inside the four weeks counts."),
            day=full_day(day),
        )


class AnsweredMeanwhile(Refused):
    code = "answered_meanwhile"
    message = _("The end has been told of meanwhile. Load the page anew and look at it first.")


class NoEndNotice(Refused):
    code = "no_end_notice"
    message = _("The follow-up comes after the end notice. Fill that in first.")


class TooEarly(Refused):
    code = "follow_up_too_early"

    def __init__(self, day: date) -> None:
        self.message = format_lazy(
            _("The follow-up tells the situation on {day}, which is still to come."), day=full_day(day)
        )


@dataclass(frozen=True, kw_only=True)
class End:
    """What an end notice asks (the domain notes' data dictionary). `outcome`: the qualification, as handed down."""

    ended_on: date
    labour_status_end: LabourStatus
    status_as_of: date
    qualification: Answer
    qualification_name: str = ""
    outcome: Outcome | None = None
    exit_reason: ExitReason | None = None


@dataclass(frozen=True, kw_only=True)
class Giver:
    """By which way a notice comes, and who of staff writes it in (None: the person themselves).

    `wording`: the version of the questions that were answered.
    """

    channel: NoticeChannel
    by: User | None = None
    wording: str = WORDING


@transaction.atomic
def submit(
    *,
    participation: Participation,
    told: End,
    giver: Giver,
    now: datetime,
    reason: str = "",
    seen: str | None = None,
) -> EndNotice:
    """Keep what is told of the end, and end the participation with it.

    Told again within the four weeks, the situation of the later day replaces that of the earlier, which stays in the
    history. Staff may correct what was wrong for a `reason`, whatever the days.

    :param seen: the `state_of` the notice when staff began to write; None: nobody looked
    :raises AnsweredMeanwhile: if it is another by now
    :raises ImpossibleEnd: if the participation cannot end on that day
    :raises OutsideWindow: if the situation is not one of the 28 days from the end on
    :raises LaterKnown: if a later one is known, and no `reason` is given
    """
    spell = _locked(participation)
    notice = EndNotice.objects.filter(participation=spell).first() or EndNotice(participation=spell)
    if seen is not None and seen != state_of(notice):
        raise AnsweredMeanwhile
    if spell.ended_on != told.ended_on:
        spells.set_end(spell, day=told.ended_on, by=EndedBy.NOTICE, reason="", user=giver.by, now=now)
    possible = window(told.ended_on, timezone.localdate(now))
    if told.status_as_of not in possible:
        raise OutsideWindow(possible)
    if notice.status_as_of and not reason and not replaces(new=told.status_as_of, old=notice.status_as_of):
        raise LaterKnown(notice.status_as_of)
    before = _values(notice)
    notice.collection_outcome = CollectionOutcome.COLLECTED
    notice.labour_status_end = told.labour_status_end
    notice.status_as_of = told.status_as_of
    notice.qualification = told.qualification
    notice.qualification_name = told.qualification_name
    if giver.by:  # the person is not asked: what staff wrote stays
        notice.exit_reason = told.exit_reason or ""
    if giver.by or told.qualification != Answer.YES:
        notice.outcome = told.outcome
    _keep(notice, giver, before, reason or "later status", now)
    _record(notice, "end_notice.submit", giver.by, now, channel=giver.channel.value)
    return notice


@transaction.atomic
def give_up(
    *, participation: Participation, outcome: CollectionOutcome, day: date, note: str, giver: Giver, now: datetime
) -> EndNotice:
    """Note that the person refused to tell, or was not reached; the participation ends on `day` if it has not ended.

    :raises AnsweredMeanwhile: if the person has told it
    :raises NotTried: if nobody has written down an attempt since the participation began
    :raises ImpossibleEnd: if the participation cannot end on that day
    """
    spell = _locked(participation)
    if EndNotice.objects.filter(participation=spell, collection_outcome=CollectionOutcome.COLLECTED).exists():
        raise AnsweredMeanwhile
    tried = Attempt.objects.filter(person=spell.person_id, project=spell.project_id, of=NoticeKind.END)
    if not tried.filter(at__date__gte=spell.started_on).exists():
        raise NotTried
    if spell.ended_on is None:
        spells.set_end(spell, day=day, by=EndedBy.STAFF, reason=note, user=giver.by, now=now)
    notice = EndNotice.objects.filter(participation=spell).first() or EndNotice(participation=spell)
    before = _values(notice)
    notice.collection_outcome = outcome
    notice.labour_status_end = notice.qualification = notice.qualification_name = notice.exit_reason = ""
    notice.status_as_of = notice.outcome = None
    _keep(notice, giver, before, note, now)
    _record(notice, "end_notice.give_up", giver.by, now, outcome=outcome.value)
    return notice


@transaction.atomic
def follow_up(
    *, participation: Participation, status: LabourStatus, improved: Answer | None, giver: Giver, now: datetime
) -> EndNotice:
    """Keep the situation six months after the end; `improved` is asked of those alone who were at work at the start.

    :raises NoEndNotice: if the end is not known
    :raises TooEarly: if six months are not over
    """
    spell = _locked(participation)
    notice = EndNotice.objects.filter(participation=spell).first()
    if notice is None or spell.ended_on is None:
        raise NoEndNotice
    day = follow_up_day(spell.ended_on)
    if timezone.localdate(now) < day:
        raise TooEarly(day)
    before = {name: getattr(notice, name) for name in ("followup_status", "improved_situation")}
    notice.followup_status, notice.followup_on = status, day
    notice.improved_situation = improved or ""
    notice.save(update_fields=["followup_status", "followup_on", "improved_situation"])
    _correct(notice, before, "follow-up", giver.by, now)
    _record(notice, "end_notice.follow_up", giver.by, now)
    return notice


def state_of(notice: EndNotice | None) -> str:
    """Tells whether anything has been written since."""
    return notice.submitted_at.isoformat() if notice and notice.pk else "none"


def _locked(participation: Participation) -> Participation:
    Person.objects.locked().get(pk=participation.person_id)
    return Participation.objects.select_related("project", "person").get(pk=participation.pk)


def _keep(notice: EndNotice, giver: Giver, before: dict[str, Any], reason: str, now: datetime) -> None:
    notice.wording, notice.channel, notice.submitted_at = giver.wording, giver.channel, now
    notice.entered_by = EnteredBy.STAFF if giver.by else EnteredBy.SELF
    notice.entered_by_user = giver.by
    if giver.by is None:
        notice.privacy_notice, notice.info_given_at = privacy.current(NoticePurpose.ESF), now
    known = notice.pk is not None
    notice.save()
    if known:
        _correct(notice, before, reason, giver.by, now)


def _values(notice: EndNotice) -> dict[str, Any]:
    return {name: getattr(notice, name) for name in HISTORY}


def _correct(notice: EndNotice, before: dict[str, Any], reason: str, by: User | None, now: datetime) -> None:
    """Keep what stood there, if it was something else."""
    changed = {name: was for name, was in before.items() if was not in ("", None) and was != getattr(notice, name)}
    if changed:
        Correction.objects.create(
            end_notice=notice, at=now, by=by, reason=reason, before=json.dumps(changed, default=date.isoformat)
        )


def _record(notice: EndNotice, action: str, by: User | None, now: datetime, **after: object) -> None:
    spell = notice.participation
    audit.changed(actor=by, action=action, subject=spell.key, scope=spell.project.scope, now=now, after=after)
