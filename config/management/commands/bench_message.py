from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from config.benchmark import ownership
from events.models import Event
from registrations.enums import Status
from registrations.services import mailings

WORDS = {
    "fi": {
        "subject": "Muista: {{event}}",
        "body": "Hei {{first_name}},\n\n{{facts}}\n\nOta mukaan eväät ja lämmintä päälle.\n\n{{link}}",
    }
}


class Command(BaseCommand):
    help = "Write, in the load clients' own database, an organiser's message to everybody who comes to an event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--event", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if not ownership.made_by_fixture():
            raise CommandError(ownership.NOT_MINE)
        now = timezone.now()
        mailings.write(
            event=Event.objects.get(pk=options["event"]),
            choice=mailings.Choice(statuses=[Status.CONFIRMED]),
            words=WORDS,
            necessary=True,
            send_at=now,
            nonce=uuid4(),
            by=User.objects.exclude(grants=None).order_by("pk")[0],
            now=now,
        )
        self.stdout.write(f"{mailings.send_due(now=now)} letters.")
