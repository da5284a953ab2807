from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from allauth.mfa.signals import authenticator_added

        from accounts.services import audit, employer_contacts, employer_import, merging, newcomers, sealing, sessions
        from core import personal, worker

        personal.register(merging.Known())
        audit.owner_of("organisation", audit.organisations)
        worker.duty("sealing the audit log", every_seconds=60, do=lambda now: sealing.seal_due(now=now))
        worker.duty("cutting the audit log", every_seconds=86_400, do=lambda now: sealing.cut(now=now))
        worker.duty(
            "employers' contacts and notes", every_seconds=3600, do=lambda now: employer_contacts.forget_due(now=now)
        )
        worker.duty("employers' tables", every_seconds=3600, do=lambda now: employer_import.forget_due(now=now))
        worker.duty("accounts never used", every_seconds=3600, do=lambda now: newcomers.forget_unused(now=now))
        authenticator_added.connect(sessions.end_others, dispatch_uid="a second step ends other sessions")
