import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from exchange.activity.sequencer import place_events
from exchange.partners.actions import revoke_api_client
from exchange.partners.models import ApiClient
from tests.api.program import Program, make_token
from tests.cast import Cast, eyes

ME = "/api/v1/me"


def status_with(header: str) -> int:
    program = Program(None)
    response = program.get(ME, headers={"authorization": header})
    if response.status_code == 401:
        assert response.json()["code"] == "invalid_token"
        assert response["WWW-Authenticate"].startswith("Bearer")
    return int(response.status_code)


def told_with(header: str) -> str:
    return str(Program(None).get(ME, headers={"authorization": header}).json()["detail"])


def test_a_token_that_works_is_let_in(cast: Cast) -> None:
    assert status_with(f"Bearer {make_token(cast.gothenburg)[1]}") == 200


def test_without_a_token_it_says_how_to_send_one(db: None) -> None:
    detail = Client().get("/api/v1/me").json()["detail"]
    assert "Authorization: Bearer" in detail
    assert "Ask a coordinator" in detail


def test_without_a_token_the_answer_is_401(cast: Cast) -> None:
    response = Program(None).get(ME)
    assert response.status_code == 401
    assert response.json()["code"] == "not_authenticated"
    assert response["WWW-Authenticate"]


WRONG: dict[str, Callable[[str], str]] = {
    "wrong secret": lambda token: f"Bearer {token[:-1]}{'a' if token[-1] != 'a' else 'b'}",
    "wrong id": lambda token: f"Bearer ipk_{'0' * 32}_{token[-43:]}",
    "malformed": lambda token: f"Bearer {token}x",
    "no secret": lambda token: f"Bearer {token[:37]}",
    "other scheme": lambda token: f"Basic {token}",
    "scheme only": lambda token: "Bearer",
    "token only": lambda token: token,
    "empty": lambda token: "",
    "two headers": lambda token: f"Bearer {token}, Bearer {token}",
    "two headers without a blank": lambda token: f"Bearer {token},Bearer {token}",
    "not ascii": lambda token: f"Bearer {token[:-1]}é",
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG.keys())
def test_a_token_that_is_wrong_is_refused(cast: Cast, spoil: Callable[[str], str]) -> None:
    assert status_with(spoil(make_token(cast.gothenburg)[1])) == 401


def test_a_revoked_token_is_refused_with_the_next_request(cast: Cast) -> None:
    client, token = make_token(cast.gothenburg)
    assert status_with(f"Bearer {token}") == 200
    revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)
    assert status_with(f"Bearer {token}") == 401


def test_each_reason_for_which_a_token_is_refused_is_told(cast: Cast) -> None:
    client, token = make_token(cast.gothenburg)
    assert "is not `Authorization: Bearer" in told_with(f"Basic {token}")
    assert "no such token" in told_with(WRONG["wrong secret"](token))
    revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)
    assert "was revoked" in told_with(f"Bearer {token}")


def test_a_wrong_secret_does_not_tell_that_the_token_was_revoked(cast: Cast) -> None:
    client, token = make_token(cast.gothenburg)
    revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)
    for wrong in ("wrong secret", "wrong id"):
        assert "no such token" in told_with(WRONG[wrong](token))


def test_an_expired_token_is_refused(cast: Cast) -> None:
    client, token = make_token(cast.gothenburg)
    with time_machine.travel(client.expires_at + dt.timedelta(seconds=1)):
        assert status_with(f"Bearer {token}") == 401


def test_a_token_of_an_organisation_that_is_no_partner_is_refused(cast: Cast) -> None:
    _client, token = make_token(cast.gothenburg)
    home = cast.gothenburg.organisation
    type(home).objects.filter(pk=home.pk).update(is_partner=False, home_audience=None)
    assert status_with(f"Bearer {token}") == 401


def test_the_token_is_kept_as_a_digest_only(cast: Cast) -> None:
    client, token = make_token(cast.gothenburg)
    assert token[-43:] not in repr(ApiClient.objects.filter(pk=client.pk).values())


def test_signing_in_opens_nothing(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.gothenburg.coordinator)
    assert browser.get(ME).status_code == 401


def test_using_a_token_is_noted(cast: Cast) -> None:
    client, token = make_token(cast.gothenburg)
    status_with(f"Bearer {token}")
    client.refresh_from_db()
    assert client.last_used_at


def test_a_token_that_reads_only_changes_nothing(cast: Cast) -> None:
    program = Program(cast.gothenburg, may_write=False)
    response = program.post("/api/v1/lessons", {"title": "Agree the plug"})
    assert (response.status_code, response.json()["code"]) == (403, "read_only_token")


def test_me_tells_what_the_token_may(cast: Cast) -> None:
    place_events()
    body = Program(cast.los_angeles, may_write=False).get(ME).json()
    assert body["organisation"]["unlocode"] == "USLAX"
    assert body["scopes"] == ["read"]
    assert [entry["name"] for entry in body["audiences"]][-1] == "Los Angeles–Gothenburg MOU"
    assert "Port of Tokyo" not in str(body)
