"""Facts for search engines (JSON-LD 1.1, schema.org): a block of data in a page, which no browser runs."""

import json
from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
"""Nothing in the data can end the block."""


def block(facts: Mapping[str, object]) -> SafeString:
    """`facts` without what is empty, for the page's head."""
    filled = {"@context": "https://schema.org"} | {name: value for name, value in facts.items() if value}
    text = json.dumps(filled, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above
