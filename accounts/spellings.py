"""How a person may be written by somebody who looks for them: see docs/adr/0011-people-by-spellings.md."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

EDITION = 1
"""Raised whenever the rules here change; the next start writes older spellings anew."""
LONGEST = 60
LONGEST_QUERY, MOST_WORDS = 100, 6
MAIL, PHONE, PHONE_END, SLIP = "@", "#", "~", "-"
"""What begins a spelling that is no name: a mail domain, a number, one read backwards, a word without one letter."""
BEGINS, MENDED, PHONE_BEGINS, PHONE_MENDED = 2, 4, 4, 7
"""Letters, or digits, from which on a beginning is looked for, and a slip is forgiven."""

APOSTROPHES = re.compile(r"['’ʼ`´]")
NUMBER = re.compile(r"(?<![\w@.-])\+?\(?\d[\d\s()/.-]{2,}\d(?![\w@])")
LETTERS = re.compile(r"[^\W_]+")
OTHER_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"})
ROMAN = {
    "а": "a",
    "б": "b",
    "в": "v",
    "г": "h",
    "ґ": "g",
    "д": "d",
    "е": "e",
    "є": "ie",
    "ж": "zh",
    "з": "z",
    "и": "y",
    "і": "i",
    "ї": "i",
    "й": "i",
    "к": "k",
    "л": "l",
    "м": "m",
    "н": "n",
    "о": "o",
    "п": "p",
    "р": "r",
    "с": "s",
    "т": "t",
    "у": "u",
    "ф": "f",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ь": "",
    "ю": "iu",
    "я": "ia",
}
ROMAN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
"""Ukraine's national table for passports (Cabinet of Ministers, resolution 55 of 27 January 2010)."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One thing that is looked for: whole, as a beginning, or with one wrong, missing, added or swapped letter."""

    whole: frozenset[str]
    begins: frozenset[str]
    slips: frozenset[str]

    def meant_by(self, words: frozenset[str]) -> bool:
        """Whether one of a person's `words` is what the term says, a slip forgiven. Sharing a slip is not enough."""
        return any(
            word in self.whole or any(map(word.startswith, self.begins)) or (self.slips and self._near(word))
            for word in words
        )

    def _near(self, word: str) -> bool:
        return any(one_slip_apart(word, whole) for whole in self.whole)


def spellings(*, first_name: str, last_name: str, email: str, phone: str) -> frozenset[str]:
    """All that a person is found by."""
    words = words_of(first_name=first_name, last_name=last_name, email=email, phone=phone)
    return words.union(*(slips(word) for word in words))


def words_of(*, first_name: str, last_name: str, email: str, phone: str) -> frozenset[str]:
    """The whole words among a person's spellings."""
    local, _at, domain = email.strip().rpartition(MAIL)
    return frozenset([*name_words(f"{first_name} {last_name}"), *_local(local), *_domain(domain), *_number(phone)])


def sought(text: str) -> list[Term]:
    """What somebody types, in its terms. Every one must be met."""
    text = unicodedata.normalize("NFKC", text)[:LONGEST_QUERY]
    numbers = [_number_term(found) for found in NUMBER.findall(text)]
    rest = NUMBER.sub(" ", text).split()
    return [*numbers, *(term for part in rest for term in _terms(part))][:MOST_WORDS]


def name_words(text: str) -> frozenset[str]:
    """Names as they are compared, without capitals and accents.

    A double name is there in parts and in one; a Cyrillic one also in Latin letters.
    """
    return frozenset(spelt for part in _plain(text).split() for word in _parts(part) for spelt in _scripts(word))


def latin_words(text: str) -> tuple[str, ...]:
    """The words of a name in their order, in plain Latin letters without capitals and accents; hyphens part them."""
    return tuple(list(_scripts(word))[-1] for word in LETTERS.findall(_plain(text)))


def national_number(phone: str) -> str:
    """Digits by which two ways to write one number are the same."""
    return _national(phone)


