from django.apps import AppConfig
from django.utils import timezone


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from django.conf import settings

        from core import personal, worker
        from core.gateways import mailboxes
        from core.services import bouncing, mail, merging, outbox, sms, streams

        personal.register(merging.Messages())
        outbox.handle("mail", mail.send)
        outbox.handle(sms.KIND, sms.send)

        def _deliver() -> object:
            return worker.MORE if outbox.deliver_due(clock=timezone.now) >= outbox.A_ROUND else None

        worker.duty("outbox", every_seconds=1, do=lambda _now: _deliver())
        worker.duty("outbox healing", every_seconds=60, do=lambda now: outbox.heal(now=now))

        def _read_bounces() -> None:
            with mailboxes.opened(settings.BOUNCE_MAILBOX) as mailbox:
                bouncing.empty(mailbox=mailbox, clock=timezone.now)

        if settings.BOUNCE_MAILBOX:
            worker.duty("bounces", every_seconds=180, do=lambda _now: _read_bounces())
        worker.duty("live receipts", every_seconds=3600, do=lambda now: streams.forget_receipts(now=now))
