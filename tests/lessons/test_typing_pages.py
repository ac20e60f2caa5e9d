import json
import re

import pytest
from django.test import Client

from exchange.common.ids import uuid7
from exchange.lessons.choices import State
from exchange.lessons.models import DraftBuffer, Lesson, LessonVersion
from tests.cast import Cast
from tests.lessons.factories import act, make_lesson, make_topics
from tests.lessons.pages import browser, form_body, page


@pytest.fixture
def karin(cast: Cast) -> Client:
    make_topics()
    return browser(cast.gothenburg.contributor)


def keep(client: Client, body: dict[str, object], key: object = None) -> object:
    return client.post(f"/lessons/buffer/{key or body['nonce']}/", body)


def test_typing_is_kept_and_comes_back(karin: Client) -> None:
    body = form_body(title="Half a ti", titles_sv="Halv", topics=["energy"], audience="home")
    assert page(keep(karin, body)).startswith("Kept at ")
    answer = karin.get("/lessons/new/")
    text = page(answer)
    assert "was not saved: it is here again" in text
    assert 'value="Half a ti"' in text
    assert 'value="Halv"' in text
    assert 'name="topics" value="energy" checked' in text
    assert answer.context["form"]["audience"].value() == "home"


def test_of_two_new_lessons_each_is_found_again(karin: Client) -> None:
    for title in ("One way", "Another way"):
        keep(karin, form_body(title=title))
    listed = page(karin.get("/lessons/waiting/"))
    for title in ("One way", "Another way"):
        address = re.search(rf'href="(/lessons/new/[0-9a-f-]+/)">{title}<', listed)
        assert address
        assert f'value="{title}"' in page(karin.get(address[1]))


def test_a_text_found_again_is_saved_from_where_it_was_found(karin: Client) -> None:
    body = form_body(title="One way")
    keep(karin, body)
    answer = karin.post(f"/lessons/new/{body['nonce']}/", body)
    assert (answer.status_code, str(Lesson.objects.get())) == (302, "One way")
    assert karin.get(f"/lessons/new/{body['nonce']}/").status_code == 404


def test_kept_typing_makes_no_version_and_no_event(karin: Client, cast: Cast) -> None:
    lesson = make_lesson(cast)
    versions = LessonVersion.objects.count()
    keep(karin, form_body(lesson, title="Typed"), lesson.pk)
    assert LessonVersion.objects.count() == versions
    assert "Typed" in page(karin.get(f"/lessons/{lesson.pk}/edit/"))
    assert "Typed" not in page(karin.get(lesson.get_absolute_url()))


def test_typing_is_ones_own(karin: Client, cast: Cast) -> None:
    lesson = make_lesson(cast)
    keep(karin, form_body(lesson, title="Mine alone"), lesson.pk)
    siv = browser(cast.gothenburg.coordinator)
    assert "Mine alone" not in page(siv.get(f"/lessons/{lesson.pk}/edit/"))


def test_saving_forgets_the_typing(karin: Client) -> None:
    body = form_body()
    keep(karin, body)
    karin.post("/lessons/new/", body)
    assert not DraftBuffer.objects.exists()


def test_typing_that_arrives_after_the_save_does_not_come_back(karin: Client) -> None:
    body = form_body()
    karin.post("/lessons/new/", body)
    assert keep(karin, body).status_code == 204
    assert not DraftBuffer.objects.exists()


def test_a_restored_form_makes_the_same_one_lesson(karin: Client) -> None:
    body = form_body()
    keep(karin, body)
    form = karin.get("/lessons/new/").context["form"]
    assert str(form["nonce"].value()) == body["nonce"]


def test_typing_is_discarded_when_asked(karin: Client) -> None:
    body = form_body()
    keep(karin, body)
    answer = keep(karin, {**body, "discard": "1"})
    assert answer["Location"] == "/lessons/new/"
    assert "it is here again" not in page(karin.get("/lessons/new/"))


def test_typing_says_when_the_lesson_changed_since(karin: Client, cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    keep(karin, form_body(lesson, title="Typed"), lesson.pk)
    act("revise", lesson, cast.gothenburg)
    answer = karin.get(f"/lessons/{lesson.pk}/edit/")
    assert "Somebody changed this lesson since" in page(answer)
    assert str(answer.context["form"]["lock"].value()) == "1"


@pytest.mark.parametrize("lock", ["", "x", "-1", "9" * 40, "²"])
def test_any_lock_is_taken_without_harm(karin: Client, lock: str) -> None:
    assert keep(karin, form_body(lock=lock)).status_code == 200


def test_too_much_typing_is_refused_with_a_word(karin: Client) -> None:
    answer = keep(karin, form_body(situation="x" * 1_100_000))
    assert (answer.status_code, "too long" in answer.content.decode()) == (422, True)


def test_only_fields_of_the_form_are_kept(karin: Client) -> None:
    keep(karin, form_body(surprise="zzz"))
    kept = json.dumps(DraftBuffer.objects.get().data)
    assert "zzz" not in kept
    assert "csrf" not in kept


def test_who_may_not_write_keeps_nothing(cast: Cast) -> None:
    assert keep(browser(cast.gothenburg.reader), form_body()).status_code == 403
    lesson = make_lesson(cast)
    assert keep(browser(cast.los_angeles.contributor), form_body(), lesson.pk).status_code == 403
    assert not DraftBuffer.objects.exists()


def test_waiting_shows_what_was_typed_and_not_saved(karin: Client) -> None:
    keep(karin, form_body())
    assert "Typed and not saved" in page(karin.get("/lessons/waiting/"))


def test_a_preview_is_what_readers_will_see(karin: Client) -> None:
    body = {"situation": "**strong** <script>x</script>"}
    answers = [
        page(karin.post("/lessons/preview/?field=situation", body, headers=headers))
        for headers in ({}, {"hx-request": "true"})
    ]
    assert ["<html" in text for text in answers] == [True, False]
    assert all("<strong>strong</strong>" in text for text in answers)
    assert not any("<script>x" in text for text in answers)


def test_a_preview_shows_fields_of_the_form_only(karin: Client) -> None:
    text = page(karin.post("/lessons/preview/?field=other", {"other": "secret"}))
    assert "secret" not in text


@pytest.mark.parametrize("key", [uuid7()])
def test_an_unknown_key_is_a_new_lessons_form(karin: Client, key: object) -> None:
    keep(karin, form_body(), key)
    assert DraftBuffer.objects.get().lesson_id is None
    assert not Lesson.objects.exists()


@pytest.mark.parametrize("nonce", ["\x00", "nonsense", "x" * 5000])
def test_typing_with_a_broken_nonce_is_kept_all_the_same(karin: Client, nonce: str) -> None:
    assert page(keep(karin, form_body(nonce=nonce), uuid7())).startswith("Kept at ")
