"""Who may do what, decided without a database."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.enums import Permission, Role

MAY: dict[str, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ORGANISER: frozenset(Permission) - {Permission.MANAGE_MEMBERS},
    Role.TEACHER: frozenset({Permission.SEE_PEOPLE, Permission.CHECK_IN}),
    Role.DOOR: frozenset({Permission.CHECK_IN}),
    Role.READER: frozenset({Permission.SEE_REPORTS}),
}


def roles_allowing(permission: Permission) -> frozenset[str]:
    return frozenset(role for role, allowed in MAY.items() if permission in allowed)


@dataclass(frozen=True)
class Scopes:
    """Where somebody may do something: keys such as `organisation:3`, `project:1`, `event:7`."""

    keys: frozenset[str]

    def ids(self, kind: str) -> frozenset[int]:
        """The primary keys of one kind of scope."""
        prefix = f"{kind}:"
        return frozenset(int(key.removeprefix(prefix)) for key in self.keys if key.startswith(prefix))

    def touch(self, keys: Iterable[str]) -> bool:
        """Whether something lying in any of the scopes `keys` is within reach."""
        return not self.keys.isdisjoint(keys)
