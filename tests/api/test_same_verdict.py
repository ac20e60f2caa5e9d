"""One set of rules: whatever a person may do on a page, their program may do by the API, and no more.

The differences that are meant: a person's draft may have no title yet, a program sends none half
typed; and whom a lesson is for, only people change.
"""

from typing import Any

import pytest

from exchange.common.ids import uuid7
from exchange.lessons.choices import State
from exchange.lessons.missing import REQUIRED
from exchange.lessons.models import TEXT_FIELDS, Lesson
from tests.api.program import Program
from tests.api.verdicts import ByApi, ByPage, Verdict
from tests.cast import Cast, Port
from tests.lessons.factories import act, full_text, make_lesson, make_topics

pytestmark = pytest.mark.exhaustive

# At home, inside the audience, and outside of it; the last may read at home and no more.
WHO = ["home", "inside", "outside", "reader"]


def port_of(cast: Cast, who: str) -> Port:
    return {"inside": cast.los_angeles, "outside": cast.tokyo}.get(who, cast.gothenburg)


def both(cast: Cast, who: str = "home") -> tuple[ByPage, ByApi]:
    """Return a person at the pages and a program of theirs with the same rights."""
    port, writes = port_of(cast, who), who != "reader"
    person = port.contributor if writes else port.reader
    return ByPage(person), ByApi(Program(port, may_write=writes))


def two(cast: Cast, **how: Any) -> tuple[Lesson, Lesson]:
    """Return two lessons alike, one for each way."""
    return make_lesson(cast, **how), make_lesson(cast, **how)


def stored(lesson: Lesson) -> dict[str, Any]:
    """Return the latest text of a lesson."""
    lesson.refresh_from_db()
    version = lesson.latest_version
    assert version
    text = {name: getattr(version, name) for name in TEXT_FIELDS}
    return {**text, "topics": [topic.code for topic in version.topics.all()]}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("who", WHO)
def test_a_change_meets_the_same_verdict(cast: Cast, who: str, state: State) -> None:
    mine, theirs = two(cast, state=state)
    text = full_text(summary="Shorter.")
    page, api = both(cast, who)
    verdict = page.change(mine, text)
    if who == "reader":
        assert verdict == api.change(theirs, text) == Verdict("forbidden")
    assert verdict == api.change(theirs, text)
    assert stored(mine) == stored(theirs)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("missing", [{}, {"contact": "", "topics": []}], ids=["whole", "lacking"])
def test_a_submission_meets_the_same_verdict(
    cast: Cast, who: str, state: State, missing: dict[str, Any]
) -> None:
    mine, theirs = two(cast, state=state)
    page, api = both(cast, who)
    if missing and (who, state) in {("home", State.CAPTURED), ("home", State.CHANGES_REQUESTED)}:
        mine, theirs = (act("revise", one, cast.gothenburg, text=missing) for one in (mine, theirs))
    assert page.submit(mine) == api.submit(theirs)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.state == theirs.state


LACKING: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({"evidence": ""}, set()),
    "one field": ({"summary": ""}, {"summary"}),
    "two, and what review can do without": (
        {"contact": "", "topics": [], "evidence": ""},
        {"contact", "topics"},
    ),
    "why it went wrong": ({"kind": "problem", "analysis": ""}, {"analysis"}),
    "a licence": ({"licence": ""}, {"licence"}),
    "everything": (dict.fromkeys(REQUIRED, "") | {"ports": [], "topics": []}, {*REQUIRED}),
}


@pytest.mark.parametrize("name", LACKING)
def test_what_a_text_lacks_is_named_the_same(cast: Cast, name: str) -> None:
    text, lacking = LACKING[name]
    mine, theirs = two(cast, state=State.CAPTURED, audience=cast.public, text=text)
    page, api = both(cast)
    verdict = page.submit(mine)
    assert verdict == api.submit(theirs)
    assert verdict == Verdict("invalid" if lacking else "done", frozenset(lacking))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("who", WHO)
def test_throwing_away_meets_the_same_verdict(cast: Cast, who: str, state: State) -> None:
    mine, theirs = two(cast, state=state)
    page, api = both(cast, who)
    verdict = page.discard(mine)
    if who == "home":
        thrown = {State.CAPTURED, State.CHANGES_REQUESTED}
        assert verdict == Verdict("done" if state in thrown else "conflict")
    assert verdict == api.discard(theirs)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.state == theirs.state


@pytest.mark.parametrize("way", ["change", "submit", "discard"])
def test_who_was_slower_meets_the_same_verdict(cast: Cast, way: str) -> None:
    mine, theirs = two(cast, state=State.CAPTURED)
    for lesson in (mine, theirs):
        act("revise", lesson, cast.gothenburg)
    text = [full_text(summary="Mine.")] if way == "change" else []
    page, api = both(cast)
    verdicts = [getattr(page, way)(mine, *text), getattr(api, way)(theirs, *text)]
    assert verdicts == [Verdict("stale")] * 2


