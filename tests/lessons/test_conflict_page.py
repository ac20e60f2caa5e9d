import re

import pytest
from django.test import Client

from exchange.lessons.choices import State
from exchange.lessons.models import DraftBuffer, Lesson
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson
from tests.lessons.pages import browser, form_body, page


def clash(cast: Cast, **mine: str) -> tuple[Lesson, Client, str]:
    """Let Siv save a title while Karin writes; return what Karin sees when she saves hers."""
    lesson = make_lesson(cast, state=State.CAPTURED)
    karin = browser(cast.gothenburg.contributor)
    body = form_body(lesson, audience=cast.agreement.pk, **mine)
    by = eyes(cast.gothenburg.coordinator)
    act("revise", lesson, cast.gothenburg, text={"title": "Agree the price first"}, actor=by)
    lesson.refresh_from_db()
    return lesson, karin, page(karin.post(f"/lessons/{lesson.pk}/edit/", body))


def sent_from(text: str, **values: str) -> dict[str, object]:
    """Return what the comparison's form sends, as a browser would."""
    main = text.split("<main", 1)[1]
    pairs = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', main)
    pairs += re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', main, re.DOTALL)
    pairs += re.findall(r'type="radio" name="([\w-]+)" value="(\w+)" checked', main)
    body: dict[str, object] = {}
    for name, value in pairs:
        body[name] = [*body.get(name, []), value] if name in {"topics", "sdgs", "groups"} else value  # type: ignore[misc]
    return {**body, "draft": "1", **values}


def test_the_second_to_save_sees_both_texts(cast: Cast) -> None:
    lesson, _karin, text = clash(cast, title="Agree the plug later")
    assert "Two people changed this lesson" in text
    assert "<del>price</del><ins>plug</ins>" in text
    assert "<del>first</del><ins>later</ins>" in text
    assert lesson.latest_version.title == "Agree the price first"


