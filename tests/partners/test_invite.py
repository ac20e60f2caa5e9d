"""A coordinator invites, and takes back."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.partners.actions import (
    change_role,
    create_api_client,
    end_membership,
    invitation_for,
    invite,
    invite_by_hand,
    mail_again,
    revoke_invitation,
    suspend_organisation,
)
from exchange.partners.models import Invitation, Membership
from tests.cast import Cast, eyes, make_person
from tests.partners.factories import make_client, make_invitation, membership


def test_the_token_opens_the_invitation(cast: Cast) -> None:
    invitation, token = make_invitation(cast.gothenburg, "Nina@Example.ORG ")
    assert invitation_for(token) == invitation
    assert invitation.email == "nina@example.org"


def test_the_organisation_hears_of_it_without_the_address(cast: Cast) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    event = Event.objects.get(verb="organisation.invited")
    assert event.audience == event.home_audience == cast.gothenburg.home
    assert event.data == {"role": "contributor", "invitation": str(invitation.pk)}


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer"])
def test_only_coordinators_invite(cast: Cast, role: str) -> None:
    person = getattr(cast.gothenburg, role)
    with pytest.raises(Forbidden):
        invite(
            actor=eyes(person),
            organisation=cast.gothenburg.organisation,
            email="nina@example.org",
            role=Role.READER,
        )


def test_a_coordinator_of_another_port_does_not_invite(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        invite(
            actor=eyes(cast.tokyo.coordinator),
            organisation=cast.gothenburg.organisation,
            email="nina@example.org",
            role=Role.READER,
        )


def test_a_member_is_not_invited(cast: Cast) -> None:
    with pytest.raises(Conflict, match="member"):
        make_invitation(cast.gothenburg, cast.gothenburg.reader.email.upper())


def test_an_address_is_invited_once_at_a_time(cast: Cast) -> None:
    make_invitation(cast.gothenburg)
    with pytest.raises(Conflict, match="invited already"):
        make_invitation(cast.gothenburg)
    make_invitation(cast.tokyo)


def test_an_expired_invitation_makes_room_for_another(cast: Cast) -> None:
    _, old = make_invitation(cast.gothenburg)
    with time_machine.travel(time.now() + dt.timedelta(days=15)):
        _, new = make_invitation(cast.gothenburg)
        assert invitation_for(old) is None
        assert invitation_for(new)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nina",
        "nina@",
        "x" * 300 + "@example.org",
        "n\x00@example.org",
        "n@\ud800.org",
        "a@b@c.org",
    ],
)
def test_a_bad_address_is_refused(cast: Cast, email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        make_invitation(cast.gothenburg, email)
    assert list(refusal.value.errors) == ["email"]
    assert not Invitation.objects.exists()


def test_an_invitation_is_taken_back(cast: Cast) -> None:
    invitation, token = make_invitation(cast.gothenburg)
    revoke_invitation(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
    assert invitation_for(token) is None
    event = Event.objects.get(verb="organisation.invitation_revoked")
    assert event.data == {"invitation": str(invitation.pk)}


def test_it_is_taken_back_once(cast: Cast) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    revoke_invitation(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
    with pytest.raises(Conflict):
        revoke_invitation(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)


def test_who_lost_the_office_while_waiting_for_the_lock_does_nothing_more(cast: Cast) -> None:
    stale, stina = eyes(cast.gothenburg.coordinator), second_coordinator(cast)
    held = membership(cast.gothenburg, "coordinator")
    change_role(actor=eyes(stina), membership=held, role=Role.READER)
    port = cast.gothenburg.organisation
    for act in (
        lambda: change_role(actor=stale, membership=held, role=Role.COORDINATOR),
        lambda: invite(actor=stale, organisation=port, email="n@example.org", role=Role.READER),
        lambda: create_api_client(actor=stale, organisation=port, name="x", may_write=True),
    ):
        with pytest.raises(Forbidden):
            act()


def test_the_operator_alone_is_given_a_token(cast: Cast) -> None:
    """Who invites must not be able to join as the invited."""
    for viewer in (eyes(cast.gothenburg.coordinator), eyes(cast.gothenburg.reviewer)):
        with pytest.raises(Forbidden):
            invite_by_hand(
                actor=viewer,
                organisation=cast.gothenburg.organisation,
                email="nina@example.org",
                role=Role.READER,
            )


@pytest.mark.parametrize("act", [revoke_invitation, mail_again])
@pytest.mark.parametrize("actor", ["reviewer", "outsider", "operator"])
def test_only_a_coordinator_of_it_takes_back_or_sends_again(
    cast: Cast, actor: str, act: Callable[..., Invitation]
) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    who = {
        "reviewer": eyes(cast.gothenburg.reviewer),
        "outsider": eyes(cast.tokyo.coordinator),
        "operator": Viewer.system(),
    }[actor]
    with pytest.raises(Forbidden):
        act(actor=who, invitation=invitation)


def second_coordinator(cast: Cast) -> User:
    return make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Stina Samordnare")


@pytest.mark.parametrize("fate", ["demoted", "left", "closed", "deleted"])
def test_an_invitation_ends_with_the_right_of_who_sent_it(cast: Cast, fate: str) -> None:
    siv, stina = cast.gothenburg.coordinator, second_coordinator(cast)
    _, token = make_invitation(cast.gothenburg)
    held = membership(cast.gothenburg, "coordinator")
    if fate == "demoted":
        change_role(actor=eyes(stina), membership=held, role=Role.READER)
    elif fate == "left":
        end_membership(actor=eyes(siv), membership=held)
    elif fate == "closed":
        User.objects.filter(pk=siv.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=siv).delete()
        siv.delete()
    assert invitation_for(token) is None


@pytest.mark.parametrize("fate", ["demoted", "left"])
def test_it_does_not_come_back_with_the_office(cast: Cast, fate: str) -> None:
    siv, stina = cast.gothenburg.coordinator, second_coordinator(cast)
    invitation, token = make_invitation(cast.gothenburg)
    held = membership(cast.gothenburg, "coordinator")
    if fate == "demoted":
        change_role(actor=eyes(stina), membership=held, role=Role.READER)
        change_role(actor=eyes(stina), membership=held, role=Role.COORDINATOR)
    else:
        end_membership(actor=eyes(siv), membership=held)
        Membership.objects.create(
            user=siv, organisation=cast.gothenburg.organisation, role=Role.COORDINATOR
        )
    assert invitation_for(token) is None
    event = Event.objects.get(verb="organisation.invitation_revoked")
    assert event.data == {"invitation": str(invitation.pk)}


def test_what_others_sent_stays_open(cast: Cast) -> None:
    stina = second_coordinator(cast)
    _, token = make_invitation(cast.gothenburg)
    change_role(actor=eyes(stina), membership=stina.memberships.get(), role=Role.READER)
    assert invitation_for(token)


def test_what_a_lost_coordinator_sent_does_not_block_the_address(cast: Cast) -> None:
    make_invitation(cast.gothenburg)
    stina = second_coordinator(cast)
    held = membership(cast.gothenburg, "coordinator")
    change_role(actor=eyes(stina), membership=held, role=Role.READER)
    invite(
        actor=eyes(stina),
        organisation=cast.gothenburg.organisation,
        email="nina@example.org",
        role=Role.READER,
    )


def test_coordinators_see_the_invitations_into_their_organisation(cast: Cast) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    sees = Invitation.objects.for_viewer
    assert list(sees(eyes(cast.gothenburg.coordinator))) == [invitation]
    program = make_client(cast.gothenburg)[0]
    assert program
    for person in (cast.gothenburg.reviewer, cast.tokyo.coordinator):
        assert not sees(eyes(person)).exists()


def test_nobody_is_handed_an_invitation_into_a_suspended_organisation(cast: Cast) -> None:
    tokyo = cast.tokyo.organisation
    suspend_organisation(actor=Viewer.system(), organisation=tokyo, reason="Fees.")
    with pytest.raises(Conflict):
        invite_by_hand(
            actor=Viewer.system(), organisation=tokyo, email="new@example.org", role=Role.READER
        )
