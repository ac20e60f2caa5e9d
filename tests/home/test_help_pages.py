import pytest
from django.test import Client

from exchange.home.help import PAGES, HelpPage, pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.mark.parametrize("name", PAGES)
def test_the_documentation_is_read_in_the_product(visitor: Client, name: str) -> None:
    text = visitor.get(f"/help/{name}/").content.decode()
    assert text.count("<h1>") == 1
    assert "](" not in text
    assert "\n## " not in text


def test_every_page_is_offered(visitor: Client) -> None:
    text = visitor.get("/help/").content.decode()
    assert [name for name in PAGES if f'href="/help/{name}/"' in text] == list(PAGES)


@pytest.mark.parametrize("found", pages(), ids=lambda found: found.name)
def test_a_sentence_says_what_is_behind_each_link(visitor: Client, found: HelpPage) -> None:
    assert found.summary.endswith(".")
    assert 20 < len(found.summary) < 150
    assert not set("*[]`|") & set(found.summary)
    assert f'<dd lang="en">{found.summary}</dd>' in visitor.get("/help/").content.decode()


def test_a_page_leads_to_another(visitor: Client) -> None:
    text = visitor.get("/help/finding/").content.decode()
    assert '<a href="http://testserver/help/digests/"' in text


def test_what_is_to_be_copied_names_this_exchange(visitor: Client) -> None:
    assert "EXCHANGE=http://testserver\n" in visitor.get("/help/api/").content.decode()


@pytest.mark.parametrize("name", ["nothing", "index"])
def test_nothing_else_of_the_documentation_is_shown(visitor: Client, name: str) -> None:
    assert visitor.get(f"/help/{name}/").status_code == 404
