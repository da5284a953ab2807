from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import finding


class Command(BaseCommand):
    help = "Write for the search the people that it does not know yet, or knows by older rules. The start does it too."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{finding.write_stale()} people.")
