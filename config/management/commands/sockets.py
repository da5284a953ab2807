import os
from typing import Any

from django.core.management.base import BaseCommand

from config import serving


class Command(BaseCommand):
    help = (
        "Serve the fair's sockets (and any page) by daphne, beside web workers; prepares nothing. Reads HOST and PORT."
    )
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8001"))
        serving.serve(f"tcp:port={port}:interface={host}")
