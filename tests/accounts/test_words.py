"""The pages of an account speak of one thing in one way, allauth's own words included."""

import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.test import Client
from django.urls import reverse

from exchange.accounts.models import User
from tests.cast import PASSWORD, Cast

RULES = "At least 10 characters. A few words that only you would put together do well."


@pytest.fixture
def karin(cast: Cast) -> User:
    return cast.gothenburg.contributor


def reset_page(user: User) -> str:
    """Return the page that a mailed link opens."""
    key = default_token_generator.make_token(user)
    kwargs = {"uidb36": user_pk_to_url_str(user), "key": key}
    link = reverse("account_reset_password_from_key", kwargs=kwargs)
    return Client().get(link, follow=True).content.decode()


def test_a_new_password_has_the_same_rules_everywhere(client: Client, karin: User) -> None:
    client.force_login(karin)
    change = client.get(reverse("account_change_password")).content.decode()
    for page in (change, reset_page(karin)):
        assert page.count(RULES) == 1
        assert "Your password can" not in page


@pytest.mark.parametrize("page", ["account_login", "account_reset_password"])
def test_an_address_is_called_e_mail_address(client: Client, db: None, page: str) -> None:
    text = client.get(reverse(page)).content.decode()
    assert re.search(r"<label[^>]*>\s*E-mail address", text)
    assert "Email" not in text


def test_a_wrong_password_speaks_of_the_e_mail_address(client: Client, karin: User) -> None:
    data = {"login": karin.email, "password": "wrong horse battery"}
    text = client.post(reverse("account_login"), data).content.decode()
    assert "E-mail address and password do not match. Try again." in text


def test_a_changed_password_is_told_in_our_words(client: Client, karin: User) -> None:
    client.force_login(karin)
    new = "another horse battery"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    page = client.post(reverse("account_change_password"), data, follow=True).content.decode()
    assert "Your new password holds from now on." in page
