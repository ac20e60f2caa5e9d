"""Roles change, memberships end, a coordinator stays."""

import pytest

from exchange.accounts.models import User
from exchange.activity.feed import entries
from exchange.activity.models import Event
from exchange.audiences.viewer import Role
from exchange.common.errors import Conflict, Forbidden
from exchange.partners.actions import (
    change_role,
    create_api_client,
    end_membership,
    revoke_api_client,
)
from exchange.partners.models import ApiClient, Membership
from exchange.partners.viewers import viewer_of_client
from tests.cast import Cast, eyes, make_person
from tests.partners.factories import make_client, membership
from tests.threads import alone, together


def test_a_coordinator_changes_a_role(cast: Cast) -> None:
    port = cast.gothenburg
    change_role(
        actor=eyes(port.coordinator), membership=membership(port, "reader"), role=Role.REVIEWER
    )
    assert eyes(port.reader).role_in(port.organisation.pk) == Role.REVIEWER
    event = Event.objects.get(verb="organisation.role_changed")
    assert event.data == {"role": "reviewer", "user": str(port.reader.pk)}
    assert event.audience == port.home


def test_the_role_they_have_already_is_no_event(cast: Cast) -> None:
    port = cast.gothenburg
    for role in ("reader", "coordinator"):
        held = membership(port, role)
        change_role(actor=eyes(port.coordinator), membership=held, role=Role(role))
    assert not Event.objects.filter(verb="organisation.role_changed").exists()


def test_the_log_says_to_whom_it_was_done(cast: Cast) -> None:
    port, siv = cast.gothenburg, eyes(cast.gothenburg.coordinator)
    client, _ = make_client(port)
    revoke_api_client(actor=siv, client=client)
    change_role(actor=siv, membership=membership(port, "reader"), role=Role.REVIEWER)
    end_membership(actor=siv, membership=membership(port, "reader"))
    events = Event.objects.visible_to(siv).exclude(verb="organisation.admitted")
    told = entries(events.select_related("actor").order_by("pk"), siv)
    assert [entry.sentence for entry in told] == [
        "Siv Samordnare gave the program harbour system access for Port of Gothenburg",
        "Siv Samordnare ended the access of the program harbour system for Port of Gothenburg",
        "Siv Samordnare gave Rut Läsare another role at Port of Gothenburg",
        "Siv Samordnare ended the membership of Rut Läsare at Port of Gothenburg",
    ]


def test_no_event_holds_the_name_of_whom_it_was_done_to(cast: Cast) -> None:
    port = cast.gothenburg
    held = membership(port, "reader")
    change_role(actor=eyes(port.coordinator), membership=held, role=Role.REVIEWER)
    stored = repr(list(Event.objects.values()))
    assert str(port.reader.pk) in stored
    assert port.reader.full_name not in stored
    assert port.reader.email not in stored


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer"])
def test_nobody_else_does_not_even_their_own(cast: Cast, role: str) -> None:
    port = cast.gothenburg
    for target in ("reader", role):
        with pytest.raises(Forbidden):
            change_role(
                actor=eyes(getattr(port, role)),
                membership=membership(port, target),
                role=Role.COORDINATOR,
            )


def test_a_coordinator_of_another_port_changes_nothing(cast: Cast) -> None:
    held = membership(cast.gothenburg, "reader")
    with pytest.raises(Forbidden):
        change_role(actor=eyes(cast.tokyo.coordinator), membership=held, role=Role.REVIEWER)
    with pytest.raises(Forbidden):
        end_membership(actor=eyes(cast.tokyo.coordinator), membership=held)


def test_a_program_changes_nothing(cast: Cast) -> None:
    client, _ = make_client(cast.gothenburg, may_write=True)
    held = membership(cast.gothenburg, "reader")
    with pytest.raises(Forbidden):
        change_role(actor=viewer_of_client(client), membership=held, role=Role.REVIEWER)
    with pytest.raises(Forbidden):
        end_membership(actor=viewer_of_client(client), membership=held)


def test_ending_a_membership_ends_the_view(cast: Cast) -> None:
    port = cast.gothenburg
    end_membership(actor=eyes(port.coordinator), membership=membership(port, "reviewer"))
    seen = eyes(port.reviewer)
    assert seen.roles == {}
    assert seen.audience_ids == {cast.public.pk}


def test_the_event_names_who_left_by_id_for_those_who_keep_their_things(cast: Cast) -> None:
    port = cast.gothenburg
    end_membership(actor=eyes(port.coordinator), membership=membership(port, "reviewer"))
    event = Event.objects.get(verb="organisation.member_left")
    assert (event.data, event.audience) == ({"user": str(port.reviewer.pk)}, port.home)
    assert event.actor.name == port.coordinator.full_name


def test_anybody_leaves(cast: Cast) -> None:
    for role in ("reader", "contributor", "reviewer"):
        held = membership(cast.gothenburg, role)
        end_membership(actor=eyes(held.user), membership=held)
    assert Membership.objects.filter(organisation=cast.gothenburg.organisation).count() == 1


