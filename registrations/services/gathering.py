"""All registrations of one e-mail address: for whoever has shown that the mailbox is theirs."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import translation

from accounts.services import links
from core import limits, rates
from core.models import OutboxMessage
from core.names import normalised_email
from core.services import mail, outbox
from registrations.enums import ACTIVE
from registrations.models import Registration, RegistrationQuerySet
from registrations.services import letters

LOST = "lost link"
"""A kind of delivery: the worker looks who it is and writes the mail."""
AT_MOST = 30
OPEN_FOR = timedelta(hours=12)
"""How long a link made for a signed-in person opens their page."""


def of_addresses(emails: Collection[str]) -> RegistrationQuerySet:
    """Every registration whose contact address is one of these, however it was written, the newest first."""
    wanted = {normalised_email(each) for each in emails if each}
    rows = Registration.objects.annotate(address=Lower("email")).filter(address__in=wanted)
    return rows.select_related("event__project", "event__organisation").order_by("-registered_at", "-pk")


@transaction.atomic
def ask(*, email: str, now: datetime) -> None:
    """Have new links mailed to `email` if anybody has registered with it, unless that was done just now.

    Nobody is looked up here: it takes as long, and writes as much, for a stranger's address as for anybody's.
    """
    address = normalised_email(email)
    if not rates.once(f"link to mail:{address}", seconds=settings.LINK_MAIL_SECONDS, now=now):
        return
    try:
        limits.count("link to mail", address, now=now)
    except limits.TooOften:
        return
    letter = outbox.Letter(recipient=email.strip(), subject="", text="", html="", language="", keys={})
    outbox.post(kind=LOST, letter=letter, scope="", person="", now=now)


@transaction.atomic
def answer(*, message: OutboxMessage, now: datetime) -> None:
    """Mail links to all that is not over, in the language of the newest, and forget the question."""
    found = [each for each in of_addresses([message.recipient]).filter(status__in=ACTIVE) if not _is_over(each, now)]
    if found:
        _post(found[:AT_MOST], now)
    OutboxMessage.objects.filter(pk=message.pk).delete()


def open_for_owner(*, registration: Registration, now: datetime) -> str:
    """A link for a little while, for somebody who has signed in with the registration's address."""
    return links.make(purpose=letters.PURPOSE, key=registration.key, now=now, expires_at=now + OPEN_FOR)


def _is_over(registration: Registration, now: datetime) -> bool:
    ends_at = registration.ends_at
    return ends_at is not None and ends_at <= now


def _post(found: list[Registration], now: datetime) -> None:
    newest = found[0]
    lines = [
        {
            "registration": each,
            "event": each.event,
            "meeting": each.next_meeting(now),
            "url": letters.personal_url(registration=each, now=now),
        }
        for each in found
    ]
    with translation.override(newest.language):
        about = settings.SITE_URL + reverse("registrations:lost_link")
    letter = mail.write(
        template="registrations/links",
        recipient=newest.email,
        language=newest.language,
        keys={},
        lines=lines,
        about=about,
        site_name=settings.SITE_NAME,
    )
    outbox.post(kind="mail", letter=letter, scope="", person="", now=now)
