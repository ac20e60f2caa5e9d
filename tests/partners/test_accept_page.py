"""Whoever opens an invitation's address is told what to do."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from exchange.accounts.models import SecurityEntry, User
from exchange.partners.actions import accept_invitation, revoke_invitation
from exchange.partners.models import Invitation, Membership
from tests.cast import PASSWORD, Cast, eyes
from tests.partners.factories import NEW_PERSON, make_invitation


def page_for(token: str) -> str:
    return reverse("partners:accept", args=[token])


@pytest.fixture
def address(cast: Cast) -> str:
    """The address of Nina's invitation to Gothenburg; she is new here."""
    return page_for(make_invitation(cast.gothenburg)[1])


def test_it_says_to_what_and_as_what(address: str, client: Client) -> None:
    page = client.get(address).content.decode()
    assert "Join Port of Gothenburg" in page
    assert "contributor" in page
    assert "nina@example.org" in page


def test_the_form_begins_with_the_zone_of_the_organisation(address: str, client: Client) -> None:
    page = client.get(address, headers={"accept-language": "sv"})
    assert page.context["form"].initial == {"timezone": "Europe/Stockholm", "language": "sv"}


def test_a_new_person_is_signed_in_and_welcomed_at_home(address: str, client: Client) -> None:
    page = client.post(address, NEW_PERSON, follow=True)
    assert page.redirect_chain == [(reverse("home"), 302)]
    assert page.context["user"].email == "nina@example.org"
    assert any("Nina Ny" in str(message) for message in page.context["messages"])


def test_the_log_tells_that_the_invitation_signed_them_in(address: str, client: Client) -> None:
    client.post(address, NEW_PERSON)
    assert SecurityEntry.objects.get(kind="signed_in").detail == "by invitation"


def test_they_can_sign_in_with_their_password_later(address: str, client: Client) -> None:
    client.post(address, NEW_PERSON)
    client.logout()
    credentials = {"login": "nina@example.org", "password": NEW_PERSON["password"]}
    assert client.post(reverse("account_login"), credentials).status_code == 302
    assert "_auth_user_id" in client.session


def test_the_session_is_a_new_one(address: str, client: Client) -> None:
    client.get(address)
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    client.post(address, NEW_PERSON)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("full_name", "x" * 300),
        ("full_name", "N\x00"),
        ("password", ""),
        ("password", "short"),
        ("password", "x" * 300),
        ("password", "N\x00ina and seven herrings"),
        ("language", "xx"),
        ("timezone", "Mars/Base"),
        ("timezone", "\x00"),
        ("timezone", "x" * 300),
    ],
)
def test_a_bad_value_is_explained_and_what_was_typed_is_kept(
    address: str, client: Client, field: str, value: str
) -> None:
    page = client.post(address, {**NEW_PERSON, field: value})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    if field != "full_name":
        assert "Nina Ny" in page.content.decode()
    assert NEW_PERSON["password"] not in page.content.decode()
    assert not User.objects.filter(email="nina@example.org").exists()


def test_a_weak_password_is_told_beside_what_else_is_wrong(address: str, client: Client) -> None:
    body = NEW_PERSON | {"full_name": "", "password": "short"}
    assert set(client.post(address, body).context["form"].errors) == {"full_name", "password"}


def test_a_password_made_of_ones_address_is_told_beside_what_else_is_wrong(
    address: str, client: Client
) -> None:
    body = NEW_PERSON | {"full_name": "", "password": "nina@example"}
    assert set(client.post(address, body).context["form"].errors) == {"full_name", "password"}


@pytest.mark.parametrize("password", ["ninany2026", "nina@example"])
def test_a_password_made_of_ones_name_or_address_is_refused(
    address: str, client: Client, password: str
) -> None:
    answer = client.post(address, NEW_PERSON | {"full_name": "Nina Ny", "password": password})
    assert "too similar" in answer.content.decode()
    assert not User.objects.filter(email="nina@example.org").exists()


def test_nobody_chooses_address_role_or_organisation(
    cast: Cast, address: str, client: Client
) -> None:
    extra = {
        "email": "boss@example.org",
        "role": "coordinator",
        "organisation": cast.tokyo.organisation.pk,
        "is_staff": "on",
        "is_superuser": "on",
    }
    client.post(address, NEW_PERSON | extra)
    person = User.objects.get(email="nina@example.org")
    assert eyes(person).roles == {cast.gothenburg.organisation.pk: "contributor"}
    assert not person.is_staff
    assert not person.is_superuser
    assert not User.objects.filter(email="boss@example.org").exists()


