from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from events.services import publishing

        publishing.check_with(publishing.essentials)
