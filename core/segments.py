"""How long a text message is: in the 7-bit alphabet of phones where that has all its letters, else in UCS-2.

Source: 3GPP TS 23.038, sections 6.1.1 and 6.2.1 (the default alphabet and its extension), TS 23.040, section 9.2.3.24
(messages in several parts: six bytes of each say which part it is).
"""

from dataclasses import dataclass

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
OF_TWO = frozenset("^{}\\[~]|€\f")
"""Characters of the extension, each behind an escape."""
PLAIN = str.maketrans({"–": "-", "—": "-", "‑": "-", "’": "'", "‘": "'", "”": '"', "“": '"', "…": "...", "\u00a0": " "})
"""Signs of print that would halve what fits in: phones have others for them."""
A_PART, A_WIDE_PART = 153, 67
"""Units of one part of a longer message."""


@dataclass(frozen=True)
class Segments:
    """Length in `units` (septets, or 16-bit units where `wide`) and how many messages are paid for."""

    units: int
    parts: int
    wide: bool


def count(text: str) -> Segments:
    """Measure `text` as a phone would send it."""
    wide = not all(letter in ALPHABET or letter in OF_TWO for letter in text)
    units = len(text.encode("utf-16-le")) // 2 if wide else len(text) + sum(letter in OF_TWO for letter in text)
    whole, part = (70, A_WIDE_PART) if wide else (160, A_PART)
    return Segments(units, 1 if units <= whole else -(-units // part), wide)


def plain(text: str) -> str:
    """`text` with the signs of print replaced by those that phones have."""
    return text.translate(PLAIN)


def shortened(text: str, at_most: int) -> str:
    """`text`, cut between words where it has more than `at_most` characters."""
    if len(text) <= at_most:
        return text
    cut = text[: at_most - 3]
    words = cut.rpartition(" ")[0]
    return (words if len(words) > at_most // 2 else cut).rstrip(" ,;:-") + "..."
