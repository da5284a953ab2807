"""A moment becomes a letter: the organiser's words or the built-in ones, the values, and the frame around them."""

from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from core import wording
from core.services import texts
from core.services.outbox import Letter
from core.services.texts import Text
from core.wording import Value
from events.models import Event
from registrations.services.letters.moments import MOMENTS, Moment
from registrations.services.letters.values import site


def write(
    *,
    moment: str,
    event: Event,
    recipient: str,
    language: str,
    values: Mapping[str, Value],
    keys: dict[str, object],
    text: Text | None = None,
    refuse_url: str = "",
) -> Letter:
    """The letter of `moment` about `event`, under the language that is active, which is the receiver's.

    :param text: the words, where they are not those of the moment
    :param refuse_url: where one can refuse such letters (RFC 2369, RFC 8058); empty: one cannot
    """
    text = text or words(MOMENTS[moment], event, language)
    filled = wording.fill(text.body, values)
    context = {
        "event": event,
        "project": event.project,
        "language": language,
        "refuse_url": refuse_url,
        "words": mark_safe(filled.html),  # noqa: S308 - `core.wording` has escaped what people wrote
        **site(),
    }
    foot = render_to_string("mail/registrations/foot.txt", context)
    return Letter(
        recipient=recipient,
        subject=wording.line(text.subject, values),
        text=f"{filled.text}\n\n{foot}",
        html=render_to_string("mail/registrations/letter.html", context),
        language=language,
        keys=keys,
        headers=_headers(event, refuse_url),
    )


def words(moment: Moment, event: Event, language: str) -> Text:
    """What the organiser has written for the moment in `language`, or else the built-in words."""
    own = texts.nearest(scopes=event.scopes, kind=event.kind, moment=moment.name, language=language)
    if own:
        return own
    with translation.override(language):
        return moment.text()


def subject_of(moment: str, event: Event, language: str) -> str:
    """The subject that a letter will have, for lists of letters that are still to be written."""
    with translation.override(language):
        return wording.line(words(MOMENTS[moment], event, language).subject, {"event": event.title})


def _headers(event: Event, refuse_url: str) -> dict[str, str]:
    """An answer goes to the organiser; mail programs show a button for refusing, and other robots do not answer."""
    headers = {"Auto-Submitted": "auto-generated"}  # RFC 3834, section 5
    if event.contact_email:
        headers["Reply-To"] = event.contact_email
    if refuse_url:
        headers["List-Unsubscribe"] = f"<{refuse_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
