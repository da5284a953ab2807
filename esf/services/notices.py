"""Background forms: taken in with the registration, changed by the person until the participation begins."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import NoticePurpose
from accounts.models import Person
from accounts.services import audit, privacy
from core.errors import Refused
from esf.models import AttendedDay, Participation, StartNotice
from events.models import Project

WORDING = "2026-11"
"""Version of the questions as they stand in `esf.forms`; a change of their wording is a new version."""


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
    person = Person.objects.locked().get(pk=person.pk)
    notice = StartNotice.objects.filter(source=source).select_related("participation").first()
    if notice and hasattr(notice, "participation"):
        raise NoticeInUse
    notice = notice or StartNotice(source=source)
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
    notice.save()
    _complete(person, project, notice)
    audit.changed(actor=None, action="start_notice.submit", subject=source, scope=project.scope, now=now)
    return notice


def _complete(person: Person, project: Project, notice: StartNotice) -> None:
    """Give the form to the first spell that began without one, if the same registration has been let in."""
    if not AttendedDay.objects.filter(person=person, project=project, notice_source=notice.source).exists():
        return
    bare = (
        Participation.objects.filter(person=person, project=project, start_notice=None).order_by("started_on").first()
    )
    if bare:
        Participation.objects.filter(pk=bare.pk, start_notice=None).update(start_notice=notice)
