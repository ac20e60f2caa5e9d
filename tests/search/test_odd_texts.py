"""Whatever text a lesson was given, once it is taken it can be read in every way that there is."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from exchange.common.errors import Invalid
from exchange.digests.feeds.actions import make_feed_address
from exchange.lessons.models import Lesson
from tests.api.program import Program
from tests.cast import Cast, eyes
from tests.corpus import TEXTS, share
from tests.digests.scenes import subscribe
from tests.lessons.factories import full_text, make_lesson
from tests.search.pages import settle

pytestmark = pytest.mark.exhaustive

FREE = {name for name, value in full_text().items() if isinstance(value, str)}
EVERYWHERE = ("/", "/lessons/", "/search/", "/digests/preview/")


def published_with(cast: Cast, text: str) -> Lesson:
    """Publish a lesson with `text` in every field that takes it."""
    fields = set(FREE)
    while True:
        try:
            return make_lesson(cast, audience=cast.public, text=dict.fromkeys(fields, text))
        except Invalid as refused:
            if not fields & refused.errors.keys():
                raise
            fields -= refused.errors.keys()


def addresses(lesson: Lesson, text: str) -> list[str]:
    """Return the lesson's own page, which is printed too, its history, its form, and a search for it."""
    words = "".join(letter for letter in text[:100] if letter.isprintable())
    own = [reverse(f"lessons:{name}", args=[lesson.pk]) for name in ("lesson", "history", "edit")]
    return [*own, reverse("search:search", query={"q": words})]


def answers(client: Client, address: str) -> Any:
    response: Any = client.get(address, follow=True)
    assert response.status_code == 200, address
    return response


@pytest.mark.parametrize("name", share("odd texts", TEXTS))
def test_a_text_that_was_taken_is_read_everywhere(cast: Cast, index: Path, name: str) -> None:
    subscribe(cast.gothenburg.contributor)
    lesson = published_with(cast, TEXTS[name])
    settle()
    client = Client()
    client.force_login(cast.gothenburg.contributor)
    for address in [*addresses(lesson, TEXTS[name]), *EVERYWHERE]:
        answers(client, address)
    private = make_feed_address(actor=eyes(cast.gothenburg.contributor))
    for feed in ("/news.atom", f"/news/{private}.atom"):
        assert str(lesson.pk) in ElementTree.tostring(feed_at(client, feed), encoding="unicode")
    program = Program(cast.gothenburg)
    for path in ("lessons", f"lessons/{lesson.pk}", "search"):
        assert program.get(f"/api/v1/{path}").status_code == 200, path


def feed_at(client: Client, address: str) -> ElementTree.Element:
    response = answers(client, address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return ElementTree.fromstring(body)  # noqa: S314
