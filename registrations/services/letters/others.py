"""What is written to those who are not registered: exhibitors, and addresses that are still to be confirmed."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from core.services import outbox
from core.templatetags.when import moment as spoken
from events.models import Event, Stand
from registrations.enums import HoldKind
from registrations.models import Hold
from registrations.services.letters import values
from registrations.services.letters.links import confirming_url, stand_url
from registrations.services.letters.moments import MOMENTS
from registrations.services.letters.writing import write


def stand(*, moment: str, stand: Stand, now: datetime) -> None:
    """Write to whoever signed up for a stand, in the language of the form."""
    event = stand.event
    with translation.override(stand.language):
        url = stand_url(stand=stand, now=now)
        letter = write(
            moment=moment,
            event=event,
            recipient=stand.contact_email,
            language=stand.language,
            values={
                **values.of_event(event, event.next_meeting(now)),
                "first_name": stand.contact_name,
                "stand": stand.name,
                "stand_number": _("Its number is %(number)s.") % {"number": stand.number} if stand.number else "",
                "note": event.cancel_note,
                "link": values.button(MOMENTS[moment].button(), url),
            },
            keys={"stand": stand.pk, "letter": moment},
        )
    outbox.post(kind="mail", letter=letter, scope=event.scope, person="", now=now)


def confirm_address(
    *, hold: Hold, event: Event, recipient: str, language: str, now: datetime, expires_at: datetime
) -> None:
    """Ask whoever reads this mailbox to press a link. It says nothing of whether they are registered.

    :param expires_at: until when the link leads somewhere, also when the seat is gone
    """
    meeting = event.meeting_of(hold.pool.meeting_id) or event.next_meeting(now)
    with translation.override(language):
        url = confirming_url(hold=hold, language=language, now=now, expires_at=expires_at)
        kept = _("A seat is kept until %(when)s.") % {"when": spoken(hold.expires_at)}
        letter = write(
            moment="confirm_address",
            event=event,
            recipient=recipient,
            language=language,
            values={
                **values.of_event(event, meeting),
                "note": kept if hold.kind == HoldKind.SEAT else "",
                "link": values.button(MOMENTS["confirm_address"].button(), url),
            },
            keys={"hold": hold.pk, "letter": "confirm_address"},
        )
    outbox.post(kind="mail", letter=letter, scope=event.scope, person="", now=now)
