"""The operator suspends, ends and resumes on the admin's list."""

import pytest
from django.test import Client

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.partners.models import Organisation
from tests.cast import PASSWORD, Cast

LIST = "/admin/partners/organisation/"


@pytest.fixture
def operator(db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("op@example.org", PASSWORD))
    return client


def do(client: Client, action: str, organisation: Organisation, reason: str = "") -> str:
    body = {"action": action, "_selected_action": [organisation.pk], "reason": reason}
    return client.post(LIST, body, follow=True).content.decode()


def test_a_partner_is_suspended_and_resumed(cast: Cast, operator: Client) -> None:
    port = cast.gothenburg.organisation
    assert "Port of Gothenburg: suspended" in do(operator, "suspend", port, "unpaid")
    port.refresh_from_db()
    assert (port.standing, port.standing_reason) == ("suspended", "unpaid")
    assert "takes part" in do(operator, "resume", port)
    verbs = Event.objects.filter(target_id=port.pk).values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["organisation.suspended", "organisation.resumed"]


def test_a_partnership_ends(cast: Cast, operator: Client) -> None:
    port = cast.gothenburg.organisation
    assert "has left" in do(operator, "end_partnership", port, "as agreed")


def test_without_a_reason_nothing_is_done_and_why_is_said(cast: Cast, operator: Client) -> None:
    port = cast.gothenburg.organisation
    assert "Say why" in do(operator, "suspend", port)
    port.refresh_from_db()
    assert port.standing == "active"


def test_a_reference_port_does_not_look_as_if_it_took_part(cast: Cast, operator: Client) -> None:
    Organisation.objects.filter(pk=cast.tokyo.organisation.pk).update(
        is_partner=False, home_audience=None
    )
    page = operator.get(LIST).content.decode()
    assert page.count('<td class="field-takes_part">reference port</td>') == 1


def test_members_do_not_reach_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.gothenburg.coordinator)
    do(client, "suspend", cast.tokyo.organisation, "mine")
    cast.tokyo.organisation.refresh_from_db()
    assert cast.tokyo.organisation.standing == "active"
