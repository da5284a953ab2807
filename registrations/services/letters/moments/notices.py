"""What is written to participants of a project whose notice is missing."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from registrations.services.letters.moments.moment import LINK, Moment, hello

PROJECT = "{{project}}"

NOTICES: Final = (
    Moment(
        name="start_notice_missing",
        label=pgettext_lazy("letter", "A participant's background form is missing"),
        subject=lambda: _("Please fill in the background form: %(project)s") % {"project": PROJECT},
        body=lambda: [
            hello(),
            _("You take part in the project %(project)s, which the European Union pays for.") % {"project": PROJECT}
            + " "
            + _("That is why we need to know a few things about you."),
            _("Filling in the form takes about five minutes. You can stop and go on later with the same link."),
            LINK,
            _("If you need help, answer this message or call us."),
        ],
        button=lambda: _("Fill in the background form"),
        needed=("link",),
    ),
    Moment(
        name="end_notice_missing",
        label=pgettext_lazy("letter", "A participant's end notice is missing"),
        subject=lambda: _("How did it go? Four questions about %(project)s") % {"project": PROJECT},
        body=lambda: [
            hello(),
            _("Your time in the project %(project)s is over.") % {"project": PROJECT}
            + " "
            + _("Please tell us what you do now: four questions, about two minutes."),
            LINK,
            _("We need it to show the European Union what the project has led to. Nobody is named in the reports."),
            _("If you need help, answer this message or call us."),
        ],
        button=lambda: _("Answer four questions"),
        needed=("link",),
    ),
)  # fmt: skip