def slips(word: str) -> frozenset[str]:
    """`word` with each letter left out in turn. Nothing for short ones, numbers in an address, and mail domains."""
    body, mark = (word[1:], word[:1]) if word.startswith(PHONE) else (word, "")
    short = len(body) < (PHONE_MENDED if mark else MENDED)
    if short or word.startswith((MAIL, PHONE_END)) or word.isdecimal():
        return frozenset()
    return frozenset(f"{SLIP}{mark}{body[:at]}{body[at + 1 :]}" for at in range(len(body)))


def one_slip_apart(one: str, other: str) -> bool:
    """Whether they are the same but for one letter wrong, missing or added, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    if one[1:] == other[1:] or one[1:] == other or one == other[1:]:
        return True
    return one[2:] == other[2:] and one[:2] == other[1::-1]


def _terms(part: str) -> Iterator[Term]:
    local, at, domain = part.rpartition(MAIL)
    for word in LETTERS.findall(_plain(local if at else domain)):
        yield _term(frozenset(_scripts(word)))
    if at and domain:
        yield Term(whole=frozenset(_domain(domain)), begins=frozenset(_domain(domain)), slips=frozenset())


def _term(whole: frozenset[str]) -> Term:
    return Term(
        whole=whole,
        begins=frozenset(word for word in whole if len(word) >= BEGINS),
        slips=frozenset[str]().union(*map(_slipped, whole)),
    )


def _number_term(text: str) -> Term:
    number = _national(text)
    return Term(
        whole=frozenset([PHONE + number]),
        begins=frozenset([PHONE + number, PHONE_END + number[::-1]] if len(number) >= PHONE_BEGINS else []),
        slips=_slipped(PHONE + number),
    )


def _slipped(word: str) -> frozenset[str]:
    """What `word` shares with whatever is one slip apart: a letter less, a letter more, or both with one left out."""
    missing = slips(word)
    return missing | {SLIP + word} | {slip.removeprefix(SLIP) for slip in missing} if missing else missing


def _plain(text: str) -> str:
    return APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())


def _parts(name: str) -> Iterator[str]:
    """`mäki-turja` is `mäki`, `turja` and `mäkiturja`."""
    parts = LETTERS.findall(name)
    yield from parts
    if len(parts) > 1:
        yield "".join(parts)


def _scripts(word: str) -> Iterator[str]:
    yield _folded(word)[:LONGEST]
    if any(letter in ROMAN for letter in word):
        yield _folded(_roman(word))[:LONGEST]


def _folded(word: str) -> str:
    """No accents, no dots: who types `maki` means Mäki too."""
    apart = unicodedata.normalize("NFKD", word.translate(OTHER_LETTERS))
    return unicodedata.normalize("NFC", "".join(each for each in apart if not unicodedata.combining(each)))


def _roman(word: str) -> str:
    first = ROMAN_FIRST.get(word[0], ROMAN.get(word[0], word[0]))
    rest = word[1:].replace("зг", "zgh") if word[0] != "з" or word[1:2] != "г" else f"gh{word[2:]}".replace("зг", "zgh")
    return first + "".join(ROMAN.get(letter, letter) for letter in rest)


def _local(local: str) -> frozenset[str]:
    """Its parts; those of a double name are not written together a second time."""
    return name_words(" ".join(LETTERS.findall(local)))


def _domain(domain: str) -> list[str]:
    return [f"{MAIL}{domain.casefold()}"[:LONGEST]] if domain else []


def _number(phone: str) -> list[str]:
    number = _national(phone)
    return [PHONE + number, PHONE_END + number[::-1]] if number else []


def _national(phone: str) -> str:
    """Digits alone, without what Finland's numbers begin with at home or abroad."""
    digits = "".join(re.findall(r"\d", phone))
    digits = digits.removeprefix("00") if not phone.lstrip().startswith("+") else digits
    return digits.removeprefix("358").removeprefix("0")[: LONGEST - 1]
