"""What is written to those who have a seat, are offered one or wait for one."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from registrations.enums import Status
from registrations.services.letters.moments.moment import (
    FACTS,
    LINK,
    SEATED,
    TITLE,
    Moment,
    answer_by,
    hello,
    if_not,
    look,
    see,
    ticket,
)

SEATS: Final = (
    Moment(
        name="confirmed",
        label=pgettext_lazy("letter", "A seat is confirmed"),
        subject=lambda: _("Your ticket: %(title)s") % {"title": TITLE},
        body=lambda: [hello(), "{{registered_by}} " + _("You have a seat."), FACTS, ticket(), LINK, if_not()],
        button=see,
        more=("registered_by", "code"),
        needed=("link", "code"),
        statuses=SEATED,
    ),
    Moment(
        name="waiting",
        label=pgettext_lazy("letter", "On the waiting list"),
        subject=lambda: _("You are on the waiting list: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            "{{registered_by}} " + _("All seats are taken. You are on the waiting list, and your form is kept."),
            FACTS,
            _("When a seat becomes free for you, you get a message. With the link you see your place in the queue."),
            LINK,
        ],
        button=lambda: _("See my place or leave the list"),
        more=("registered_by",),
        needed=("link",),
        statuses=frozenset({Status.WAITING}),
    ),
    Moment(
        name="promoted",
        label=pgettext_lazy("letter", "A seat became free for somebody who waited"),
        subject=lambda: _("A seat became free for you: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("You were on the waiting list, and a seat is now yours.") + " {{ride_note}}",
            FACTS,
            ticket(),
            LINK,
            if_not(),
        ],
        button=see,
        more=("ride_note", "code"),
        needed=("link", "code"),
        statuses=SEATED,
    ),
    Moment(
        name="offered",
        label=pgettext_lazy("letter", "A seat is offered"),
        subject=lambda: _("A seat is offered to you: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("You are on the waiting list, and a seat is free for you now. It is kept for you until you answer."),
            FACTS,
            answer_by() + " " + _("After that it is offered to the next in line."),
            LINK,
            _("Nothing is decided by opening the link: you choose on the page."),
        ],
        button=lambda: _("Take the seat or leave it"),
        more=("answer_by",),
        needed=("link", "answer_by"),
        statuses=frozenset({Status.OFFERED}),
    ),
    Moment(
        name="received",
        label=pgettext_lazy("letter", "Somebody got another's seat"),
        subject=lambda: _("A seat was given to you: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Somebody who cannot come has given you their seat. It is yours now."),
            FACTS,
            ticket(),
            _("If you do not want it, cancel by the link: somebody else gets the seat.") + " {{form_note}}",
            LINK,
        ],
        button=see,
        more=("form_note", "code"),
        needed=("link", "code"),
        statuses=SEATED,
    ),
    Moment(
        name="moved",
        label=pgettext_lazy("letter", "The receiver's date is another"),
        subject=lambda: _("Your date is changed: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Your date is changed. This is the new one; your ticket stays the same."),
            FACTS,
            ticket(),
            LINK,
            if_not(),
        ],
        button=see,
        more=("code",),
        needed=("link", "code"),
        statuses=SEATED,
    ),
    Moment(
        name="known_already",
        label=pgettext_lazy("letter", "Registered a second time"),
        subject=lambda: _("You are registered already: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _(
                "Somebody, perhaps you, has filled the registration form again with your name and e-mail address."
                " You have been registered already, and nothing has changed."
            ),
            FACTS,
            _("If it was not you, you need not do anything."),
            LINK,
        ],
        button=look,
        needed=("link",),
    ),
    Moment(
        name="new_link",
        label=pgettext_lazy("letter", "A new personal link"),
        subject=lambda: _("Your new link: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Here is a new link to your registration. The old ones do not work any more."),
            FACTS,
            LINK,
        ],
        button=look,
        needed=("link",),
    ),
    Moment(
        name="confirm_address",
        label=pgettext_lazy("letter", "The address is to be confirmed"),
        subject=lambda: _("Press the link to register: %(title)s") % {"title": TITLE},
        body=lambda: [
            _("Hello,"),
            _(
                "Somebody, most likely you, has filled a registration form with this e-mail address. Press the link to"
                " send it: only then is anybody registered."
            ),
            FACTS,
            LINK,
            "{{note}} " + _("If it was not you, you need not do anything."),
        ],
        button=lambda: _("Confirm your registration"),
        more=("note",),
        needed=("link",),
    ),
)
