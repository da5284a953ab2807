"""Background forms: taken in with the registration, changed by the person until the participation begins."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from accounts.enums import NoticePurpose
from accounts.models import Person
from accounts.services import audit, privacy
from core.compiled import Compiled, Param, insert
from core.errors import Refused
from esf.models import AttendedDay, Participation, StartNotice
from events.models import Project

WORDING = "2026-11"
"""Version of the questions as they stand in `esf.forms`; a change of their wording is a new version."""

SOURCE = Param("source", CharField())
LOCK = Compiled(lambda: Person.objects.locked().filter(pk=Param("pk")).values_list("pk"))
GIVEN = Compiled(lambda: StartNotice.objects.filter(source=SOURCE))
IN_USE = Compiled(lambda: Participation.objects.filter(start_notice__source=SOURCE).values_list("pk"))
LET_IN = Compiled(
    lambda: AttendedDay.objects.filter(
        person=Param("person"), project=Param("project"), notice_source=SOURCE
    ).values_list("pk")
)


class NoticeInUse(Refused):
    code = "notice_in_use"
    message = _("Your participation has begun with these answers. Ask the organiser to correct them.")


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the start notice asks, profile `esfplus_2021`. Codes are those of `esf.enums`."""

    first_name: str
    last_name: str
    email: str
    phone: str
    language: str
    birth_date: date
    gender: str
    municipality_code: str
    labour_status_start: str
    education_level: str
    unemployment_duration: str = ""
    employer_business_id: str = ""
    street_address: str = ""
    postal_code: str = ""
    post_office: str = ""
    citizenship_group: str = ""
    foreign_background: str = ""


@transaction.atomic
def submit(*, person: Person, project: Project, source: str, answers: Answers, now: datetime) -> StartNotice:
    """Keep the answers that `person` gave and confirmed through `source`; a second time, they replace the first.

    The person's row is locked, so that a check-in at this moment finds the form, or the form finds its participation.

    :raises NoticeInUse: if a participation has begun with them
    """
    notice = _given(person, source)
    _keep(notice, person, project, answers, now)
    completed = _complete(person, project, notice)
    _record(notice, project, now, after={"participation": completed} if completed else {})
    return notice


@transaction.atomic(savepoint=False)
def submit_first(*, person: Person, project: Project, source: str, answers: Answers, now: datetime) -> StartNotice:
    """The same for a `source` made in this very transaction, under the person's lock: nothing can refer to it yet."""
    notice = StartNotice(source=source)
    _keep(notice, person, project, answers, now)
    _record(notice, project, now, after={})
    return notice


def _keep(notice: StartNotice, person: Person, project: Project, answers: Answers, now: datetime) -> None:
    values = {
        **asdict(answers),
        "person": person,
        "project": project,
        "privacy_notice": privacy.current(NoticePurpose.ESF),
        "info_given_at": now,
        "confirmed_at": now,
        "submitted_at": now,
        "wording": WORDING,
    }
    for name, value in values.items():
        setattr(notice, name, value)
    if notice.pk:
        notice.save()
    else:
        insert(notice)


def _record(notice: StartNotice, project: Project, now: datetime, after: dict[str, int]) -> None:
    audit.changed(
        actor=None, action="start_notice.submit", subject=notice.source, scope=project.scope, now=now, after=after
    )


def _given(person: Person, source: str) -> StartNotice:
    """The form of `source`, or a new one, with the person's row locked.

    :raises NoticeInUse: if a participation has begun with it
    """
    LOCK.all(pk=person.pk)
    if IN_USE.first(source=source):
        raise NoticeInUse
    return GIVEN.first(source=source) or StartNotice(source=source)


def _complete(person: Person, project: Project, notice: StartNotice) -> int | None:
    """Give the form to the first spell that began without one, if the same registration has been let in."""
    if not LET_IN.first(person=person.pk, project=project.pk, source=notice.source):
        return None
    bare = (
        Participation.objects.filter(person=person, project=project, start_notice=None).order_by("started_on").first()
    )
    if bare:
        Participation.objects.filter(pk=bare.pk, start_notice=None).update(start_notice=notice)
    return bare.pk if bare else None
