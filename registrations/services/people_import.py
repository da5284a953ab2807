"""A table of people to register: kept, judged as often as one likes, and then done, row by row, by the worker.

Each row is done in a transaction of its own and exactly once, also when a worker dies in the middle. A row whose seat
is gone meanwhile says so; nothing is ever sold twice.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Permission
from accounts.models import Grant, User
from accounts.services import audit
from core.errors import Refused
from core.names import normalised_name
from core.sheets_in import Row, Table
from events import shelf
from events.models import Event
from registrations.enums import Channel, RowOutcome, Status
from registrations.models import ImportedRow, PeopleImport, Registration
from registrations.people_columns import columns_of
from registrations.people_rows import Judge, Judged, known_by, nameless_address
from registrations.services import corrections, seats

log = logging.getLogger(__name__)

KEPT = timedelta(days=1)
MOST_ROWS = 5_000
A_TURN = 50
"""So many rows are done before the worker looks after its other duties."""

Counts = dict[RowOutcome, int]


class TooManyRows(Refused):
    code = "too_many_rows"
    message = _("At most 5,000 people can be registered from one table. Split it, and bring the parts one by one.")


class Begun(Refused):
    code = "import_begun"
    message = _("This table is being imported already.")


@transaction.atomic
def keep(*, event: Event, table: Table, accept_queue: bool, tell: bool, by: User, now: datetime) -> PeopleImport:
    """Keep a table for a day. Nobody is registered yet.

    :param accept_queue: whether those for whom no seat is free are to be put on the waiting list
    :param tell: whether each is to get a message
    :raises TooManyRows: if it is too long
    :raises NamesMissing, HeadingTwice: if its columns cannot be understood
    """
    columns_of(table.header)
    if len(table.rows) > MOST_ROWS:
        raise TooManyRows
    kept = PeopleImport.objects.create(
        event=event,
        by=by,
        at=now,
        expires_at=now + KEPT,
        read_as=table.read_as[:200],
        header=list(table.header),
        accept_queue=accept_queue,
        tell=tell,
    )
    rows = (ImportedRow(table=kept, number=row.number, cells=list(row.cells)) for row in table.rows)
    ImportedRow.objects.bulk_create(rows, batch_size=500)
    return kept


def judge(*, brought: PeopleImport, now: datetime) -> list[Judged]:
    """What would come of each row if it were done now. Nothing is saved."""
    return _judged(brought, list(brought.rows.order_by("number")), now)


@transaction.atomic
def begin(*, brought: PeopleImport, by: User, now: datetime) -> Counts:
    """Let the worker register those whose rows are right, and return what is to be expected.

    :raises Begun: the second time
    """
    brought = PeopleImport.objects.locked().select_related("event").get(pk=brought.pk)
    if brought.begun_at:
        raise Begun
    judged = judge(brought=brought, now=now)
    wrong = [row.number for row in judged if row.outcome == RowOutcome.WRONG]
    brought.rows.filter(number__in=wrong).update(outcome=RowOutcome.WRONG)
    brought.begun_at, brought.by = now, by
    brought.save(update_fields=["begun_at", "by"])
    found = counted(row.outcome for row in judged)
    audit.changed(
        actor=by, action="people.import", subject=brought.key, scope=brought.event.scope, now=now,
        after={"rows": len(judged), "people": len(judged) - len(wrong)},
    )  # fmt: skip
    return found


def do_due(*, now: datetime) -> int:
    """Do the next rows of what has begun. Return how many."""
    done = 0
    for brought in PeopleImport.objects.unfinished().select_related("event").order_by("begun_at"):
        rows = list(brought.rows.left()[:A_TURN])
        for row in rows:
            try:
                _do(row.pk, brought, now)
            except OperationalError:  # a lock that was not given in time, or a database gone: its turn comes again
                log.warning("imported row waits for its next turn", extra={"row": row.pk})
        done += len(rows)
        if not brought.rows.left().exists():
            PeopleImport.objects.filter(pk=brought.pk, done_at=None).update(done_at=now)
    return done


def counted(outcomes: Iterable[str]) -> Counts:
    found = dict.fromkeys(RowOutcome, 0)
    for each in outcomes:
        if each:
            found[RowOutcome(each)] += 1
    return found


@transaction.atomic
def forget_due(*, now: datetime) -> int:
    """Delete the tables that have been kept for a day, unless they are at work, and return how many."""
    due = PeopleImport.objects.filter(expires_at__lte=now).filter(Q(begun_at=None) | Q(done_at__isnull=False))
    number = due.count()
    due.delete()
    return number


def _judged(brought: PeopleImport, rows: Sequence[ImportedRow], now: datetime) -> list[Judged]:
    event = shelf.by_pk(brought.event_id) or brought.event
    judging = Judge(header=brought.header, event=event, known=_known(event), accept_queue=brought.accept_queue, now=now)
    return [judging.judge(Row(row.number, tuple(row.cells))) for row in rows]


def _known(event: Event) -> set[tuple[int | None, str]]:
    """Who is registered for the event, by meeting and identity; under an address that became another's too."""
    active = Registration.objects.active().filter(event=event.pk)
    rows = active.values_list("meeting", "identity", "person__identity")
    addressed = {(meeting, mark) for meeting, *ids in rows for each in ids if each for mark in known_by(each)}
    nameless = active.filter(email="").values_list("meeting", "first_name", "last_name", "phone")
    return addressed | {
        (meeting, nameless_address(normalised_name(first, last), phone)) for meeting, first, last, phone in nameless
    }


