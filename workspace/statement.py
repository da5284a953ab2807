"""The accessibility statement's own facts, kept in a data file and read once."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

FILE = Path(__file__).resolve().parent / "data" / "accessibility.toml"
Words = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What is not accessible yet, by which criterion of WCAG 2.1."""

    criterion: str
    since: date
    text: str
    plan: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """`status` is `full`, `partial` or `none`."""

    status: str
    assessed_on: date
    method: str
    issues: tuple[Issue, ...]


def statement() -> Statement:
    """The statement in the language of the page."""
    facts, language = _facts(), get_language() or settings.LANGUAGE_CODE
    issues = tuple(
        Issue(
            criterion=each["criterion"],
            since=each["since"],
            text=each["text"][language],
            plan=each["plan"][language],
        )
        for each in facts["issue"]
    )
    method: Words = facts["method"]
    return Statement(status=facts["status"], assessed_on=facts["assessed_on"], method=method[language], issues=issues)


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