def test_who_saved_elsewhere_is_not_told_of_another_person(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    body = form_body(lesson, title="Agree the plug later")
    act("revise", lesson, cast.gothenburg, text={"title": "Agree the price first"})
    karin = browser(cast.gothenburg.contributor)
    text = page(karin.post(f"/lessons/{lesson.pk}/edit/", body))
    assert "You saved version 2 elsewhere, perhaps in another tab" in text
    assert "Two people" not in text


def test_a_lesson_that_only_went_on_is_not_told_as_a_second_text(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    body = form_body(lesson, title="Agree the plug later")
    for step in ("submit", "request_changes"):
        lesson = act(step, lesson, cast.gothenburg)
    karin = browser(cast.gothenburg.contributor)
    text = page(karin.post(f"/lessons/{lesson.pk}/edit/", body))
    assert "it is “changes requested” now" in text
    assert "elsewhere" not in text


def test_the_second_text_is_kept_whatever_happens_next(cast: Cast) -> None:
    lesson, _karin, _text = clash(cast, title="Agree the plug later")
    buffer = DraftBuffer.objects.get(form_key=lesson.pk)
    assert buffer.data["title"] == ["Agree the plug later"]
    assert buffer.lock < lesson.lock


def test_nothing_is_chosen_where_both_changed_something(cast: Cast) -> None:
    _lesson, _karin, text = clash(cast, title="Agree the plug later")
    assert re.findall(r'name="take-title" value="(?:mine|theirs)"(.*?)>', text) == [" required"] * 2
    assert "choose one" in text
    assert re.search(r'name="over"[^>]* formnovalidate', text)


def test_who_was_sending_it_to_review_may_do_so_from_the_comparison(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    body = form_body(lesson, summary="My own summary.", to_review="1")
    by = eyes(cast.gothenburg.coordinator)
    act("revise", lesson, cast.gothenburg, text={"title": "Agree the price first"}, actor=by)
    karin = browser(cast.gothenburg.contributor)
    text = page(karin.post(f"/lessons/{lesson.pk}/edit/", body))
    assert "Save what is chosen and send to review" in text
    karin.post(f"/lessons/{lesson.pk}/edit/", sent_from(text, to_review="1"))
    assert Lesson.objects.get().state == State.IN_REVIEW


def test_while_a_reviewer_has_it_nothing_is_to_be_compared(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    body = form_body(lesson, summary="My own summary.")
    act("submit", lesson, cast.gothenburg)
    karin = browser(cast.gothenburg.contributor)
    text = page(karin.post(f"/lessons/{lesson.pk}/edit/", body))
    assert "A reviewer has this text now" in text
    assert "My own summary." in text
    assert "Choose for each field" not in text


def test_only_fields_that_differ_are_compared(cast: Cast) -> None:
    _lesson, _karin, text = clash(cast, title="Agree the plug later")
    assert set(re.findall(r'name="take-(\w+)"', text)) == {"title"}


def test_what_one_did_not_touch_is_taken_from_the_other(cast: Cast) -> None:
    lesson, karin, text = clash(cast, summary="My own summary.")
    assert 'name="take-title" value="theirs" checked' in text
    assert 'name="take-summary" value="mine" checked' in text
    karin.post(f"/lessons/{lesson.pk}/edit/", sent_from(text))
    lesson.refresh_from_db()
    saved = lesson.latest_version
    assert (saved.number, saved.title) == (3, "Agree the price first")
    assert saved.summary == "My own summary."


def test_mine_can_be_saved_over_theirs(cast: Cast) -> None:
    lesson, karin, text = clash(cast, summary="My own summary.")
    karin.post(f"/lessons/{lesson.pk}/edit/", sent_from(text, over="1"))
    lesson.refresh_from_db()
    assert lesson.latest_version.title == "Agree the plug before you order the ship"
    assert not DraftBuffer.objects.exists()


def test_a_third_person_meanwhile_leads_to_another_comparison(cast: Cast) -> None:
    lesson, karin, text = clash(cast, title="Agree the plug later")
    by = eyes(cast.gothenburg.reviewer)
    act("revise", lesson, cast.gothenburg, text={"title": "Third"}, actor=by)
    answer = page(karin.post(f"/lessons/{lesson.pk}/edit/", sent_from(text)))
    assert "Two people changed this lesson" in answer
    assert '<del class="whole">Third</del>' in answer


@pytest.mark.parametrize("mine", [{}, {"title": "Agree the plug later"}])
def test_a_choice_holds_through_the_next_comparison(cast: Cast, mine: dict[str, str]) -> None:
    lesson, karin, text = clash(cast, summary="My own summary.", **mine)
    act("revise", lesson, cast.gothenburg, text={"contact": "somebody else"})
    second = page(
        karin.post(f"/lessons/{lesson.pk}/edit/", sent_from(text, **{"take-title": "theirs"}))
    )
    assert set(re.findall(r'type="radio" name="take-(\w+)"', second)) == {"summary", "contact"}
    karin.post(f"/lessons/{lesson.pk}/edit/", sent_from(second))
    saved = Lesson.objects.get().latest_version
    assert (saved.title, saved.summary) == ("Agree the price first", "My own summary.")
    assert saved.contact == "somebody else"


def test_an_audience_chosen_meanwhile_is_not_undone(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    karin = browser(cast.gothenburg.contributor)
    body = form_body(lesson, title="Mine", audience=cast.agreement.pk)
    act("change_audience", lesson, cast.gothenburg, audience=cast.gothenburg.home)
    text = page(karin.post(f"/lessons/{lesson.pk}/edit/", body))
    assert 'name="take-audience" value="theirs" checked' in text
    karin.post(f"/lessons/{lesson.pk}/edit/", sent_from(text))
    lesson.refresh_from_db()
    assert (lesson.latest_version.title, lesson.audience) == ("Mine", cast.gothenburg.home)


def test_hostile_words_are_compared_as_text(cast: Cast) -> None:
    _lesson, _karin, text = clash(cast, title="</textarea><script>alert(1)</script>")
    assert "<script>alert" not in text
    assert text.count("</textarea>") == text.count("<textarea")
