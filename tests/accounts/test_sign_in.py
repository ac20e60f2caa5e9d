import re

import pytest
from django.core import mail
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from exchange.accounts.models import User
from tests.cast import PASSWORD, Cast
from tests.lessons.pages import browser


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code


def test_the_right_password_signs_in(client: Client, cast: Cast) -> None:
    assert sign_in(client, cast.gothenburg.reader.email, PASSWORD) == 302
    assert client.get(reverse("accounts:preferences")).status_code == 200


def test_from_the_address_the_next_key_leads_to_the_password(client: Client, db: None) -> None:
    text = client.get("/accounts/login/").content.decode()
    assert re.search(r'name="login"[^>]* autofocus', text)
    assert text.index('name="password"') < text.index("/accounts/password/reset/")


def test_after_a_refusal_what_was_wrong_is_read_first(client: Client, cast: Cast) -> None:
    wrong = {"login": cast.gothenburg.reader.email, "password": "wrong"}
    text = client.post(reverse("account_login"), wrong).content.decode()
    assert not re.search(r'name="login"[^>]* autofocus', text)


def test_the_address_is_the_same_in_any_case(client: Client, cast: Cast) -> None:
    assert sign_in(client, cast.gothenburg.reader.email.upper(), PASSWORD) == 302


def test_a_wrong_password_is_refused(client: Client, cast: Cast) -> None:
    assert sign_in(client, cast.gothenburg.reader.email, "wrong horse battery") == 200
    assert client.get(reverse("accounts:preferences")).status_code == 302


def test_an_unknown_address_is_refused_in_the_same_words(client: Client, cast: Cast) -> None:
    def words(email: str) -> list[str]:
        data = {"login": email, "password": "wrong horse battery"}
        page = Client().post(reverse("account_login"), data).content.decode()
        return re.findall(r'role="alert"[^>]*>(.*?)</div>', page, re.DOTALL)

    assert words("nobody@example.org") == words(cast.gothenburg.reader.email) != []


def test_nobody_signs_up(client: Client, db: None) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    assert "By invitation only" in page
    data = {"email": "new@example.org", "password1": PASSWORD}
    client.post(reverse("account_signup"), data)
    assert not User.objects.filter(email="new@example.org").exists()


def set_anew(client: Client, email: str) -> HttpResponseBase:
    """Ask for a letter with a link, follow it, and set "another horse battery"."""
    client.post(reverse("account_reset_password"), {"email": email})
    [letter] = mail.outbox
    assert letter.to == [email]
    [link] = re.findall(r"https?://[^/]+(/\S+)", letter.body)
    form = client.get(link, follow=True)
    new = {"password1": "another horse battery", "password2": "another horse battery"}
    return client.post(form.redirect_chain[-1][0], new)


def test_a_forgotten_password_is_set_anew_by_mail(client: Client, cast: Cast) -> None:
    email = cast.gothenburg.reader.email
    assert set_anew(client, email).status_code == 302
    assert sign_in(Client(), email, "another horse battery") == 302


def test_the_link_for_a_new_password_says_how_long_it_works(
    client: Client, cast: Cast, settings: Settings
) -> None:
    set_anew(client, cast.gothenburg.reader.email)
    assert "The link works once, for three days, and until you sign in." in mail.outbox[0].body
    assert settings.PASSWORD_RESET_TIMEOUT == 3 * 24 * 3600


def test_that_it_was_set_anew_is_told_in_the_hour_of_whose_it_is(
    client: Client,
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        set_anew(client, cast.tokyo.reader.email)
    told = " ".join(mail.outbox[-1].body.split())
    assert re.search(r"done on \d+ \w+ \d{4}, \d\d:\d\d \(Asia/Tokyo\) from", told)


@pytest.mark.parametrize("known", [True, False])
def test_asking_for_a_new_password_tells_nobody_who_has_an_account(
    client: Client, cast: Cast, known: bool
) -> None:
    email = cast.gothenburg.reader.email if known else "nobody@example.org"
    answer = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
    assert "A letter is on its way" in answer.content.decode()
    assert len(mail.outbox) == 1


def test_a_link_for_somebody_elses_password_signs_nobody_out(client: Client, cast: Cast) -> None:
    client.post(reverse("account_reset_password"), {"email": cast.gothenburg.reader.email})
    [link] = re.findall(r"https?://[^/]+(/\S+)", str(mail.outbox[0].body))
    rolf = browser(cast.gothenburg.reviewer)
    answer = rolf.get(link)
    assert "You are signed in as rolf@segot.example.org" in answer.content.decode()
    assert rolf.get(reverse("accounts:preferences")).status_code == 200
    away = rolf.post(reverse("account_logout"), {"next": link})
    assert "New password" in rolf.get(away["Location"], follow=True).content.decode()


def test_who_signed_in_as_somebody_else_meanwhile_goes_on_after_signing_out(
    client: Client, cast: Cast
) -> None:
    client.post(reverse("account_reset_password"), {"email": cast.gothenburg.reader.email})
    [link] = re.findall(r"https?://[^/]+(/\S+)", str(mail.outbox[0].body))
    form = client.get(link)["Location"]
    client.force_login(cast.gothenburg.reviewer)
    [there] = re.findall(r'name="next" value="([^"]+)"', client.get(form).content.decode())
    away = client.post(reverse("account_logout"), {"next": there})
    assert client.get(away["Location"])["Location"] == form


def test_a_dead_link_is_said_to_be_dead_whoever_is_signed_in(cast: Cast) -> None:
    rolf = browser(cast.gothenburg.reviewer)
    answer = rolf.get(reverse("account_reset_password_from_key", args=["1", "none"]))
    assert "Send me a new link" in answer.content.decode()


def test_a_used_link_offers_a_new_one(client: Client, db: None) -> None:
    page = client.get(reverse("account_reset_password_from_key", args=["1", "none"]))
    assert "Send me a new link" in page.content.decode()
