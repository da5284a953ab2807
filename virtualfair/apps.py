from django.apps import AppConfig


class VirtualfairConfig(AppConfig):
    name = "virtualfair"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from core import worker
        from core.live import sources
        from virtualfair import groups
        from virtualfair.services import rooms, stage

        states = {rooms.SCORES: lambda stream, _now: rooms.scores(stream)}
        sources.register(groups.ROOM, sources.Source(rooms.snapshot, states))
        worker.duty("stages", every_seconds=1, do=lambda now: stage.follow(now=now))
