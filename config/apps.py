from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        if settings.DEMO:
            from config.demo import fair, postman
            from core import worker

            worker.duty("demo fair", every_seconds=4, do=lambda now: fair.chatter(now=now))
            worker.duty("demo webhooks", every_seconds=2, do=lambda _now: postman.deliver())
