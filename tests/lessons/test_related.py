"""Lessons that a lesson names: each reader hears of those that they may read, and of no other."""

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exchange.audiences.viewer import Role
from exchange.common.errors import Invalid
from exchange.common.ids import uuid7
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from exchange.partners.models import Membership
from tests.api.program import Program
from tests.cast import Cast, eyes
from tests.lessons.factories import CANARY, act, make_lesson, make_topics
from tests.lessons.pages import browser, form_body, page

NOWHERE = "There is no lesson at"


@pytest.fixture
def karin(cast: Cast) -> Client:
    """Gothenburg's contributor, who reads in Tokyo too."""
    make_topics()
    person, tokyo = cast.gothenburg.contributor, cast.tokyo.organisation
    Membership.objects.create(user=person, organisation=tokyo, role=Role.READER)
    return browser(person)


def named(*lessons: Lesson) -> list[str]:
    return [str(lesson.pk) for lesson in lessons]


def related_of(lesson: Lesson) -> list[str]:
    """Return the related lessons of the latest version, as stored."""
    lesson.refresh_from_db()
    assert lesson.latest_version
    related: list[str] = lesson.latest_version.related
    return related


def tokyos(cast: Cast) -> Lesson:
    """A lesson that of Gothenburg's people only Karin sees."""
    return make_lesson(cast.tokyo, canary=True)


def draft_naming(cast: Cast, *lessons: Lesson, **more: Any) -> Lesson:
    """A draft of Gothenburg, whose contributor sees what it names."""
    more.setdefault("state", State.CAPTURED)
    return make_lesson(cast, text={"related": named(*lessons)}, **more)


def test_readers_find_them_by_title_and_link_in_the_order_of_the_writer(cast: Cast) -> None:
    first, second = (
        make_lesson(cast, audience=cast.public, text={"title": title, "titles": {}})
        for title in ("Rail first", "Ask the fire brigade")
    )
    lesson = draft_naming(cast, second, first, audience=cast.public, state=State.PUBLISHED)
    text = page(browser(None).get(lesson.get_absolute_url()))
    found = re.findall(r'<li><a href="/lessons/([0-9a-f-]+)/" lang="en">([^<]+)</a>', text)
    assert found == [(str(second.pk), str(second)), (str(first.pk), str(first))]


@time_machine.travel("2026-11-25T12:00:00Z", tick=False)
def test_an_outsider_gets_the_same_bytes_with_and_without_a_hidden_one(
    cast: Cast, karin: Client
) -> None:
    with_it = draft_naming(cast, tokyos(cast), audience=cast.public, state=State.PUBLISHED)
    without = draft_naming(cast, audience=cast.public, state=State.PUBLISHED)
    for see in (
        lambda pk: browser(None).get(f"/lessons/{pk}/").content.decode(),
        lambda pk: browser(cast.los_angeles.reader).get(f"/lessons/{pk}/").content.decode(),
        lambda pk: Program(cast.los_angeles).get(f"/api/v1/lessons/{pk}").content.decode(),
    ):
        texts = [
            without_tokens(see(lesson.pk)).replace(str(lesson.pk), "")
            for lesson in (with_it, without)
        ]
        assert texts[0] == texts[1]


def without_tokens(text: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken[^:]*: ?[^a-zA-Z0-9]*)\w+', "", text)


def test_programs_read_the_ids_that_they_may_see(cast: Cast, karin: Client) -> None:
    shared = make_lesson(cast)
    lesson = draft_naming(cast, tokyos(cast), shared, audience=cast.public, state=State.PUBLISHED)
    ports = (cast.los_angeles, cast.tokyo)
    found = [Program(port).get(f"/api/v1/lessons/{lesson.pk}").json()["related"] for port in ports]
    assert found == [named(shared), [key for key in related_of(lesson) if key != str(shared.pk)]]


def test_one_that_is_withdrawn_is_named_no_longer(cast: Cast) -> None:
    other = make_lesson(cast, audience=cast.public, canary=True)
    lesson = draft_naming(cast, other, audience=cast.public, state=State.PUBLISHED)
    act("withdraw", other, cast.gothenburg)
    text = page(browser(None).get(lesson.get_absolute_url()))
    assert CANARY not in text
    assert "Related lessons" not in text


def test_ten_cost_as_many_queries_as_one(cast: Cast) -> None:
    others = [make_lesson(cast, audience=cast.public) for _number in range(10)]
    counts = []
    for most in (0, 1, 10):
        lesson = draft_naming(cast, *others[:most], audience=cast.public, state=State.PUBLISHED)
        with CaptureQueriesContext(connection) as captured:
            page(browser(None).get(lesson.get_absolute_url()))
        counts.append(len(captured))
    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]


