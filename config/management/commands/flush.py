from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from accounts import guards


class Command(Flush):
    """Django's own, which empties the database of a test, a demo or a benchmark: the audit log lets it."""

    def handle(self, **options: Any) -> None:
        with guards.lifted(connections[options["database"]]):
            super().handle(**options)
