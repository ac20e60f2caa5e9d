"""Where somebody is signed in, as a list from which sessions are ended."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from exchange.accounts.models import SecurityEntry, User
from exchange.common.ids import uuid7
from tests.accounts.factories import make_session
from tests.cast import PASSWORD, Cast

PAGE = "accounts:sessions"
HERE, THERE = "Mozilla Firefox/140 Linux", "Mozilla Chrome/140 Windows"


@pytest.fixture
def karin(cast: Cast) -> User:
    return cast.gothenburg.contributor


def signed_in(user: User, user_agent: str = HERE) -> Client:
    """Return a browser in which the person has signed in by password."""
    client = Client(headers={"user-agent": user_agent})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:preferences")).status_code == 200


def once() -> dict[str, str]:
    return {"nonce": str(uuid7())}


def test_the_list_names_browser_and_address_and_says_which_is_this(karin: User) -> None:
    signed_in(karin, THERE)
    page = signed_in(karin).get(reverse(PAGE)).content.decode()
    assert page.index("Firefox on Linux") < page.index("this one") < page.index("Chrome on Windows")
    assert "from 127.0.0.1" in page


def test_another_session_is_ended(karin: User) -> None:
    there = signed_in(karin, THERE)
    row = UserSession.objects.get()
    here = signed_in(karin)
    here.post(reverse("accounts:end_session", args=[row.pk]), once())
    assert (is_in(there), is_in(here)) == (False, True)


def test_all_others_are_ended(karin: User) -> None:
    others = [signed_in(karin, THERE), signed_in(karin, THERE)]
    here = signed_in(karin)
    here.post(reverse("accounts:end_others"), once())
    assert [is_in(client) for client in [*others, here]] == [False, False, True]


def test_the_buttons_carry_a_nonce(karin: User) -> None:
    signed_in(karin, THERE)
    page = signed_in(karin).get(reverse(PAGE)).content.decode()
    assert page.count('name="nonce"') == 2


def test_a_button_pressed_twice_ends_sessions_once(karin: User) -> None:
    signed_in(karin, THERE)
    here, nonce = signed_in(karin), once()
    here.post(reverse("accounts:end_others"), nonce)
    later = signed_in(karin, THERE)
    here.post(reverse("accounts:end_others"), nonce)
    assert is_in(later)


def test_without_its_nonce_a_button_ends_nothing(karin: User) -> None:
    there, here = signed_in(karin, THERE), signed_in(karin)
    page = here.post(reverse("accounts:end_others"), follow=True).content.decode()
    assert "That did not work. Please try again." in page
    assert is_in(there)


def test_nobody_ends_somebody_elses_session(karin: User, cast: Cast) -> None:
    theirs = make_session(cast.gothenburg.coordinator)
    signed_in(karin).post(reverse("accounts:end_session", args=[theirs.pk]), once())
    assert UserSession.objects.filter(pk=theirs.pk).exists()
    assert not SecurityEntry.objects.filter(kind="session_ended").exists()


def test_a_new_password_ends_the_other_sessions(karin: User) -> None:
    there, here = signed_in(karin, THERE), signed_in(karin)
    new = "another horse battery"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    here.post(reverse("account_change_password"), data)
    assert (is_in(there), is_in(here)) == (False, True)


def test_a_closed_account_is_signed_out_everywhere(karin: User) -> None:
    client = signed_in(karin)
    karin.is_active = False
    karin.save(update_fields=["is_active"])
    assert not is_in(client)


def test_signing_out_takes_the_session_off_the_list(karin: User) -> None:
    signed_in(karin, THERE).post(reverse("account_logout"))
    page = signed_in(karin).get(reverse(PAGE)).content.decode()
    assert "Chrome on Windows" not in page
