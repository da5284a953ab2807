from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.gateways import mailboxes
from core.services import bouncing


class Command(BaseCommand):
    """`read_bounces`: read the mailbox of bounces now. The worker does the same every few minutes."""

    help = "Read the mailbox named by MIITTI_BOUNCE_MAILBOX and mark the letters that came back."

    def handle(self, *args: Any, **options: Any) -> None:
        """:raises CommandError: if no mailbox is named, or it cannot be reached"""
        if not settings.BOUNCE_MAILBOX:
            raise CommandError("MIITTI_BOUNCE_MAILBOX is not set: see docs/production.md.")
        try:
            with mailboxes.opened(settings.BOUNCE_MAILBOX) as mailbox:
                done = bouncing.empty(mailbox=mailbox, clock=timezone.now)
        except OSError as error:
            raise CommandError(f"The mailbox of bounces cannot be read: {type(error).__name__}.") from error
        self.stdout.write(", ".join(f"{result}: {number}" for result, number in sorted(done.items())) or "nothing new")
