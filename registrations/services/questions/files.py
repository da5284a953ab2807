"""Files that people attach to answers: believed by their content alone, kept encrypted in the database."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from registrations.models import AnswerFile, Filling, Hold

LONGEST_NAME = 100
MOST_PARTS, MOST_UNPACKED = 2000, 100_000_000
"""Of a Word document, which is a ZIP: we never unpack it, and keep none that would not unpack to something sensible."""


class NotTaken(Refused):
    code = "file_not_taken"
    message = _("This file cannot be taken. Send a PDF, a JPEG or PNG picture, or a Word document (.docx).")


class EmptyFile(Refused):
    code = "file_empty"
    message = _("The file is empty. Choose another.")


class FileTooLarge(Refused):
    code = "file_too_large"

    def __init__(self) -> None:
        super().__init__()
        most = settings.ANSWER_FILE_BYTES // 1_000_000
        self.message = _("The file is too large: %(most)s MB at most. Make it smaller or send fewer pages.") % {
            "most": most
        }


class Type(NamedTuple):
    """What a content may be, and how its name ends."""

    media_type: str
    ending: str
    is_it: Callable[[bytes], bool]


def _is_docx(body: bytes) -> bool:
    """A ZIP from its first byte on, with a Word document in it, without macros, and no bomb by its own account."""
    if not body.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(body)) as parts:
            told = parts.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    names = {each.filename for each in told}
    sensible = len(told) <= MOST_PARTS and sum(each.file_size for each in told) <= MOST_UNPACKED
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return sensible and not macros and {"[Content_Types].xml", "word/document.xml"} <= names


def _is_jpeg(body: bytes) -> bool:
    """Telephones write more behind the picture's end."""
    return body.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in body


def _is_png(body: bytes) -> bool:
    return body.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND\xaeB`\x82" in body[-32:]


def _is_pdf(body: bytes) -> bool:
    """From its very first byte on, although readers are more lenient: what begins otherwise may be two things."""
    return body.startswith((b"%PDF-1.", b"%PDF-2."))


TYPES = (
    Type("application/pdf", ".pdf", lambda body: _is_pdf(body) and b"%%EOF" in body[-2048:]),
    Type("image/png", ".png", _is_png),
    Type("image/jpeg", ".jpg", _is_jpeg),
    Type("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", _is_docx),
)
"""All that is taken. What is no script of a browser's and lets itself be known by its first bytes and an end."""


def type_of(body: bytes) -> Type:
    """:raises NotTaken: if it is none of `TYPES`"""
    found = next((each for each in TYPES if each.is_it(body)), None)
    if found is None:
        raise NotTaken
    return found


def tidy_name(name: str, ending: str) -> str:
    """What people see, with the ending of what it is: no path, nothing unprintable, no second ending."""
    stem = PurePosixPath(name.replace("\\", "/")).name.split(".")[0]
    plain = "".join(each for each in stem if unicodedata.category(each)[0] in "LNMZ" or each in "-_ ()")
    return f"{' '.join(plain.split())[:LONGEST_NAME] or 'file'}{ending}"


def read(upload: UploadedFile[Any]) -> tuple[bytes, Type]:
    """The content, and what it is.

    :raises EmptyFile, FileTooLarge, NotTaken: if it is not taken
    """
    if not upload.size:
        raise EmptyFile
    if upload.size > settings.ANSWER_FILE_BYTES:
        raise FileTooLarge
    body = upload.read()
    return body, type_of(body)


@transaction.atomic
def keep(
    *,
    upload: UploadedFile[Any],
    question: int,
    now: datetime,
    hold: Hold | None = None,
    filling: Filling | None = None,
    who: int = 0,
) -> AnswerFile:
    """Keep a file for a form that is being filled; one that was there for the same question goes.

    :param who: of a group, whose it is
    :raises EmptyFile, FileTooLarge, NotTaken: if it is not taken
    """
    body, kind = read(upload)
    AnswerFile.objects.filter(question=question, hold=hold, filling=filling, who=who, answer=None).delete()
    return AnswerFile.objects.create(
        question_id=question,
        hold=hold,
        filling=filling,
        who=who,
        name=tidy_name(upload.name or "", kind.ending),
        media_type=kind.media_type,
        size=len(body),
        body=body,
        at=now,
    )
