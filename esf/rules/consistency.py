"""What must hold among the figures of one report, whatever they are of. A failure means that something is wrong here.

ESF+ validation rules of the Commission's system for common indicators (SFC2021, table 6), and what follows from the
definitions of Annex I of Regulations (EU) 2021/1057 and (EU) No 1304/2013.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from esf.enums import Profile


@dataclass(frozen=True, kw_only=True)
class Check:
    """The sum of `parts` equals the sum of `whole`, or is not above it."""

    parts: tuple[str, ...]
    sign: Literal["=", "≤"]
    whole: tuple[str, ...]

    def holds(self, figures: Mapping[str, int]) -> bool:
        part, whole = (sum(figures[code] for code in codes) for codes in (self.parts, self.whole))
        return part == whole if self.sign == "=" else part <= whole

    def __str__(self) -> str:
        return f"{' + '.join(self.parts)} {self.sign} {' + '.join(self.whole)}"


def _equal(whole: str, *parts: str) -> Check:
    return Check(parts=parts, sign="=", whole=(whole,))


def _within(parts: str, whole: str) -> Check:
    return Check(parts=tuple(parts.split()), sign="≤", whole=tuple(whole.split()))


CHECKS: Mapping[Profile, Sequence[Check]] = {
    Profile.ESFPLUS_2021: (
        _equal("EECO01", "EECO02", "EECO04", "EECO05"),
        _within("EECO03", "EECO02"),
        _within("EECO06 EECO07 EECO08", "EECO01"),
        _equal("EECO01", "EECO09", "EECO10", "EECO11"),
        *(_within(f"EECO{number}", "EECO01") for number in range(12, 18)),
        _within("EECR01", "EECO04"),
        _within("EECR02", "EECO01"),
        _within("EECR03", "EECO01"),
        _within("EECR04", "EECO02 EECO04"),
        _within("EECR05", "EECO02 EECO04"),
        _within("EECR06", "EECO05"),
    ),
    Profile.ESF_2014: (
        _equal("CO00", "CO01", "CO03", "CO05"),
        _within("CO02", "CO01"),
        _within("CO04", "CO03"),
        _within("CO06 CO07", "CO00"),
        _within("CO08", "CO07"),
        _within("CO09 CO10 CO11", "CO00"),
        *(_within(f"CO{number}", "CO00") for number in range(15, 20)),
        _within("CR01", "CO03"),
        _within("CR02", "CO00"),
        _within("CR03", "CO00"),
        _within("CR04", "CO01 CO03"),
        _within("CR05", "CO00"),
        _within("CR06", "CO01 CO03"),
        _within("CR07", "CO05"),
        _within("CR08", "CR06"),
        _within("CR09", "CR06"),
    ),
}


def failures(figures: Mapping[str, int], profile: Profile) -> tuple[Check, ...]:
    """The checks that `figures`, by indicator, do not pass. An estimate may fail one; a count cannot."""
    return tuple(check for check in CHECKS[profile] if not check.holds(figures))
