"""The operator answers for organisations that take no part in the exchange."""

import pytest
from django.test import Client

from exchange.accounts.models import User
from exchange.agreements.choices import PartyState
from exchange.agreements.models import Party
from exchange.partners.actions import create_organisation
from tests.agreements.factories import OPERATOR, ask, leave, make_agreement, party
from tests.cast import Cast, Port


@pytest.fixture
def operator(db: None) -> Client:
    """The operator at the admin."""
    client = Client()
    client.force_login(User.objects.create_superuser(email="op@example.org", password="x"))
    return client


def press(operator: Client, action: str, chosen: Party) -> str:
    body = {"action": action, "_selected_action": [str(chosen.pk)]}
    return operator.post("/admin/agreements/party/", body, follow=True).content.decode()


def test_a_reference_port_is_confirmed(cast: Cast, operator: Client) -> None:
    busan = create_organisation(
        actor=OPERATOR, name="Port of Busan", kind="port", unlocode="KRPUS", is_partner=False
    )
    port = Port(busan, *[cast.tokyo.reader] * 4)
    asked = ask(make_agreement(cast), port, cast.gothenburg)
    assert "Port of Busan: party" in press(operator, "confirm", asked)
    assert Party.objects.get(pk=asked.pk).state == PartyState.CONFIRMED


def test_a_party_is_removed(cast: Cast, operator: Client) -> None:
    found = party(make_agreement(cast), cast.los_angeles)
    assert "Port of Los Angeles: has left" in press(operator, "remove", found)


def test_what_cannot_be_done_is_said(cast: Cast, operator: Client) -> None:
    agreement = make_agreement(cast)
    leave(agreement, cast.los_angeles)
    text = press(operator, "remove", party(agreement, cast.los_angeles))
    assert "no party to this agreement now" in text


def test_no_title_is_read_there(cast: Cast, operator: Client) -> None:
    make_agreement(cast)
    for model in ("party", "agreement", "workstream", "milestone", "meeting"):
        text = operator.get(f"/admin/agreements/{model}/").content.decode()
        assert "Gothenburg MOU" not in text