@pytest.mark.parametrize(
    "line",
    [
        "{pk}",
        "http://localhost:8000/lessons/{pk}/",
        "http://testserver/lessons/{pk}/?version=1#sources",
        "/lessons/{pk}/edit/",
        "- {pk}",
        "\r\n {pk} \r\n\r\n",
    ],
)
def test_a_line_is_what_people_copy(cast: Cast, karin: Client, line: str) -> None:
    other = make_lesson(cast)
    karin.post("/lessons/new/", form_body(related=line.format(pk=other.pk)))
    assert related_of(Lesson.objects.exclude(pk=other.pk).get()) == named(other)


def test_one_that_is_named_twice_counts_once(cast: Cast) -> None:
    other, lesson = make_lesson(cast), make_lesson(cast, state=State.CAPTURED)
    twice = [str(other.pk), other.get_absolute_url()]
    assert related_of(act("revise", lesson, cast.gothenburg, text={"related": twice})) == twice[:1]


@pytest.mark.parametrize(
    "line",
    [
        "{hidden}",
        "http://testserver/lessons/{hidden}/",
        "{nobodys}",
        "https://elsewhere.example.org/lessons/{seen}/",
        "http://testserver/organisations/{seen}/",
        "http://testserver/lessons/",
        "http://[",
        "see <b>below</b>",
    ],
)
def test_what_is_not_there_for_the_writer_is_named_alike(cast: Cast, line: str) -> None:
    keys = {"hidden": tokyos(cast).pk, "nobodys": uuid7(), "seen": make_lesson(cast).pk}
    writer = browser(cast.gothenburg.contributor)
    typed = line.format(**keys)
    answer = writer.post("/lessons/new/", form_body(related=f"{keys['seen']}\n{typed}"))
    assert answer.context["form"].errors == {
        "related": [f"{NOWHERE} “{typed}”. Copy its address, or leave it out."]
    }
    assert CANARY not in page(answer)
    assert f"{keys['seen']}\n" in page(answer)


