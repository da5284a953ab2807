"""What apps tell about their streams, by the kind before the colon of a stream's name; registered from `apps.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Snapshot = Callable[[str], dict[str, Any]]
Read = Callable[[str, datetime], Any]


@dataclass(frozen=True)
class Source:
    """`snapshot` reads all that a newcomer needs; a state's reader gives a value of which only the newest matters."""

    snapshot: Snapshot
    states: dict[str, Read] = field(default_factory=dict)


_sources: dict[str, Source] = {}


def register(kind: str, source: Source) -> None:
    _sources[kind] = source


def source_of(stream: str) -> Source:
    """The source of `stream`.

    :raises KeyError: if no app streams this kind
    """
    return _sources[stream.partition(":")[0]]
