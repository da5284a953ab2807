"""The demo's data files, read."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "data"
LANGUAGES = ("fi", "sv", "en", "uk")


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def translated(row: dict[str, Any], *names: str) -> dict[str, str]:
    """`{"title": {"fi": …}}` as modeltranslation's columns, `{"title_fi": …}`."""
    return {f"{name}_{code}": row[name][code].strip() for name in names if name in row for code in LANGUAGES}
