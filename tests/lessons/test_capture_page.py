"""Noting a lesson in three fields, and what its page says is missing then."""

import re

import pytest
from django.test import Client

from exchange.accounts.models import User
from exchange.audiences.viewer import Role
from exchange.lessons.bookkeeping import keep_buffer
from exchange.lessons.models import DraftBuffer, Lesson
from exchange.partners.models import Membership
from tests.cast import Cast, eyes
from tests.lessons.factories import make_lesson, make_topics
from tests.lessons.pages import browser, form_body, page

THREE = {"title": "Ask first", "situation": "Nobody asked.", "lesson_text": "Asking is cheap."}


@pytest.fixture
def karin(cast: Cast) -> Client:
    make_topics()
    return browser(cast.gothenburg.contributor)


def note(client: Client, **more: str) -> Lesson:
    nonce = str(client.get("/lessons/capture/").context["form"]["nonce"].value())
    client.post("/lessons/capture/", {**THREE, "nonce": nonce, "lock": 0, **more})
    lesson: Lesson = Lesson.objects.get()
    return lesson


def test_three_fields_make_a_draft(cast: Cast, karin: Client) -> None:
    lesson = note(karin)
    version = lesson.latest_version
    assert version
    assert {name: getattr(version, name) for name in THREE} == THREE
    assert (lesson.state, lesson.audience, version.ports) == ("captured", cast.partners, ["SEGOT"])


def test_it_says_in_which_language_it_is_kept(cast: Cast, karin: Client) -> None:
    User.objects.filter(pk=cast.gothenburg.contributor.pk).update(language="sv")
    assert "a text in Swedish" in page(karin.get("/lessons/capture/"))
    version = note(karin).latest_version
    assert version
    assert version.language == "sv"


def test_an_empty_note_is_no_draft(karin: Client) -> None:
    nonce = str(karin.get("/lessons/capture/").context["form"]["nonce"].value())
    answer = karin.post("/lessons/capture/", {"nonce": nonce, "lock": 0, "title": "  "})
    assert "Write at least one of the three." in page(answer)
    assert not Lesson.objects.exists()


def test_it_asks_for_nothing_else(karin: Client) -> None:
    text = page(karin.get("/lessons/capture/"))
    assert set(re.findall(r'<(?:input|textarea|select)[^>]*id="id_(\w+)"', text)) <= {
        *THREE,
        *["nonce", "lock", "base"],
    }


def test_who_writes_for_several_chooses_for_whom(cast: Cast, karin: Client) -> None:
    tokyo = cast.tokyo.organisation
    Membership.objects.create(
        user=cast.gothenburg.contributor, organisation=tokyo, role=Role.CONTRIBUTOR
    )
    lesson = note(karin, organisation=str(tokyo.pk))
    assert lesson.latest_version
    assert (lesson.organisation, lesson.latest_version.ports) == (tokyo, ["JPTYO"])


def test_the_draft_says_what_is_missing_and_leads_to_each_field(karin: Client) -> None:
    lesson = note(karin)
    text = page(karin.get(lesson.get_absolute_url()))
    form = page(karin.get(f"{lesson.get_absolute_url()}edit/"))
    fields = re.findall(rf'href="/lessons/{lesson.pk}/edit/#(id_\w+)"', text)
    assert {"id_summary", "id_topics", "id_contact", "id_evidence"} <= set(fields)
    assert not {"id_title", "id_ports"} & set(fields)
    assert [name for name in fields if f'id="{name}"' not in form] == []


def test_nothing_is_said_to_be_missing_once_a_reviewer_has_it(cast: Cast) -> None:
    lesson = make_lesson(cast, state="in_review", text={"evidence": ""})
    text = page(browser(cast.gothenburg.contributor).get(lesson.get_absolute_url()))
    assert "still missing" not in text


def test_one_may_go_on_with_the_full_form_at_once(karin: Client) -> None:
    nonce = str(karin.get("/lessons/capture/").context["form"]["nonce"].value())
    body = {**THREE, "nonce": nonce, "lock": 0, "complete": "1"}
    answer = karin.post("/lessons/capture/", body)
    assert answer["Location"] == f"/lessons/{Lesson.objects.get().pk}/edit/"


def test_what_was_typed_is_there_again_here_and_in_the_full_form(karin: Client) -> None:
    nonce = str(karin.get("/lessons/capture/").context["form"]["nonce"].value())
    body = {**THREE, "nonce": nonce, "lock": 0, "base": 0}
    karin.post(f"/lessons/buffer/{nonce}/", body)
    for address in ("/lessons/capture/", "/lessons/new/"):
        assert "Nobody asked." in page(karin.get(address))
    note(karin)
    assert not DraftBuffer.objects.exists()


def test_typing_that_it_does_not_show_stays_in_the_full_form(cast: Cast, karin: Client) -> None:
    body = {name: [value] for name, value in form_body(topics=[]).items() if value}
    viewer = eyes(cast.gothenburg.contributor)
    keep_buffer(viewer, Lesson().pk, None, 0, {**body, "title": ["Typed in full"]})
    assert "Typed in full" not in page(karin.get("/lessons/capture/"))
    note(karin)
    assert DraftBuffer.objects.count() == 1


def test_too_long_a_title_is_refused_and_kept(karin: Client) -> None:
    nonce = str(karin.get("/lessons/capture/").context["form"]["nonce"].value())
    body = {**THREE, "title": "Ask " * 40, "nonce": nonce, "lock": 0}
    text = page(karin.post("/lessons/capture/", body))
    assert "Shorten this to 140 characters" in text
    assert "Asking is cheap." in text


def test_readers_may_not(cast: Cast) -> None:
    assert browser(cast.gothenburg.reader).get("/lessons/capture/").status_code == 403


@pytest.mark.parametrize("address", ["/", "/lessons/"])
def test_it_is_found_where_people_begin(karin: Client, address: str) -> None:
    assert 'href="/lessons/capture/"' in page(karin.get(address))


def test_the_forms_are_small(karin: Client) -> None:
    for address in ("/lessons/capture/", "/lessons/new/"):
        assert len(karin.get(address).content) < 60_000


def test_what_is_folded_opens_for_a_text_and_for_an_error(cast: Cast, karin: Client) -> None:
    empty = page(karin.get("/lessons/new/"))
    wrong = page(karin.post("/lessons/new/", form_body(sources="javascript:alert(1)", effort="")))
    full = make_lesson(cast, state="captured")
    filled = page(karin.get(f"{full.get_absolute_url()}edit/"))
    opened = [text.count('<details class="folded" open>') for text in (empty, wrong, filled)]
    assert opened == [0, 3, 3]


def test_the_form_leads_to_its_sections(karin: Client) -> None:
    text = page(karin.get("/lessons/new/"))
    named = re.findall(r'href="#(section-\w+)"', text)
    assert len(named) == 5
    assert all(f'id="{name}"' in text for name in named)
