"""Another address for an account: verified first, told to the old one, and then the only one."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from exchange.accounts.models import SecurityEntry, User
from exchange.common.frames import LINE_LENGTH
from tests.cast import PASSWORD, Cast

NEW = "karin@harbour.example.org"


@pytest.fixture
def karin(cast: Cast) -> User:
    return cast.gothenburg.contributor


@pytest.fixture
def page(client: Client, karin: User) -> Client:
    """Karin, signed in."""
    client.force_login(karin)
    return client


def ask(client: Client, email: str = NEW) -> str:
    """Ask for another address and return the page that follows."""
    data = {"email": email, "action_add": "yes"}
    return client.post(reverse("account_email"), data, follow=True).content.decode()


def links() -> list[str]:
    """Return the addresses of confirmation in the mails that were sent."""
    return [
        link
        for letter in mail.outbox
        for link in re.findall(r"(/accounts/confirm\S+)", letter.body)
    ]


def address_of(user: User) -> tuple[str, list[tuple[str, bool, bool]]]:
    user.refresh_from_db()
    rows = EmailAddress.objects.filter(user=user).order_by("pk")
    return user.email, list(rows.values_list("email", "verified", "primary"))


def test_nothing_changes_until_the_new_address_is_verified(page: Client, karin: User) -> None:
    old = karin.email
    assert NEW in ask(page)
    assert address_of(karin) == (old, [(old, True, True), (NEW, False, False)])
    assert [letter.to for letter in mail.outbox] == [[NEW]]


def test_that_no_second_letter_goes_so_soon_is_told(page: Client) -> None:
    assert "No letter was sent" not in ask(page)
    again = page.post(reverse("account_email"), {"email": NEW, "action_send": ""}, follow=True)
    assert "No letter was sent: at most one goes" in again.content.decode()
    assert len(mail.outbox) == 1


def test_who_goes_back_to_an_address_so_soon_is_told_that_no_letter_went(page: Client) -> None:
    ask(page)
    assert "No letter was sent" not in ask(page, "k@harbour.example.org")
    assert "No letter was sent" in ask(page)


def test_an_address_that_waits_is_not_asked_for_again(page: Client) -> None:
    ask(page)
    assert "it waits for you to confirm it" in ask(page)


def test_a_verified_address_takes_the_place_of_the_old_one(page: Client, karin: User) -> None:
    ask(page, NEW.upper())
    page.post(links()[0])
    assert address_of(karin) == (NEW, [(NEW, True, True)])


def test_the_old_address_is_told(
    page: Client, karin: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    old = karin.email
    ask(page)
    with django_capture_on_commit_callbacks(execute=True):
        page.post(links()[0])
    letter = mail.outbox[-1]
    assert (letter.to, letter.subject) == ([old], "Your address was changed")
    told = " ".join(letter.body.split())
    assert f"{NEW} instead of {old}" in told
    assert letter.body.count("testserver") == 1
    assert re.search(r"done on \d+ \w+ \d{4}, \d\d:\d\d \(Europe/Stockholm\)", told)
    assert max(map(len, letter.body.splitlines())) <= LINE_LENGTH


def test_the_log_tells_of_it(page: Client, karin: User) -> None:
    ask(page)
    page.post(links()[0])
    entry = SecurityEntry.objects.get(kind="address_changed")
    assert (entry.user, entry.detail) == (karin, NEW)


def test_one_signs_in_by_the_new_address_only(page: Client, karin: User) -> None:
    old = karin.email
    ask(page)
    page.post(links()[0])
    for email, status in ((NEW, 302), (old, 200)):
        data = {"login": email, "password": PASSWORD}
        assert Client().post(reverse("account_login"), data).status_code == status


def test_an_address_that_waits_gets_no_link_for_a_new_password(page: Client) -> None:
    ask(page)
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": NEW})
    [letter] = mail.outbox
    assert letter.subject == "No account with this address"


def test_a_taken_address_is_answered_alike_and_never_given_away(
    page: Client, karin: User, cast: Cast
) -> None:
    old, taken = karin.email, cast.tokyo.reader.email
    assert "on its way" in ask(page, taken)
    for link in links():
        page.post(link)
    assert address_of(karin)[0] == old
    assert address_of(cast.tokyo.reader)[0] == taken


def test_an_address_given_to_somebody_else_meanwhile_is_refused_in_words(
    page: Client, karin: User
) -> None:
    old = karin.email
    ask(page)
    User.objects.create_user(NEW, PASSWORD, full_name="Somebody Else")
    answer = page.post(links()[0], follow=True).content.decode()
    assert "belongs to another account" in answer
    assert address_of(karin) == (old, [(old, True, True), (NEW, False, False)])


def test_a_change_that_was_asked_for_is_taken_back(page: Client, karin: User) -> None:
    ask(page)
    page.post(reverse("account_email"), {"email": NEW, "action_remove": ""})
    assert address_of(karin)[1] == [(karin.email, True, True)]
    page.post(links()[0])
    assert address_of(karin)[0] != NEW


@pytest.mark.parametrize("email", ["", "no address", "a" * 260 + "@example.org", "a\x00b@x.org"])
def test_what_is_no_address_is_explained(page: Client, karin: User, email: str) -> None:
    answer = page.post(reverse("account_email"), {"email": email, "action_add": "yes"})
    assert (answer.status_code, len(address_of(karin)[1])) == (200, 1)
    assert "errorlist" in answer.content.decode()
