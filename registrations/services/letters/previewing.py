"""How a letter looks, with an invented receiver, while somebody still writes it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core import wording
from core.services.outbox import Letter
from core.services.texts import Text
from core.templatetags.money import euros
from core.templatetags.when import moment as spoken
from events.models import Event
from registrations.models import InterviewSlot
from registrations.services.letters import values
from registrations.services.letters.moments import MOMENTS, PLACEHOLDERS
from registrations.services.letters.writing import write


def preview(*, text: Text, moment: str, event: Event, language: str, now: datetime) -> Letter:
    """What an invented person would get; a placeholder that has no value at this moment stands as it is written."""
    with translation.override(language):
        label = MOMENTS[moment].button() if moment in MOMENTS else _("See my registration")
        samples: dict[str, wording.Value] = {name: "{{" + name + "}}" for name in PLACEHOLDERS}
        samples |= {
            "first_name": "Aino",
            "code": "BCDF-GHJK",
            "answer_by": spoken(now + timedelta(hours=24)),
            "registered_by": "",
            "ride_note": "",
            "form_note": _("If you come, please fill in the background form there."),
            "note": _("Here stands your note."),
            "changes": _("Place: %(new)s (it was %(old)s)") % {"new": "B 2", "old": "A 1"},
            "sum": euros(6903),
            "pay_by": spoken(now + timedelta(hours=1)),
            "kept_note": _("By the terms of this event %(sum)s of what you paid is kept.") % {"sum": euros(3452)},
            "stand": "Kahvila Aino",
            "stand_number": _("Its number is %(number)s.") % {"number": 7},
            **values.of_event(event, event.next_meeting(now)),
            **values.of_application(event, _slot(now)),
            "survey": values.button(_("Give feedback"), settings.SITE_URL + "/survey/…"),
            "link": values.button(label, settings.SITE_URL + "/…"),
        }
        return write(
            moment=moment,
            event=event,
            recipient="aino@example.org",
            language=language,
            values=samples,
            keys={},
            text=text,
        )


def _slot(now: datetime) -> InterviewSlot:
    starts_at = (now + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    return InterviewSlot(
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30), place="B 2", interviewers="Liisa"
    )
