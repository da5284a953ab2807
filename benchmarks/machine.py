"""How fast this machine and this Python are, so that figures of one day can be held against those of another."""

import os
import platform
import subprocess
import sys

from benchmarks.figures import Figure

ROUNDS = 3_000_000
LOOP = f"""
import time
started, total = time.perf_counter(), 0
for number in range({ROUNDS}):
    total += number * number
print(time.perf_counter() - started)
"""


def figures() -> list[Figure]:
    """A plain loop of Python, by one process alone and by one a processor at once.

    Where the second is twice the first, two processors are no more than one, and what needs both takes twice as long.
    """
    processors = os.cpu_count() or 1
    python = f"{platform.python_implementation()} {platform.python_version()}, {platform.python_compiler()}"
    return [
        Figure("machine", "loop_s", _slowest(1), f"s, {ROUNDS:,} rounds alone ({python})"),
        Figure("machine", "loops_s", _slowest(processors), f"s, {processors} of them at once"),
    ]


def _slowest(number: int) -> float:
    """Seconds of the slowest of so many loops that run side by side."""
    running = [
        subprocess.Popen([sys.executable, "-c", LOOP], stdout=subprocess.PIPE, text=True) for _i in range(number)
    ]
    return round(max(float(child.communicate()[0]) for child in running), 2)
