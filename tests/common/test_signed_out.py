"""A script that asks for a piece of a page is told that its person is signed out."""

from django.test import Client
from django.urls import reverse

from tests.cast import Cast


def test_a_piece_is_answered_with_a_sentence(db: None, client: Client) -> None:
    answer = client.post(reverse("lessons:preview"), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "You are signed out." in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_no_cache_keeps_that_sentence_or_gives_it_to_a_page(db: None, client: Client) -> None:
    address = reverse("lessons:new")
    piece = client.get(address, headers={"HX-Request": "true"})
    assert piece["Cache-Control"] == "no-store"
    for answer in (piece, client.get(address)):
        assert "HX-Request" in answer["Vary"]


def test_a_page_leads_to_signing_in(db: None, client: Client) -> None:
    answer = client.get(reverse("lessons:new"))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_other_redirects_stay(cast: Cast, client: Client) -> None:
    client.force_login(cast.gothenburg.reader)
    answer = client.post(reverse("account_logout"), headers={"HX-Request": "true"})
    assert answer.status_code == 302
