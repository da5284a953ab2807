"""An event's object for search engines, safe inside a page."""

import json

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from events.enums import Door
from events.models import Event
from events.services import linked_data

register = template.Library()

ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}
"""As Django's json_script has them: nothing can end the element that the object stands in."""


@register.simple_tag
def linked_data_of(event: Event, door: Door) -> SafeString:
    """The `<script type="application/ld+json">` of `event`: data, which our policy for scripts does not touch."""
    text = json.dumps(linked_data.of(event=event, door=door, now=timezone.now()), ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above
