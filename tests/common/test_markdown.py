"""What people write becomes markup that can do no harm."""

import html.parser
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.common.markdown import ALLOWED, LONGEST, PROSE, plain, render

SAFE_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<!-- --><script>alert(1)</script>",
    "<style>body{display:none}</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/png;base64,AAAA)",
    "[x](file:///etc/passwd)",
    "[x](ftp://example.org)",
    "[x](//evil.example)",
    "[x](\\\\evil.example)",
    "[x](/accounts/logout/)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<https://example.org/\"onmouseover=alert(1)>",
    '[x](https://example.org "t\\" onmouseover=\\"alert(1)")',
    "![x](https://example.org/pixel.png)",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](https://example.org/p.png)',
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "[![x](https://e.org/p)](javascript:alert(2))",
    '```"><script>alert(1)</script>\ncode\n```',
    "`<script>alert(1)</script>`",
    "| <script>alert(1)</script> |\n|---|\n| [x](javascript:alert(1)) |",
    "> - > - <script>alert(1)</script>",
    "# <img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]  # fmt: skip


class Tags(html.parser.HTMLParser):
    """Collects what a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(markup: str) -> None:
    parser = Tags()
    parser.feed(markup)
    for tag, attributes in parser.found:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "title", "rel", "start"}
        assert SAFE_LINK.match(attributes.get("href") or "https://")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_harmless_markup(text: str) -> None:
    assert_harmless(render(text))


@given(st.lists(st.sampled_from([*HOSTILE, "\n", "\n\n", "> ", "- ", "**", "|", "`"]), max_size=6))
@settings(max_examples=100, deadline=None)
def test_no_mixture_of_hostile_texts_does_harm(parts: list[str]) -> None:
    assert_harmless(render("".join(parts)))


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_rendered_and_read(text: str) -> None:
    assert_harmless(render(text))
    assert isinstance(plain(text), str)


@settings(max_examples=300, deadline=None)
@given(st.from_regex(PROSE, fullmatch=True))
def test_one_plain_line_says_the_same_without_being_parsed(line: str) -> None:
    """What has a second paragraph is always parsed."""
    assert plain(f"{line}\n\n*b*") == f"{plain(line)}\nb"


def test_raw_markup_is_shown_as_it_was_typed() -> None:
    assert render("a <b>bold</b> word") == "<p>a &lt;b&gt;bold&lt;/b&gt; word</p>\n"


def test_a_link_hands_over_neither_opener_nor_rank() -> None:
    assert render("[x](https://example.org)") == (
        '<p><a href="https://example.org" rel="noopener noreferrer nofollow">x</a></p>\n'
    )


def test_a_picture_is_its_description() -> None:
    assert render("![a *red* crane](https://example.org/c.png)") == "<p>a red crane</p>\n"


def test_headings_stand_below_those_of_the_page() -> None:
    assert render("# One\n\n###### Six") == "<h3>One</h3>\n<h6>Six</h6>\n"


def test_tables_lists_and_emphasis_are_kept() -> None:
    markup = render("| a | b |\n|---|---|\n| *1* | ~~2~~ |\n\n3. three")
    assert "<td><em>1</em></td>" in markup
    assert '<ol start="3">' in markup


def test_plain_text_keeps_the_words_and_drops_the_marks() -> None:
    text = "# Plug *in*\n\nfirst  \nsecond\nthird [link](https://example.org) ![crane](x)\n\n- `a`"
    assert plain(text) == "Plug in\nfirst second third link crane\na"


@pytest.mark.parametrize(
    "text",
    [
        "[" * LONGEST,
        "![" * (LONGEST // 2),
        "*a " * (LONGEST // 3),
        ">" * LONGEST,
        "- " * (LONGEST // 2),
        "|" * 140 + "a\n" + "|-" * 140 + "|\n" + "|\n" * 9000,
        "[a](" * (LONGEST // 4),
    ],
    ids=["brackets", "images", "stars", "quotes", "lists", "table", "links"],
)
def test_a_short_text_never_becomes_an_endless_page(text: str) -> None:
    assert len(render(text[:LONGEST])) < 10 * LONGEST


def test_what_is_too_long_for_any_field_is_shown_as_typed() -> None:
    assert render("*a*" * LONGEST).startswith("<pre>*a*")
