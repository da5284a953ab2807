"""What the environment says, read once, typed, refused at boot with the variable's name."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config.network import lan_address

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
BOUNCE_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,24}@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")
"""A short local part: the letter's number and a signature come behind it, and 64 characters are all there are."""
NEW_KEY = "make one with `openssl rand -base64 32 | tr '+/' '-_'`"

STRIPE = {
    "STRIPE_SECRET_KEY": ("sk_test_", "rk_test_", "sk_live_", "rk_live_"),
    "STRIPE_WEBHOOK_SECRET": ("whsec_",),
    "STRIPE_ACCOUNT": ("acct_",),
}
STRIPE_SECRETS = {
    "STRIPE_SECRET_KEY": "Stripe shows it under Developers, API keys",
    "STRIPE_WEBHOOK_SECRET": "Stripe shows it beside the address of the webhook",
}


@dataclass(frozen=True, kw_only=True)
class StrongSignIn:
    """An OpenID Connect provider, such as a broker of Suomi.fi identification."""

    name: str
    server_url: str
    client_id: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class Stripe:
    """The account that payments come to."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    account: str


@dataclass(frozen=True, kw_only=True)
class Environment:
    demo: bool
    secret_key: str
    field_keys: list[str]
    hosts: list[str]
    site_url: str
    database_url: str
    redis_url: str
    database_pool: int
    mail_url: str
    mail_from: str
    bounce_address: str
    bounce_mailbox: str
    bounce_secret: str
    dkim_selector: str
    spf_term: str
    sms_url: str
    https: bool
    behind_proxy: bool
    audit_keep_years: int
    strong_sign_in: StrongSignIn | None
    stripe: Stripe | None
    form_fastest_seconds: int


def read(env: environ.Env | None = None) -> Environment:
    """Read and check every variable the product knows.

    :raises ImproperlyConfigured: when one is missing or wrong; its message names it
    """
    env = env or environ.Env()
    demo = env.bool("MIITTI_DEMO", default=False)
    https = env.bool("MIITTI_HTTPS", default=not demo)
    port = env.int("PORT", default=8000)
    return Environment(
        demo=demo,
        secret_key=_local_secret() if demo else _required(env, "SECRET_KEY", at_least=50),
        field_keys=_field_keys(env, demo=demo),
        hosts=_hosts(env, demo=demo),
        site_url=_site_url(env, demo=demo, https=https, port=port),
        database_url=env.str("DATABASE_URL", default="") or f"sqlite:///{VAR / 'miitti.sqlite3'}",
        redis_url=env.str("REDIS_URL", default=""),
        database_pool=env.int("DATABASE_POOL", default=40),
        mail_url=env.str("EMAIL_URL", default="dummymail://") if demo else _required(env, "EMAIL_URL"),
        mail_from=env.str("MAIL_FROM", default="Miitti <miitti@demo.example>") if demo else _required(env, "MAIL_FROM"),
        bounce_address=_bounce_address(env),
        bounce_mailbox=_beginning(
            env, "MIITTI_BOUNCE_MAILBOX", ("imaps://", "imap://localhost", "imap://127.0.0.1", "maildir:///")
        ),
        bounce_secret=_if_set(env, "MIITTI_BOUNCE_SECRET", at_least=32),
        dkim_selector=env.str("MIITTI_DKIM_SELECTOR", default=""),
        spf_term=env.str("MIITTI_SPF_TERM", default=""),
        sms_url=_beginning(env, "MIITTI_SMS", ("file:///",)) or (f"file://{VAR / 'sms.jsonl'}" if demo else ""),
        https=https,
        behind_proxy=env.bool("MIITTI_BEHIND_PROXY", default=False),
        audit_keep_years=_at_least(env, "AUDIT_KEEP_YEARS", 1, default=12),
        strong_sign_in=_strong_sign_in(env),
        stripe=_stripe(env, demo=demo),
        form_fastest_seconds=_at_least(env, "FORM_FASTEST_SECONDS", 0, default=2),
    )


def _strong_sign_in(env: environ.Env) -> StrongSignIn | None:
    """All four variables or none of them."""
    names = ("OIDC_NAME", "OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_SECRET")
    if not any(env.str(name, default="") for name in names):
        return None
    name, server_url, client_id, secret = (_required(env, name) for name in names)
    if not server_url.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
        raise ImproperlyConfigured("OIDC_SERVER_URL must begin with https://")
    return StrongSignIn(name=name, server_url=server_url, client_id=client_id, secret=secret)


def _stripe(env: environ.Env, *, demo: bool) -> Stripe | None:
    """Both secrets or neither; the account is a further check, which may be left out."""
    found = {name: _beginning(env, name, beginnings) for name, beginnings in STRIPE.items()}
    if not any(found.values()):
        return None
    for name, where in STRIPE_SECRETS.items():
        if not found[name]:
            raise ImproperlyConfigured(
                f"{name} needs a value: {where}. Without any Stripe setting, nobody pays by card."
            )
    secret_key, webhook_secret, account = found.values()
    if demo and "_live_" in secret_key:
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is of live mode: the demo takes none but test keys (sk_test_…).")
    return Stripe(secret_key=secret_key, webhook_secret=webhook_secret, account=account)


def _required(env: environ.Env, name: str, *, at_least: int = 1) -> str:
    value: str = env.str(name, default="")
    if len(value) < at_least:
        wanted = f"at least {at_least} characters" if at_least > 1 else "a value"
        raise ImproperlyConfigured(f"{name} needs {wanted}. For a look around, start the demo: ./run")
    return value


def _if_set(env: environ.Env, name: str, *, at_least: int) -> str:
    value: str = env.str(name, default="")
    return value and _required(env, name, at_least=at_least)


def _beginning(env: environ.Env, name: str, beginnings: tuple[str, ...]) -> str:
    """What may be left out, and otherwise begins in one of these ways. What it is instead is not told."""
    value: str = env.str(name, default="").strip()
    if value and not value.startswith(beginnings):
        raise ImproperlyConfigured(f"{name} must begin with {' or '.join(beginnings)}")
    return value


def _bounce_address(env: environ.Env) -> str:
    value: str = env.str("MIITTI_BOUNCE_ADDRESS", default="")
    if value and not BOUNCE_ADDRESS.fullmatch(value):
        raise ImproperlyConfigured("MIITTI_BOUNCE_ADDRESS must be an address such as bounces@kunta.example, without +")
    return value


def _at_least(env: environ.Env, name: str, least: int, *, default: int) -> int:
    value: int = env.int(name, default=default)
    if value < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, and this is {value}.")
    return value


def _hosts(env: environ.Env, *, demo: bool) -> list[str]:
    text: str = env.str("ALLOWED_HOSTS", default="*") if demo else _required(env, "ALLOWED_HOSTS")
    return [part.strip() for part in text.split(",")]


def _site_url(env: environ.Env, *, demo: bool, https: bool, port: int) -> str:
    """The address that stands in mails, without a slash at the end."""
    if not demo:
        return _required(env, "SITE_URL").rstrip("/")
    default = f"https://{lan_address()}:{port}" if https else f"http://localhost:{port}"
    return str(env.str("SITE_URL", default=default)).rstrip("/")


def _field_keys(env: environ.Env, *, demo: bool) -> list[str]:
    """The keys of encrypted columns, the newest first: each 32 random bytes in URL-safe base64 (Fernet)."""
    name = "MIITTI_FIELD_KEYS"
    given: str = env.str(name, default="")
    if demo and not given:
        given = _kept_by_demo("demo-field-key", lambda: Fernet.generate_key().decode())
    keys = [key.strip() for key in given.split(",") if key.strip()]
    if not keys:
        raise ImproperlyConfigured(f"{name} needs a value: {NEW_KEY}. For a look around, start the demo: ./run")
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(f"Key {number} of {name} is no Fernet key: {NEW_KEY}.") from None
    return keys


def _local_secret() -> str:
    """The demo's own key, so that its links live through a restart."""
    return _kept_by_demo("demo-secret", lambda: secrets.token_urlsafe(60))


def _kept_by_demo(name: str, make: Callable[[], str]) -> str:
    """What was made at the demo's first start."""
    VAR.mkdir(exist_ok=True)
    path = VAR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text(encoding="utf-8")
