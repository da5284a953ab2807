from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "workspace"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from core import worker
        from workspace.services import accessibility

        worker.duty("accessibility feedback", every_seconds=3600, do=lambda now: accessibility.remind(now=now))
