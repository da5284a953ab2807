from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from api.services import idempotency
        from core import worker

        worker.duty("api answers", every_seconds=600, do=lambda now: idempotency.sweep(now=now))
