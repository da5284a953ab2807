"""Whether two people may be the same one: decided from what they said, without a database. See docs/adr/0012.

A guess that is wrong costs more than one that is missed, so twins and other relatives who share an address, a number or
a birthday are kept apart: first names may differ by letters doubled, accents, scripts or two neighbours swapped, and
by nothing else (Anna and Anni, Anna and Hanna are sisters), and a birth date that is known of both must be the same, or
one slip away.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations, groupby

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.spellings import MENDED, latin_words, national_number, one_slip_apart
from core.names import normalised_email

MOST_ALIKE = 50
"""So many who share an address or number have an office's: nothing follows from it but with the whole name."""


class Reason(TextChoices):
    """Why two may be one, the strongest first."""

    EMAIL_AND_BIRTH = "email_birth", _("Same name, same e-mail and same date of birth")
    EMAIL = "email", _("Same name and same e-mail")
    BIRTH = "birth", _("Same name and same date of birth")
    PHONE = "phone", _("Same name and same phone number")
    EMAIL_BIRTH_SLIP = (
        "email_birth_slip",
        _("Same name and same e-mail; the dates of birth differ by what may be a slip"),
    )
    EMAIL_SLIP = "email_slip", _("Same e-mail; the names differ by what may be a slip")
    BIRTH_SLIP = "birth_slip", _("Same date of birth; the names differ by what may be a slip")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one person said of themselves, `pk` whose it is."""

    pk: int
    first_name: str
    last_name: str
    email: str
    phone: str
    birth_date: date | None


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """`one` has been known for longer than `other`."""

    one: int
    other: int
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class _Marks:
    pk: int
    first: tuple[str, ...]
    last: tuple[str, ...]
    email: str
    phone: str
    born: date | None


def alike(people: Iterable[Said]) -> list[Likeness]:
    """Every two of `people` who may be one, with the strongest reason, strongest first. Linear in their number.

    Two are held against each other when they share an address, a number or a birthday, and one of their names roughly.
    """
    everybody = list(people)
    shared = {mark for mark, number in Counter(chain.from_iterable(map(_evidence, everybody))).items() if number > 1}
    buckets: dict[tuple[object, ...], dict[int, _Marks]] = {}
    for said in everybody:
        if not shared.isdisjoint(_evidence(said)):
            marks = _marks(said)
            for key in _keys(marks, shared):
                buckets.setdefault(key, {})[marks.pk] = marks
    found: dict[tuple[int, int], Reason] = {}
    for bucket in buckets.values():
        for one, other in _pairs(list(bucket.values())):
            if reason := _reason(one, other):
                found[min(one.pk, other.pk), max(one.pk, other.pk)] = reason
    order = list(Reason)
    rows = [Likeness(one=one, other=other, reason=reason) for (one, other), reason in found.items()]
    return sorted(rows, key=lambda row: (order.index(row.reason), row.one, row.other))


def reason_for(one: Said, other: Said) -> Reason | None:
    """Why these two may be one; None when nothing speaks for it, or something against."""
    return _reason(_marks(one), _marks(other))


def _marks(said: Said) -> _Marks:
    return _Marks(
        pk=said.pk,
        first=latin_words(said.first_name),
        last=latin_words(said.last_name),
        email=normalised_email(said.email),
        phone=national_number(said.phone),
        born=said.birth_date,
    )


def _evidence(said: Said) -> set[tuple[str, object]]:
    """What two may share, without their names."""
    marks = {
        ("email", normalised_email(said.email)),
        ("phone", national_number(said.phone)),
        ("born", said.birth_date),
    }
    return {mark for mark in marks if mark[1]}


def _keys(marks: _Marks, shared: Collection[tuple[str, object]]) -> Iterator[tuple[object, ...]]:
    """Under which two that `_reason` would name always meet: a name's letters, each once, in order of the alphabet."""
    for evidence in (("email", marks.email), ("phone", marks.phone), ("born", marks.born)):
        if evidence in shared:
            for name in {marks.first, marks.last}:
                yield *evidence, tuple(sorted(map(_letters, name)))


def _letters(word: str) -> str:
    return "".join(sorted(_undoubled(word)))


def _undoubled(word: str) -> str:
    return "".join(letter for letter, _again in groupby(word))


def _pairs(bucket: list[_Marks]) -> Iterator[tuple[_Marks, _Marks]]:
    """All pairs of a few; of many only those with the very same names."""
    if len(bucket) <= MOST_ALIKE:
        yield from combinations(bucket, 2)
        return
    same: dict[frozenset[tuple[str, ...]], list[_Marks]] = {}
    for marks in bucket:
        same.setdefault(frozenset([marks.first, marks.last]), []).append(marks)
    for group in same.values():
        yield from combinations(group[:MOST_ALIKE], 2)


def _reason(one: _Marks, other: _Marks) -> Reason | None:
    """:return: None for the same row too"""
    if one.pk == other.pk or not (one.first and one.last and other.first and other.last):
        return None
    dated = one.born is not None and other.born is not None
    same_day = dated and one.born == other.born
    near_day = dated and not same_day and _near_days(one.born, other.born)
    if dated and not same_day and not near_day:
        return None
    same_email = bool(one.email) and one.email == other.email
    if {one.first, one.last} == {other.first, other.last}:
        return _of_namesakes(one, other, same_email=same_email, same_day=same_day, near_day=near_day)
    if near_day or not _near_names(one, other):
        return None
    if same_email:
        return Reason.EMAIL_SLIP
    return Reason.BIRTH_SLIP if same_day else None


def _of_namesakes(one: _Marks, other: _Marks, *, same_email: bool, same_day: bool, near_day: bool) -> Reason | None:
    if same_email:
        return Reason.EMAIL_BIRTH_SLIP if near_day else Reason.EMAIL_AND_BIRTH if same_day else Reason.EMAIL
    if same_day:
        return Reason.BIRTH
    same_phone = bool(one.phone) and one.phone == other.phone
    return Reason.PHONE if same_phone and not near_day else None


def _near_names(one: _Marks, other: _Marks) -> bool:
    """One of the two names is the same, and the other differs by a slip of the finger."""
    if one.first == other.first:
        last, others = "".join(one.last), "".join(other.last)
        return min(len(last), len(others)) >= MENDED and one_slip_apart(last, others)
    return one.last == other.last and _near_first("".join(one.first), "".join(other.first))


def _near_first(one: str, other: str) -> bool:
    """Another letter is another name: only a doubled one, or two neighbours swapped, is a slip."""
    if _undoubled(one) == _undoubled(other):
        return True
    return len(one) == len(other) and sorted(one) == sorted(other) and one_slip_apart(one, other)


def _near_days(one: date | None, other: date | None) -> bool:
    """One figure differs, or day and month have changed places."""
    if one is None or other is None:
        return False
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    pairs = zip(one.isoformat(), other.isoformat(), strict=True)
    return sum(a != b for a, b in pairs) == 1
