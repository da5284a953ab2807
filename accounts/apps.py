from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from accounts.services import employer_contacts, employer_import
        from core import worker

        worker.duty(
            "employers' contacts and notes", every_seconds=3600, do=lambda now: employer_contacts.forget_due(now=now)
        )
        worker.duty("employers' tables", every_seconds=3600, do=lambda now: employer_import.forget_due(now=now))
