"""What is printed about an event: its poster, and postcards with a code."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import pdf, qr
from core.fields import readable
from core.templatetags.when import span
from events.enums import Period
from events.models import LANGUAGES, Event, InvitationCode, Project
from events.services import prices

DATES, PLACES = 4, 3
"""So many stand on a sheet; further dates are counted."""


def poster(*, event: Event, language: str, now: datetime) -> bytes:
    """An A4 poster of `event` in `language`, as PDF."""
    with translation.override(language):
        address = settings.SITE_URL + event.get_absolute_url()
        data = {
            "title": event.title,
            "kind": event.get_kind_display(),
            "facts": _facts(event, now),
            "summary": event.summary,
            "call": _("Read more and take a seat") if event.seat_pools else _("Read more"),
            "address": _bare(address),
            "organiser": [str(event.organisation), *_contact(event)],
            **_code(address),
            **funding(event.project),
        }
    return pdf.render("poster", data, language=language)


def postcards(*, invitation: InvitationCode, now: datetime) -> bytes:
    """A sheet of four A6 postcards for each language that the event has words in, as PDF."""
    event = invitation.event
    spoken = [code for code in LANGUAGES if getattr(event, f"title_{code}")]
    cards = [_card(invitation, language, now) for language in spoken]
    title = f"{event.title}: {invitation.source}"
    return pdf.render("postcards", {"title": title, "cards": cards}, language=spoken[0])


def _card(invitation: InvitationCode, language: str, now: datetime) -> dict[str, object]:
    event = invitation.event
    address = address_of(invitation)
    with translation.override(language):
        return {
            "language": language,
            "title": event.title,
            "when": next(iter(_dates(event, now, at_most=1)), ""),
            "where": next(iter(_places(event)), ""),
            "summary": event.summary,
            "call": _("Come by this code:"),
            "address": _bare(address),
            "code_label": _("Your code"),
            "code": invitation.code,
            **_code(address),
            **funding(event.project),
        }


def address_of(invitation: InvitationCode) -> str:
    """The short address that a code opens, the same in every language."""
    with translation.override(settings.LANGUAGE_CODE):
        return settings.SITE_URL + reverse("events:invitation", args=[invitation.code])


def _facts(event: Event, now: datetime) -> list[dict[str, object]]:
    facts = [
        (_("When"), _dates(event, now, at_most=DATES)),
        (_("Where"), _places(event)),
        (_("For whom"), [event.audience] if event.audience else []),
        (_("Price"), prices.lines(event, now) or [_("Free of charge")]),
    ]
    return [{"name": name, "value": value} for name, value in facts if value]


def _dates(event: Event, now: datetime, *, at_most: int) -> list[str]:
    """The dates ahead; all of them when none is."""
    meetings = [each for each in event.timetable if each.ends_at > now] or event.timetable
    shown = [span(each.starts_at, each.ends_at) for each in meetings[:at_most]]
    if more := len(meetings) - len(shown):
        text = ngettext("and %(number)s more date", "and %(number)s more dates", more) % {"number": more}
        shown = [*shown[:-1], f"{shown[-1]} {text}"]
    return shown


def _places(event: Event) -> list[str]:
    """Each place once, in the order of the dates."""
    places = [f"{each.venue.name}, {each.venue.address}" if each.venue else _("Online") for each in event.timetable]
    return list(dict.fromkeys(places))[:PLACES]


def _contact(event: Event) -> list[str]:
    return [text for text in (event.contact_name, readable(event.contact_phone), event.contact_email) if text]


def _code(address: str) -> dict[str, object]:
    return {
        "qr": qr.svg(address, border=0),
        "qr_alt": _("QR code that opens %(address)s") % {"address": _bare(address)},
    }


def _bare(address: str) -> str:
    """An address as people type it."""
    return address.partition("//")[2].rstrip("/")


def funding(project: Project | None) -> dict[str, object]:
    """The emblem's text by programme period: Regulation (EU) 2021/1060, Annex IX; before it, 1303/2013, Annex XII."""
    if project is None:
        return {"funding": []}
    old = [_("European Union"), _("European Social Fund")]
    words = old if project.period == Period.P2014 else [_("Co-funded by the European Union")]
    named = f"{project.name} ({project.code})"
    return {"funding": [*words, named], "emblem_alt": _("Flag of the European Union")}
