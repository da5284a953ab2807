"""Pages in production: `gunicorn --config deploy/gunicorn.conf.py config.wsgi`. The benchmarks start the same."""

import gc
import os
from typing import Any

bind = os.environ.get("BIND", f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = os.environ.get("WORKER_CLASS", "sync")
threads = int(os.environ.get("WEB_THREADS", "1"))
preload_app = True
keepalive = 15
timeout = 30
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def when_ready(server: Any) -> None:
    """What is loaded by now lives as long as the process: keep the collector, and copying after the fork, off it."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A page makes some ten thousand objects and drops them: look for cycles after a few pages, not within each."""
    gc.set_threshold(50_000, 20, 20)
