"""What is written to those who apply: from the application to the answer, and about interviews in between."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from registrations.enums import Status
from registrations.services.letters.moments.moment import FACTS, LINK, SEATED, TITLE, Moment, answer_by, hello, ticket


def _see() -> str:
    return _("See my application")


def _choose_time() -> str:
    return _("Choose a time for the interview")


APPLICATIONS: Final = (
    Moment(
        name="application_received",
        label=pgettext_lazy("letter", "An application has arrived"),
        subject=lambda: _("Your application has arrived: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _(
                "Thank you. Your application has arrived and will be read. It is not a seat yet: the organiser chooses"
                " among all who apply."
            ),
            FACTS,
            "{{apply_until}} " + _("With the link you see how far it is, and can withdraw it."),
            LINK,
        ],
        button=_see,
        more=("apply_until",),
        needed=("link",),
        statuses=frozenset({Status.APPLIED}),
    ),
    Moment(
        name="application_invited",
        label=pgettext_lazy("letter", "An applicant is invited to an interview"),
        subject=lambda: _("You are invited to an interview: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("We have read your application and want to meet you. You are invited to an interview."),
            FACTS,
            _("Choose a time by the link. If none suits you, write or call us."),
            LINK,
        ],
        button=_choose_time,
        needed=("link",),
    ),
    Moment(
        name="application_interview",
        label=pgettext_lazy("letter", "An applicant has chosen a time for the interview"),
        subject=lambda: _("Time of your interview: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            "{{interview}}",
            FACTS,
            _("The attached file adds it to your calendar. By the link you can choose another time, or cancel."),
            LINK,
        ],
        button=lambda: _("Change the time"),
        more=("interview",),
        needed=("interview", "link"),
    ),
    Moment(
        name="application_interview_cancelled",
        label=pgettext_lazy("letter", "An interview is cancelled"),
        subject=lambda: _("Your interview is cancelled: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("The time of your interview, %(when)s, is free again.") % {"when": "{{interview_time}}"},
            FACTS,
            _("You are still invited. Choose another time by the link, or withdraw your application."),
            LINK,
        ],
        button=_choose_time,
        more=("interview_time",),
        needed=("link",),
    ),
    Moment(
        name="application_offered",
        label=pgettext_lazy("letter", "An applicant is chosen"),
        subject=lambda: _("You have been chosen: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("You have been chosen. A seat is kept for you until you answer."),
            FACTS,
            answer_by()
            + " "
            + _("After that the seat goes to the next on the reserve list.")
            + " "
            + _("Nothing is decided by opening the link: you choose on the page."),
            LINK,
        ],
        button=lambda: _("Take the seat or leave it"),
        more=("answer_by",),
        needed=("answer_by", "link"),
        statuses=frozenset({Status.OFFERED}),
    ),
    Moment(
        name="application_accepted",
        label=pgettext_lazy("letter", "A chosen applicant took the seat"),
        subject=lambda: _("You have a seat: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Welcome. You took the seat that was offered to you, and it is yours."),
            FACTS,
            ticket(),
            LINK,
        ],
        button=lambda: _("See my ticket"),
        more=("code",),
        needed=("link", "code"),
        statuses=SEATED,
    ),
    Moment(
        name="application_reserve",
        label=pgettext_lazy("letter", "An applicant is on the reserve list"),
        subject=lambda: _("You are on the reserve list: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("This time there were more applicants than seats. You are on the reserve list."),
            FACTS,
            _("If a seat becomes free for you, you get a message. You need not do anything now."),
            LINK,
        ],
        button=_see,
        needed=("link",),
    ),
    Moment(
        name="application_rejected",
        label=pgettext_lazy("letter", "An applicant is not chosen"),
        subject=lambda: _("About your application: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Thank you for applying. This time you were not chosen: there were more applicants than seats."),
            FACTS,
            _(
                "You may ask the organiser how the choice was made. Look also at what else is coming: we should like to"
                " see you."
            ),
            LINK,
        ],
        button=_see,
    ),
    Moment(
        name="application_lapsed",
        label=pgettext_lazy("letter", "A chosen applicant has not answered in time"),
        subject=lambda: _("The time to answer has run out: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _(
                "A seat was kept for you, but the time to answer has run out, so it goes to the next on the reserve"
                " list."
            ),
            FACTS,
            _("Do you still want to come? Write or call us: perhaps another seat becomes free."),
            LINK,
        ],
        button=_see,
    ),
    Moment(
        name="application_withdrawn",
        label=pgettext_lazy("letter", "An application is withdrawn"),
        subject=lambda: _("Your application is withdrawn: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Your application has been withdrawn."),
            FACTS,
            _("If it was not you, write or call us."),
            LINK,
        ],
        button=_see,
    ),
)
