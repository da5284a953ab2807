"""A real server in a process of its own, with the demo in it, and a real Chromium."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("MIITTI_CHROMIUM", "")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_SECONDS = 240


expect.set_options(timeout=15_000)  # two cores may be busy with other tests


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium here; ./run test says how to get one"))


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    """The address of an empty database on the server under test, dropped afterwards."""
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield f"sqlite:///{tmp_path_factory.mktemp('browser') / 'browser.sqlite3'}"
        return
    name = f"browser_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield address.rsplit("/", 1)[0] + f"/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def environment(database):
    """What the server's processes see: demo mode, a free port, and nothing of the tests' own settings."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    wanted = {
        "MIITTI_DEMO": "1",
        "DATABASE_URL": database,
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "DATABASE_POOL": "5",
        "FORM_FASTEST_SECONDS": "0",  # this visitor types faster than people
    }
    dropped = {
        "DJANGO_SETTINGS_MODULE",
        "SECRET_KEY",
        "SITE_URL",
        "ALLOWED_HOSTS",
        "EMAIL_URL",
        "MAIL_FROM",
        "MIITTI_HTTPS",
    }
    return {key: value for key, value in os.environ.items() if key not in dropped} | wanted


@pytest.fixture(scope="session")
def site(environment, tmp_path_factory):
    """The address of a running demo. With Redis its worker is a process of its own, as in production."""
    commands = ["serve", "worker"] if environment.get("REDIS_URL") else ["serve"]
    log = tmp_path_factory.mktemp("log") / "server.log"
    with log.open("w") as out:
        processes = [
            subprocess.Popen([sys.executable, "manage.py", command], cwd=ROOT, env=environment, stdout=out, stderr=out)
            for command in commands
        ]
    address = f"http://localhost:{environment['PORT']}"
    try:
        wait_for(address, processes[0], log)
        yield address
    finally:
        stop(processes)


def wait_for(address, server, log):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310 - our own server
            return
        time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


def stop(processes):
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def playwright():
    """Its event loop must not be there when the tests of another file begin."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright):
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def desktop(chromium, site):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=site, locale="fi-FI")
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(chromium, site):
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, base_url=site, has_touch=True, locale="uk-UA"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def sign_in():
    """Sign a page in as one of the demo's staff, by name."""

    def go(page, name):
        page.goto("/demo/")
        page.locator("li", has_text=name).get_by_role("button").click()
        page.wait_for_url("**/desk/")

    return go


@pytest.fixture
def expire_holds(environment):
    """Let every seat that is being held run out of time, in the server's own database."""
    change = "from registrations.models import Hold; from django.utils import timezone; Hold.objects.filter(finished_at=None).update(expires_at=timezone.now())"

    def expire():
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", change], cwd=ROOT, env=environment, check=True
        )

    return expire
