from typing import Any

from django.core.management.base import BaseCommand

from core.services import streams


class Command(BaseCommand):
    help = "After a backup was restored: tell the clients of all rooms that what they have is of another time."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{streams.renew_epochs()} streams.")
