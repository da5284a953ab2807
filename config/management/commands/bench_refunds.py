import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from config.benchmark import ownership, refunds
from core.services import outbox
from events.models import Event


class Command(BaseCommand):
    help = "Sell seats of an event in the load clients' own database, or count what has come back of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="where what was found goes, as JSON")
        parser.add_argument("--orders", type=int, default=500, help="to be sold")
        parser.add_argument("--event", type=int, default=0, help="to count; 0: sell one")
        parser.add_argument("--minutes", type=int, default=0, help="heal the outbox as in so many minutes")

    def handle(self, *args: Any, **options: Any) -> None:
        if not ownership.made_by_fixture():
            raise CommandError(ownership.NOT_MINE)
        now = timezone.now()
        if options["minutes"]:
            healed = outbox.heal(now=now + timedelta(minutes=options["minutes"]))
            found: dict[str, Any] = {"healed": healed}
        elif options["event"]:
            found = refunds.count(event=Event.objects.get(pk=options["event"])).described()
        else:
            event = refunds.sell(orders=options["orders"], now=now, say=self.stdout.write)
            found = {"id": event.pk, "desk_url": reverse("workspace:event", args=[event.pk])}
        options["out"].write_text(json.dumps(found), encoding="utf-8")
