"""How the demo's participations went on: ended and told of, ended and not told of yet, states in EURA, evidence."""

from datetime import date, datetime, timedelta
from itertools import cycle

from django.utils import timezone

from accounts.models import Employer, User
from esf.enums import (
    Answer,
    AttemptWay,
    EndedBy,
    EuraState,
    ExitReason,
    Gender,
    LabourStatus,
    NoticeChannel,
    NoticeKind,
    SupportedKind,
)
from esf.models import Estimate, Participation
from esf.services import collecting, ending, evidence, spells
from esf.services.collecting import Step
from events.enums import Indicator
from events.models import Project

STATES = (EuraState.START_ACCEPTED, EuraState.INVITED, EuraState.START_SUBMITTED, None)
ENDS = (
    (LabourStatus.EMPLOYED, ExitReason.EMPLOYED),
    (LabourStatus.UNEMPLOYED, ExitReason.COMPLETED),
    (LabourStatus.STUDYING, ExitReason.STUDIES),
    (LabourStatus.EMPLOYED, ExitReason.COMPLETED),
)
EVERY_END, EVERY_UNTOLD = 2, 3
"""Of the participations one in so many has ended, and of those one in so many is not told of yet."""


def go_on(project: Project, *, by: User, now: datetime) -> None:
    """Let time pass for the participants of `project`."""
    today = timezone.localdate(now)
    rows = Participation.objects.filter(project=project).select_related("project", "person").order_by("pk")
    ends, states = cycle(ENDS), cycle(STATES)
    for number, spell in enumerate(rows):
        if state := next(states):
            to = Step(state=state, day=spell.started_on)
            collecting.step(person=spell.person, project=project, to=to, by=by, now=now)
        possible = spells.possible_ends(spell, today=today)
        if number % EVERY_END or possible.first >= today:
            continue
        day = possible.first
        spells.end(participation=spell, day=day, by=EndedBy.STAFF, reason="", user=by, now=now - timedelta(hours=3))
        if number % EVERY_UNTOLD:
            _tell(spell, day=day, end=next(ends), now=now)
        else:
            collecting.tried(
                people=[spell.person_id],
                project=project,
                of=NoticeKind.END,
                way=AttemptWay.PHONE,
                note="",
                by=by,
                now=now,
            )


def _tell(spell: Participation, *, day: date, end: tuple[LabourStatus, ExitReason], now: datetime) -> None:
    status, reason = end
    ending.submit(
        participation=spell,
        told=ending.End(
            ended_on=day,
            labour_status_end=status,
            status_as_of=day,
            qualification=Answer.NO,
            exit_reason=reason,
        ),
        giver=ending.Giver(channel=NoticeChannel.LINK),
        now=now - timedelta(hours=2),
    )


def show_for_it(project: Project, *, by: User, now: datetime) -> None:
    """Companies that the project has supported, and what it estimates of what may not be asked."""
    today = timezone.localdate(now)
    kinds = cycle((SupportedKind.MICRO, SupportedKind.SMALL, SupportedKind.MEDIUM))
    register = Employer.objects.filter(organisation=project.organisation).exclude(business_id="").order_by("pk")
    for employer, kind in zip(register[:6], kinds, strict=False):
        evidence.supported(
            project=project,
            what=evidence.Supported(
                business_id=employer.business_id,
                name=employer.name,
                kind=kind,
                day=today - timedelta(days=30),
                evidence=employer.name,
                source=employer.key,
            ),
            by=by,
            now=now,
        )
    for gender, value in ((Gender.F, 6), (Gender.M, 4)):
        Estimate.objects.create(
            project=project, indicator=Indicator.EECO12, gender=gender, value=value,
            method="Työpajojen ohjaajien arvio", day=today - timedelta(days=40), at=now, by=by,
        )  # fmt: skip
