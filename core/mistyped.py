"""E-mail addresses that are probably typed wrong, told before mail goes there. A guess, to be asked about."""

import re
from functools import cache
from itertools import chain

COMMON = (
    "gmail.com", "hotmail.com", "outlook.com", "icloud.com", "yahoo.com", "live.com", "hotmail.fi", "outlook.fi",
    "live.fi", "yahoo.fi", "luukku.com", "kolumbus.fi", "elisanet.fi", "suomi24.fi", "saunalahti.fi", "pp.inet.fi",
    "netti.fi", "dnainternet.net", "welho.com", "jippii.fi", "surffi.fi", "anvianet.fi", "proton.me", "protonmail.com",
    "ukr.net", "i.ua", "meta.ua", "bigmir.net",
)  # fmt: skip
"""Where people in Finland have their mail, the most usual first."""

ALSO_RIGHT = frozenset(
    {
        "mail.com", "email.com", "ymail.com", "gmx.com", "gmx.net", "gmx.de", "googlemail.com", "me.com", "mac.com",
        "msn.com", "aol.com", "mail.fi", "mail.net", "inet.fi", "elisa.fi", "dna.fi", "telia.fi", "telia.ee",
        "hotmail.se", "hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.es", "hotmail.it", "hotmail.no",
        "outlook.de", "outlook.fr", "outlook.es", "outlook.ee", "live.se", "live.no", "live.dk", "live.fr", "live.de",
        "live.nl", "live.co.uk", "live.ca", "yahoo.se", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "yahoo.no",
        "yahoo.dk", "yahoo.co.uk", "yahoo.co", "yahoo.ca", "pm.me", "proton.ch", "protonmail.ch", "mail.ee",
        "telia.com", "delta.com", "netti.com", "hot.ee", "mail.de", "ukr.ua", "online.ua",
    }
)  # fmt: skip
"""Right as they are, though one could be taken for one of the former."""

TWO_EDITS_FROM = 9
"""Characters of a domain in which two edits are still a slip; one is forgiven from seven on."""
ONE_EDIT_FROM = 7


def suggestion(email: str) -> str | None:
    """The address that was probably meant by `email`, or None where nothing looks wrong.

    What it returns is never doubted itself. The part before the `@` is never changed but for spaces.
    """
    typed = email.strip()
    tidy = re.sub(r"\s+", "", typed)
    name, at, domain = re.sub(r"[@＠]+", "@", tidy).rpartition("@")
    name, domain = name.strip("."), _domain(domain)
    if not name or not at or "@" in name or "." not in domain:
        return None
    meant = f"{name}@{domain}"
    return meant if meant != f"{typed.rpartition('@')[0]}@{typed.rpartition('@')[2].lower()}" else None


def _domain(typed: str) -> str:
    """Commas and double dots are dots, and outer ones go; then the nearest common domain, if one is near."""
    domain = re.sub(r"[.,;]+", ".", typed.lower()).strip(".")
    return _nearest(domain[:100])


@cache
def _dotless() -> dict[str, str]:
    return {each.replace(".", ""): each for each in reversed(COMMON)}


def _nearest(domain: str) -> str:
    if domain in COMMON or domain in ALSO_RIGHT:
        return domain
    if domain in _dotless():
        return _dotless()[domain]
    for edits in (1, 2):
        least = ONE_EDIT_FROM if edits == 1 else TWO_EDITS_FROM
        near = (each for each in COMMON if len(each) >= least and _within(domain, each, edits))
        if found := next(near, None):
            return found
    return domain


def _within(one: str, other: str, edits: int) -> bool:
    """Whether so few letters lost, added, changed or swapped with their neighbour make `one` of `other`."""
    return abs(len(one) - len(other)) <= edits and _distance(one, other) <= edits


def _distance(one: str, other: str) -> int:
    """Damerau and Levenshtein's, in its restricted form: no piece is edited twice."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, last = last, current
    return last[-1]


RIGHT = frozenset(chain(COMMON, ALSO_RIGHT))
