"""Acts that matter ask again who is there, some time after signing in, and lose nothing typed."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from exchange.accounts.bookkeeping import SIGNED_IN
from exchange.common.ids import uuid7
from exchange.digests.models import FeedAddress
from exchange.partners.models import ApiClient, Invitation, Membership
from tests.accounts.factories import code_now, make_app
from tests.cast import PASSWORD, Cast


@pytest.fixture
def siv(client: Client, cast: Cast) -> Client:
    """Gothenburg's coordinator, who signed in an hour ago."""
    client.force_login(cast.gothenburg.coordinator)
    session = client.session
    session[SIGNED_IN] -= 3600
    session.save()
    return client


def confirm(client: Client, asked: str, password: str = PASSWORD) -> str:
    """Type the password where one was sent to, and return the page that follows."""
    data = {"password": password, "next": asked.partition("?next=")[2].replace("%2F", "/")}
    answer = client.post(reverse("account_reauthenticate"), data, follow=True)
    return answer.content.decode()


def asks(answer: object) -> bool:
    return reverse("account_reauthenticate") in str(getattr(answer, "headers", ""))


@pytest.mark.parametrize("page", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_second_factors_ask_again(siv: Client, page: str) -> None:
    assert asks(siv.get(reverse(page)))


def test_whoever_has_just_signed_in_is_not_asked(client: Client, cast: Cast) -> None:
    client.force_login(cast.gothenburg.coordinator)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_session_that_tells_no_time_is_asked(siv: Client) -> None:
    session = siv.session
    del session[SIGNED_IN]
    session.save()
    assert asks(siv.get(reverse("mfa_activate_totp")))


def test_another_address_asks_again_and_the_one_typed_is_kept(siv: Client, cast: Cast) -> None:
    data = {"email": "siv@harbour.example.org", "action_add": "yes"}
    asked = siv.post(reverse("account_email"), data)
    assert asks(asked)
    confirm(siv, asked["Location"])
    rows = cast.gothenburg.coordinator.emailaddress_set.filter(verified=False)
    assert [row.email for row in rows] == ["siv@harbour.example.org"]


def test_a_wrong_password_does_nothing_and_the_right_one_still_goes_on(
    siv: Client, cast: Cast
) -> None:
    asked = siv.post(reverse("account_email"), {"email": "s@example.org", "action_add": "yes"})
    confirm(siv, asked["Location"], "wrong horse battery")
    addresses = cast.gothenburg.coordinator.emailaddress_set
    assert addresses.count() == 1
    confirm(siv, asked["Location"])
    assert addresses.count() == 2


@pytest.mark.parametrize(
    ("told", "back"),
    [
        ("http://testserver/organisations/?view=map", "http://testserver/organisations/?view=map"),
        ("http://testserver/accounts/factors/reauthenticate/", "/accounts/factors/"),
        ("https://elsewhere.example.org/organisations/", "/accounts/factors/"),
        ("javascript:alert(1)", "/accounts/factors/"),
        ("http://[", "/accounts/factors/"),
        ("", "/accounts/factors/"),
    ],
)
def test_who_does_not_want_to_goes_back(siv: Client, told: str, back: str) -> None:
    page = siv.get(reverse("account_reauthenticate"), headers={"referer": told})
    assert f'<a href="{back}">Cancel</a>' in page.content.decode()


def test_a_token_is_made_after_asking_again(siv: Client, cast: Cast) -> None:
    page = reverse("partners:clients", args=[cast.gothenburg.organisation.pk])
    asked = siv.post(page, {"nonce": str(uuid7()), "name": "Harbour system", "days": "30"})
    assert (asks(asked), ApiClient.objects.count()) == (True, 0)
    assert "ipk_" in confirm(siv, asked["Location"])
    assert ApiClient.objects.get().name == "Harbour system"


def test_the_private_address_of_a_feed_is_made_after_asking_again(siv: Client) -> None:
    asked = siv.post(reverse("digests:feed"), {"nonce": str(uuid7())})
    assert (asks(asked), FeedAddress.objects.count()) == (True, 0)
    assert "/news/" in confirm(siv, asked["Location"])
    assert FeedAddress.objects.count() == 1


def test_what_was_wrong_in_it_is_told_on_a_form_that_goes_to_its_own_page(
    siv: Client, cast: Cast
) -> None:
    page = reverse("partners:invite", args=[cast.gothenburg.organisation.pk])
    asked = siv.post(page, {"nonce": str(uuid7()), "email": "new@", "role": "coordinator"})
    answer = confirm(siv, asked["Location"])
    assert 'value="new@"' in answer
    assert f'<form method="post" action="{page}"' in answer


def test_a_program_is_given_access_only_after_asking_and_what_is_wrong_is_told_before(
    siv: Client, cast: Cast
) -> None:
    page = reverse("partners:clients", args=[cast.gothenburg.organisation.pk])
    typed = {"nonce": str(uuid7()), "name": "Harbour system"}
    assert "Write a number from 1 to" in siv.post(page, {**typed, "days": "0"}).content.decode()
    assert asks(siv.post(page, {**typed, "days": "30"}))
    assert not ApiClient.objects.exists()


@pytest.mark.parametrize(("role", "is_asked"), [("coordinator", True), ("reader", False)])
def test_inviting_a_coordinator_asks_again(
    siv: Client, cast: Cast, role: str, is_asked: bool
) -> None:
    page = reverse("partners:invite", args=[cast.gothenburg.organisation.pk])
    data = {"nonce": str(uuid7()), "email": "new@example.org", "role": role}
    asked = siv.post(page, data)
    assert asks(asked) is is_asked
    if is_asked:
        confirm(siv, asked["Location"])
    assert Invitation.objects.get().role == role


def test_changing_a_role_asks_again(siv: Client, cast: Cast) -> None:
    row = Membership.objects.get(user=cast.gothenburg.reader)
    page = reverse("partners:change_role", args=[cast.gothenburg.organisation.pk, row.pk])
    asked = siv.post(page, {"role": "coordinator"})
    assert asks(asked)
    confirm(siv, asked["Location"])
    row.refresh_from_db()
    assert row.role == "coordinator"


def test_a_code_of_the_app_is_as_good(siv: Client, cast: Cast) -> None:
    make_app(cast.gothenburg.coordinator)
    page = reverse("mfa_generate_recovery_codes")
    assert asks(siv.get(page))
    data = {"code": code_now(), "next": page}
    assert siv.post(reverse("mfa_reauthenticate"), data)["Location"] == page
    assert siv.get(page).status_code == 200


def test_signed_out_people_are_led_to_the_entrance(client: Client, cast: Cast) -> None:
    key: UUID = cast.gothenburg.organisation.pk
    answer = client.post(reverse("partners:clients", args=[key]))
    assert answer["Location"].startswith(reverse("account_login"))
