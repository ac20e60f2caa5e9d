"""The operator comes in by the front door, like everybody; Django's own sign-in is closed."""

from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from exchange.accounts.models import User
from tests.cast import PASSWORD, Cast

EMAIL = "op@example.org"
ADMIN = "/admin/"
LESSONS = "/admin/lessons/lesson/"


@pytest.fixture
def operator(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    """Make an operator as the docs say, though without being asked."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    wish = {"email": "Op@Example.org", "full_name": "Olle Operatör", "interactive": False}
    call_command("createsuperuser", stdout=StringIO(), **wish)
    return User.objects.get(email=EMAIL)


def sign_in(client: Client, door: str, password: str = PASSWORD) -> str:
    """Go to a door, sign in where it leads, and return the address of the page one gets."""
    form = client.get(door, follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else door
    answer = client.post(address, {"login": EMAIL, "password": password}, follow=True)
    return str(answer.request["PATH_INFO"])


def test_the_operator_signs_in_and_gets_to_the_admin(client: Client, operator: User) -> None:
    assert sign_in(client, reverse("account_login")) == reverse("home")
    assert client.get(LESSONS).status_code == 200


def test_the_operator_reads_the_mailbox(
    client: Client, operator: User, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "exchange.common.mailbox.FileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.MAILBOX = "operator"
    assert client.get(reverse("mailbox")).status_code == 404
    sign_in(client, reverse("account_login"))
    assert client.get(reverse("mailbox")).status_code == 200


@pytest.mark.parametrize("door", [ADMIN, LESSONS])
def test_the_admin_sends_to_the_front_door_and_takes_back(
    client: Client, operator: User, door: str
) -> None:
    chain = [address for address, _status in client.get(door, follow=True).redirect_chain]
    assert chain[-1] == f"{reverse('account_login')}?{urlencode({'next': door})}"
    assert sign_in(client, door) == door


def test_the_admins_own_form_takes_no_password(client: Client, operator: User) -> None:
    data = {"username": EMAIL, "password": PASSWORD, "next": LESSONS}
    answer = client.post(reverse("admin:login"), data)
    assert answer["Location"] == f"{reverse('account_login')}?{urlencode({'next': LESSONS})}"
    assert client.get(ADMIN).status_code == 302


def test_wrong_passwords_by_way_of_the_admin_are_counted(client: Client, operator: User) -> None:
    for _ in range(5):
        assert sign_in(client, LESSONS, "wrong horse battery") == reverse("account_login")
    assert sign_in(client, LESSONS) == reverse("account_login")
    assert client.get(LESSONS).status_code == 302


def test_whoever_is_no_operator_is_refused_at_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.gothenburg.coordinator)
    answer = client.get(LESSONS, follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (403, 1)
    assert "This needs another role than yours" in answer.content.decode()
