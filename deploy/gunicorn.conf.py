"""Pages in production: `gunicorn --config deploy/gunicorn.conf.py config.wsgi`. The benchmarks start the same."""

import gc
import os
from typing import Any

bind = os.environ.get("BIND", f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
"""As many as there are processors."""
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
"""While one request waits for its commit, others use the processor."""
preload_app = True
keepalive = 75
"""Longer than nginx keeps an idle connection to us, so that it is never we who hang up."""
timeout = 30
graceful_timeout = 25
max_requests, max_requests_jitter = 100_000, 10_000
accesslog = None
"""The product logs each request by its route; paths carry personal links."""
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = "127.0.0.1"
control_socket_disable = True


def when_ready(server: Any) -> None:
    """What is loaded by now lives as long as the process: keep the collector, and copying after the fork, off it."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A page makes some ten thousand objects and drops them: look for cycles after a few pages, not within each."""
    gc.set_threshold(50_000, 20, 20)
