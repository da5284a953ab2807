import os
import sys
import threading
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from config import certificate, serving
from config.demo.loader import PASSWORD
from config.env import VAR
from config.network import lan_address
from config.preparation import prepare
from core import worker

PATIENCE_SECONDS = 5


class Helper:
    """The worker as a thread of this process. It may finish the delivery in its hands before the process ends."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=worker.run, args=(self.stop,), name="worker", daemon=True)
        self.thread.start()

    def finish(self) -> None:
        self.stop.set()
        self.thread.join(PATIENCE_SECONDS)


class Command(BaseCommand):
    help = "Prepare this installation and serve it; without Redis the worker runs inside."
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            prepare(self._say)
        except ImproperlyConfigured as wrong:
            raise CommandError(str(wrong)) from None
        host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
        helper = None if os.environ.get("REDIS_URL") else Helper()
        self._greet(host, port)
        serving.serve(_endpoint(host, port))
        if helper:
            helper.finish()

    def _greet(self, host: str, port: int) -> None:
        scheme = "https" if _wants_https() else "http"
        self._say(f"Miitti is at {scheme}://localhost:{port}/")
        if host == "0.0.0.0":  # noqa: S104 - compared, not bound
            self._say(f"On this network: {scheme}://{lan_address()}:{port}/")
        if settings.DEMO:
            self._say(f"Sign in as jani.makisalo@demo.example, password {PASSWORD}; more logins and every mail: /demo/")
            self._say("Stop with Ctrl-C.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        sys.stdout.flush()


def _wants_https() -> bool:
    return bool(settings.DEMO and settings.ENV.https)


def _endpoint(host: str, port: int) -> str:
    if not _wants_https():
        return f"tcp:port={port}:interface={host}"
    key, certificate_file = certificate.ensure(VAR)
    return f"ssl:port={port}:interface={host}:privateKey={key}:certKey={certificate_file}"
