"""Refunds are put into the outbox, in the transaction that owes them, and sent until the provider has taken them."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from core.services import outbox
from core.services.outbox import Letter
from events.models import Event
from registrations.enums import Method
from registrations.models import Refund

KIND = "refund"


def queue(refunds: Sequence[Refund], *, event: Event, now: datetime) -> None:
    """Save these, and send those that go by the provider; the others wait for a person's hand."""
    saved = Refund.objects.bulk_create(refunds, batch_size=500)
    online = [each for each in saved if each.payment.method == Method.ONLINE]
    outbox.post_all(kind=KIND, letters=[(_letter(each), "") for each in online], scope=event.scope, now=now)


def _letter(refund: Refund) -> Letter:
    """Not for people: what the worker is to do, as the list of messages shows it."""
    subject = _("Refund %(number)s to the payer") % {"number": refund.pk}
    return Letter(recipient="", subject=subject, text="", html="", language="", keys={"refund": refund.pk})
