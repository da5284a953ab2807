from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.benchmark import ownership
from registrations.services import seats


class Command(BaseCommand):
    help = "Free, in the load clients' own database, the seats whose time will have run out in so many minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=int, default=60)

    def handle(self, *args: Any, **options: Any) -> None:
        if not ownership.made_by_fixture():
            raise CommandError(ownership.NOT_MINE)
        tended = seats.sweep(now=timezone.now() + timedelta(minutes=options["minutes"]))
        self.stdout.write(f"{tended} pools tended.")