def _is_there(event: Event, found: Judged) -> bool:
    """Whether somebody without an address, of this name and phone number, is registered: a table is brought again."""
    pool, contact = event.pool_of(found.pool_pk), found.contact
    if pool is None or contact is None:
        return False
    rows = Registration.objects.active().filter(event=event.pk, meeting=pool.meeting_id, email="", phone=contact.phone)
    name = normalised_name(contact.first_name, contact.last_name)
    return any(normalised_name(row.first_name, row.last_name) == name for row in rows)


@transaction.atomic
def _do(pk: int, brought: PeopleImport, now: datetime) -> None:
    """The row is locked before anything else, so that two workers do not do it twice; nothing else locks it."""
    row = ImportedRow.objects.locked().get(pk=pk)
    if row.outcome:
        return
    try:
        with transaction.atomic():
            row.outcome = _register(row, brought, now)
    except seats.AlreadyRegistered:
        row.outcome = RowOutcome.KNOWN
    except seats.Full:
        row.outcome = RowOutcome.FULL
    except Refused:
        row.outcome = RowOutcome.REFUSED
    except OperationalError:
        raise
    except Exception:  # one that cannot be done must not keep the others from their turn
        log.exception("imported row failed", extra={"row": row.pk})
        row.outcome = RowOutcome.REFUSED
    row.save(update_fields=["outcome"])


def _register(row: ImportedRow, brought: PeopleImport, now: datetime) -> RowOutcome:
    event = shelf.by_pk(brought.event_id)
    reach = Grant.objects.scopes(brought.by, Permission.MANAGE_EVENTS)
    if event is None or not reach.touch(event.people_scopes):
        return RowOutcome.REFUSED
    judging = Judge(header=brought.header, event=event, known=(), accept_queue=True, now=now)
    found = judging.judge(Row(row.number, tuple(row.cells)))
    if found.contact is None:
        return RowOutcome.WRONG
    if not found.contact.email and _is_there(event, found):
        return RowOutcome.KNOWN
    made = seats.enrol(
        event=event,
        contact=found.contact,
        answers=None,
        support_needs="",
        accept_queue=brought.accept_queue,
        by=brought.by,
        now=now,
        pool_pk=found.pool_pk,
        channel=Channel.IMPORT,
        at_any_hour=True,
        tell=brought.tell,
    )
    if found.note:
        corrections.note(registration=made, text=found.note, seen="", by=brought.by, now=now)
    seated = dict.fromkeys((Status.CONFIRMED, Status.UNPAID), RowOutcome.SEATED)
    outcomes = seated | {Status.APPLIED: RowOutcome.APPLIED}
    return outcomes.get(Status(made.status), RowOutcome.WAITING)
