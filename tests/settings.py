"""The product's own settings, with what a test machine has instead of secrets."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-" * 6)
os.environ.setdefault("MIITTI_FIELD_KEYS", "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost")
os.environ.setdefault("SITE_URL", "https://miitti.example")
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ.setdefault("MAIL_FROM", "Miitti <miitti@miitti.example>")
os.environ["MIITTI_DEMO"] = "0"
os.environ |= dict.fromkeys(
    [
        "MIITTI_SMS",
        "MIITTI_BOUNCE_ADDRESS",
        "MIITTI_BOUNCE_MAILBOX",
        "MIITTI_BOUNCE_SECRET",
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "STRIPE_ACCOUNT",
    ],
    "",
)
os.environ["MIITTI_HTTPS"] = "0"
if os.environ.get("REDIS_URL") and (worker := os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")):
    # Every test begins with an empty cache; each worker of the suite empties a Redis database of its own.
    server, _slash, number = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{(int(number) + 8 + int(worker)) % 16}"

from config.env import VAR
from config.settings import *  # noqa: F403
from config.settings import DATABASES, ON_SQLITE, STATIC_ROOT

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "core.static.PlainStatic"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # the tests count queries, and share one Redis
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")} if ON_SQLITE else {}
VAR.mkdir(exist_ok=True)
STATIC_ROOT.mkdir(exist_ok=True)
LIVE_PROCESSES = 0  # another process would open another database than the tests'
FAKE_PAYMENTS_ALLOWED = True  # a test that wants the fake names its file in STRIPE_FAKE
FORM_FASTEST_SECONDS = 0  # the tests' clock stands still
