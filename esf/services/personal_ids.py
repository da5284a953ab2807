"""Personal identity codes: encrypted, and found again without being read.

Beside the encrypted code stands a blind index, HMAC-SHA-256 of the code under a key derived from a key of
`MIITTI_FIELD_KEYS`: whoever has only the database cannot try out all codes. The newest key writes; a search tries every
key, so that codes are found while keys are being changed. `rotate_field_keys` writes the indexes anew with the codes,
so an old key can be thrown away after it.
"""

import hmac
from base64 import urlsafe_b64decode
from hashlib import sha256

from django.conf import settings

from esf.models import StartNotice

PURPOSE = b"miitti esf personal identity code index 1"
BATCH = 200


def index_of(code: str) -> str:
    """By the newest key."""
    return _index(code, settings.FIELD_KEYS[0])


def indexes_of(code: str) -> list[str]:
    """By every key: what the code's index may be."""
    return [_index(code, key) for key in settings.FIELD_KEYS]


def stands_on_another(notice: StartNotice, code: str) -> bool:
    """Whether somebody else's form in the same project has this code: the two may be one person."""
    same = StartNotice.objects.filter(project=notice.project_id, personal_id_index__in=indexes_of(code))
    return same.exclude(person=notice.person_id).exists()


def reindex() -> int:
    """Bring the indexes to the newest key, and return how many were written; it can be run again and again."""
    written, last = 0, 0
    while rows := _after(last):
        for pk, code, index in rows:
            last = pk
            if code and index != index_of(code):
                written += StartNotice.objects.filter(pk=pk, personal_id_index=index).update(
                    personal_id_index=index_of(code)
                )
    return written


def _after(pk: int) -> list[tuple[int, str | None, str]]:
    rows = StartNotice.objects.filter(pk__gt=pk).exclude(personal_id_index="").order_by("pk")
    return list(rows.values_list("pk", "personal_id", "personal_id_index")[:BATCH])


def _index(code: str, key: str) -> str:
    own = hmac.new(urlsafe_b64decode(key), PURPOSE, sha256).digest()
    return hmac.new(own, code.encode(), sha256).hexdigest()
