import pytest
from django.test import Client

from exchange.audiences.viewer import Role
from exchange.partners import actions
from exchange.partners.models import Membership
from tests.cast import Cast, eyes, make_person
from tests.partners.factories import make_client
from tests.threads import postgres, shared_db

__all__ = ["postgres", "shared_db"]


@pytest.fixture
def siv(cast: Cast, client: Client) -> Client:
    """Gothenburg's coordinator at the browser."""
    client.force_login(cast.gothenburg.coordinator)
    return client


@pytest.fixture
def vouched(cast: Cast) -> Membership:
    """Stina coordinates Gothenburg, made a program's token there and invited Nina."""
    stina = make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Stina Samordnare")
    actor, organisation = eyes(stina), cast.gothenburg.organisation
    for name in ("crane system", "gate system"):
        program = actions.create_api_client(
            actor=actor, organisation=organisation, name=name, may_write=False
        )[0]
    actions.revoke_api_client(actor=actor, client=program)
    actions.invite(
        actor=actor, organisation=organisation, email="nina@example.org", role=Role.READER
    )
    make_client(cast.gothenburg, "of Siv")
    return stina.memberships.get()
