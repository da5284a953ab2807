"""The product, started as in production on a database of its own, and gone without a trace afterwards."""

import contextlib
import ctypes
import functools
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from cryptography.fernet import Fernet
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60
LAST_LINES = 40
WORKER_NICENESS = 10
"""As in deploy/miitti-worker.service, like the number of its arenas: a mail can wait for a page."""
REDIS_NUMBERS = range(15, -1, -1)


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running product: where its pages and its sockets answer, and what `bench_fixture` says is in it."""

    pages: str
    sockets: str
    fixture: dict[str, Any]
    processes: dict[str, int]
    """Names of its processes with their ids."""
    servers: "Servers | None" = None
    """To kill them; None where somebody else has started them."""


@contextlib.contextmanager
def running(**sizes: int) -> Iterator[Site]:
    """Start everything, hand it over, and stop everything. `sizes` are the options of `bench_fixture`."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="miitti-bench-")))
        server, name = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
        if server and name:
            database = stack.enter_context(_own_database(server))
            environment = _environment(free_port(), database) | {"REDIS_URL": stack.enter_context(_own_redis(name))}
            start = _start_servers
        else:
            _say("DATABASE_URL and REDIS_URL are not both set: the embedded form, one process on SQLite.")
            environment = _environment(free_port(), f"sqlite:///{folder / 'miitti.sqlite3'}")
            start = _start_embedded
        fixture = _fixture(folder / "fixture.json", environment, sizes)
        servers = Servers(stack, environment, folder)
        try:
            yield start(servers, fixture)
        except Exception:
            servers.tell()
            raise


class Servers:
    """The product's processes; each is a group of its own, and on Linux it dies with us, whatever we die of."""

    def __init__(self, stack: contextlib.ExitStack, environment: dict[str, str], folder: Path) -> None:
        self.stack, self.environment, self.folder = stack, environment, folder
        self.pids: dict[str, int] = {}
        self.page_server = ""
        self.page_command: tuple[str, ...] = ()

    def launch(self, name: str, *arguments: str, niceness: int = 0, **environment: str) -> None:
        """Start Python with `arguments`. Its log is written, as in production."""
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.stack.enter_context(self._log(name).open("ab")),
            start_new_session=True,
            preexec_fn=functools.partial(_prepare, niceness),  # noqa: PLW1509 - there is no second thread here
        )
        self.stack.callback(_stop, child)
        self.pids[name] = child.pid

    def begin(self, name: str, *arguments: str) -> None:
        """Start what answers pages, now and after each `kill_pages`."""
        self.page_server, self.page_command = name, arguments
        self.launch(name, *arguments)

    def kill_pages(self) -> None:
        """`kill -9` all processes that answer pages, whatever they are doing."""
        os.killpg(self.pids[self.page_server], signal.SIGKILL)

    def kill(self, name: str) -> None:
        """`kill -9` one of the processes, whatever it is doing."""
        os.killpg(self.pids[name], signal.SIGKILL)

    def pages_again(self) -> None:
        """Start them anew, on the same address, and wait until they answer."""
        self.launch(self.page_server, *self.page_command)
        _wait_for(self.environment["SITE_URL"])

    def manage(self, *arguments: str, **environment: str) -> None:
        """Run a command of Django's beside the servers, on their database."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def tell(self) -> None:
        """Show the end of each log: something has gone wrong."""
        for name in self.pids:
            lines = [line for line in self._log(name).read_text().splitlines() if '"INFO"' not in line]
            _say("\n".join([f"== {name}", *lines[-LAST_LINES:]]))

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"


def _prepare(niceness: int) -> None:
    """In the child: step back behind the others, and on Linux die when the parent does."""
    os.nice(niceness)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _start_servers(servers: Servers, fixture: dict[str, Any]) -> Site:
    port = str(free_port())
    servers.begin("gunicorn", "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi")
    servers.launch("sockets", *_socket_server(port), PORT=port)
    servers.launch("worker", "manage.py", "worker", niceness=WORKER_NICENESS, MALLOC_ARENA_MAX="2")
    pages, sockets = _wait_for(servers.environment["SITE_URL"]), _wait_for(_local(port))
    return Site(pages=pages, sockets=sockets, fixture=fixture, processes=servers.pids, servers=servers)


def _socket_server(port: str) -> list[str]:
    """daphne, or with SOCKETS=uvicorn the documented alternative."""
    if os.environ.get("SOCKETS", "daphne") == "uvicorn":
        return ["-m", "uvicorn", "config.asgi:application", "--port", port, "--no-access-log", "--log-level", "warning"]
    return ["manage.py", "sockets"]


def _start_embedded(servers: Servers, fixture: dict[str, Any]) -> Site:
    servers.begin("serve", "manage.py", "serve")
    url = _wait_for(servers.environment["SITE_URL"])
    return Site(pages=url, sockets=url, fixture=fixture, processes=servers.pids, servers=servers)


def _environment(port: int, database: str) -> dict[str, str]:
    """Nothing of the caller's settings but the servers, so that every run measures the same."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return kept | {
        "DATABASE_URL": database,
        "MIITTI_DEMO": "0",
        "MIITTI_HTTPS": "0",
        "MIITTI_BEHIND_PROXY": "1",  # the limits stay on, and every visitor comes from an address of their own
        "SECRET_KEY": secrets.token_urlsafe(60),
        "MIITTI_FIELD_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": _local(str(port)),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "EMAIL_URL": "dummymail://",
        "MAIL_FROM": "Miitti <miitti@bench.example>",
    }


def _fixture(path: Path, environment: dict[str, str], sizes: dict[str, int]) -> dict[str, Any]:
    options = [f"--{name}={number}" for name, number in sizes.items()]
    command = [sys.executable, "manage.py", "bench_fixture", "--out", str(path), *options]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
    described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return described


# A database and a Redis number that nobody else uses


@contextlib.contextmanager
def _own_database(server: str) -> Iterator[str]:
    """Create `miitti_bench_<pid>` on the server that the URL names, and drop it in the end."""
    name = f"miitti_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def _own_redis(server: str) -> Iterator[str]:
    """Take an empty database number of the Redis server, the highest one, and empty it in the end."""
    for number in REDIS_NUMBERS:
        url = urlunsplit(urlsplit(server)._replace(path=f"/{number}"))
        with redis.Redis.from_url(url) as client:
            if client.set("miitti-bench", os.getpid(), nx=True) and client.dbsize() == 1:
                break
            if client.get("miitti-bench") == str(os.getpid()).encode():
                client.delete("miitti-bench")
    else:
        sys.exit("Every database number of this Redis server is in use; the benchmarks need an empty one.")
    try:
        yield url
    finally:
        with redis.Redis.from_url(url) as client:
            client.flushdb()


# Processes


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(10)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _wait_for(url: str) -> str:
    """Return `url` once it answers.

    :raises TimeoutError: if it does not
    """
    parts, deadline = urlsplit(url), time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return url
        time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer.")


def _local(port: str) -> str:
    return f"http://127.0.0.1:{port}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
