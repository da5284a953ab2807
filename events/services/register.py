"""The municipality register, kept as a data file and brought into the database."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from events.models import LANGUAGES, Municipality

FILE = Path(__file__).resolve().parent.parent / "data" / "municipalities.toml"


@transaction.atomic
def load() -> int:
    """Bring the register up to the data file and return how many entries it has. Idempotent."""
    entries: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["municipality"]
    for entry in entries:
        Municipality.objects.update_or_create(code=entry["code"], defaults=_columns(entry))
    for entry in entries:
        if "successor" in entry:
            Municipality.objects.filter(code=entry["code"]).update(successor=entry["successor"])
    return len(entries)


def _columns(entry: dict[str, Any]) -> dict[str, Any]:
    texts = {f"{name}_{code}": entry[name][code] for name in ("name", "region") for code in LANGUAGES}
    return texts | {
        "valid_from": _date(entry["valid_from"]),
        "valid_to": _date(entry["valid_to"]) if "valid_to" in entry else None,
        "degurba": entry.get("degurba"),
        "latitude": entry.get("latitude"),
        "longitude": entry.get("longitude"),
    }


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
