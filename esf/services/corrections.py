"""What a background form said before it was corrected: nothing that somebody told is lost.

Right to rectification: Regulation (EU) 2016/679, Article 16. Article 5(2) asks to be able to show it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import PrivacyNotice, User
from core import stale
from core.stale import fingerprint
from esf.models import Correction, StartNotice

OWN = "own"
"""Stands for a reason where people correct what they told themselves: they need none."""

IDENTITY = ("first_name", "last_name", "email", "phone", "language")
ANSWERS = (
    *IDENTITY,
    "birth_date",
    "gender",
    "street_address",
    "postal_code",
    "post_office",
    "municipality_code",
    "labour_status_start",
    "unemployment_duration",
    "employer_business_id",
    "education_level",
    "citizenship_group",
    "foreign_background",
    "minority",
    "disability",
    "housing_exclusion",
    "other_disadvantage",
    "jobless_household",
    "dependent_children",
    "single_adult",
)
"""What the person said, in the order in which it is told; the rest of a notice is how it came."""
SHOWN = ("wording", "privacy_notice_id", "info_given_at")
"""What the person was shown when they said it, and when."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One correction, opened: the old value of each field that changed.

    `wording` and `privacy_notice` are the versions of the questions and of the notice that were shown then; the latter
    is None where the person was shown the same again, or it is not known.
    """

    at: datetime
    by: User | None
    reason: str
    wording: str
    privacy_notice: int | None
    before: dict[str, Any]


def values_of(notice: StartNotice) -> dict[str, Any]:
    """Its answers and what was shown, as JSON has them."""
    return {name: _plain(getattr(notice, name)) for name in (*ANSWERS, "personal_id", *SHOWN)}


def seen(notice: StartNotice) -> str:
    """Tells one state of its answers from another. The code is left out: its digest could be tried out."""
    return fingerprint(_open(values_of(notice)))


def refuse_stale(notice: StartNotice, seen: str) -> None:
    """:raises ChangedMeanwhile: if the answers are not those that somebody has `seen`"""
    stale.refuse_stale(seen=seen, values=_open(values_of(notice)))


def keep(
    *, notice: StartNotice, before: Mapping[str, Any], reason: str, by: User | None, now: datetime
) -> Correction | None:
    """Keep what stood `before` in each field that has changed; None, and no row, where nothing has.

    The same answers, given anew to another privacy notice, are a change, too.
    """
    now_there = values_of(notice)
    changed = {name: value for name, value in before.items() if now_there[name] != value and name not in SHOWN}
    informed = {} if now_there["privacy_notice_id"] == before["privacy_notice_id"] else before
    if not changed and not informed:
        return None
    shown = {name: before[name] for name in SHOWN if name in informed or name == "wording"}
    told = json.dumps(changed | shown, ensure_ascii=False)
    return Correction.objects.create(start_notice=notice, at=now, by=by, reason=reason, before=told)


def of(notice: StartNotice) -> Iterator[Change]:
    """The newest first."""
    versions = dict(PrivacyNotice.objects.values_list("pk", "version"))
    for row in Correction.objects.filter(start_notice=notice).select_related("by").order_by("-at", "-pk"):
        before = json.loads(row.before)
        shown = {name: before.pop(name, None) for name in SHOWN}
        yield Change(
            at=row.at,
            by=row.by,
            reason=row.reason,
            wording=shown["wording"],
            privacy_notice=versions.get(shown["privacy_notice_id"]),
            before=before,
        )


def _open(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in ("personal_id", *SHOWN[1:])}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
