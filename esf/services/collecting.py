"""What was done to get a notice, and how far a person has come in EURA 2021: rows that are only added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, User
from accounts.services import audit
from core.errors import Refused
from esf.enums import AttemptWay, EuraState, IdentityCheck, NoticeKind
from esf.models import Attempt, EuraStep, Participation
from esf.models.eura import NEEDS_A_NOTE
from events.models import Project

EURA_ADDRESS = (
    "https://eura2021.fi/login/osallistuja?destination=/osallistumistiedot/osallistu-hankkeelle?hankekoodi={code}"
)
"""Of the participant's own form, with the project filled in; the second question mark is not escaped, as published."""
MOST_ATTEMPTS = 500


class DayToCome(Refused):
    code = "day_to_come"
    message = _("The day is still to come. Choose today or an earlier day.")


class NoteMissing(Refused):
    code = "note_missing"
    message = _("Write in a few words what happened. Nothing about the person's health.")


class NotTried(Refused):
    code = "not_tried"
    message = _("Write down first how you tried to reach the person. An audit asks for it.")


class IdentityNotChecked(Refused):
    code = "identity_not_checked"
    message = _("Who writes data in for somebody else checks first who they are. Say how.")


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where somebody stands in EURA 2021 since `day`."""

    state: EuraState
    day: date
    note: str = ""
    checked: IdentityCheck | None = None


def tried(
    *,
    people: Iterable[int],
    project: Project,
    of: NoticeKind,
    way: AttemptWay,
    note: str,
    by: User | None,
    now: datetime,
    at: datetime | None = None,
) -> int:
    """Write down that these people were asked for a notice, `at` an earlier time or now; return how many."""
    rows = [
        Attempt(person_id=pk, project=project, of=of, way=way, at=at or now, by=by, note=note)
        for pk in sorted(set(people))
    ]
    Attempt.objects.bulk_create(rows, batch_size=MOST_ATTEMPTS)
    if rows:
        _record(project, "attempt.add", project.scope, by, now, people=len(rows), of=of.value, way=way.value)
    return len(rows)


def step(*, person: Person, project: Project, to: Step, by: User, now: datetime) -> EuraStep:
    """Write down a state.

    :raises DayToCome: if its day is
    :raises NoteMissing: if somebody refused or was not reached, and nothing says how
    :raises NotTried: if so, and nobody has written down an attempt since the person began
    :raises IdentityNotChecked: if staff entered the data, and nothing says how they knew the person
    """
    if to.day > timezone.localdate(now):
        raise DayToCome
    if to.state in NEEDS_A_NOTE:
        if not to.note:
            raise NoteMissing
        if not _tried_since_they_began(person, project):
            raise NotTried
    if to.state == EuraState.STAFF_ENTERED and not to.checked:
        raise IdentityNotChecked
    row = EuraStep.objects.create(
        person=person,
        project=project,
        state=to.state,
        day=to.day,
        note=to.note,
        identity_checked_how=to.checked or "",
        at=now,
        by=by,
    )
    _record(project, "eura.step", person.key, by, now, state=to.state.value, day=to.day.isoformat())
    return row


def _tried_since_they_began(person: Person, project: Project) -> bool:
    tried = Attempt.objects.filter(person=person, project=project)
    spells = Participation.objects.filter(person=person, project=project).order_by("started_on")
    began = spells.values_list("started_on", flat=True).first()
    return (tried.filter(at__date__gte=began) if began else tried).exists()


def newest_state(project: Project, person: str = "person") -> Subquery:
    """For a query of rows whose column `person` names somebody: the state that they have come to, None without any."""
    mine: QuerySet[EuraStep] = EuraStep.objects.filter(project=project, person=OuterRef(person))
    return Subquery(mine.order_by("-day", "-at", "-pk").values("state")[:1])


def eura_address(project: Project) -> str:
    """Where a participant of `project` gives their data to the ministry themselves, after strong identification."""
    return EURA_ADDRESS.format(code=project.code)


def _record(project: Project, action: str, subject: str, by: User | None, now: datetime, **after: object) -> None:
    audit.changed(actor=by, action=action, subject=subject, scope=project.scope, now=now, after=after)
