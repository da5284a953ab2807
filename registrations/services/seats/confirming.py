"""Where an event wants it, a form that was sent becomes a registration only when a link in a mail is pressed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import links
from accounts.services.people import Contact
from core.errors import Refused
from core.names import normalised_email
from registrations.enums import HoldKind
from registrations.models import Hold
from registrations.services import letters
from registrations.services.seats.holds import DRAFT_LIVES, LONGEST_LIFE
from registrations.services.seats.registering import as_it_is, refuse_if_late
from registrations.services.seats.tree import tending


class OtherAddress(Refused):
    code = "other_address"
    message = _(
        "The form was changed after this message. Send the form again: the new message has a link that works. "
        "What you typed is safe."
    )


@transaction.atomic
def ask_to_confirm(*, hold: Hold, contact: Contact, now: datetime) -> None:
    """Mail a link to `contact`, and keep the seats meanwhile; links mailed for this form before no longer open it.

    Whether anybody is registered with the address is not looked at.

    :raises HoldExpired: if the seat was freed meanwhile
    :raises NotOpen: if the event has been withdrawn meanwhile
    """
    with tending(hold.pool_id, now, tidied=hold.kind == HoldKind.QUEUE) as tree:
        pool = hold.pool
        hold = as_it_is(hold)
        hold.pool = pool
        if hold.finished_at:
            return
        refuse_if_late(tree, hold, now)
        patience = timedelta(minutes=settings.CONFIRM_MINUTES)
        begun = hold.renewed_at or hold.created_at
        hold.expires_at = max(hold.expires_at, min(now + patience, begun + LONGEST_LIFE + patience))
        hold.confirmation_sent_at, hold.sent_to = now, contact.email
        hold.save(update_fields=["expires_at", "confirmation_sent_at", "sent_to"])
        links.revoke_all(purpose=letters.CONFIRM, key=hold.key, now=now)
        letters.confirm_address(
            hold=hold,
            event=tree.event,
            recipient=contact.email,
            language=contact.language,
            now=now,
            expires_at=hold.expires_at + DRAFT_LIVES,
        )


def refuse_other_address(*, hold: Hold, email: str) -> None:
    """A link proves the mailbox that it was sent to, and no other.

    :raises OtherAddress: if the form has another address by now
    """
    if normalised_email(email) != normalised_email(hold.sent_to):
        raise OtherAddress
