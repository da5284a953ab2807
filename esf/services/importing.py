"""Notices of before, brought from a table: all of its rows, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit, people
from accounts.services.people import Contact
from core.compiled import insert
from core.errors import Refused
from esf.enums import EndedBy, NoticeChannel
from esf.models import Participation
from esf.services import notices, wordings
from events.models import Project

REASON = "brought from a table"


MOST_ROWS = 500


class TooManyNotices(Refused):
    code = "too_many_notices"
    message = _("At most 500 notices can be brought from one table. Split it, and bring the parts one by one.")


class TakesPartAlready(Refused):
    """Somebody of the table began meanwhile; `number` is their row."""

    code = "takes_part_already"

    def __init__(self, number: int) -> None:
        super().__init__()
        self.message = _("Row %(row)s: this person takes part in the project already. Nothing was brought.") % {
            "row": number
        }


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a row says: a person's answers, and the spell that began with them. `number` is the row's.

    `implementer`: the key of the organisation whose participant it was; None: not known.
    """

    number: int
    answers: notices.Answers
    started_on: date
    ended_on: date | None = None
    implementer: int | None = None

    @property
    def contact(self) -> Contact:
        told = self.answers
        return Contact(
            first_name=told.first_name,
            last_name=told.last_name,
            email=told.email,
            phone=told.phone,
            language=told.language,
            birth_date=told.birth_date,
            municipality_code=told.municipality_code,
        )


@transaction.atomic
def bring(*, project: Project, rows: Sequence[Brought], identity: str, by: User, now: datetime) -> int:
    """Keep each row as a person's notice and participation; return how many there were.

    :param identity: how `by` made sure who the people are, a code of `esf.enums.IdentityCheck`
    :raises TakesPartAlready: if one of them has begun meanwhile; then nothing is kept
    """
    for row in sorted(rows, key=lambda row: people.identity(row.contact) or ""):  # in one order, as everywhere
        _one(project, row, identity, by, now)
    audit.changed(
        actor=by,
        action="start_notice.import",
        subject=project.scope,
        scope=project.scope,
        now=now,
        after={"rows": len(rows)},
    )
    return len(rows)


def _one(project: Project, row: Brought, identity: str, by: User, now: datetime) -> None:
    person = people.recognise(contact=row.contact, now=now)
    if Participation.objects.filter(person=person, project=project).exists():
        raise TakesPartAlready(row.number)
    people.make_known(person=person, scopes=[project.scope, f"organisation:{project.organisation_id}"])
    entry = notices.Entry(
        channel=NoticeChannel.IMPORT,
        by=by,
        identity=identity,
        signed_on=row.started_on,
        wording=wordings.ELSEWHERE,
    )
    notice = notices.submit(
        person=person, project=project, source=f"import:{uuid4().hex}", answers=row.answers, entry=entry, now=now
    )
    spell = Participation(
        person=person,
        project=project,
        implementer_id=row.implementer,
        started_on=row.started_on,
        ended_on=row.ended_on,
        reason=REASON,
        begun_by=by,
        begun_at=now,
        start_notice=notice,
        ended_by=EndedBy.STAFF if row.ended_on else "",
        end_reason=REASON if row.ended_on else "",
        ended_at=now if row.ended_on else None,
    )
    insert(spell)
    audit.changed(
        actor=by,
        action="participation.begin",
        subject=f"participation:{spell.pk}",
        scope=project.scope,
        now=now,
        after={"started_on": row.started_on.isoformat(), "reason": REASON},
    )
