"""Freeze the questions of the background form, in all languages, as a new version."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from esf.forms.freezing import as_toml, words_now
from esf.services import wordings


class Command(BaseCommand):
    help = (
        "Freeze the questions as they stand, in all languages, as a new version; then name it in esf.services.wordings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", help="Year and month, such as 2027-03; later than the newest.")

    def handle(self, *args: Any, version: str, **options: Any) -> None:
        if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", version) or version in wordings.versions()[:-1]:
            raise CommandError("Name the version by year and month, such as 2027-03, later than the newest.")
        path = wordings.FOLDER / f"{version}.toml"
        if path.exists() and version != wordings.NEWEST:
            raise CommandError(f"{path.name} is frozen already.")
        path.write_text(as_toml(words_now()), encoding="utf-8")
        self.stdout.write(f"Written: {path}")
