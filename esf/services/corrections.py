"""What a background form said before it was corrected: nothing that somebody told is lost.

Right to rectification: Regulation (EU) 2016/679, Article 16. Article 5(2) asks to be able to show it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import User
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


@dataclass(frozen=True, kw_only=True)
class Change:
    """One correction, opened: the old value of each field that changed."""

    at: datetime
    by: User | None
    reason: str
    wording: str
    before: dict[str, Any]


def values_of(notice: StartNotice) -> dict[str, Any]:
    """Its answers and the version of the questions, as JSON has them."""
    return {name: _plain(getattr(notice, name)) for name in (*ANSWERS, "personal_id", "wording")}


def seen(notice: StartNotice) -> str:
    """Tells one state of its answers from another. The code is left out: its digest could be tried out."""
    return fingerprint(_open(values_of(notice)))


def refuse_stale(notice: StartNotice, seen: str) -> None:
    """:raises ChangedMeanwhile: if the answers are not those that somebody has `seen`"""
    stale.refuse_stale(seen=seen, values=_open(values_of(notice)))


def keep(
    *, notice: StartNotice, before: Mapping[str, Any], reason: str, by: User | None, now: datetime
) -> Correction | None:
    """Keep what stood `before` in each field that has changed; None, and no row, where nothing has."""
    now_there = values_of(notice)
    changed = {name: value for name, value in before.items() if now_there[name] != value and name != "wording"}
    if not changed:
        return None
    told = json.dumps({**changed, "wording": before["wording"]}, ensure_ascii=False)
    return Correction.objects.create(start_notice=notice, at=now, by=by, reason=reason, before=told)


def of(notice: StartNotice) -> Iterator[Change]:
    """The newest first."""
    for row in Correction.objects.filter(start_notice=notice).select_related("by").order_by("-at", "-pk"):
        before = json.loads(row.before)
        wording = before.pop("wording")
        yield Change(at=row.at, by=row.by, reason=row.reason, wording=wording, before=before)


def _open(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "personal_id"}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
