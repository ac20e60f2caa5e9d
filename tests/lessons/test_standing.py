"""What a partner that is suspended, or has left, meets of lessons: by every way, at the next request."""

import pytest
from django.test import Client

from exchange.activity.models import Event
from exchange.audiences.viewer import Viewer
from exchange.common.providers import todos_for
from exchange.partners.actions import resume_organisation
from tests.api.program import Program
from tests.cast import Cast, eyes
from tests.lessons.factories import make_lesson
from tests.lessons.pages import browser, form_body
from tests.partners.factories import put_aside
from tests.search.pages import page, settle

WAYS = pytest.mark.parametrize("way", ["suspended", "left"])


def test_a_page_of_others_is_gone_while_suspended_and_back_afterwards(cast: Cast) -> None:
    lesson, port = make_lesson(cast.los_angeles, audience=cast.agreement), cast.gothenburg
    reader = browser(port.reader)
    answers = [reader.get(lesson.get_absolute_url()).status_code]
    put_aside(port.organisation)
    answers.append(reader.get(lesson.get_absolute_url()).status_code)
    resume_organisation(actor=Viewer.system(), organisation=port.organisation)
    answers.append(reader.get(lesson.get_absolute_url()).status_code)
    assert answers == [200, 404, 200]


@WAYS
@pytest.mark.parametrize("address", ["/", "/news/", "/lessons/", "/organisations/", "/digests/"])
def test_lists_and_news_of_others_are_gone(cast: Cast, way: str, address: str) -> None:
    make_lesson(cast.los_angeles, audience=cast.partners, text={"title": "Zqhidden"})
    make_lesson(cast.gothenburg, text={"title": "Zqours"})
    put_aside(cast.gothenburg.organisation, way)
    shown = browser(cast.gothenburg.reader).get(address).content.decode()
    assert "Zqhidden" not in shown
    assert "The fees are not paid." in shown


@WAYS
def test_search_finds_ones_own_only(cast: Cast, way: str) -> None:
    make_lesson(cast.los_angeles, audience=cast.partners, text={"title": "Shore Zqhidden"})
    make_lesson(cast.gothenburg, text={"title": "Shore Zqours"})
    settle()
    put_aside(cast.gothenburg.organisation, way)
    found = page(cast.gothenburg.reader, "q=shore")
    assert (b"Zqours" in found, b"Zqhidden" in found) == (True, False)


@WAYS
def test_a_token_is_refused_at_the_next_call(cast: Cast, way: str) -> None:
    program = Program(cast.gothenburg)
    put_aside(cast.gothenburg.organisation, way)
    for answer in (program.get("/api/v1/lessons"), program.post("/api/v1/lessons", {})):
        assert answer.status_code == 401


@WAYS
def test_what_it_published_stays_with_its_readers(cast: Cast, way: str) -> None:
    lesson = make_lesson(cast)
    put_aside(cast.gothenburg.organisation, way)
    for person in (cast.los_angeles.reader, cast.gothenburg.reader):
        assert browser(person).get(lesson.get_absolute_url()).status_code == 200


@WAYS
def test_ones_own_draft_is_read_and_not_changed(cast: Cast, way: str) -> None:
    lesson, port = make_lesson(cast, state="captured"), cast.gothenburg
    put_aside(port.organisation, way)
    writer, before = browser(port.contributor), Event.objects.count()
    assert writer.get(lesson.get_absolute_url()).status_code == 200
    for address in (f"{lesson.get_absolute_url()}edit/", "/lessons/new/"):
        assert writer.post(address, form_body(lesson)).status_code == 403
    assert Event.objects.count() == before


@WAYS
@pytest.mark.parametrize("page", ["edit", "supersede", "withdraw", "new"])
def test_a_refusal_tells_of_the_suspension_and_of_no_role(cast: Cast, way: str, page: str) -> None:
    lesson = make_lesson(cast)
    put_aside(cast.gothenburg.organisation, way)
    address = "/lessons/new/" if page == "new" else f"{lesson.get_absolute_url()}{page}/"
    answer = browser(cast.gothenburg.coordinator).get(address)
    assert answer.status_code == 403
    told = answer.content.decode()
    assert "your organisation is suspended or has left" in told
    assert "another role" not in told


@WAYS
def test_nothing_waits_for_its_people(cast: Cast, way: str) -> None:
    make_lesson(cast, state="in_review")
    make_lesson(cast, state="captured")
    people = [cast.gothenburg.reviewer, cast.gothenburg.contributor, cast.gothenburg.coordinator]
    assert any(todos_for(eyes(person)) for person in people)
    put_aside(cast.gothenburg.organisation, way)
    assert not any(todos_for(eyes(person)) for person in people)


def test_one_still_signs_in_and_is_told_whom_to_ask(cast: Cast, client: Client) -> None:
    put_aside(cast.gothenburg.organisation)
    client.force_login(cast.gothenburg.contributor)
    shown = client.get("/").content.decode()
    assert "Port of Gothenburg has been suspended since" in shown
    assert "ask the operator" in shown


def test_others_are_told_nothing_of_the_reason(cast: Cast) -> None:
    put_aside(cast.gothenburg.organisation)
    address = cast.gothenburg.organisation.get_absolute_url()
    for person in (cast.tokyo.reader, None):
        shown = browser(person).get(address).content.decode()
        assert ("suspended" in shown, "fees" in shown) == (True, False)
