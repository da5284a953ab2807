"""Two people turn out to be one: which of their spells in a project were the same spell. No database is asked.

One person is counted once in a project, by the first spell and its answers, and results are those of the last exit
(the domain notes, 1.3; EGESIF/ESF+ guidance on common indicators). So spells that overlap become one, which begins with
the first and ends with the last of them; spells apart from each other stay spells of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Spell:
    """A participation's days, and its background form's key; `ended_on` is None while it goes on.

    `counted`: whether it is in the figures, or staff have taken it out.
    """

    pk: int
    started_on: date
    ended_on: date | None
    notice: int | None
    counted: bool = True


@dataclass(frozen=True, kw_only=True)
class Joined:
    """`kept` stays, with these values; `absorbed` were the same spell."""

    kept: Spell
    absorbed: tuple[Spell, ...]
    ended_on: date | None
    notice: int | None


def joined(spells: Iterable[Spell]) -> list[Joined]:
    """The spells of one person in one project that overlap, each group as one. Those that stand alone are not told.

    The answers are those of the first spell that has any: a form that came late completes the spell it belongs to. A
    spell that does not count takes no days from one that does, and gives it none: it is absorbed by it as it is.
    """
    ordered = sorted(spells, key=lambda each: (each.started_on, each.pk))
    groups = _overlapping(spell for spell in ordered if spell.counted)
    apart: list[Spell] = []
    for spell in ordered:
        if not spell.counted:
            home = next((group for group in groups if any(_touch(spell, each) for each in group)), apart)
            home.append(spell)
    return [_one(group) for group in [*groups, *_overlapping(apart)] if len(group) > 1]


def _overlapping(ordered: Iterable[Spell]) -> list[list[Spell]]:
    groups: list[list[Spell]] = []
    until = date.min
    for spell in ordered:
        if groups and spell.started_on <= until:
            groups[-1].append(spell)
        else:
            groups.append([spell])
            until = date.min
        until = max(until, spell.ended_on or date.max)
    return groups


def _touch(one: Spell, other: Spell) -> bool:
    return one.started_on <= (other.ended_on or date.max) and other.started_on <= (one.ended_on or date.max)


def _one(group: list[Spell]) -> Joined:
    """Those that count stand first in `group`, if there are any."""
    ends = [spell.ended_on for spell in group if spell.counted == group[0].counted]
    return Joined(
        kept=group[0],
        absorbed=tuple(group[1:]),
        ended_on=None if None in ends else max(end for end in ends if end),
        notice=next((spell.notice for spell in group if spell.notice), None),
    )
