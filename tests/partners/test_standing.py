"""A partner is suspended, leaves, takes part again: what its people may see and do with it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from exchange.activity.feed import entries
from exchange.activity.models import Event
from exchange.audiences.viewer import Role, Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.partners.actions import (
    end_partnership,
    invitation_for,
    resume_organisation,
    suspend_organisation,
)
from exchange.partners.models import ApiClient, Invitation, Membership, Organisation
from exchange.partners.viewers import viewer_of_client
from tests.cast import Cast, eyes
from tests.partners.factories import make_city, make_client, make_invitation, put_aside

WAYS = pytest.mark.parametrize("way", ["suspended", "left"])
SYSTEM = Viewer.system()


def resume(organisation: Organisation) -> Organisation:
    return resume_organisation(actor=SYSTEM, organisation=organisation)


@WAYS
def test_its_people_see_home_and_what_is_public(cast: Cast, way: str) -> None:
    port = cast.gothenburg
    put_aside(port.organisation, way)
    seen = eyes(port.coordinator)
    assert seen.audience_ids == {cast.public.pk, port.home.pk}
    assert seen.roles == {port.organisation.pk: Role.READER}
    assert (seen.paused, seen.takes_part) == ({port.organisation.pk}, False)


@WAYS
def test_others_keep_what_they_had(cast: Cast, way: str) -> None:
    before = eyes(cast.los_angeles.reviewer)
    put_aside(cast.gothenburg.organisation, way)
    assert eyes(cast.los_angeles.reviewer) == before


def test_who_belongs_to_another_partner_too_keeps_its_audiences(cast: Cast) -> None:
    siv, tokyo = cast.gothenburg.coordinator, cast.tokyo.organisation
    Membership.objects.create(user=siv, organisation=tokyo, role=Role.CONTRIBUTOR)
    put_aside(cast.gothenburg.organisation)
    seen = eyes(siv)
    assert seen.audience_ids == {
        audience.pk
        for audience in (cast.public, cast.partners, cast.tokyo.home, cast.gothenburg.home)
    }
    assert (seen.takes_part, seen.organisation_id) == (True, tokyo.pk)


@WAYS
def test_its_programs_are_nobody(cast: Cast, way: str) -> None:
    client, _token = make_client(cast.gothenburg)
    put_aside(cast.gothenburg.organisation, way)
    assert viewer_of_client(client).kind == "anonymous"


@WAYS
def test_its_invitations_do_not_work(cast: Cast, way: str) -> None:
    _invitation, token = make_invitation(cast.gothenburg)
    put_aside(cast.gothenburg.organisation, way)
    assert invitation_for(token) is None
    assert not Invitation.objects.to_mail().exists()


def test_what_rested_works_again_when_it_is_resumed(cast: Cast) -> None:
    port, before = cast.gothenburg, eyes(cast.gothenburg.coordinator)
    client, _token = make_client(port)
    _invitation, token = make_invitation(port)
    put_aside(port.organisation)
    resume(port.organisation)
    assert viewer_of_client(client).kind == "client"
    assert invitation_for(token)
    assert eyes(port.coordinator) == before


def test_what_ended_when_it_left_stays_ended(cast: Cast) -> None:
    port = cast.gothenburg
    make_client(port)
    _invitation, token = make_invitation(port)
    put_aside(port.organisation, "left")
    resume(port.organisation)
    assert [(one.end_reason, one.is_live) for one in ApiClient.objects.with_standing()] == [
        ("left", False)
    ]
    assert invitation_for(token) is None
    assert eyes(port.coordinator).takes_part


def test_home_hears_of_a_suspension_and_nobody_else(cast: Cast) -> None:
    put_aside(cast.gothenburg.organisation)
    event = Event.objects.get(verb="organisation.suspended")
    assert (event.audience, event.data) == (cast.gothenburg.home, {})
    assert not Event.objects.visible_to(eyes(cast.los_angeles.reader)).filter(pk=event.pk)
    heard = Event.objects.visible_to(eyes(cast.gothenburg.reader)).select_related("actor")
    assert "suspended Port of Gothenburg" in entries(heard.filter(pk=event.pk), SYSTEM)[0].sentence


def test_all_partners_hear_who_left_and_its_people_too(cast: Cast) -> None:
    put_aside(cast.gothenburg.organisation, "left")
    for reader in (cast.tokyo.reader, cast.gothenburg.reader):
        assert Event.objects.visible_to(eyes(reader)).filter(verb="organisation.left").exists()


@WAYS
def test_a_second_time_changes_nothing(cast: Cast, way: str) -> None:
    port = put_aside(cast.gothenburg.organisation, way)
    again = put_aside(cast.gothenburg.organisation, way)
    assert again.standing_since == port.standing_since
    assert Event.objects.filter(verb=f"organisation.{way}").count() == 1
    for _time in range(2):
        assert resume(port).standing == "active"
    assert Event.objects.filter(verb="organisation.resumed").count() == 1


def test_another_reason_is_not_lost_without_a_word(cast: Cast) -> None:
    port = put_aside(cast.gothenburg.organisation, "suspended")
    with pytest.raises(Conflict, match="its people read: “"):
        suspend_organisation(actor=Viewer.system(), organisation=port, reason="Another.")


def test_who_has_left_is_not_suspended(cast: Cast) -> None:
    put_aside(cast.gothenburg.organisation, "left")
    with pytest.raises(Conflict, match="has left"):
        put_aside(cast.gothenburg.organisation)


def test_who_is_suspended_may_leave(cast: Cast) -> None:
    put_aside(cast.gothenburg.organisation)
    assert put_aside(cast.gothenburg.organisation, "left").standing == "left"


@WAYS
def test_a_reason_is_needed(cast: Cast, way: str) -> None:
    act = suspend_organisation if way == "suspended" else end_partnership
    for reason in ("  ", "x" * 501, "\x00"):
        with pytest.raises(Invalid):
            act(actor=SYSTEM, organisation=cast.gothenburg.organisation, reason=reason)
    assert eyes(cast.gothenburg.reader).takes_part


def test_only_the_operator_decides(cast: Cast) -> None:
    port = cast.gothenburg
    asked: dict[str, Any] = {"actor": eyes(port.coordinator), "organisation": port.organisation}
    for act in (suspend_organisation, end_partnership):
        with pytest.raises(Forbidden):
            act(**asked, reason="mine")
    with pytest.raises(Forbidden):
        resume_organisation(**asked)


def test_a_reference_port_is_neither_suspended_nor_does_it_leave(cast: Cast) -> None:
    port = make_city(is_partner=False)
    for way in ("suspended", "left"):
        with pytest.raises(Conflict, match="reference"):
            put_aside(port, way)


@pytest.mark.parametrize(
    "wrong",
    [
        {"standing": "suspended"},
        {"standing": "gone"},
        {"standing_reason": "because"},
        {"latitude": 91.0, "longitude": 0.0},
        {"latitude": 1.0, "longitude": None},
    ],
)
def test_the_database_refuses_half_a_standing_and_half_a_place(
    cast: Cast, wrong: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(unlocode="SEGOT").update(**wrong)


@WAYS
def test_it_is_not_named_among_those_who_will_read(cast: Cast, way: str) -> None:
    put_aside(cast.gothenburg.organisation, way)
    for audience in (cast.agreement, cast.partners):
        assert "SEGOT" not in [row.unlocode for row in Organisation.objects.reading(audience)]
