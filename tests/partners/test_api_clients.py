"""A program gets a token, uses it, loses it."""

import datetime as dt

import pytest
import time_machine

from exchange.activity.models import Event
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.partners import bookkeeping, tokens
from exchange.partners.actions import create_api_client, revoke_api_client
from exchange.partners.models import ApiClient, Organisation
from exchange.partners.viewers import viewer_of_client
from tests.cast import Cast, eyes
from tests.partners.factories import make_client


def test_the_token_names_the_client_and_proves_it(cast: Cast) -> None:
    client, token = make_client(cast.gothenburg)
    parts = tokens.CLIENT_TOKEN.fullmatch(token)
    assert parts
    assert (parts[1], tokens.digest(parts[2])) == (client.pk.hex, client.token_digest)


def test_tokens_hold_256_random_bits() -> None:
    assert len({tokens.new_secret() for _ in range(100)}) == 100
    assert len(tokens.new_secret()) == 43


def test_the_organisation_hears_of_both_ends(cast: Cast) -> None:
    client, _ = make_client(cast.gothenburg)
    revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)
    events = Event.objects.filter(verb__contains="client_").order_by("pk")
    home, data = cast.gothenburg.home, {"client": str(client.pk)}
    assert [(event.verb, event.audience, event.data) for event in events] == [
        ("organisation.client_added", home, data),
        ("organisation.client_revoked", home, {**data, "reason": "revoked"}),
    ]


def test_a_program_is_a_contributor_of_its_organisation(cast: Cast) -> None:
    client, _ = make_client(cast.gothenburg)
    viewer = viewer_of_client(client)
    assert viewer.roles == {cast.gothenburg.organisation.pk: Role.CONTRIBUTOR}
    assert viewer.audience_ids == eyes(cast.gothenburg.reader).audience_ids
    assert not viewer.may_write
    assert not viewer.is_person


@pytest.mark.parametrize("actor", ["reviewer", "outsider", "operator", "program"])
def test_only_a_coordinator_of_it_gives_and_ends_access(cast: Cast, actor: str) -> None:
    client, _ = make_client(cast.gothenburg, may_write=True)
    who = {
        "reviewer": eyes(cast.gothenburg.reviewer),
        "outsider": eyes(cast.tokyo.coordinator),
        "operator": Viewer.system(),
        "program": viewer_of_client(client),
    }[actor]
    with pytest.raises(Forbidden):
        create_api_client(
            actor=who, organisation=cast.gothenburg.organisation, name="x", may_write=True
        )
    with pytest.raises(Forbidden):
        revoke_api_client(actor=who, client=client)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", "x" * 300),
        ("name", "\x00"),
        ("name", "\ud800"),
        ("days", 0),
        ("days", 366),
    ],
)
def test_a_bad_value_is_named(cast: Cast, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        make_client(cast.gothenburg, **{field: value})  # type: ignore[arg-type]
    assert list(refusal.value.errors) == [field]
    assert not ApiClient.objects.exists()


def test_access_ends_once(cast: Cast) -> None:
    client, _ = make_client(cast.gothenburg)
    revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)
    with pytest.raises(Conflict):
        revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)


@pytest.mark.parametrize("fate", ["revoked", "expired", "organisation no partner"])
def test_a_token_that_ended_opens_nothing(cast: Cast, fate: str) -> None:
    client, _ = make_client(cast.gothenburg, days=30)
    later = time.now()
    if fate == "revoked":
        revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)
    elif fate == "expired":
        later += dt.timedelta(days=30, seconds=1)
    else:
        Organisation.objects.filter(pk=client.organisation_id).update(
            is_partner=False, home_audience=None
        )
    with time_machine.travel(later):
        client = ApiClient.objects.select_related("organisation").get(pk=client.pk)
        assert not ApiClient.objects.live().exists()
        assert viewer_of_client(client).kind == "anonymous"
        assert viewer_of_client(client).audience_ids == {cast.public.pk}


def test_use_is_noted_once_a_minute(cast: Cast) -> None:
    client, _ = make_client(cast.gothenburg)
    noon = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
    noted = []
    for seconds in (0, 30, 61):
        with time_machine.travel(noon + dt.timedelta(seconds=seconds), tick=False):
            bookkeeping.note_use(client)
        client.refresh_from_db()
        noted.append(client.last_used_at)
    assert noted == [noon, noon, noon + dt.timedelta(seconds=61)]


def test_coordinators_see_the_programs_of_their_organisation(cast: Cast) -> None:
    client, _ = make_client(cast.gothenburg, may_write=True)
    sees = ApiClient.objects.for_viewer
    assert list(sees(eyes(cast.gothenburg.coordinator))) == [client]
    assert not sees(eyes(cast.gothenburg.reviewer)).exists()
    assert not sees(eyes(cast.tokyo.coordinator)).exists()
    assert not sees(viewer_of_client(client)).exists()
