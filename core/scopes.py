from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Scopes:
    """Where somebody may do something: opaque keys such as `organisation:3`, `project:1`, `event:7`."""

    keys: frozenset[str]

    def ids(self, kind: str) -> frozenset[int]:
        """The primary keys of one kind of scope."""
        prefix = f"{kind}:"
        return frozenset(int(key.removeprefix(prefix)) for key in self.keys if key.startswith(prefix))

    def touch(self, keys: Iterable[str]) -> bool:
        """Whether something lying in any of the scopes `keys` is within reach."""
        return not self.keys.isdisjoint(keys)
