from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from accounts.services import audit, sealing
        from core import worker

        audit.owner_of("organisation", audit.organisations)
        worker.duty("sealing the audit log", every_seconds=60, do=lambda now: sealing.seal_due(now=now))
        worker.duty("cutting the audit log", every_seconds=86_400, do=lambda now: sealing.cut(now=now))
