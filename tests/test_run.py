"""`./run`: its decisions as functions, its promises as real processes on a small fake project."""

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

RUN = Path(__file__).resolve().parent.parent / "run"

FAKE_MANAGE = """
import os, signal, subprocess, sys, time
command, conduct = sys.argv[1], os.environ.get("FAKE_" + sys.argv[1].upper(), "obliging")
if conduct == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    own_child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print("grandchild", own_child.pid, flush=True)
print(*sys.argv[1:], "pid", os.getpid(), flush=True)
print(*(f"{name}={os.environ.get(name)}" for name in ("MIITTI_DEMO", "HOST", "PORT", "MIITTI_HTTPS")), flush=True)
if conduct.isdigit():
    sys.exit(int(conduct))
while command in ("serve", "worker"):
    time.sleep(0.05)
"""


@pytest.fixture
def run() -> ModuleType:
    loader = SourceFileLoader("run", str(RUN))
    spec = spec_from_loader("run", loader)
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def bin_folder(tmp_path, monkeypatch) -> Path:
    """An empty folder that is all of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put_program(path: Path, exit_code: int = 0) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {path.name} $@\nexit {exit_code}\n")
    path.chmod(0o755)
    return str(path)


# --- Decisions


def test_an_old_python_can_read_the_file():
    assert ast.parse(RUN.read_text(), feature_version=(3, 8))


def test_an_old_python_says_what_is_needed(run, bin_folder, monkeypatch):
    monkeypatch.setattr(run, "VERSION", "3.8")
    monkeypatch.setattr(run, "sys", SimpleNamespace(version_info=(3, 8, 18), exit=sys.exit))
    with pytest.raises(SystemExit, match=r"^Miitti needs Python 3\.11 or newer, and this is 3\.8\. Install one .+$"):
        run.require_python()


def test_an_old_python_hands_over_to_a_newer_one_that_starts(run, bin_folder, monkeypatch):
    put_program(bin_folder / "python3.13", exit_code=127)
    newer = put_program(bin_folder / "python3.12")
    calls = []
    monkeypatch.setattr(run, "sys", SimpleNamespace(version_info=(3, 8, 18), argv=["run", "lint"]))
    monkeypatch.setattr(run, "os", SimpleNamespace(execv=lambda *call: calls.append(call)))
    run.require_python()
    assert calls == [(newer, [newer, str(RUN), "lint"])]


def test_a_python_without_venv_says_what_to_install(run, bin_folder, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match=r"^Python's venv module is missing\. Install it .+python3-venv.+$"):
        run.make_venv(None)


@pytest.mark.parametrize("port", ["web", "0", "70000"])
def test_a_port_that_is_none_is_refused(run, port):
    with pytest.raises(SystemExit, match=f"^PORT must be a number from 1 to 65535, and this is {port}\\.$"):
        run.require_free_port("127.0.0.1", port)


def test_a_host_that_is_none_is_refused(run):
    with pytest.raises(SystemExit, match=r"^Port 8000 of not a host cannot be used: .+$"):
        run.require_free_port("not a host", "8000")


def test_a_chromium_that_does_not_start_is_passed_over(run, bin_folder, monkeypatch):
    monkeypatch.setattr(run, "CHROMIUM_APPS", ())
    put_program(bin_folder / "chromium-headless-shell", exit_code=1)
    chromium = put_program(bin_folder / "chromium-browser")
    assert run.find_chromium() == chromium


def test_playwrights_own_chromium_is_found(run, bin_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "CHROMIUM_APPS", ())
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    shell = put_program(tmp_path / "chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell")
    assert run.find_chromium() == shell


def test_a_chosen_chromium_that_does_not_start_is_refused(run, monkeypatch):
    monkeypatch.setenv("MIITTI_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(SystemExit, match=r"^MIITTI_CHROMIUM is /nowhere/chromium, which does not start\.$"):
        run.prepare_chromium()


def test_without_any_chromium_the_browser_tests_are_said_to_be_skipped(run, bin_folder, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("MIITTI_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(run, "CHROMIUM_APPS", ())
    monkeypatch.setattr(run, "PYTHON", put_program(tmp_path / "python", exit_code=1))
    run.prepare_chromium()
    assert capsys.readouterr().err.startswith("Browser tests are skipped: ")
    assert "MIITTI_CHROMIUM" not in os.environ


@pytest.fixture
def development(run, tmp_path, monkeypatch) -> Path:
    """A folder of stub tools, every one of them content."""
    for tool in ("python", "ruff", "mypy", "lint-imports", "djade"):
        put_program(tmp_path / tool)
    monkeypatch.setattr(run, "install", lambda _name: None)
    monkeypatch.setattr(run, "TOOLS", tmp_path)
    monkeypatch.setattr(run, "PYTHON", str(tmp_path / "python"))
    monkeypatch.setenv("MIITTI_DEMO", "1")
    return tmp_path


def test_lint_passes_when_every_check_does(run, development, capfd):
    assert run.lint() == 0
    assert capfd.readouterr().out.endswith("\nAll checks passed.\n")


def test_lint_goes_through_every_check_and_names_the_failed_ones(run, development, capfd):
    put_program(development / "ruff", exit_code=1)
    put_program(development / "djade", exit_code=1)
    assert run.lint() == 1
    printed = capfd.readouterr().out
    headings = [line for line in printed.splitlines() if line.startswith("== ")]
    assert headings == [
        *("== ruff check", "== ruff format", "== mypy", "== lint-imports", "== djade", "== makemigrations"),
    ]
    assert printed.endswith("\nFailed: ruff check, ruff format, djade.\n")


@pytest.mark.parametrize(
    ("given", "passed_on"),
    [((), ("-n", "2", "--dist", "loadfile")), (("tests/test_run.py", "-x"), ("tests/test_run.py", "-x"))],
)
def test_arguments_of_test_replace_the_usual_ones(run, development, monkeypatch, given, passed_on):
    became = []
    monkeypatch.setenv("MIITTI_CHROMIUM", put_program(development / "chromium"))
    monkeypatch.setattr(run, "become", lambda *command: became.append(command))
    run.test(*given)
    assert became == [(run.PYTHON, "-m", "pytest", *passed_on)]


def test_bench_hands_its_names_to_the_benchmarks(run, development, monkeypatch):
    became = []
    monkeypatch.setattr(run, "become", lambda *command: became.append(command))
    run.bench("pages", "rush")
    assert became == [(run.PYTHON, "-m", "benchmarks", "pages", "rush")]


# --- Promises


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project with `./run`, no requirements and a fake `manage.py`, in which `./run` has been used once."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(RUN, folder / "run")
    (folder / "manage.py").write_text(FAKE_MANAGE)
    (folder / "requirements").mkdir()
    (folder / "requirements/base.txt").write_text("# nothing\n")
    first = call(folder, "manage", "hello", "--there")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("Installing requirements/base.txt …\nhello --there pid ")
    return folder


def environment(**extra: str) -> dict[str, str]:
    ours = ("MIITTI_", "FAKE_", "REDIS_URL", "DATABASE_URL", "HOST", "PORT", "SECRET_KEY")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | extra


def call(project: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, project / "run", *arguments]
    return subprocess.run(command, env=environment(**extra), capture_output=True, text=True, timeout=60, check=False)


class Running:
    """A `./run` in the background, with what it has printed."""

    def __init__(self, project: Path, *arguments: str, **extra: str) -> None:
        self.log = project / "log"
        with self.log.open("w") as log:
            command = [sys.executable, project / "run", *arguments]
            env = environment(**{"PORT": str(free_port())} | extra)
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)

    def printed(self, start: str) -> str:
        """Wait for a line that starts so, and return its rest."""
        return wait_for(lambda: next((line for line in self.lines() if line.startswith(start)), None))[len(start) :]

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=15)


@pytest.fixture
def running(project) -> Iterator[Callable[..., Running]]:
    started = []

    def start(*arguments: str, **extra: str) -> Running:
        started.append(Running(project, *arguments, **extra))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()


def wait_for(look):
    """Call `look` until it sees something, and return that."""
    deadline = time.monotonic() + 20
    while not (seen := look()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return seen


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def is_gone(pid: str) -> bool:
    """True when the process has ended, even if nobody has reaped it yet."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    return False