def test_one_does_not_end_a_colleague(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        end_membership(
            actor=eyes(cast.gothenburg.reviewer), membership=membership(cast.gothenburg, "reader")
        )


def test_a_membership_ends_once(cast: Cast) -> None:
    port, held = cast.gothenburg, membership(cast.gothenburg, "reader")
    end_membership(actor=eyes(port.coordinator), membership=Membership.objects.get(pk=held.pk))
    with pytest.raises(Conflict, match="ended already"):
        end_membership(actor=eyes(port.coordinator), membership=held)
    with pytest.raises(Conflict, match="ended already"):
        change_role(actor=eyes(port.coordinator), membership=held, role=Role.READER)


def test_the_last_coordinator_stays(cast: Cast) -> None:
    held = membership(cast.gothenburg, "coordinator")
    with pytest.raises(Conflict, match="at least one coordinator"):
        end_membership(actor=eyes(held.user), membership=held)
    with pytest.raises(Conflict, match="at least one coordinator"):
        change_role(actor=eyes(held.user), membership=held, role=Role.REVIEWER)
    assert change_role(actor=eyes(held.user), membership=held, role=Role.COORDINATOR)


def test_one_of_two_coordinators_may_go(cast: Cast) -> None:
    make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Stina Samordnare")
    held = membership(cast.gothenburg, "coordinator")
    end_membership(actor=eyes(held.user), membership=held)
    assert not Membership.objects.filter(pk=held.pk).exists()


def test_a_coordinator_whose_account_is_closed_does_not_count(cast: Cast) -> None:
    stina = make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Stina Samordnare")
    User.objects.filter(pk=stina.pk).update(is_active=False)
    held = membership(cast.gothenburg, "coordinator")
    with pytest.raises(Conflict):
        end_membership(actor=eyes(held.user), membership=held)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["leave", "demote"])
def test_two_coordinators_who_go_at_once_leave_one(cast: Cast, shared_db: None, way: str) -> None:
    port = cast.gothenburg.organisation

    def pair() -> list[Membership]:
        make_person(port, Role.COORDINATOR, "Stina Samordnare")
        found = Membership.objects.filter(organisation=port, role=Role.COORDINATOR)
        return list(found.select_related("user", "organisation"))

    held = alone(pair)

    def go(index: int) -> object:
        actor = eyes(held[index].user)
        if way == "leave":
            return end_membership(actor=actor, membership=held[index])
        change_role(actor=actor, membership=held[index], role=Role.READER)
        return None

    results = together(go, 2)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"], results
    left = alone(
        lambda: Membership.objects.filter(organisation=port, role=Role.COORDINATOR).count()
    )
    assert left == 1


@pytest.mark.parametrize("way", ["demoted", "left", "closed"])
def test_a_token_ends_with_the_office_of_who_made_it(cast: Cast, way: str) -> None:
    port, maker = (
        cast.gothenburg,
        make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Maja"),
    )
    client, _token = create_api_client(
        actor=eyes(maker), organisation=port.organisation, name="ours", may_write=False
    )
    actor, held = eyes(port.coordinator), maker.memberships.get()
    if way == "demoted":
        change_role(actor=actor, membership=held, role=Role.REVIEWER)
    elif way == "left":
        end_membership(actor=actor, membership=held)
    else:
        User.objects.filter(pk=maker.pk).update(is_active=False)
    assert not ApiClient.objects.live().filter(pk=client.pk)
    assert not ApiClient.objects.with_standing().get(pk=client.pk).is_live
    revoked = Event.objects.filter(verb="organisation.client_revoked")
    assert [event.data for event in revoked] == (
        [] if way == "closed" else [{"client": str(client.pk), "reason": "office"}]
    )


@pytest.mark.parametrize("office", ["none", "reviewer", "of another port"])
def test_a_token_works_only_while_its_maker_is_in_office(cast: Cast, office: str) -> None:
    """However the office ended, and even if nobody revoked the token."""
    client, _token = make_client(cast.gothenburg)
    held = Membership.objects.filter(pk=membership(cast.gothenburg, "coordinator").pk)
    if office == "none":
        held.delete()
    elif office == "reviewer":
        held.update(role=Role.REVIEWER)
    else:
        held.update(organisation=cast.tokyo.organisation)
    assert not ApiClient.objects.live().exists()
    assert viewer_of_client(client).kind == "anonymous"


def test_tokens_of_other_coordinators_stay(cast: Cast) -> None:
    stina = make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Stina Samordnare")
    client, _token = make_client(cast.gothenburg)
    end_membership(actor=eyes(stina), membership=stina.memberships.get())
    assert ApiClient.objects.live().get() == client


def test_a_token_does_not_come_back_with_the_office(cast: Cast) -> None:
    stina = make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Stina Samordnare")
    client, _token = make_client(cast.gothenburg)
    held = membership(cast.gothenburg, "coordinator")
    change_role(actor=eyes(stina), membership=held, role=Role.READER)
    change_role(actor=eyes(stina), membership=held, role=Role.COORDINATOR)
    assert not ApiClient.objects.live().filter(pk=client.pk).exists()
