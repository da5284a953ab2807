import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from config.preparation import prepare


class Command(BaseCommand):
    help = "Bring schema, translations, static files and reference data up to this release; before every start."
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            prepare(self._say)
        except ImproperlyConfigured as wrong:
            raise CommandError(str(wrong)) from None
        self._say("Ready.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        sys.stdout.flush()