def test_the_second_start_installs_nothing(project):
    before = time.monotonic()
    second = call(project, "manage", "hello")
    assert second.stdout.startswith("hello pid ")
    assert time.monotonic() - before < 3


def test_a_changed_lock_is_installed(project):
    (project / "requirements/base.txt").write_text("# still nothing\n")
    assert call(project, "manage", "hello").stdout.startswith("Installing requirements/base.txt …\n")


def test_a_failed_installation_ends_in_one_plain_line(project):
    (project / "requirements/dev.txt").write_text("unhashed==1\n")
    refused = call(project, "lint")
    assert refused.returncode == 1
    assert refused.stderr.endswith(
        "\nThe packages could not be installed, see above. Check the network and try again.\n",
    )
    assert "Traceback" not in refused.stderr


def test_an_unknown_command_is_refused(project):
    refused = call(project, "fly")
    assert (refused.returncode, refused.stderr) == (1, "There is no ./run fly. See ./run help\n")


def test_help_names_every_command(run, project):
    helped = call(project, "help")
    assert helped.returncode == 0
    assert [name for name in run.COMMANDS if name not in helped.stdout] == []


def test_start_is_the_demo_on_this_machine_alone(running):
    port = str(free_port())
    demo = running(PORT=port)
    assert demo.printed("MIITTI_DEMO=") == f"1 HOST=127.0.0.1 PORT={port} MIITTI_HTTPS=None"
    assert demo.end() == 0


