"""Organisers' rich text: Markdown (CommonMark) in, HTML of an allow-list out. The source is stored, HTML never."""

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "h3", "h4", "a", "blockquote"})
ATTRIBUTES = {"a": frozenset({"href"}), "ol": frozenset({"start"})}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
EMPTY = frozenset({"script", "style", "iframe", "object", "svg", "math", "template", "noscript"})
"""Of these nothing stays, not even the text within."""

_markdown = MarkdownIt("commonmark", {"html": True, "breaks": True})


def render(source: str) -> SafeString:
    """`source` as HTML that may stand in any page. A page's own headings are two levels above those of a text."""
    html = _markdown.render(source)
    for level in (6, 5, 4, 3):
        html = html.replace(f"<h{level}>", "<h4>").replace(f"</h{level}>", "</h4>")
    for level in (2, 1):
        html = html.replace(f"<h{level}>", "<h3>").replace(f"</h{level}>", "</h3>")
    clean = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(EMPTY),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - what nh3 lets through is the allow-list above


def plain(source: str) -> str:
    """`source` as one line of text, for feeds and descriptions of links."""
    return " ".join(strip_tags(render(source)).replace("\xa0", " ").split())
