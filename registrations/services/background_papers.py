"""The background form on paper: for one person, with a code that finds them when it is typed in, or an empty one."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.enums import NoticePurpose
from accounts.services import privacy
from core import pdf, qr
from core.templatetags.when import full_day
from esf.rules.questions import REACH, SCREENS, profile_of, unasked
from esf.services import wordings
from events.models import Event, Project
from events.services import sheets
from registrations.models import Registration


def paper(*, event: Event, registration: Registration | None, language: str) -> bytes:
    """An accessible PDF of the questions of the event's project, in `language`, with a place to sign.

    The QR code opens the page of the desk where the paper of this registration is typed in; it is worth nothing to
    whoever finds the paper.

    :param registration: whose form it is; None: an empty one
    """
    with translation.override(language):
        data = content(event=event, registration=registration, language=language)
    return pdf.render("background", data, language=language)


def content(*, event: Event, registration: Registration | None, language: str) -> dict[str, Any]:
    """What stands on it, in the language of the moment, which is `language`."""
    project, notice = event.project, privacy.current(NoticePurpose.ESF)
    assert project is not None  # noqa: S101 - only a project's event asks
    return {
        "title": _("Background form"),
        "event": event.title,
        "project": f"{project.name} ({project.code})",
        "why": _(
            "The European Union co-funds the project behind this event and asks this of every participant."
            " Reports hold only numbers, no names."
        ),
        "how": _("Mark one box for each question, or write on the line."),
        "person": _person(registration),
        "screens": list(_screens(project, registration, language)),
        "confirm": _("I confirm that the data are right."),
        "signature": [_("Day"), _("Signature")],
        "staff": _("Filled in by staff"),
        "staff_lines": [_("How the identity was checked"), _("Typed in by, on")],
        "privacy_title": _("How the project uses your background data"),
        "privacy": [{"heading": heading, "text": text} for heading, text in notice.told]
        or [{"heading": "", "text": notice.text}],
        "versions": _("Wording %(wording)s, privacy notice version %(version)s of %(day)s")
        % {"wording": wordings.NEWEST, "version": notice.version, "day": full_day(notice.published_at.date())},
        **_code(event, registration),
        **sheets.funding(project),
    }


def _person(registration: Registration | None) -> list[dict[str, str]]:
    """What is known is printed, what is not is a line."""
    names = ((_("First name"), "first_name"), (_("Last name"), "last_name"))
    return [{"label": label, "value": getattr(registration, name, "")} for label, name in names]


def _screens(project: Project, registration: Registration | None, language: str) -> Iterator[dict[str, Any]]:
    profile = profile_of(project.period)
    left = unasked(profile, origin=project.asks_origin, household=settings.ESF_2014_ASKS_HOUSEHOLD)
    if registration and (registration.email or registration.phone):
        left = left | set(REACH)
    names = _names()
    for screen, questions in SCREENS.items():
        asked = [found for name in questions if name not in left and (found := _question(name, language))]
        if asked:
            yield {"name": names[screen], "questions": asked}


def _question(name: str, language: str) -> dict[str, Any] | None:
    question = wordings.asked(wordings.NEWEST, name, language)
    if question is None:
        return None
    return {"label": question.label, "help": question.help, "options": list(question.options.values())}


def _names() -> dict[str, str]:
    return {
        "you": pgettext("screen", "You"),
        "home": _("Where you live"),
        "reach": _("How we reach you"),
        "work": pgettext("screen", "Work"),
        "education": pgettext("screen", "Education"),
        "origin": pgettext("screen", "Origin"),
        "situation": _("Your situation"),
        "household": _("Your household"),
    }


def _code(event: Event, registration: Registration | None) -> dict[str, str]:
    if registration is None:
        return {"qr": "", "code": ""}
    with translation.override(settings.LANGUAGE_CODE):  # staff's page, whatever language the paper is in
        page = reverse("registrations:background_desk", args=[event.pk, registration.pk])
    return {
        "qr": qr.svg(settings.SITE_URL + page, border=0),
        "qr_alt": _("QR code that opens this form for staff"),
        "code": registration.readable_code,
        "code_label": _("Your code"),
    }