def test_a_lesson_does_not_name_itself(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    with pytest.raises(Invalid, match="is this lesson itself"):
        act("revise", lesson, cast.gothenburg, text={"related": named(lesson)})


def test_ten_are_enough(cast: Cast, karin: Client) -> None:
    others = named(*(make_lesson(cast) for _number in range(11)))
    answer = karin.post("/lessons/new/", form_body(related="\n".join(others)))
    assert "Choose at most 10." in page(answer)


def test_more_than_ten_may_stay_where_somebody_added_some_out_of_sight(
    cast: Cast, karin: Client
) -> None:
    """Siv names ten more beside one that only Karin sees."""
    hidden, seen = tokyos(cast), named(*(make_lesson(cast) for _number in range(11)))
    lesson = draft_naming(cast, hidden)
    siv = eyes(cast.gothenburg.coordinator)
    lesson = act("revise", lesson, cast.gothenburg, actor=siv, text={"related": seen[:10]})
    eleven, form = related_of(lesson), f"/lessons/{lesson.pk}/edit/"
    karin.post(form, edited(lesson, related="\n".join(eleven), summary="Shorter."))
    assert (len(eleven), related_of(lesson), lesson.lock) == (11, eleven, 3)
    answer = karin.post(form, edited(lesson, related="\n".join([*eleven, seen[10]])))
    assert "Choose at most 10." in page(answer)


def test_the_form_shows_addresses_and_titles_and_saving_it_again_changes_nothing(
    cast: Cast, karin: Client
) -> None:
    other = make_lesson(cast, canary=True)
    lesson = draft_naming(cast, other)
    answer = karin.get(f"/lessons/{lesson.pk}/edit/")
    shown = answer.context["form"]["related"].value()
    assert shown == f"http://localhost:8000/lessons/{other.pk}/"
    assert f'<a href="/lessons/{other.pk}/" lang="en" target="_blank">{CANARY}' in page(answer)
    karin.post(f"/lessons/{lesson.pk}/edit/", edited(lesson, related=shown))
    lesson.refresh_from_db()
    assert lesson.lock == 1


def edited(lesson: Lesson, **values: Any) -> dict[str, Any]:
    """Return what the form of a draft for the agreement sends."""
    return form_body(lesson, audience=lesson.audience_id, **values)


def test_typing_is_kept_and_comes_back(cast: Cast, karin: Client) -> None:
    body = form_body(related="half an addr")
    karin.post(f"/lessons/buffer/{body['nonce']}/", body)
    assert karin.get("/lessons/new/").context["form"]["related"].value() == "half an addr"


def test_a_colleague_who_does_not_see_one_is_not_told_of_it(cast: Cast, karin: Client) -> None:
    other = tokyos(cast)
    lesson = draft_naming(cast, other)
    siv = browser(cast.gothenburg.coordinator)
    for place in ("", "edit/"):
        text = page(siv.get(f"{lesson.get_absolute_url()}{place}"))
        assert str(other.pk) not in text
        assert CANARY not in text


def test_a_colleague_who_does_not_see_one_keeps_it_in_its_place(cast: Cast, karin: Client) -> None:
    hidden, seen, added = tokyos(cast), make_lesson(cast), make_lesson(cast)
    lesson = draft_naming(cast, hidden, seen)
    siv = browser(cast.gothenburg.coordinator)
    siv.post(f"/lessons/{lesson.pk}/edit/", edited(lesson, related=str(seen.pk)))
    assert (related_of(lesson), lesson.lock) == (named(hidden, seen), 1)
    siv.post(f"/lessons/{lesson.pk}/edit/", edited(lesson, related=str(added.pk)))
    assert related_of(lesson) == named(hidden, added)


def test_a_program_that_does_not_see_one_keeps_it(cast: Cast, karin: Client) -> None:
    hidden, seen = tokyos(cast), make_lesson(cast)
    lesson = draft_naming(cast, hidden, seen)
    program = Program(cast.gothenburg)
    for body in ({"summary": "Shorter."}, {"related": []}, {"related": named(seen)}):
        lock = lesson.lock
        answer = program.patch(f"/api/v1/lessons/{lesson.pk}", body, version=lock)
        assert str(hidden.pk) in related_of(lesson)
        assert str(hidden.pk) not in answer.content.decode()


def test_who_sees_one_takes_it_away(cast: Cast, karin: Client) -> None:
    lesson = draft_naming(cast, tokyos(cast))
    karin.post(f"/lessons/{lesson.pk}/edit/", edited(lesson, related=""))
    assert related_of(lesson) == []


def test_a_reviewer_who_does_not_see_it_hears_of_no_change(cast: Cast, karin: Client) -> None:
    lesson = make_lesson(cast, state=State.CHANGES_REQUESTED)
    lesson = act("revise", lesson, cast.gothenburg, text={"related": named(tokyos(cast))})
    lesson = act("submit", lesson, cast.gothenburg)
    text = page(browser(cast.gothenburg.reviewer).get(f"/lessons/{lesson.pk}/review/"))
    assert "Nothing in the text changed since version 1" in text
    assert "Related lessons" not in text


def test_two_who_save_compare_what_each_may_see(cast: Cast, karin: Client) -> None:
    mine, theirs, hidden = make_lesson(cast), make_lesson(cast), tokyos(cast)
    lesson = make_lesson(cast, state=State.CAPTURED)
    body = edited(lesson, related=str(mine.pk))
    act("revise", lesson, cast.gothenburg, text={"related": named(hidden, theirs)})
    siv = browser(cast.gothenburg.coordinator)
    answer = siv.post(f"/lessons/{lesson.pk}/edit/", body)
    clash = answer.context["clashes"][0]
    assert (clash.label, clash.before, clash.after) == ("Related lessons", str(theirs), str(mine))
    assert CANARY not in page(answer)
    assert str(hidden.pk) not in page(answer)


def test_whoever_changed_a_hidden_one_clashes_with_nobody_who_does_not_see_it(
    cast: Cast, karin: Client
) -> None:
    lesson, hidden = make_lesson(cast, state=State.CAPTURED), tokyos(cast)
    body = edited(lesson)
    act("revise", lesson, cast.gothenburg, text={"related": named(hidden)})
    siv = browser(cast.gothenburg.coordinator)
    answer = siv.post(f"/lessons/{lesson.pk}/edit/", body)
    assert answer.context["clashes"] == []
    siv.post(f"/lessons/{lesson.pk}/edit/", {**body, "lock": lesson.lock + 1, "nonce": uuid7()})
    assert related_of(lesson) == named(hidden)


def test_every_wrong_line_is_named(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    wrong = ["nonsense", str(lesson.pk), str(uuid7())]
    with pytest.raises(Invalid) as refused:
        act("revise", lesson, cast.gothenburg, text={"related": wrong})
    told = map(str, refused.value.errors["related"])
    assert all(entry in text for entry, text in zip(wrong, told, strict=True))
