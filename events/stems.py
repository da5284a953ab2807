"""Words as the search compares them. What it can and cannot do is told in docs/search.md.

A word becomes a few keys: its stem by the language's own rules (Snowball; for Ukrainian a list of endings), and the
stem's other grades where Finnish changes consonants (`katu`, `kadun`). Two words are alike when they share a key.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

EDITION = 2
"""Raise it when the rules change: entries of an older edition are written anew at the next start."""

LONGEST = 60
AT_MOST = 8
"""Words of a query that are looked at."""

WORD = re.compile(r"[^\W_ʼ]+(?:['’ʼ][^\W_ʼ]+)*")  # Unicode counts the last of these signs among the letters
APOSTROPHES = str.maketrans("", "", "'’ʼ")
VOWELS = "aeiouyäöå"

INSIDE = 4
"""From so many letters on a key is looked for inside words too, as Finnish and Swedish join them."""


class Match(NamedTuple):
    """How a key is looked for: Django's lookup, and letters and digits alone, so no wildcard."""

    lookup: str
    key: str


_snowball = {
    code: snowballstemmer.stemmer(name) for code, name in (("fi", "finnish"), ("sv", "swedish"), ("en", "english"))
}

WEAKER = {
    "pp": "p", "tt": "t", "kk": "k", "mp": "mm", "nt": "nn", "nk": "ng", "lt": "ll", "rt": "rr",
    "lp": "lv", "rp": "rv", "ht": "hd", "hk": "h", "lk": "l", "rk": "r", "p": "v", "t": "d", "k": "",
}  # fmt: skip
GRADE = re.compile(
    rf"(?:(?P<a>.*)(?P<x>pp|tt|kk)|(?P<b>.*[{VOWELS}])(?P<y>mp|nt|nk|lt|rt|lp|rp|ht|hk|lk|rk|p|t|k))(?P<end>[{VOWELS}]?)"
)
OF_STEMS = (
    (re.compile(r"([uy])(?:d|t|ks|de|te|kse)$"), r"\1s"),  # työttömyyden, koulutuksen: työttömyys, koulutus
    (re.compile(r"(?:de|te)$"), "si"),  # käden: käsi
    (re.compile(r"s[te]$"), "s"),  # ihmisen: ihmis-
    (re.compile(r"e$"), "i"),  # kielen: kieli
    (re.compile(r"(?<=[hklmnprstv])i$"), ""),  # nuori: nuor-
    (re.compile(r"ej$|im$"), ""),  # passeja, puhelimen: pass-, puhel-
    (re.compile(r"(yö|uo|ie)(?:h[öoe]|ss|st|ll|lt)$"), r"\1"),  # työhön, työssä: työ
)
OF_WORDS = (
    (re.compile(r"nen$"), "s"),  # ihminen: ihmis-
    (re.compile(r"(?<=[nlr])t[aä]$"), "t"),  # ranta, ilta: no partitives
    (re.compile(r"(?<=p)si$"), "s"),  # lapsi: no possessive
    (re.compile(r"([uy])st[aä]$"), r"\1s"),  # ohjausta: no elative
    (re.compile(r"(?<=nk)in$"), ""),  # pankin: no -kin
    (re.compile(r"t([oö])n$"), r"tt\1m"),  # työtön: työttöm-
    (re.compile(r"(?<=[lnrs])ten$"), ""),  # nuorten, ihmisten
    (re.compile(r"töi\w{1,4}$"), "työ"),  # töitä, kesätöihin
    (re.compile(r"(kk|pp|tt)([aä])(?:\2|i)\w{0,5}$"), lambda found: f"{found[1][0]}{found[2]}s"),  # oppaan: opas
)

ENDINGS = """
    ами ями ові еві ого ому ими іми ість ості істю ення енню анням енням ання анню ів їв ей ою ею єю ам ям ах ях ий ій
    ої ую юю их ім им а я о е є и і ї у ю й ь
"""
UKRAINIAN = tuple(sorted(ENDINGS.split(), key=len, reverse=True))
LAST_I = re.compile(r"і([бвгґджзйклмнпрстфхцчшщ]+)$")
BEFORE_I, HARD = re.compile(r"[цз]$"), {"ц": "к", "з": "г"}
FLEETING = re.compile(r"[оеє]([кнлрцв])$")


def words(text: str) -> list[str]:
    """The words of a text in small letters. A hyphen parts them; an apostrophe does not."""
    plain = unicodedata.normalize("NFC", text.replace("\x00", " ")).casefold()
    return [word.translate(APOSTROPHES)[:LONGEST] for word in WORD.findall(plain)]


@lru_cache(maxsize=20_000)
def keys(word: str, language: str) -> frozenset[str]:
    """The keys of one word, taken as a word of `language`."""
    if word.isdecimal():
        return frozenset({word})
    if language == "uk":
        return _ukrainian(word)
    stem = _snowball[language].stemWord(word)
    if language == "fi":
        return _finnish(word, stem)
    whole = language == "sv" and word.endswith("s")  # a genitive, or a word such as kurs
    return frozenset({stem, word} if whole else {stem})


def keys_of(texts: Iterable[tuple[str, str]]) -> set[str]:
    """Every key of texts that come as (language, text)."""
    return {key for language, text in texts for word in set(words(text)) for key in keys(word, language)}


def sought(query: str) -> list[list[Match]]:
    """For each word of a query the matches one of which a key has.

    The query's language is not known, so each word is tried in all of them.
    """
    return [_matches(word) for word in dict.fromkeys(words(query)[:AT_MOST])]


def _matches(word: str) -> list[Match]:
    found = {key for language in ("fi", "sv", "en", "uk") for key in keys(word, language)}
    long = {key for key in found if len(key) >= INSIDE}
    short = {key for key in found - long if key != word}
    starts = {word} if len(word) < INSIDE else set()
    needed = {key for key in long if not any(other != key and other in key for other in long)}
    return [
        *(Match("contains", key) for key in sorted(needed)),
        *(Match("startswith", key) for key in starts),
        *(Match("exact", key) for key in sorted(short)),
    ]


def _finnish(word: str, stem: str) -> frozenset[str]:
    """The stem, its weak grade, and the stems where another rule leads."""
    doubled = stem + stem[-1:]
    if word.startswith(doubled) and stem[-1:] not in VOWELS:  # Snowball has cut a double consonant
        stem = doubled
    found = {stem, *(other for pattern, into in OF_WORDS if (other := pattern.sub(into, word)) != word)}
    weak = {_weaker(each) for each in found}
    related = {pattern.sub(into, stem) for pattern, into in OF_STEMS}
    return frozenset(filter(None, found | weak | related))


def _weaker(stem: str) -> str:
    match = GRADE.fullmatch(stem)
    if match is None:
        return ""
    start, strong = (match["a"], match["x"]) if match["x"] else (match["b"], match["y"])
    return f"{start}{WEAKER[strong]}{match['end']}"


def _ukrainian(word: str) -> frozenset[str]:
    """Without its ending, and with the sounds that endings change: `захід`, `заходу`; `карток`, `картка`."""
    ending = next((end for end in UKRAINIAN if word.endswith(end) and len(word) - len(end) >= INSIDE - 1), "")
    stem = word.removesuffix(ending)
    changed = {LAST_I.sub(r"о\1", stem), BEFORE_I.sub(lambda found: HARD[found[0]], stem)}
    if len(stem) > INSIDE:
        changed.add(FLEETING.sub(r"\1", stem))
    return frozenset({stem, *changed})
