import json
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from exchange.audiences.viewer import Role
from exchange.common.ids import uuid7
from exchange.lessons.choices import State
from exchange.lessons.models import DraftBuffer, Lesson, LessonVersion
from exchange.partners.models import Membership
from tests.cast import Cast
from tests.lessons.factories import act, make_lesson, make_topics
from tests.lessons.pages import browser, form_body, page

FORM = "application/x-www-form-urlencoded"


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


@pytest.mark.parametrize("way", ["saved", "discarded"])
def test_where_nothing_unsaved_is_kept_any_more_the_page_says_so(karin: Client, way: str) -> None:
    body = form_body(title="One way")
    keep(karin, body)
    if way == "saved":
        karin.post("/lessons/new/", body)
    else:
        keep(karin, {**body, "discard": "1"})
    answer = karin.get(f"/lessons/new/{body['nonce']}/")
    assert answer.status_code == 404
    assert "it was saved as a draft, or discarded" in answer.content.decode()
    assert 'href="/lessons/waiting/"' in answer.content.decode()


def test_what_was_discarded_elsewhere_is_saved_from_where_it_still_stands(karin: Client) -> None:
    body = form_body(title="One way")
    keep(karin, body)
    keep(karin, {**body, "discard": "1"})
    assert karin.post(f"/lessons/new/{body['nonce']}/", body).status_code == 302
    assert str(Lesson.objects.get()) == "One way"


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
    answer = keep(karin, body)
    assert (answer.status_code, "saved before" in answer.content.decode()) == (410, True)
    assert not DraftBuffer.objects.exists()


def test_a_restored_form_makes_the_same_one_lesson(karin: Client) -> None:
    body = form_body()
    keep(karin, body)
    form = karin.get("/lessons/new/").context["form"]
    assert str(form["nonce"].value()) == body["nonce"]


def test_typing_is_discarded_when_asked(karin: Client) -> None:
    body = form_body()
    keep(karin, body)
    assert "Discard for good" in page(karin.get("/lessons/new/"))
    answer = keep(karin, {**body, "discard": "1"})
    assert answer["Location"] == "/lessons/new/"
    assert "it is here again" not in page(karin.get("/lessons/new/"))


def test_typing_says_when_the_lesson_changed_since(karin: Client, cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    keep(karin, form_body(lesson, title="Typed"), lesson.pk)
    act("revise", lesson, cast.gothenburg)
    answer = karin.get(f"/lessons/{lesson.pk}/edit/")
    assert "This lesson has changed since" in page(answer)
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


def test_typing_that_a_review_has_overtaken_leads_to_its_lesson(karin: Client, cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    keep(karin, form_body(lesson), lesson.pk)
    typed = page(karin.get("/lessons/waiting/")).partition('id="typed"')[2]
    assert f'href="/lessons/{lesson.pk}/edit/"' in typed
    act("submit", lesson, cast.gothenburg)
    typed = page(karin.get("/lessons/waiting/")).partition('id="typed"')[2]
    assert f'href="/lessons/{lesson.pk}/"' in typed
    assert "wait for the review" in typed


def test_who_may_write_no_more_finds_what_they_typed(karin: Client, cast: Cast) -> None:
    keep(karin, form_body(title="Half a thought"))
    Membership.objects.filter(user=cast.gothenburg.contributor).update(role=Role.READER)
    assert "Half a thought" in page(karin.get("/lessons/waiting/"))


def test_waiting_asks_as_much_for_many_texts_as_for_one(karin: Client, cast: Cast) -> None:
    counts = []
    for more in (1, 5):
        for _number in range(more):
            lesson = make_lesson(cast, state=State.CAPTURED)
            keep(karin, form_body(lesson), lesson.pk)
        with CaptureQueriesContext(connection) as queries:
            karin.get("/lessons/waiting/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_draft_says_that_its_reader_has_typing_that_is_not_saved(
    karin: Client, cast: Cast
) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    keep(karin, form_body(lesson), lesson.pk)
    others = browser(cast.gothenburg.reviewer)
    texts = [page(client.get(lesson.get_absolute_url())) for client in (karin, others)]
    assert ["that is not saved" in text for text in texts] == [True, False]


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


def test_a_lesson_out_of_sight_is_like_one_that_is_not_there(karin: Client, cast: Cast) -> None:
    hidden = make_lesson(cast.tokyo)
    for key in (hidden.pk, uuid7()):
        answer = keep(karin, form_body(), key)
        assert (answer.status_code, DraftBuffer.objects.exists()) == (404, False)


@pytest.mark.parametrize("nonce", ["\x00", "nonsense", "x" * 5000])
def test_typing_with_a_broken_nonce_is_kept_all_the_same(
    karin: Client, cast: Cast, nonce: str
) -> None:
    lesson = make_lesson(cast)
    assert page(keep(karin, form_body(nonce=nonce), lesson.pk)).startswith("Kept at ")


@pytest.mark.parametrize("letter", ["港", "\n", "🚢"])
def test_all_that_the_form_takes_fits_into_a_request_and_into_what_is_kept(
    karin: Client, letter: str
) -> None:
    """Browsers count an astral character as two."""
    fields = karin.get("/lessons/new/").context["form"].fields
    most = {
        name: field.max_length for name, field in fields.items() if hasattr(field, "max_length")
    }
    text = {
        name: letter * (limit // len(letter.encode("utf-16-le")) * 2)
        for name, limit in most.items()
        if limit
    }
    body = form_body(**text)
    sent = urlencode({name: str(value).replace("\n", "\r\n") for name, value in body.items()})
    assert len(sent) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE * 0.9
    answer = karin.post(f"/lessons/buffer/{body['nonce']}/", sent, FORM)
    assert page(answer).startswith("Kept at ")


def test_more_than_is_taken_at_once_is_answered_with_the_size(karin: Client) -> None:
    karin.get("/lessons/new/")
    karin.handler.enforce_csrf_checks = True  # where it is read first
    answer = karin.post("/lessons/new/", form_body(situation="x" * 5_000_000))
    assert (answer.status_code, "at most 4 MB" in answer.content.decode()) == (413, True)


def test_another_broken_request_is_answered_as_before(karin: Client) -> None:
    answer = karin.post("/lessons/new/", {f"field{number}": "x" for number in range(2_000)})
    assert (answer.status_code, "We could not read that" in answer.content.decode()) == (400, True)
