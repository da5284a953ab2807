"""What is written before and after an event, and when its plan changes."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from registrations.enums import ACTIVE
from registrations.services.letters.moments.moment import (
    FACTS,
    LINK,
    SEATED,
    TITLE,
    Moment,
    hello,
    if_not,
    look,
    see,
    ticket,
)

NEWS: Final = (
    Moment(
        name="changed",
        label=pgettext_lazy("letter", "The time or the place has changed"),
        subject=lambda: _("Please note a change: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("The plan of this event has changed:"),
            "**{{changes}}**",
            FACTS,
            _("If you have put the event into your calendar from our mail, it changes there by itself."),
            LINK,
            if_not(),
        ],
        button=see,
        more=("changes",),
        needed=("changes", "link"),
        statuses=ACTIVE,
    ),
    Moment(
        name="reminder",
        label=pgettext_lazy("letter", "Reminder before the meeting"),
        subject=lambda: _("Welcome soon: %(title)s") % {"title": TITLE},
        body=lambda: [hello(), _("We are glad to see you soon."), FACTS, ticket(), "{{form_note}}", LINK, if_not()],
        button=see,
        more=("code", "form_note"),
        needed=("link", "code"),
        statuses=SEATED,
    ),
    Moment(
        name="follow_up",
        label=pgettext_lazy("letter", "Thank you afterwards"),
        subject=lambda: _("Thank you for coming: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Thank you for coming. On your page you still find what belongs to the event."),
            FACTS,
            "{{survey}}",
            LINK,
        ],
        button=look,
        more=("survey",),
        needed=("link",),
        statuses=SEATED,
    ),
)
