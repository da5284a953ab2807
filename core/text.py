"""Text that people type or paste, fit for every format that we write."""

import re

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""What no XML may hold (XML 1.0, production 2), and DEL; word processors leave such characters behind."""


def printable(text: str) -> str:
    return UNPRINTABLE.sub("", text)