TEXTS: dict[str, dict[str, Any]] = {
    "good": {},
    "a long title": {"title": "x" * 141},
    "the longest title": {"title": "x" * 140},
    "blanks around": {"title": "  Agree   the plug \t", "summary": "\n a \n"},
    "a control character": {"title": "a\x07b"},
    "NUL": {"title": "a\x00b"},
    "NUL in a tag": {"tags": ["a\x00b"]},
    "another title in Swedish": {"titles": {"sv": "Enas om kontakten"}},
    "a long title in Swedish": {"titles": {"sv": "x" * 141}},
    "a long summary": {"summary": "x" * 501},
    "a very long text": {"situation": "x" * 20_001},
    "no such kind": {"kind": "gossip"},
    "no such language": {"language": "xx"},
    "no such topic": {"topics": ["no/such"]},
    "four topics": {"topics": ["energy", "energy/shore-power", "infrastructure", "digital"]},
    "no such port": {"ports": ["nowhere"]},
    "a port in small letters": {"ports": ["segot"]},
    "many ports": {"ports": [f"SE{letter}{other}A" for letter in "ABCDE" for other in "ABCDE"]},
    "a long tag": {"tags": ["x" * 41]},
    "eleven tags": {"tags": [f"tag {number}" for number in range(11)]},
    "no such goal": {"sdgs": [18]},
    "four goals": {"sdgs": [1, 2, 3, 4]},
    "no date": {"started": "soon"},
    "no such day": {"started": "2023-02-30"},
    "an end before the start": {"started": "2023", "ended": "2022"},
    "no such maturity": {"maturity": "ripe"},
    "no such licence": {"licence": "WTFPL"},
    "a dangerous source": {"sources": "javascript:alert(1)"},
    "a broken address": {"sources": "https://exa mple"},
    "a long contact": {"contact": "x" * 201},
    "no such lesson": {"related": [str(uuid7())]},
    "a related lesson in words": {"related": ["the one about cranes"]},
    "two faults": {"title": "x" * 141, "kind": "gossip"},
}


def text_of(cast: Cast, name: str) -> dict[str, Any]:
    """Return the text of that name; of what is out of sight there is a lesson of Tokyo's."""
    if name == "a related lesson out of sight":
        return full_text(related=[str(make_lesson(cast.tokyo).pk)])
    return full_text(**TEXTS[name])


@pytest.mark.parametrize("name", [*TEXTS, "a related lesson out of sight"])
def test_a_new_text_meets_the_same_verdict(cast: Cast, name: str) -> None:
    make_topics()
    text = text_of(cast, name)
    before = set(Lesson.objects.values_list("pk", flat=True))
    page, api = both(cast)
    assert page.create(text) == api.create(text)
    made = [stored(lesson) for lesson in Lesson.objects.exclude(pk__in=before)]
    assert len(made) in {0, 2}
    assert made[:1] == made[1:]


@pytest.mark.parametrize("name", [*TEXTS, "a related lesson out of sight"])
def test_a_changed_text_meets_the_same_verdict(cast: Cast, name: str) -> None:
    mine, theirs = two(cast, state=State.CAPTURED)
    text = text_of(cast, name)
    page, api = both(cast)
    assert page.change(mine, text) == api.change(theirs, text)
    assert stored(mine) == stored(theirs)


@pytest.mark.parametrize("who", ["home", "inside", "outside"])
def test_the_same_audiences_may_be_chosen(cast: Cast, who: str) -> None:
    make_topics()
    page, api = both(cast, who)
    group = {"audience": str(cast.agreement.pk)}
    verdicts = {
        "everybody": ({"audience": "public"}, {"audience": "public"}),
        "partners": ({"audience": "partners"}, {"audience": "partners"}),
        "home": ({"audience": "home"}, {"audience": "organisation"}),
        "group": (group, {"audience": f"group:{cast.agreement.pk}"}),
        "no such group": ({"audience": "999"}, {"audience": "group:999"}),
        "nobody": ({"audience": "nobody"}, {"audience": "nobody"}),
    }
    for name, (on_page, in_api) in verdicts.items():
        by_page = page.create({**full_text(), **on_page})
        assert by_page == api.create({**full_text(), **in_api}), name


def test_only_people_change_whom_a_lesson_is_for(cast: Cast) -> None:
    mine, theirs = two(cast, state=State.CAPTURED)
    page, api = both(cast)
    assert page.change(mine, full_text(audience="public")) == Verdict("done")
    refused = api.change(theirs, {"audience": "public"})
    assert refused == Verdict("invalid", frozenset({"audience"}))


def test_only_people_keep_a_draft_without_a_title(cast: Cast) -> None:
    make_topics()
    page, api = both(cast)
    text = full_text(title="")
    assert page.create(text) == Verdict("done")
    assert api.create(text) == Verdict("invalid", frozenset({"title"}))
