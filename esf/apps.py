from django.apps import AppConfig


class EsfConfig(AppConfig):
    name = "esf"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from core import personal, worker
        from esf.services import merging
        from esf.services.reports import asking, making, scheduling

        personal.register(merging.Participant())
        worker.duty("reports as files", every_seconds=2, do=lambda now: making.make_due(now=now), aside=True)
        worker.duty("reports on their days", every_seconds=60, do=lambda now: scheduling.ask_due(now=now))
        worker.duty("reports, old ones", every_seconds=3600, do=lambda now: asking.forget_due(now=now))
