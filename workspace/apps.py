from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "workspace"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from core import worker
        from workspace.services import accessibility, bulk

        worker.duty("actions on many", every_seconds=5, do=lambda now: bulk.do_due(now=now))
        worker.duty("accessibility feedback", every_seconds=3600, do=lambda now: accessibility.remind(now=now))
