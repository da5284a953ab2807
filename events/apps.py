from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from accounts.services import audit
        from core import worker
        from events.services import checks, owners, pictures, publishing, scheduling

        publishing.check_with(checks.essentials)
        for doubt in (checks.places, checks.period, checks.people):
            publishing.doubt_with(doubt)
        audit.owner_of("project", owners.of_projects)
        audit.owner_of("event", owners.of_events)
        worker.duty("scheduled publishing", every_seconds=20, do=lambda now: scheduling.publish_due(now=now))
        worker.duty("unused pictures", every_seconds=3600, do=lambda now: pictures.sweep(now=now))