def test_start_with_https_is_open_to_the_network(running):
    demo = running("--https")
    assert demo.printed("MIITTI_DEMO=").startswith("1 HOST=0.0.0.0 PORT=")
    assert demo.printed("MIITTI_DEMO=").endswith(" MIITTI_HTTPS=1")


def test_serve_is_not_the_demo(running):
    assert running("serve").printed("MIITTI_DEMO=").startswith("None ")


def test_a_taken_port_is_said_in_one_line(project):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        refused = call(project, "start", PORT=str(port))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"Port {port} of 127.0.0.1 cannot be used: address already in use. Choose another, such as PORT=8001 ./run\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_children_and_ends_in_peace(running, number):
    demo = running(REDIS_URL="redis://127.0.0.1/")
    children = demo.printed("serve pid "), demo.printed("worker pid ")
    assert demo.end(number) == 0
    assert [is_gone(child) for child in children] == [True, True]
    assert "Traceback" not in demo.log.read_text()


def test_a_child_that_ignores_sigterm_is_killed_with_its_own_children_within_ten_seconds(running):
    demo = running(FAKE_SERVE="stubborn")
    child, grandchild = demo.printed("serve pid "), demo.printed("grandchild ")
    before = time.monotonic()
    assert demo.end() == 0
    assert 7.5 < time.monotonic() - before < 10
    assert (is_gone(child), is_gone(grandchild)) == (True, True)


def test_without_redis_there_is_no_worker(running):
    demo = running()
    demo.printed("MIITTI_DEMO=")
    demo.end()
    assert [line for line in demo.lines() if line.startswith("worker")] == []


def test_the_exit_code_of_a_dying_child_is_passed_on_and_the_others_are_stopped(running):
    demo = running(REDIS_URL="redis://127.0.0.1/", FAKE_WORKER="7")
    assert demo.process.wait(timeout=15) == 7
    assert all(is_gone(line.split()[-1]) for line in demo.lines() if line.startswith("serve pid "))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_children_do_not_outlive_a_killed_parent(running):
    demo = running(FAKE_SERVE="stubborn")
    child = demo.printed("serve pid ")
    demo.end(signal.SIGKILL)
    wait_for(lambda: is_gone(child))
    os.kill(int(demo.printed("grandchild ")), signal.SIGKILL)
