"""The check of the sender: asked of the DNS when somebody presses the button, kept for a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from core import sender_check
from core.gateways.names import CouldNotLook, Names
from core.postmarks import sender_domain
from core.sender_check import Finding, Subject

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Check:
    """What was found out about the sender, and when."""

    domain: str
    findings: tuple[Finding, ...]
    at: datetime


def last() -> Check | None:
    """What was found out last, if that is not older than a day and about the same sender."""
    found = cache.get(_key())
    return found if isinstance(found, Check) else None


def check(*, names: Names, now: datetime) -> Check:
    """Ask the DNS about the domain that letters come from; up to five questions, one after the other."""
    domain = sender_domain()
    envelope = _envelope_domain()
    selector = f"{settings.DKIM_SELECTOR}._domainkey.{domain}" if settings.DKIM_SELECTOR else ""
    findings = (
        _asked(Subject.SPF, envelope, lambda: sender_check.spf(envelope, names.texts(envelope), settings.SPF_TERM)),
        _asked(Subject.DKIM, selector, lambda: sender_check.dkim(selector, names.texts(selector) if selector else [])),
        _asked(Subject.DMARC, f"_dmarc.{domain}", lambda: _dmarc(domain, names)),
        _asked(Subject.MX, domain, lambda: sender_check.mx(domain, names.mail_servers(domain))),
    )
    found = Check(domain, findings, now)
    cache.set(_key(), found, KEPT_SECONDS)
    return found


def _dmarc(domain: str, names: Names) -> Finding:
    """Of the domain itself, or of the one that it belongs to (RFC 7489, section 6.6.3)."""
    name, parent = f"_dmarc.{domain}", ".".join(domain.split(".")[-2:])
    texts = names.texts(name)
    if not texts and parent != domain and (of_parent := names.texts(f"_dmarc.{parent}")):
        name, texts = f"_dmarc.{parent}", of_parent
    return sender_check.dmarc(name, texts, reports_to=f"postmaster@{domain}")


def _asked(subject: Subject, name: str, judge: Callable[[], Finding]) -> Finding:
    try:
        return judge()
    except CouldNotLook:
        return sender_check.unknown(subject, name)


def _envelope_domain() -> str:
    """The domain whose SPF record receivers look at: that of the envelope's sender (RFC 7208, section 2.4)."""
    return settings.BOUNCE_ADDRESS.rpartition("@")[2].lower() or sender_domain()


def _key() -> str:
    return f"sender/{sender_domain()}/{_envelope_domain()}/{settings.DKIM_SELECTOR}/{settings.SPF_TERM}".replace(
        " ", "_"
    )
