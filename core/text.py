"""Text as it comes in: what people type or paste, fit for every format that we write, and keys that pages send."""

import re

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""What no XML may hold (XML 1.0, production 2), and DEL; word processors leave such characters behind."""
LONGEST_KEY = 18
"""Digits of which every number is a 64-bit key."""


def printable(text: str) -> str:
    return UNPRINTABLE.sub("", text)


def key_of(text: str) -> int:
    """A row's key; 0, which no row has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else 0
