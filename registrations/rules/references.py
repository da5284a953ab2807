"""Finnish reference numbers (viitenumero), by which a payment finds its invoice: 4 to 20 digits, by Finance Finland."""

import re

WEIGHTS = (7, 3, 1)
LONGEST = 20


def reference(base: int) -> str:
    """The reference number of `base`, with its check digit at the end.

    :param base: at least three digits
    """
    digits = f"{base:03d}"
    return digits + str(_check(digits))


def is_reference(text: str) -> bool:
    """Whether this is a reference number, however it was written."""
    digits = compact(text)
    return 4 <= len(digits) <= LONGEST and digits.isdecimal() and _check(digits[:-1]) == int(digits[-1])  # noqa: PLR2004


def compact(text: str) -> str:
    """The digits of a reference as banks write it: without spaces and leading zeros, and out of an RF reference.

    An international reference (ISO 11649) that carries a Finnish one is `RF`, two check digits and the Finnish one.
    """
    bare = re.sub(r"\s", "", text).upper()
    if re.fullmatch(r"RF\d{2}\d+", bare):
        bare = bare[4:]
    return bare.lstrip("0")


def grouped(digits: str) -> str:
    """In groups of five from the right, as it stands on invoices."""
    start = len(digits) % 5
    groups = [digits[:start], *(digits[at : at + 5] for at in range(start, len(digits), 5))]
    return " ".join(group for group in groups if group)


def _check(digits: str) -> int:
    total = sum(int(digit) * WEIGHTS[at % len(WEIGHTS)] for at, digit in enumerate(reversed(digits)))
    return -total % 10
