"""What is written when a seat, an offer or an event is gone."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from registrations.enums import Status
from registrations.services.letters.moments.moment import (
    FACTS,
    LINK,
    NOTE,
    TITLE,
    Moment,
    hello,
    look,
    rejoin,
)

PARTINGS: Final = (
    Moment(
        name="lapsed",
        label=pgettext_lazy("letter", "The time to answer an offer has run out"),
        subject=lambda: _("The time to answer has run out: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("A seat was kept for you, but the time to answer has run out, and it was offered to the next in line."),
            FACTS,
            _("If you still want to come, you can join the waiting list again with one press. Your form is kept."),
            LINK,
        ],
        button=rejoin,
        needed=("link",),
        statuses=frozenset({Status.LAPSED}),
    ),
    Moment(
        name="handed_over",
        label=pgettext_lazy("letter", "The receiver gave their seat away"),
        subject=lambda: _("You have given your seat away: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Your seat belongs to somebody else now, as you wished. Your ticket is no longer valid."),
            FACTS,
            _("If it was not you who did this, answer the organiser at once."),
            LINK,
        ],
        button=lambda: _("Look at my registration"),
    ),
    Moment(
        name="cancelled",
        label=pgettext_lazy("letter", "A registration is cancelled"),
        subject=lambda: _("Cancelled: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Your registration is cancelled. The ticket no longer works."),
            FACTS,
            _("If you did not do this, contact the organiser. You may register again as long as there are seats."),
            LINK,
        ],
        button=look,
        statuses=frozenset({Status.CANCELLED}),
    ),
    Moment(
        name="event_cancelled",
        label=pgettext_lazy("letter", "The event is cancelled"),
        subject=lambda: _("The event is cancelled: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Unfortunately this event will not be held. You need not do anything: your registration is cancelled."),
            FACTS,
            NOTE,
        ],
        more=("note",),
        needed=("note",),
    ),
    Moment(
        name="date_cancelled",
        label=pgettext_lazy("letter", "One date is called off"),
        subject=lambda: _("A date is called off: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _(
                "Unfortunately this date is called off. You need not do anything: your registration for it is"
                " cancelled. The other dates stay."
            ),
            FACTS,
            NOTE,
        ],
        more=("note",),
        needed=("note",),
    ),
)
