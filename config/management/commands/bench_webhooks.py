import json
import logging
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.benchmark import ownership, webhooks


class Command(BaseCommand):
    help = "Post, in the load clients' own database, a thousand notices of the payment provider, and time them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="where what was found goes, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not ownership.made_by_fixture():
            raise CommandError(ownership.NOT_MINE)
        logging.getLogger("miitti.request").disabled = True  # a line each that nobody asked for
        found = webhooks.measure(groups=webhooks.GROUPS, now=timezone.now(), say=self.stdout.write)
        options["out"].write_text(json.dumps(found.described()), encoding="utf-8")
