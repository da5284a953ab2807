"""What stands in a letter's placeholders, in the language that is active."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.templatetags.when import moment, span
from core.wording import Piece, Value
from events.models import Event, Meeting
from registrations.models import InterviewSlot, Offer, Party, Registration
from registrations.rules.plans import Change, Dated

HEADING = '<h1 style="font-size:24px;line-height:1.2;overflow-wrap:anywhere;margin:0 0 12px">{}</h1>'
FACTS = HEADING + '\n<p style="margin:0 0 16px">{}</p>'
WHEN_AND_WHERE = "<strong>{}</strong><br>{}"
BUTTON = (
    '<p style="margin:20px 0"><a href="{}" style="background:#0b4f47;color:#fff;padding:14px 20px;border-radius:4px;'
    'text-decoration:none;font-weight:bold;display:inline-block">{}</a></p>\n'
    '<p style="font-size:15px;color:#4a5654;margin:0 0 16px;word-break:break-all">{}</p>'
)


def of_event(event: Event, meeting: Meeting | None) -> dict[str, Value]:
    """What every letter about `event` can say."""
    when = span(meeting.starts_at, meeting.ends_at) if meeting else ""
    where = place(meeting) if meeting else ""
    return {
        "event": event.title,
        "when": when,
        "where": where,
        "facts": _facts(event.title, when, where),
        "organiser": str(event.organisation),
        "project": event.project.name if event.project else "",
    }


def of_registration(
    registration: Registration, offer: Offer | None, note: str, *, form_missing: bool
) -> dict[str, Value]:
    """What a letter to somebody who is registered can say besides."""
    return {
        "first_name": registration.first_name,
        "code": registration.readable_code,
        "registered_by": _registered_by(registration),
        "ride_note": _("The ride that you chose is full by now. With the link you can choose another.")
        if registration.ride_gone
        else "",
        "form_note": _("If you come, please fill in the background form there.")
        if form_missing and registration.event.asks_start_notice
        else "",
        "answer_by": moment(offer.expires_at) if offer else "",
        "note": note or registration.event.cancel_note,
    }


def of_application(event: Event, slot: InterviewSlot | None) -> dict[str, Value]:
    """What a letter to an applicant can say besides."""
    closes = event.closes_at
    until = _("You can apply until %(when)s. After that you get a message.") % {"when": moment(closes)}
    time = span(slot.starts_at, slot.ends_at) if slot else ""
    return {
        "apply_until": until if closes else _("You get a message when your application has been read."),
        "interview_time": time,
        "interview": "\n".join(_of_interview(slot, time)) if slot else "",
    }


def _of_interview(slot: InterviewSlot, time: str) -> Iterator[str]:
    yield _("Your interview is %(when)s.") % {"when": time}
    if slot.place:
        yield _("Place: %(place)s.") % {"place": slot.place}
    if slot.link:
        yield _("Join online") + ": " + slot.link
    if slot.interviewers:
        yield _("You meet: %(names)s.") % {"names": slot.interviewers}


def of_changes(changes: Sequence[Change]) -> str:
    """What is new in a plan, a line for each thing."""
    return "\n".join(line for change in changes for line in _said(change))


def _said(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    if before is None and after is not None:
        yield _("New date: %(when)s") % {"when": _dated(after)}
    elif before is not None and after is None:
        yield _("Not held: %(when)s") % {"when": _dated(before)}
    elif before is not None and after is not None:
        if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
            yield _("Time: %(new)s (it was %(old)s)") % {"new": _dated(after), "old": _dated(before)}
        else:
            yield _dated(after) + ":"
        if before.where != after.where:
            old = before.where or _("Online")
            yield _("Place: %(new)s (it was %(old)s)") % {"new": after.where or _("Online"), "old": old}
        if before.link != after.link:
            yield _("The link to join online is another.") if after.link else _("One cannot join online any more.")
        if before.title != after.title:
            yield _("Subject: %(new)s") % {"new": after.title}


def _dated(told: Dated) -> str:
    return span(told.starts, told.ends)


def of_party(party: Party, offer: Offer | None) -> dict[str, Value]:
    return {"first_name": party.first_name, "answer_by": moment(offer.expires_at) if offer else ""}


def button(label: str, url: str) -> Value:
    """A link that nobody overlooks, and its address for those who see no button."""
    return Piece(f"{label}:\n{url}", format_html(BUTTON, url, label, url)) if label else ""


def place(meeting: Meeting) -> str:
    """Where one goes: the venue and its address, or “Online”."""
    return f"{meeting.venue.name}, {meeting.venue.address}" if meeting.venue else _("Online")


def site() -> dict[str, str]:
    return {"site_url": settings.SITE_URL, "site_name": settings.SITE_NAME}


def _facts(title: str, when: str, where: str) -> Piece:
    rows = format_html(WHEN_AND_WHERE, when, where) if when else ""
    return Piece("\n".join(filter(None, [title, when, where])), format_html(FACTS, title, rows))


def _registered_by(registration: Registration) -> str:
    said = []
    if registration.party:
        said.append(_("%(name)s has registered you.") % {"name": registration.party.name})
    if registration.referred_by:
        said.append(
            _("%(office)s has registered you, as you agreed. If you withdraw your consent, cancel by the link.")
            % {"office": registration.referred_by}
        )
    return " ".join(said)
