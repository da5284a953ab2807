"""Applicants in order: by points, by lots, by arrival; and on the reserve list. Nothing here reads a database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from registrations.enums import MAY_FOLLOW, Basis, Stage

ALGORITHM = "sha256(seed:number)"
"""The lots' one algorithm: by the SHA-256 of the seed, a colon and the application's number, the least first."""

FULL_MARKS, ONE_DECIMAL = Decimal(100), Decimal("0.1")
UNRANKED = 10**9

FREES_A_SEAT = frozenset({Stage.TRANSFERRED, Stage.INTERRUPTED})
"""Whose seat an organiser may give to another: they have begun and will not go on."""
BY_THEMSELVES = frozenset({Stage.APPLIED, Stage.LAPSED})
"""What no organiser decides: somebody applies, or does not answer an offer."""
FOR_A_REASON = frozenset({Stage.ACCEPTED, Stage.WITHDRAWN, Stage.TRANSFERRED, Stage.INTERRUPTED})
"""What an organiser must say why, or how they know."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Points that one assessor gave for one criterion."""

    assessor: int
    criterion: int
    points: int
    out_of: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What puts one applicant before another. `score` of 100; None: nobody's points count yet."""

    number: int
    applied_at: datetime
    score: Decimal | None = None
    lot: int | None = None
    rank: int | None = None


def may_follow(before: str, after: str) -> bool:
    return after in MAY_FOLLOW.get(before, frozenset())


def mean(marks: Iterable[Mark], *, weights: Mapping[int, int], counting: Iterable[int]) -> Decimal | None:
    """The weighted mean of 100 that an applicant gets from the assessors that count; None: from nobody.

    Each assessor's own mean weighs the same; one who has not judged by every criterion does not count yet.

    :param weights: by criterion
    :param counting: who is neither removed nor disqualified
    """
    allowed, given = set(counting), dict[int, dict[int, Mark]]()
    for mark in marks:
        if mark.assessor in allowed and mark.criterion in weights:
            given.setdefault(mark.assessor, {})[mark.criterion] = mark
    means = [_own_mean(each, weights) for each in given.values() if len(each) == len(weights)]
    if not means:
        return None
    return (sum(means, Decimal(0)) / len(means)).quantize(ONE_DECIMAL, ROUND_HALF_UP)


def _own_mean(marks: Mapping[int, Mark], weights: Mapping[int, int]) -> Decimal:
    total = sum(weights.values())
    got = (weights[key] * Decimal(mark.points) / Decimal(mark.out_of) for key, mark in marks.items())
    return FULL_MARKS * sum(got, Decimal(0)) / total


def draw(seed: str, numbers: Iterable[int]) -> list[int]:
    """The numbers of applications in the order of their lots; the same for everybody who knows the seed."""
    return sorted(numbers, key=lambda number: (sha256(f"{seed}:{number}".encode()).hexdigest(), number))


def fingerprint(seed: str) -> str:
    """What is shown of a seed before lots are drawn: it cannot be another one afterwards."""
    return sha256(seed.encode()).hexdigest()


def in_order(standings: Iterable[Standing], basis: Basis) -> list[int]:
    """The numbers of applications, the first to be chosen first. Who has no points, or no lot, comes last."""

    def place(each: Standing) -> tuple[object, ...]:
        lot = each.lot if each.lot is not None else UNRANKED
        by_basis = {Basis.SCORE: -(each.score if each.score is not None else Decimal(-1)), Basis.LOTTERY: lot}
        return (by_basis.get(basis, 0), each.applied_at, each.number)

    return [each.number for each in sorted(standings, key=place)]


def reserve_order(standings: Sequence[Standing]) -> list[int]:
    """The reserve list: as put in order by hand; then by lots, where they were drawn; then by points and arrival."""

    def place(each: Standing) -> tuple[object, ...]:
        rank = each.rank if each.rank is not None else UNRANKED
        lot = each.lot if each.lot is not None else UNRANKED
        score = each.score if each.score is not None else Decimal(-1)
        return (rank, lot, -score, each.applied_at, each.number)

    return [each.number for each in sorted(standings, key=place)]


def slots(
    *,
    starts_at: datetime,
    ends_at: datetime,
    minutes: int,
    pause: int,
    breaks: Sequence[tuple[datetime, datetime]] = (),
) -> list[tuple[datetime, datetime]]:
    """Times for interviews of so many `minutes`, with a `pause` after each, none of which touches a break.

    All in absolute time: an hour is an hour also when the clocks change.
    """
    found, begins, length = [], starts_at.astimezone(UTC), timedelta(minutes=minutes)
    while begins + length <= ends_at:
        clash = next((over for start, over in breaks if begins < over and start < begins + length), None)
        if clash is not None:
            begins = clash.astimezone(UTC)
            continue
        found.append((begins, begins + length))
        begins += length + timedelta(minutes=pause)
    return found
