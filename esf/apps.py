from django.apps import AppConfig


class EsfConfig(AppConfig):
    name = "esf"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from core import personal
        from esf.services import merging

        personal.register(merging.Participant())
