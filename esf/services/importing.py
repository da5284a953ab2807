"""Notices of before, brought from a table: all of its rows, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, User
from accounts.services import audit
from accounts.services import people as known_people
from accounts.services.people import Contact
from core.compiled import insert
from core.errors import Refused
from core.names import normalised_name
from esf.enums import Answer, AttemptWay, CollectionOutcome, EndedBy, LabourStatus, NoticeChannel, NoticeKind
from esf.models import Participation, StartNotice
from esf.services import collecting, ending, notices, wordings
from esf.services.ending import End, Giver
from events.models import Project

REASON = "brought from a table"
Who = tuple[str, date]
"""A person by name and date of birth, which is all that a table tells of some."""
MOST_ROWS = 500


class TooManyNotices(Refused):
    code = "too_many_notices"
    message = _("At most 500 rows can be brought from one table. Split it, and bring the parts one by one.")


class TakesPartAlready(Refused):
    """Somebody of the table began meanwhile; `number` is their row."""

    code = "takes_part_already"

    def __init__(self, number: int) -> None:
        super().__init__()
        self.message = _("Row %(row)s: this person takes part in the project already. Nothing was brought.") % {
            "row": number
        }


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """The situation six months after the end; `improved` of those who were at work at the start."""

    status: LabourStatus
    improved: Answer | None = None


@dataclass(frozen=True, kw_only=True)
class Spell:
    """What a row says of one participation. `number` is the row's.

    `implementer`: the key of the organisation whose participant it was; None: not known. `end`: what the person told of
    the end, or the outcome of asking in vain; None: they are still to be asked.
    """

    number: int
    started_on: date
    ended_on: date | None = None
    implementer: int | None = None
    end: End | CollectionOutcome | None = None
    follow_up: FollowUp | None = None

    @property
    def outcome(self) -> CollectionOutcome | None:
        return CollectionOutcome.COLLECTED if isinstance(self.end, End) else self.end


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A person's answers, and their spells in the order of their days: the first one began with the answers."""

    answers: notices.Answers
    spells: tuple[Spell, ...]

    @property
    def who(self) -> Who:
        told = self.answers
        return normalised_name(told.first_name, told.last_name), told.birth_date

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


def known(project: Project) -> set[Who]:
    """Those who take part, by the form that they have given."""
    rows = StartNotice.objects.filter(project=project, participation__isnull=False)
    return {
        (normalised_name(first, last), born)
        for first, last, born in rows.values_list("first_name", "last_name", "birth_date")
    }


@transaction.atomic
def bring(*, project: Project, people: Sequence[Brought], identity: str, by: User, now: datetime) -> int:
    """Keep each person's notice and participations, with what is told of their ends; return how many participations.

    :param identity: how `by` made sure who the people are, a code of `esf.enums.IdentityCheck`
    The project's row is locked: a table that is sent twice, whose people nothing recognises, is brought once.

    :raises TakesPartAlready: if one of them has begun meanwhile; then nothing is kept
    """
    Project.objects.locked().get(pk=project.pk)
    taking_part = known(project)
    for each in people:
        if each.who in taking_part:
            raise TakesPartAlready(each.spells[0].number)
    rows = sum(len(each.spells) for each in people)
    in_order = sorted(people, key=lambda each: known_people.identity(each.contact) or "")  # one order, as everywhere
    for each in in_order:
        _one(project, each, identity, by, now)
    audit.changed(
        actor=by,
        action="start_notice.import",
        subject=project.scope,
        scope=project.scope,
        now=now,
        after={"rows": rows},
    )
    return rows


def _one(project: Project, brought: Brought, identity: str, by: User, now: datetime) -> None:
    first, *later = brought.spells
    person = known_people.recognise(contact=brought.contact, now=now)
    if Participation.objects.filter(person=person, project=project).exists():
        raise TakesPartAlready(first.number)
    known_people.make_known(person=person, scopes=[project.scope, f"organisation:{project.organisation_id}"])
    entry = notices.Entry(
        channel=NoticeChannel.IMPORT,
        by=by,
        identity=identity,
        signed_on=first.started_on,
        wording=wordings.ELSEWHERE,
    )
    notice = notices.submit(
        person=person, project=project, source=f"import:{uuid4().hex}", answers=brought.answers, entry=entry, now=now
    )
    for spell in [first, *later]:
        row = _begin(person, project, spell, notice if spell is first else None, by, now)
        _tell_end(row, spell, by, now)


def _begin(
    person: Person, project: Project, spell: Spell, notice: StartNotice | None, by: User, now: datetime
) -> Participation:
    row = Participation(
        person=person,
        project=project,
        implementer_id=spell.implementer,
        started_on=spell.started_on,
        ended_on=spell.ended_on,
        reason=REASON,
        begun_by=by,
        begun_at=now,
        start_notice=notice,
        ended_by=EndedBy.STAFF if spell.ended_on else "",
        end_reason=REASON if spell.ended_on else "",
        ended_at=now if spell.ended_on else None,
    )
    insert(row)
    audit.changed(
        actor=by,
        action="participation.begin",
        subject=row.key,
        scope=project.scope,
        now=now,
        after={"started_on": spell.started_on.isoformat(), "reason": REASON},
    )
    return row


def _tell_end(row: Participation, spell: Spell, by: User, now: datetime) -> None:
    giver = Giver(channel=NoticeChannel.IMPORT, by=by, wording=wordings.ELSEWHERE)
    if isinstance(spell.end, End):
        ending.submit(participation=row, told=spell.end, giver=giver, now=now)
    elif spell.end:
        assert spell.ended_on  # noqa: S101 - the type checker's
        _tried(row, spell.ended_on, by, now)
        ending.give_up(participation=row, outcome=spell.end, day=spell.ended_on, note=REASON, giver=giver, now=now)
    if spell.follow_up:
        told = spell.follow_up
        ending.follow_up(participation=row, status=told.status, improved=told.improved, giver=giver, now=now)


def _tried(row: Participation, ended_on: date, by: User, now: datetime) -> None:
    """The other system's attempts are one. On which day they were, nobody knows: dated at the end, it is none for a
    later participation.
    """
    collecting.tried(
        people=[row.person_id],
        project=row.project,
        of=NoticeKind.END,
        way=AttemptWay.IMPORT,
        note=REASON,
        by=by,
        now=now,
        at=min(timezone.make_aware(datetime.combine(ended_on, time(12))), now),
    )
