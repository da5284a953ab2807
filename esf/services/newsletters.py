"""Newsletters: a consent apart from everything else, given twice, withdrawn by one press.

Regulation (EU) 2016/679, Article 7: who relies on a consent must be able to show it, and withdrawing is as easy as
giving. Nothing that a stranger does here tells whether an address is known: all that depends on it happens in the
worker, and is told to the mailbox alone.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from accounts.models import Organisation
from accounts.services import audit, links
from core import limits, rates
from core.errors import Refused
from core.models import OutboxMessage
from core.names import normalised_email
from core.services import mail, outbox
from esf.models import Subscription
from esf.services import wordings

ASKED = "newsletter asked"
"""A kind of delivery: the worker looks whether the address is on the list, and writes the mail."""
PURPOSE = "newsletter"
SALT = "newsletter end"
OPEN_FOR = timedelta(days=14)
"""How long the link that confirms is open; what nobody confirmed is then forgotten."""


@transaction.atomic
def ask(*, organisation: Organisation, email: str, language: str, now: datetime) -> None:
    """Have `email` asked whether it wants the newsletter of `organisation`, unless that was done just now."""
    address = normalised_email(email)
    if not rates.once(f"newsletter:{organisation.pk}:{address}", seconds=settings.LINK_MAIL_SECONDS, now=now):
        return
    try:
        limits.count("link to mail", address, now=now)
    except Refused:
        return
    keys = {"organisation": organisation.pk, "language": language}
    letter = outbox.Letter(recipient=email.strip(), subject="", text="", html="", language=language, keys=keys)
    outbox.post(kind=ASKED, letter=letter, scope="", person="", now=now)


@transaction.atomic
def answer(*, message: OutboxMessage, now: datetime) -> None:
    """Mail a link that confirms, or, to whom it is confirmed already, one that ends it; and forget the question."""
    keys = message.payload["keys"]
    subscription, _made = Subscription.objects.get_or_create(
        organisation_id=keys["organisation"],
        email=normalised_email(message.recipient),
        ended_at=None,
        defaults={"language": keys["language"], "wording": wordings.NEWEST, "asked_at": now},
    )
    known = subscription.confirmed_at is not None
    letter = mail.write(
        template="esf/newsletter",
        recipient=message.recipient,
        language=keys["language"],
        keys={},
        known=known,
        organisation=subscription.organisation,
        url=end_url(subscription) if known else _confirm_url(subscription, keys["language"], now),
        site_name=settings.SITE_NAME,
    )
    headers = {"List-Unsubscribe": f"<{end_url(subscription)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    letter.headers.update(headers)
    outbox.post(kind="mail", letter=letter, scope="", person="", now=now)
    OutboxMessage.objects.filter(pk=message.pk).delete()


def asked_by(token: str) -> Subscription | None:
    """The subscription that a link in a mail confirms; None where it is none of ours, or too old."""
    key = links.find(purpose=PURPOSE, token=token)
    rows = Subscription.objects.select_related("organisation").filter(ended_at=None)
    return rows.filter(pk=int(key.removeprefix("subscription:"))).first() if key else None


@transaction.atomic
def confirm(*, subscription: Subscription, now: datetime) -> None:
    """The mailbox says yes. A second time changes nothing."""
    rows = Subscription.objects.filter(pk=subscription.pk, confirmed_at=None, ended_at=None)
    if rows.update(confirmed_at=now):
        _record(subscription, "newsletter.confirm", now)


def of_end(token: str) -> Subscription | None:
    """The subscription that a link ends; None where it is none of ours."""
    try:
        key = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Subscription.objects.select_related("organisation").filter(pk=int(key)).first()


@transaction.atomic
def end(*, subscription: Subscription, now: datetime) -> None:
    """The mailbox says no more. A second time changes nothing; the row shows what was agreed to, and until when."""
    if Subscription.objects.filter(pk=subscription.pk, ended_at=None).update(ended_at=now):
        _record(subscription, "newsletter.end", now)


def end_url(subscription: Subscription) -> str:
    """Where whoever reads the mailbox ends it; goes into each newsletter."""
    token = signing.Signer(salt=SALT).sign(str(subscription.pk))
    with translation.override(subscription.language):
        return settings.SITE_URL + reverse("esf:end_newsletter", args=[token])


@transaction.atomic
def forget_due(*, now: datetime) -> int:
    """Delete what nobody confirmed in time, and return how many there were."""
    return Subscription.objects.filter(confirmed_at=None, asked_at__lt=now - OPEN_FOR).delete()[0]


def _confirm_url(subscription: Subscription, language: str, now: datetime) -> str:
    token = links.make(purpose=PURPOSE, key=subscription.key, now=now, expires_at=now + OPEN_FOR)
    with translation.override(language):
        return settings.SITE_URL + reverse("esf:confirm_newsletter", args=[token])


def _record(subscription: Subscription, action: str, now: datetime) -> None:
    scope = f"organisation:{subscription.organisation_id}"
    audit.changed(actor=None, action=action, subject=subscription.key, scope=scope, now=now)
