"""Home municipalities on a day: an abolished one counts as its successor from the successor's first day on."""

from dataclasses import dataclass
from datetime import date

from esf.enums import ABROAD
from esf.rules.indicators import RURAL
from events.models import Municipality

LONGEST_CHAIN = 10
"""A register that names successors in a circle must not hold a report up."""


@dataclass(frozen=True, kw_only=True)
class Towns:
    """The register as of one day. `now` is the code under which each code counts."""

    now: dict[str, str]
    names: dict[str, str]
    degurba: dict[str, int]

    def counted_as(self, code: str) -> str:
        return self.now.get(code, code)

    def codes(self) -> dict[str, frozenset[str]]:
        """By municipality, the codes that count as it."""
        found: dict[str, set[str]] = {}
        for code, current in self.now.items():
            found.setdefault(current, set()).add(code)
        return {current: frozenset(members) for current, members in found.items()}

    def rural(self) -> frozenset[str]:
        return frozenset(code for code, degree in self.degurba.items() if degree == RURAL)

    def name(self, code: str) -> str:
        """Empty for who lives abroad, the bare code where the register does not know it."""
        return "" if code == ABROAD else self.names.get(code, code)


def on(day: date) -> Towns:
    """Read the register. One query."""
    register = {town.code: town for town in Municipality.objects.all()}
    return Towns(
        now={code: _current(code, register, day) for code in register},
        names={code: town.name for code, town in register.items()},
        degurba={code: degree for code in register if (degree := _degurba(code, register)) is not None},
    )


def _current(code: str, register: dict[str, Municipality], day: date) -> str:
    for _step in range(LONGEST_CHAIN):
        town = register[code]
        if town.valid_to is None or day <= town.valid_to or town.successor_id not in register:
            return code
        code = town.successor_id
    return code


def _degurba(code: str, register: dict[str, Municipality]) -> int | None:
    """A home's own degree of urbanisation; that of the successor where an abolished one has none."""
    for _step in range(LONGEST_CHAIN):
        town = register[code]
        if town.degurba is not None or town.successor_id not in register:
            return town.degurba
        code = town.successor_id
    return None
