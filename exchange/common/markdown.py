"""Markdown as people write it, HTML as browsers may get it."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(
    ["table", "strikethrough"]
)
ALLOWED = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# A lesson's own headings stand under the page's h1 and h2.
HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}


def render(text: str) -> SafeString:
    """Return the HTML of CommonMark `text` (with tables): raw HTML shown as text, no images.

    Links keep only http, https and mailto, and open without handing over opener or rank.
    """
    tokens = PARSER.parse(text)
    for token in tokens:
        token.tag = HEADINGS.get(token.tag, token.tag)
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    clean = nh3.clean(
        html,
        tags=ALLOWED,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - nh3 has cleaned it


def plain(text: str) -> str:
    """Return the words of Markdown `text` without its marks, for search, mails and summaries."""
    words = []
    for token in PARSER.parse(text):
        if token.type in {"inline", "code_block", "fence"}:
            children = token.children or [token]
            words.append(
                "".join(" " if child.type == "softbreak" else child.content for child in children)
            )
    return "\n".join(words)
