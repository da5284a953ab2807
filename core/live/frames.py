"""Frames of protocol vf1: JSON objects `{t, id?, ch?, sq?, ts?, d?}`; docs/vf1.md explains every type."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any

SUBPROTOCOL = "vf1"
HEARTBEAT_SECONDS = 20
LARGEST_FRAME = 64 * 1024
"""Bytes of one frame from a client."""
LARGEST_BATCH = 100_000
"""Characters of events in one frame to a client, at most four bytes each; daphne sends at most a mebibyte."""


class Close(IntEnum):
    """Why a socket is closed. daphne can close only with 1000 and 3000-4999, and wants `value`, a plain int."""

    TOO_BIG = 4009
    RESTART = 4012
    SIGN_IN = 4401
    NOT_ALLOWED = 4403
    TOO_SLOW = 4408
    REPLACED = 4409
    TOO_OLD = 4426
    TOO_MANY = 4429


def encode(t: str, **parts: Any) -> str:
    """One frame as text; parts that are None are left out."""
    return to_json({"t": t, **{name: part for name, part in parts.items() if part is not None}})


def encode_event(*, t: str, ch: str, sq: int, at: datetime, d: dict[str, Any]) -> str:
    """A durable event as every listener gets it, encoded once."""
    return encode(t, ch=ch, sq=sq, ts=at.isoformat(), d=d)


def encode_batch(t: str, *, events: Iterable[str], raw: Mapping[str, str] = MappingProxyType({}), **parts: Any) -> str:
    """A frame whose `events`, and whose parts in `raw`, are JSON already."""
    ready = {**raw, "events": f"[{','.join(events)}]"}
    return encode(t, **parts)[:-1] + "".join(f',"{name}":{text}' for name, text in ready.items()) + "}"


def in_batches(events: Iterable[str]) -> list[list[str]]:
    """Events cut into frames that no server refuses to send; one empty batch for none."""
    batches: list[list[str]] = [[]]
    size = 0
    for event in events:
        size += len(event)
        if size > LARGEST_BATCH and batches[-1]:
            batches.append([])
            size = len(event)
        batches[-1].append(event)
    return batches


def gone(ch: str, sq: int) -> str:
    """What stands in the place of an event whose content was hidden or erased."""
    return encode("gone", ch=ch, sq=sq)


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
