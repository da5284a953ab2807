"""A ticket on paper: PDF/UA, so that it can also be listened to."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from core import pdf
from core.fields import readable
from core.templatetags.when import span
from events.services import sheets
from registrations.models import Registration
from registrations.services import tickets

DATES = 12
"""So many stand on the ticket; the personal page has all."""


def ticket(*, registration: Registration, now: datetime) -> bytes:
    """An A4 sheet with the code of a confirmed `registration`, in its person's language."""
    event, language = registration.event, registration.language
    with translation.override(language):
        data = {
            "title": event.title,
            "kind": _("Ticket"),
            "facts": [
                {"name": name, "value": value}
                for name, value in (
                    (_("Name"), [registration.name]),
                    (_("When"), _dates(registration, now)),
                    (_("Where"), _places(registration)),
                    (_("Ride"), [_ride(registration)] if registration.pick_up else []),
                    (_("Organiser"), [str(event.organisation), *_contact(registration)]),
                )
                if value
            ],
            "qr": tickets.svg(registration),
            "qr_alt": _("QR code of your ticket"),
            "code_label": _("Your code"),
            "code": registration.readable_code,
            "call": _("Show this at the door, on the phone or printed."),
            **sheets.funding(event.project),
        }
    return pdf.render("ticket", data, language=language)


def _dates(registration: Registration, now: datetime) -> list[str]:
    ahead = [each for each in registration.meetings if each.ends_at > now] or registration.meetings
    return [span(each.starts_at, each.ends_at) for each in ahead[:DATES]]


def _places(registration: Registration) -> list[str]:
    places = [
        f"{each.venue.name}, {each.venue.address}" if each.venue else _("Online") for each in registration.meetings
    ]
    return list(dict.fromkeys(places))


def _ride(registration: Registration) -> str:
    stop = registration.pick_up
    return f"{stop.ride.name}: {stop}" if stop else ""


def _contact(registration: Registration) -> list[str]:
    event = registration.event
    return [text for text in (event.contact_name, readable(event.contact_phone), event.contact_email) if text]
