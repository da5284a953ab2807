from typing import Any

from django.core.management.base import BaseCommand

from config import translations


class Command(BaseCommand):
    help = "Compile the catalogues under locale/ that have changed; needs no GNU gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{translations.compile_stale()} catalogues compiled.")
