"""Markdown as people write it, HTML as browsers may get it."""

import re
from collections.abc import Sequence
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

# What every text field of ours holds at most; more than that is shown as it was typed.
LONGEST = 20_000
# A short text can ask for a table of a million cells: beyond this there are no tables in it.
MOST_CELLS = 10_000

ALLOWED = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# One line that begins with a letter, ends with no blank, and has nothing that Markdown knows.
PROSE = re.compile(r"[^\W\d_][^\x00-\x1f\\`*_\[\]<&~]*(?<!\s)")
HEADING = re.compile(r"h[1-6]")
BREAKS = {"softbreak", "hardbreak"}


class Renderer(RendererHTML):
    """Shows the description of a picture in place of the picture."""

    def image(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return escape(_words(tokens[at]))


PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}, renderer_cls=Renderer).enable(
    ["table", "strikethrough"]
)
WITHOUT_TABLES = MarkdownIt(
    "commonmark", {"html": False, "linkify": False}, renderer_cls=Renderer
).enable("strikethrough")


def render(text: str, *, below: int = 2) -> SafeString:
    """Return the HTML of CommonMark `text` (with tables): raw HTML shown as text, no images.

    `below` is the level of the heading that it stands under: an h1 in it becomes an h3 under an h2.
    Links keep only whole addresses with http, https and mailto, and open without handing over
    opener or rank. A text longer than 20,000 characters is shown as it was typed.
    """
    if len(text) > LONGEST:
        return mark_safe(f"<pre>{escape(text)}</pre>")  # noqa: S308 - escaped
    parser = _parser_for(text)
    tokens = parser.parse(text)
    for token in tokens:
        if HEADING.fullmatch(token.tag):
            token.tag = f"h{min(int(token.tag[1]) + below, 6)}"
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=ALLOWED,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - nh3 has cleaned it


def plain(text: str) -> str:
    """Return the words of Markdown `text` without its marks, for search, mails and summaries."""
    if len(text) > LONGEST:
        return text
    # Most fields of most lessons are: a page of search results is spared a third of all parsing.
    if PROSE.fullmatch(text):
        return text
    return "\n".join(
        _words(token)
        for token in _parser_for(text).parse(text)
        if token.type in {"inline", "code_block", "fence"}
    )


def _parser_for(text: str) -> MarkdownIt:
    rows = text.splitlines()
    cells = len(rows) * max((row.count("|") for row in rows), default=0)
    return PARSER if cells <= MOST_CELLS else WITHOUT_TABLES


def _words(token: Token) -> str:
    """Return what a token says: its own text, or that of its children, lines joined by blanks."""
    if token.type in BREAKS:
        return " "
    return "".join(map(_words, token.children)) if token.children else token.content
