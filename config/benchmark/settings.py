"""The product's own settings with pretended money, for those processes of the benchmarks in which people pay."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403

STRIPE = None
STRIPE_FAKE = Path(os.environ["MIITTI_BENCH_FAKE"])
FAKE_PAYMENTS_ALLOWED = True
