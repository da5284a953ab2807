"""Servers in processes of their own, which open the test's database: to be stopped, and to be killed."""

import os
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


class Server:
    """A process as in production, of sockets or (`serve`) of everything; `begin` again after an end."""

    def __init__(self, log, command="sockets"):
        self.command = command
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = log
        self.process = None

    def begin(self):
        """Start and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", self.command],
            cwd=ROOT,
            env=environment() | {"PORT": str(self.port)},
            stdout=self.log,
            stderr=self.log,
        )
        for _try in range(150):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                return
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"the server ended with {self.process.wait(0.2)}")
        pytest.fail("the server did not start")

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait(20)


def environment():
    """The servers open this test's own database, with its secret, so that its sessions are theirs."""
    database = connection.settings_dict
    if settings.ON_SQLITE:
        address = f"sqlite:///{database['NAME']}"
    else:
        host = f"{database['HOST'] or '127.0.0.1'}:{database['PORT'] or 5432}"
        address = f"postgres://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}"
    mine = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MIITTI_DEMO": "0",
        "MIITTI_HTTPS": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": address,
        "DATABASE_POOL": "6",
    }
    return dict(os.environ) | mine
