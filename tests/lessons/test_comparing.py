from typing import Any

import pytest

from exchange.lessons.comparing import clashes, differences, text_of, word_diff
from exchange.lessons.models import LessonVersion
from exchange.partners.viewers import anonymous
from tests.cast import Cast
from tests.lessons.factories import full_text, make_lesson


def marked(before: str, after: str) -> str:
    marks = {"same": "{}", "removed": "[-{}]", "added": "[+{}]"}
    return "".join(marks[part.kind].format(part.text) for part in word_diff(before, after))


def seen(cast: Cast) -> dict[str, Any]:
    """Return the text of a lesson."""
    version = make_lesson(cast).latest_version
    assert version
    return text_of(version, anonymous())


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("", "", ""),
        ("", "new", "[+new]"),
        ("one two three", "one 2 three", "one [-two][+2] three"),
        ("Göteborg först", "Göteborg sist", "Göteborg [-först][+sist]"),
        ("a\nb", "a\nb\nc", "a\nb[+\nc]"),
    ],
)
def test_words_are_compared(before: str, after: str, wanted: str) -> None:
    assert marked(before, after) == wanted


def test_what_has_little_in_common_stands_one_after_the_other() -> None:
    before = "Ships at berth ran their diesel engines.\nThe grid was weak."
    after = "Agree the plug with other ports before you order.\nThe grid was too weak."
    assert marked(before, after) == (
        "[-Ships at berth ran their diesel engines.\n]"
        "[+Agree the plug with other ports before you order.\n]"
        "The grid was [+too ]weak."
    )


def test_nothing_is_lost_in_a_comparison_of_long_texts() -> None:
    before = "\n".join(f"line {number} of the text" for number in range(2_000))
    after = before.replace("line 7 ", "row 7 ")
    parts = word_diff(before, after)
    assert "".join(part.text for part in parts if part.kind != "added") == before
    assert "".join(part.text for part in parts if part.kind != "removed") == after


def test_differences_are_named_as_people_read_them(cast: Cast) -> None:
    before = seen(cast)
    after = {
        **before,
        "kind": "problem",
        "topics": ["digital"],
        "ports": ["SEGOT", "USLAX", "USZZZ"],
    }
    after["titles"] = {"sv": "Ny titel"}
    found = {row.name: (row.label, row.after) for row in differences(before, after, anonymous())}
    assert found == {
        "titles": ("Title in other languages", "Svenska: Ny titel"),
        "kind": ("Kind", "lesson from a problem"),
        "ports": ("Ports", "Port of Gothenburg, Port of Los Angeles, USZZZ"),
        "topics": ("Topics", "Digitalisation and data"),
    }


def test_a_version_reads_back_as_the_text_it_was_made_of(cast: Cast) -> None:
    version = make_lesson(cast).latest_version
    assert isinstance(version, LessonVersion)
    assert text_of(version, anonymous()) == full_text()


def test_a_clash_tells_what_i_did_not_touch(cast: Cast) -> None:
    base = seen(cast)
    theirs = {**base, "title": "Theirs", "summary": "Theirs"}
    mine = {**base, "title": "Mine"}
    found = {clash.name: clash.untouched for clash in clashes(base, theirs, mine, anonymous())}
    assert found == {"title": False, "summary": True}
