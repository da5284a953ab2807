"""What is written to those who sign up for a stand."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from registrations.services.letters.moments.moment import (
    FACTS,
    LINK,
    NOTE,
    TITLE,
    Moment,
    hello,
    stand_page,
)

STANDS: Final = (
    Moment(
        name="stand_received",
        label=pgettext_lazy("letter", "Somebody has signed up for a stand"),
        subject=lambda: _("We have your stand: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Thank you for signing up “%(stand)s”. The organiser looks at it and you get another message.")
            % {"stand": "{{stand}}"},
            FACTS,
            LINK,
        ],
        button=stand_page,
        more=("stand",),
        needed=("link",),
    ),
    Moment(
        name="stand_approved",
        label=pgettext_lazy("letter", "A stand is approved"),
        subject=lambda: _("Your stand is approved: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("“%(stand)s” is on the event's page now.") % {"stand": "{{stand}}"} + " {{stand_number}}",
            FACTS,
            LINK,
        ],
        button=stand_page,
        more=("stand", "stand_number"),
        needed=("link",),
    ),
    Moment(
        name="stand_declined",
        label=pgettext_lazy("letter", "A stand is declined"),
        subject=lambda: _("About your stand: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _(
                "Unfortunately there is no room for “%(stand)s” this time. If you want to ask why, write to the"
                " organiser."
            )
            % {"stand": "{{stand}}"},
            FACTS,
        ],
        more=("stand",),
    ),
    Moment(
        name="stand_event_cancelled",
        label=pgettext_lazy("letter", "An event with stands is cancelled"),
        subject=lambda: _("The event is cancelled: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Unfortunately this event will not be held, and neither will there be stands."),
            FACTS,
            NOTE,
        ],
        more=("stand", "note"),
        needed=("note",),
    ),
)
