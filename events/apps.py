from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from core import worker
        from events.services import checks, pictures, publishing, scheduling

        publishing.check_with(checks.essentials)
        for doubt in (checks.places, checks.period, checks.people):
            publishing.doubt_with(doubt)
        worker.duty("scheduled publishing", every_seconds=20, do=lambda now: scheduling.publish_due(now=now))
        worker.duty("unused pictures", every_seconds=3600, do=lambda now: pictures.sweep(now=now))
