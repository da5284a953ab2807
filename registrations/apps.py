from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    name = "registrations"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from core import worker
        from core.services import outbox
        from registrations.services import letters, seats

        outbox.handle(letters.WITH_TICKET, letters.deliver)
        worker.duty("holds", every_seconds=10, do=lambda now: seats.sweep(now=now))