@pytest.fixture
def kenjis(cast: Cast) -> str:
    """The address of an invitation to Gothenburg for Kenji, who has an account."""
    return page_for(make_invitation(cast.gothenburg, cast.tokyo.contributor.email)[1])


def test_who_has_an_account_signs_in_first_and_comes_back(
    cast: Cast, kenjis: str, client: Client
) -> None:
    page = client.get(kenjis)
    assert "Sign in" in page.content.decode()
    assert "form" not in page.context
    login = f"{reverse('account_login')}?next={kenjis}"
    assert login in page.content.decode()
    answer = client.post(login, {"login": cast.tokyo.contributor.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, kenjis)


def test_without_signing_in_an_account_is_not_touched(
    cast: Cast, kenjis: str, client: Client
) -> None:
    page = client.post(kenjis, NEW_PERSON)
    assert page.status_code == 200
    assert User.objects.get(pk=cast.tokyo.contributor.pk).check_password(PASSWORD)
    assert Invitation.objects.open().exists()


def test_the_person_joins_with_a_click(cast: Cast, kenjis: str, client: Client) -> None:
    client.force_login(cast.tokyo.contributor)
    assert "Join Port of Gothenburg" in client.get(kenjis).content.decode()
    assert Membership.objects.filter(user=cast.tokyo.contributor).count() == 1
    assert client.post(kenjis)["Location"] == reverse("home")
    assert cast.gothenburg.organisation.pk in eyes(cast.tokyo.contributor).roles


def test_somebody_else_is_told_to_sign_out(cast: Cast, kenjis: str, client: Client) -> None:
    client.force_login(cast.los_angeles.contributor)
    for page in (client.get(kenjis), client.post(kenjis)):
        assert page.status_code == 403
        assert "another address" in page.content.decode()
    assert cast.gothenburg.organisation.pk not in eyes(cast.los_angeles.contributor).roles


def closed_ones(cast: Cast) -> dict[str, str]:
    """Return tokens that open nothing, by what became of them."""
    used = make_invitation(cast.gothenburg, "used@example.org")[1]
    accept_invitation(token=used, **NEW_PERSON)
    revoked, revoked_token = make_invitation(cast.gothenburg, "revoked@example.org")
    revoke_invitation(actor=eyes(cast.gothenburg.coordinator), invitation=revoked)
    expired, expired_token = make_invitation(cast.gothenburg, "expired@example.org")
    Invitation.objects.filter(pk=expired.pk).update(expires_at=expired.created_at)
    return {"used": used, "revoked": revoked_token, "expired": expired_token, "unknown": "x" * 43}


@pytest.mark.parametrize("method", ["get", "post"])
def test_closed_invitations_all_look_the_same(cast: Cast, method: str) -> None:
    def answer(token: str) -> tuple[int, str]:
        page: Any = getattr(Client(), method)(page_for(token), NEW_PERSON)
        text = page.content.decode().replace(token, "")
        return page.status_code, text.replace(str(page.context["csrf_token"]), "")

    answers = {fate: answer(token) for fate, token in closed_ones(cast).items()}
    assert len(set(answers.values())) == 1
    status, text = answers["unknown"]
    assert status == 404
    assert "ask whoever invited you" in text


def test_who_is_signed_in_is_not_sent_to_sign_in(cast: Cast, client: Client) -> None:
    client.force_login(cast.tokyo.reader)
    text = client.get(page_for("x" * 43)).content.decode()
    assert f"You are signed in as {cast.tokyo.reader.email}" in text
    assert reverse("account_login") not in text


@pytest.mark.parametrize("token", ["%00", "x" * 2000, "%ff%fe", "..%2f", "é"])
def test_a_token_that_is_none_is_not_found(db: None, client: Client, token: str) -> None:
    assert client.get(f"/invitations/{token}/").status_code == 404


def test_the_token_goes_nowhere(address: str, client: Client) -> None:
    """No cache keeps the page, nobody else hears where the reader came from."""
    page = client.get(address)
    assert page["Cache-Control"] == "no-store, private"
    assert page["Referrer-Policy"] == "same-origin"
    assert 'href="http' not in page.content.decode()
    answer = client.post(address, NEW_PERSON)
    assert address not in answer["Location"]
