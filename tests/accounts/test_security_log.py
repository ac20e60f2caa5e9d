"""What happened to an account is written down for its owner, and for a year."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exchange.accounts.bookkeeping import forget_old_entries, note
from exchange.accounts.models import SecurityEntry, SecurityKind, User
from exchange.common import time
from tests.cast import PASSWORD, Cast

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def karin(cast: Cast) -> User:
    return cast.gothenburg.contributor


def kinds(user: User) -> list[str]:
    return list(
        SecurityEntry.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    )


def sign_in(user: User, password: str = PASSWORD) -> Client:
    client = Client(headers={"user-agent": FIREFOX})
    client.post(reverse("account_login"), {"login": user.email.upper(), "password": password})
    return client


def test_signing_in_and_out_is_noted_with_address_and_browser(karin: User) -> None:
    sign_in(karin).post(reverse("account_logout"))
    assert kinds(karin) == ["signed_in", "signed_out"]
    entry = SecurityEntry.objects.filter(user=karin).first()
    assert entry
    assert (entry.address, entry.browser) == ("127.0.0.1", "Firefox on Linux")
    assert entry.detail == "by password"


def test_a_wrong_password_is_noted_and_is_not_itself_written_down(karin: User) -> None:
    sign_in(karin, "wrong horse battery")
    assert kinds(karin) == ["failed"]
    assert "wrong horse" not in str(list(SecurityEntry.objects.values()))


def test_a_wrong_password_for_nobody_is_noted_nowhere(karin: User) -> None:
    Client().post(reverse("account_login"), {"login": "no@example.org", "password": "wrong"})
    assert not SecurityEntry.objects.exists()


def test_a_changed_password_is_noted(karin: User) -> None:
    new = "another horse battery"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    sign_in(karin).post(reverse("account_change_password"), data)
    assert kinds(karin) == ["signed_in", "password_changed"]


def test_one_reads_ones_own_log_only(client: Client, karin: User, cast: Cast) -> None:
    note(karin, SecurityKind.FACTOR_ADDED, detail="my telephone")
    for reader, seen in ((karin, True), (cast.gothenburg.coordinator, False)):
        client.force_login(reader)
        page = client.get(reverse("accounts:security_log")).content.decode()
        assert ("my telephone" in page) is seen


@pytest.mark.parametrize("rows", [1, 50])
def test_a_long_log_costs_no_more_queries(
    client: Client, karin: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(karin)
    for number in range(rows):
        note(karin, SecurityKind.FACTOR_ADDED, detail=f"key {number}")
    with django_assert_num_queries(6):
        assert "Key" not in client.get(reverse("accounts:security_log")).content.decode()


def test_a_log_of_more_than_a_page_is_paged(client: Client, karin: User) -> None:
    client.force_login(karin)
    for number in range(60):
        note(karin, SecurityKind.FACTOR_ADDED, detail=f"key {number}.")
    page = client.get(reverse("accounts:security_log"), {"page": "2"}).content.decode()
    assert "key 1." in page
    assert "key 59." not in page


def test_entries_are_kept_for_a_year(karin: User) -> None:
    note(karin, SecurityKind.SIGNED_IN)
    note(karin, SecurityKind.SIGNED_OUT)
    old = SecurityEntry.objects.filter(kind="signed_in")
    old.update(at=time.now() - dt.timedelta(days=366))
    assert forget_old_entries() == 1
    assert kinds(karin) == ["signed_out"]
