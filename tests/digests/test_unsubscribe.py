import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from exchange.digests import actions
from exchange.digests.models import Subscription
from tests.cast import Cast, eyes
from tests.digests.scenes import subscribe

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reader(cast: Cast, clock: Traveller) -> Subscription:
    return subscribe(cast.los_angeles.reader)


def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def is_active(subscription: Subscription) -> bool:
    subscription.refresh_from_db()
    return subscription.active


def test_one_click_needs_no_cookie_and_answers_without_redirect(reader: Subscription) -> None:
    response = stranger().post(f"/u/{reader.token}", ONE_CLICK)
    assert response.status_code == 200
    assert not is_active(reader)
    assert reader.unsubscribed_via == "mail"


def test_it_takes_a_form_as_well_as_multipart(reader: Subscription) -> None:
    body = "List-Unsubscribe=One-Click"
    kind = "application/x-www-form-urlencoded"
    assert stranger().post(f"/u/{reader.token}", body, content_type=kind).status_code == 200
    assert not is_active(reader)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(reader: Subscription, method: str) -> None:
    for _time in range(3):
        assert getattr(stranger(), method)(f"/u/{reader.token}").status_code == 200
    assert is_active(reader)


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "no"}, {"other": "One-Click"}])
def test_another_post_changes_nothing_and_is_refused(
    reader: Subscription, body: dict[str, str]
) -> None:
    assert stranger().post(f"/u/{reader.token}", body).status_code == 400
    assert is_active(reader)


def test_a_second_time_is_answered_alike(reader: Subscription) -> None:
    first, second = (stranger().post(f"/u/{reader.token}", ONE_CLICK) for _ in range(2))
    assert _plain(first.content) == _plain(second.content)
    assert not is_active(reader)


@pytest.mark.parametrize("token", ["x" * 22, "short", "a%00b", "ä" * 22, "x" * 500])
@pytest.mark.parametrize("body", [None, ONE_CLICK])
def test_an_unknown_token_is_answered_alike(
    reader: Subscription, token: str, body: dict[str, str] | None
) -> None:
    def answer(path: str) -> tuple[int, bytes]:
        response = stranger().post(path, body) if body else stranger().get(path)
        return response.status_code, _plain(response.content)

    assert answer(f"/u/{token}") == answer(f"/u/{reader.token}")


def test_a_session_is_no_credential(cast: Cast, reader: Subscription) -> None:
    victim = Client()
    victim.force_login(cast.los_angeles.reader)
    victim.post("/u/xxxxxxxxxxxxxxxxxxxxxx", ONE_CLICK)
    assert is_active(reader)


def test_the_page_names_nobody(reader: Subscription) -> None:
    page = stranger().get(f"/u/{reader.token}").content.decode()
    assert "Ray" not in page
    assert "example.org" not in page


def test_a_link_that_was_changed_on_its_way_is_allowed_for(reader: Subscription) -> None:
    for token in (reader.token, f"{reader.token[:-2]}xx"):
        page = stranger().post(f"/u/{token}", ONE_CLICK).content.decode()
        assert "Then your mail program had changed the link." in page


def test_it_can_be_undone_on_the_same_page(reader: Subscription) -> None:
    stranger().post(f"/u/{reader.token}", ONE_CLICK)
    response = stranger().post(f"/u/{reader.token}", {"undo": "yes"})
    assert "come as before" in response.content.decode()
    assert is_active(reader)


def test_an_old_end_is_not_undone_by_a_forwarded_mail(
    reader: Subscription, clock: Traveller
) -> None:
    stranger().post(f"/u/{reader.token}", ONE_CLICK)
    clock.shift(dt.timedelta(hours=2))
    stranger().post(f"/u/{reader.token}", {"undo": "yes"})
    assert not is_active(reader)


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_what_is_ended_already_is_not_asked_for_again(reader: Subscription) -> None:
    stranger().post(f"/u/{reader.token}", ONE_CLICK)
    page = words(stranger().get(f"/u/{reader.token}"))
    assert "You ended them already, by the link in a mail." in page
    assert "End these mails?" not in page
    assert "Undo" in page


def test_after_an_hour_it_offers_no_undo(reader: Subscription, clock: Traveller) -> None:
    actions.unsubscribe(actor=eyes(reader.user))
    clock.shift(dt.timedelta(hours=2))
    page = words(stranger().get(f"/u/{reader.token}"))
    assert "You ended them already, on the settings page." in page
    assert "Undo" not in page
    assert "Every month" not in page


def test_fewer_mails_are_offered_instead(reader: Subscription) -> None:
    page = words(stranger().get(f"/u/{reader.token}"))
    assert "Every month" in page
    assert "Every day" not in page
    response = stranger().post(f"/u/{reader.token}", {"cadence": "monthly"})
    assert "more rarely" in words(response)
    assert "The next mail comes on 7 December 2026, 08:00 (America/Los_Angeles)" in words(response)
    reader.refresh_from_db()
    assert (reader.active, reader.cadence) == (True, "monthly")


def test_fewer_mails_are_offered_after_the_end_as_well(reader: Subscription) -> None:
    ended = stranger().post(f"/u/{reader.token}", ONE_CLICK)
    assert "Every month" in words(ended)
    stranger().post(f"/u/{reader.token}", {"cadence": "monthly"})
    assert is_active(reader)


@pytest.mark.parametrize("cadence", ["daily", "workdays", "weekly", "hourly", ""])
def test_a_link_brings_no_more_mails_than_before(reader: Subscription, cadence: str) -> None:
    response = stranger().post(f"/u/{reader.token}", {"cadence": cadence})
    assert "no longer be done" in words(response)
    reader.refresh_from_db()
    assert reader.cadence == "weekly"


def test_a_link_brings_nothing_back_after_an_hour(reader: Subscription, clock: Traveller) -> None:
    stranger().post(f"/u/{reader.token}", ONE_CLICK)
    clock.shift(dt.timedelta(hours=2))
    stranger().post(f"/u/{reader.token}", {"cadence": "monthly"})
    assert not is_active(reader)


def test_a_token_that_nobody_has_looks_like_one_of_a_weekly_mail(reader: Subscription) -> None:
    theirs, nobodys = (stranger().get(f"/u/{token}").content for token in (reader.token, "x" * 22))
    assert _plain(theirs).replace(reader.token.encode(), b"x" * 22) == _plain(nobodys)


def _plain(page: bytes) -> bytes:
    """Return a page without what differs each time: the CSRF token."""
    return b"\n".join(line for line in page.splitlines() if b"X-CSRFToken" not in line)
