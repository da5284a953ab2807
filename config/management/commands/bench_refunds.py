import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from config.benchmark import ownership, refunds
from core.enums import MessageState
from core.models import OutboxMessage
from events.models import Event


class Command(BaseCommand):
    help = "Sell seats of an event in the load clients' own database, or count what has come back of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="where what was found goes, as JSON")
        parser.add_argument("--orders", type=int, default=500, help="to be sold")
        parser.add_argument("--event", type=int, default=0, help="to count; 0: sell one")
        parser.add_argument("--minutes", type=int, default=0, help="let claims be so much older")

    def handle(self, *args: Any, **options: Any) -> None:
        if not ownership.made_by_fixture():
            raise CommandError(ownership.NOT_MINE)
        now = timezone.now()
        if options["minutes"]:  # the next worker finds them, as it would after that time
            claims = OutboxMessage.objects.filter(state=MessageState.SENDING)
            aged = claims.update(claimed_at=F("claimed_at") - timedelta(minutes=options["minutes"]))
            found: dict[str, Any] = {"aged": aged}
        elif options["event"]:
            found = refunds.count(event=Event.objects.get(pk=options["event"])).described()
        else:
            event = refunds.sell(orders=options["orders"], now=now, say=self.stdout.write)
            found = {"id": event.pk, "desk_url": reverse("workspace:event", args=[event.pk])}
        options["out"].write_text(json.dumps(found), encoding="utf-8")
