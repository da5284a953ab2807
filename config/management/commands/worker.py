import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from config.preparation import schema_is_ready
from core import worker


class Command(BaseCommand):
    help = "Deliver mail and free expired seats, until SIGTERM. Run as many as you like."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_args: stop.set())
        while not stop.is_set() and not schema_is_ready():
            connection.close()
            time.sleep(1)
        worker.run(stop)
