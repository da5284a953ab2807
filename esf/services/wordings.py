"""The versions in which the questions have been put, each frozen in a file of `esf/data/wordings`.

An answer keeps the version it was given to, so that it can be told years later what somebody was asked. A test holds
the newest file against the forms: whoever changes a label writes a new version, `./run manage freeze_wording 2027-03`.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "data" / "wordings"
NEWEST = "2026-11"
"""Version of the questions as they stand in `esf.forms`; files sort by it."""

ELSEWHERE = "elsewhere"
"""In place of a version: the questions were put on a form of another system, and brought here with the answers."""

Frozen = dict[str, dict[str, dict[str, Any]]]
"""`{question: {language: {"label": …, "help": …, "options": {code: text}}}}`"""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question as it was put in one language; `options` are its codes with their words."""

    label: str
    help: str
    options: dict[str, str]


def versions() -> list[str]:
    """All there have been, the oldest first."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def frozen(version: str) -> Frozen:
    """:raises FileNotFoundError: if there has been no such version"""
    questions: Frozen = tomllib.loads((FOLDER / f"{version}.toml").read_text(encoding="utf-8"))
    return questions


def asked(version: str, name: str, language: str) -> Question | None:
    """The question `name` as `version` put it in `language`, of another system as we put it; None where it had none."""
    words = frozen(NEWEST if version == ELSEWHERE else version).get(name, {}).get(language)
    if words is None:
        return None
    return Question(label=words["label"], help=words.get("help", ""), options=words.get("options", {}))


def reworded(version: str, name: str, language: str) -> Question | None:
    """The question as `version` put it, if the newest puts it in other words; None where nobody knows how it did."""
    if version == ELSEWHERE:
        return None
    then, now = asked(version, name, language), asked(NEWEST, name, language)
    return then if then != now else None
