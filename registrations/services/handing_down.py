"""What happens at events is told to `esf`: attended days, ends of courses, companies that were helped."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from accounts.enums import EnterpriseSize
from accounts.models import Employer
from esf.enums import OutcomeKind, SupportedKind
from esf.services import evidence, participations
from events.enums import Counting
from events.models import Event, Meeting
from registrations.enums import Stage
from registrations.models import Application, Registration

COURSE_ENDS = frozenset({Stage.COMPLETED, Stage.TRANSFERRED, Stage.INTERRUPTED})
KINDS = {
    EnterpriseSize.MICRO: SupportedKind.MICRO,
    EnterpriseSize.SMALL: SupportedKind.SMALL,
    EnterpriseSize.MEDIUM: SupportedKind.MEDIUM,
    EnterpriseSize.LARGE: SupportedKind.LARGE,
}


def attended(*, registration: Registration, meeting: Meeting, now: datetime) -> bool:
    """Tell of the attended day, where the event counts for its project; return whether it makes a participant."""
    event = registration.event
    if event.project is None or event.counting == Counting.NONE:
        return False
    at_once = event.counting == Counting.FIRST_ATTENDANCE
    spell = participations.attend(
        person_pk=registration.person_id,
        project=event.project,
        day=timezone.localdate(meeting.starts_at),
        hours=Decimal(str(round(meeting.hours, 2))),
        source=f"meeting:{meeting.pk}",
        at_once_because=event.counting_reason if at_once else "",
        notice_source=registration.key,
        implementer_pk=event.organisation_id,
        now=now,
    )
    if registration.party_id:
        _company(registration, event, meeting, now)
    return spell is not None


def course_ended(*, applications: Sequence[Application], stage: Stage, now: datetime) -> None:
    """The end of a course ends the participation of those who were on it, where it is a project's."""
    if stage not in COURSE_ENDS:
        return
    for application in applications:
        registration = application.registration
        event = registration.event
        if event.project is None or event.counting == Counting.NONE:
            continue
        what = evidence.Reached(
            kind=OutcomeKind.COURSE_END,
            name=_title(event, 200),
            day=timezone.localdate(now),
            source=f"application:{application.pk}",
            ends=True,
        )
        evidence.reached(person=registration.person, project=event.project, what=what, now=now)


def _company(registration: Registration, event: Event, meeting: Meeting, now: datetime) -> None:
    """A company whose people came to an event that counts was supported, once an event."""
    party, project = registration.party, event.project
    if party is None or project is None or not party.business_id:
        return
    what = evidence.Supported(
        business_id=party.business_id,
        name=party.company,
        kind=_kind(event, party.business_id),
        day=timezone.localdate(meeting.starts_at),
        evidence=_title(event, 300) or "–",
        source=f"event:{event.pk}",
    )
    evidence.supported(project=project, what=what, by=None, now=now)


def _title(event: Event, longest: int) -> str:
    """Of a confidential event nothing is told to those who are not of its team."""
    return "" if event.confidential else event.title[:longest]


def _kind(event: Event, business_id: str) -> SupportedKind:
    """As the organiser's register of employers knows its size."""
    known = Employer.objects.filter(organisation=event.organisation_id, business_id=business_id).first()
    return KINDS.get(EnterpriseSize(known.size), SupportedKind.UNKNOWN) if known else SupportedKind.UNKNOWN
