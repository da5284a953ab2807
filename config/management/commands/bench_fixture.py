import json
import os
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.benchmark import fixture
from config.benchmark.full import Numbers

FULL = ("popular", "waiting", "big", "rushes", "applicants")
OPTIONAL = ("registrations", "listeners", "catalogue", "people", "questions", "participants", *FULL)


class Command(BaseCommand):
    help = "Fill an empty database with a dataset for load clients, and describe it in a JSON file."
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="where the description goes; it holds passwords")
        parser.add_argument("--seats", type=int, default=20, help="of the event that fills up")
        parser.add_argument("--registrations", type=int, default=2000, help="with background form and ticket")
        parser.add_argument("--catalogue", type=int, default=0, help="more events, for searches")
        parser.add_argument("--people", type=int, default=0, help="more people, whom the organisation knows")
        parser.add_argument("--popular", type=int, default=0, help="seats of an event that a crowd wants")
        parser.add_argument("--waiting", type=int, default=0, help="people who wait for an event that is full")
        parser.add_argument("--big", type=int, default=0, help="registrations of one event, beside one with a hundred")
        parser.add_argument("--rushes", type=int, default=0, help="events that fill up, each with a rush of its own")
        parser.add_argument(
            "--applicants", type=int, default=0, help="of an event that people apply to, with as many seats"
        )
        parser.add_argument("--questions", type=int, default=0, help="of a long form for one person")
        parser.add_argument("--participants", type=int, default=0, help="of one project, with forms and ends")
        parser.add_argument("--listeners", type=int, default=0, help="who have come into a fair already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seats"] < 1 or min(options[each] for each in OPTIONAL) < 0:
            raise CommandError("--seats must be at least 1, every other number at least 0.")
        try:
            made = fixture.build(
                seats=options["seats"],
                registrations=options["registrations"],
                listeners=options["listeners"],
                catalogue=options["catalogue"],
                people=options["people"],
                questions=options["questions"],
                participants_of_one=options["participants"],
                full_events=Numbers(**{name: options[name] for name in FULL}),
                now=timezone.now(),
                say=self._say,
            )
        except ImproperlyConfigured as wrong:
            raise CommandError(str(wrong)) from None
        _write(options["out"], made.described())
        self._say(f"Described in {options['out']}.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        sys.stdout.flush()


def _write(path: Path, description: dict[str, Any]) -> None:
    """For the owner's eyes: there are passwords and personal links in it."""
    text = json.dumps(description, ensure_ascii=False, indent=1)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
