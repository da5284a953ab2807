"""The worker's part: a file is claimed, written row by row to the disk, and kept in encrypted pieces.

A worker that dies midway leaves its claim behind; when the claim has run out, another begins the file again. Who then
comes too late finds that the claim is no longer theirs, and keeps nothing.
"""

import logging
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from esf.enums import FileFormat, FileState, ReportKind
from esf.models import ReportFile, ReportPart
from esf.models.exports import ReportFileQuerySet
from esf.services.reports import asking, authority, steering
from esf.services.reports.telling import tell

log = logging.getLogger(__name__)

CLAIM_LASTS = timedelta(minutes=10)
PIECE = 750_000
"""Bytes; encrypted they are a third more, and stay below a million."""


class _Lost(Exception):  # noqa: N818 - what happened
    """Another worker has begun the file again, or it is gone."""


def make_due(*, now: datetime) -> int:
    """Make what waits, one file after the other, and return how many were made."""
    made = 0
    while file := _claim(now):
        made += _attempt(file)
        now = timezone.now()
    return made


@transaction.atomic
def _claim(now: datetime) -> ReportFile | None:
    waiting = Q(state=FileState.WAITING) | Q(state=FileState.MAKING, begun_at__lte=now - CLAIM_LASTS)
    file = ReportFile.objects.locked().filter(waiting).order_by("asked_at", "pk").first()
    if file:
        file.state, file.begun_at, file.done = FileState.MAKING, now, 0
        if file.format == FileFormat.CSV:  # asked for by a page of the release before
            file.format = FileFormat.ZIP
        file.save(update_fields=["state", "begun_at", "done", "format"])
        ReportPart.objects.filter(file=file).delete()
    return file


def _attempt(file: ReportFile) -> bool:
    """Whether it was made; who may no longer have it gets none."""
    if ReportKind(file.kind) not in asking.kinds_for(file.made_by, file.project):
        _mine(file).update(state=FileState.FAILED)
        return False
    try:
        with tempfile.TemporaryFile() as out, translation.override(file.language):
            _write(file, out)
            _keep(file, out)
    except _Lost:
        return False
    except Exception:  # whatever is wrong with one must not keep the others from their turn
        log.exception("report could not be made", extra={"file": file.pk})
        _mine(file).update(state=FileState.FAILED)
        return False
    return True


def _write(file: ReportFile, out: IO[bytes]) -> None:
    def progress(done: int, total: int) -> None:
        """:raises _Lost: if it is for nothing"""
        if not _mine(file).update(done=done, total=total):
            raise _Lost

    maker = authority if file.kind == ReportKind.AUTHORITY else steering
    if file.format == FileFormat.PDF:
        steering.paper(file=file, out=out)
    elif file.format == FileFormat.XLSX:
        maker.book(file=file, out=out, progress=progress)
    else:
        maker.archive(file=file, name=asking.title_of(file), out=out, progress=progress)


@transaction.atomic
def _keep(file: ReportFile, out: IO[bytes]) -> None:
    out.seek(0)
    for number, piece in enumerate(_pieces(out)):
        ReportPart.objects.create(file=file, number=number, content=piece)
    now = timezone.now()
    size = out.tell()
    if not _mine(file).update(state=FileState.READY, ready_at=now, size=size):
        raise _Lost
    if file.schedule_id:
        tell(file=file, now=now)


def _pieces(out: IO[bytes]) -> Iterator[bytes]:
    while piece := out.read(PIECE):
        yield piece


def _mine(file: ReportFile) -> ReportFileQuerySet:
    """The row, as long as the claim holds."""
    return ReportFile.objects.filter(pk=file.pk, state=FileState.MAKING, begun_at=file.begun_at)
