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
) -> Letter:
    """The letter of `moment` about `event`, under the language that is active, which is the receiver's."""
    text = words(MOMENTS[moment], event, language)
    return framed(text=text, event=event, recipient=recipient, language=language, values=values, keys=keys)


def framed(
    *,
    text: Text,
    event: Event,
    recipient: str,
    language: str,
    values: Mapping[str, Value],
    keys: dict[str, object],
) -> Letter:
    """`text` with its `values`, between the sender's name and the funder's line."""
    filled = wording.fill(text.body, values)
    context = {"event": event, "project": event.project, "language": language, **site()}
    foot = render_to_string("mail/registrations/foot.txt", context)
    body = mark_safe(filled.html)  # noqa: S308 - `core.wording` has escaped what people wrote
    return Letter(
        recipient=recipient,
        subject=wording.line(text.subject, values),
        text=f"{filled.text}\n\n{foot}",
        html=render_to_string("mail/registrations/letter.html", {**context, "words": body}),
        language=language,
        keys=keys,
    )


def words(moment: Moment, event: Event, language: str) -> Text:
    """What the organiser has written for the moment in `language`, or else the built-in words."""
    own = texts.nearest(scopes=event.scopes, kind=event.kind, moment=moment.name, language=language)
    if own:
        return own
    with translation.override(language):
        return moment.text()
