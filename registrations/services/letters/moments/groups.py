"""What is written to the contact of a group."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from registrations.services.letters.moments.moment import (
    FACTS,
    LINK,
    TITLE,
    Moment,
    answer_by,
    group_page,
    hello,
    rejoin,
)


def _what_is_on_the_page() -> str:
    return _(
        "On your group's page you see who is registered, fill in what is missing, and find the tickets of those"
        " who have no e-mail address of their own. The others have got a link of their own by mail."
    )


def _if_somebody_cannot() -> str:
    return _("If somebody cannot come, please cancel their seat on the page: somebody else gets it.")


GROUPS: Final = (
    Moment(
        name="party_registered",
        label=pgettext_lazy("letter", "A group has its seats"),
        subject=lambda: _("Your group's registration: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Your group has its seats."),
            FACTS,
            _what_is_on_the_page(),
            LINK,
            _if_somebody_cannot(),
        ],
        button=group_page,
        needed=("link",),
    ),
    Moment(
        name="party_waiting",
        label=pgettext_lazy("letter", "A group is on the waiting list"),
        subject=lambda: _("Your group's registration: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _(
                "There are not enough free seats. Your group is on the waiting list, and your form is kept."
                " You are offered seats together."
            ),
            FACTS,
            _what_is_on_the_page(),
            LINK,
            _if_somebody_cannot(),
        ],
        button=group_page,
        needed=("link",),
    ),
    Moment(
        name="party_offered",
        label=pgettext_lazy("letter", "Seats are offered to a group"),
        subject=lambda: _("Seats are offered to your group: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _(
                "Your group is on the waiting list, and seats for all of you are free now."
                " They are kept for you until you answer."
            ),
            FACTS,
            answer_by() + " " + _("After that they are offered to the next in line."),
            LINK,
            _("Nothing is decided by opening the link: you choose on the page."),
        ],
        button=lambda: _("Take the seats or leave them"),
        more=("answer_by",),
        needed=("link", "answer_by"),
    ),
    Moment(
        name="party_promoted",
        label=pgettext_lazy("letter", "Seats became free for a group that waited"),
        subject=lambda: _("Your group has seats: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Your group has its seats now."),
            FACTS,
            _(
                "On your group's page you find the tickets of those who have no e-mail address of their own."
                " The others get theirs by mail."
            ),
            LINK,
            _if_somebody_cannot(),
        ],
        button=group_page,
        needed=("link",),
    ),
    Moment(
        name="party_lapsed",
        label=pgettext_lazy("letter", "A group has not answered in time"),
        subject=lambda: _("The time to answer has run out: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _(
                "Seats were kept for your group, but the time to answer has run out,"
                " and they were offered to the next in line."
            ),
            FACTS,
            _("If you still want to come, you can join the waiting list again with one press. Your form is kept."),
            LINK,
        ],
        button=rejoin,
        needed=("link",),
    ),
)
