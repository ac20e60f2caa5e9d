"""Whose eyes: what memberships, closed accounts and choices make of them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exchange.accounts.models import User
from exchange.audiences.viewer import Role, Viewer
from exchange.partners import policies
from exchange.partners.models import Membership, Organisation
from exchange.partners.viewers import anonymous, viewer_of, viewer_of_client
from tests.cast import PASSWORD, Cast, eyes
from tests.partners.factories import make_client


def test_a_member_sees_home_partners_groups_and_what_is_public(cast: Cast) -> None:
    expected = {cast.public, cast.partners, cast.gothenburg.home, cast.agreement}
    assert eyes(cast.gothenburg.reader).audience_ids == {audience.pk for audience in expected}


def test_somebody_without_membership_sees_what_is_public(cast: Cast) -> None:
    lone = User.objects.create_user("lone@example.org", PASSWORD, full_name="Lone")
    assert eyes(lone).audience_ids == {cast.public.pk} == set(anonymous().audience_ids)


def test_a_closed_account_has_the_eyes_of_a_passer_by(cast: Cast) -> None:
    siv = cast.gothenburg.coordinator
    siv.is_active = False
    assert viewer_of(siv) == anonymous(siv.language)


def test_a_closed_account_loses_every_page_at_once(cast: Cast, client: Client) -> None:
    siv = cast.gothenburg.coordinator
    client.force_login(siv)
    page = reverse("partners:members", args=[cast.gothenburg.organisation.pk])
    assert client.get(page).status_code == 200
    User.objects.filter(pk=siv.pk).update(is_active=False)
    assert client.get(page).status_code == 302
    assert not client.login(username=siv.email, password=PASSWORD)


def test_a_viewer_costs_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        viewer_of(cast.gothenburg.reader)


def test_the_viewer_of_a_program_costs_two_queries(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    client, _token = make_client(cast.gothenburg)
    with django_assert_num_queries(2):
        viewer_of_client(client)


def test_one_writes_first_where_one_may_write(cast: Cast) -> None:
    reader = cast.gothenburg.reader
    Membership.objects.create(
        user=reader, organisation=cast.tokyo.organisation, role=Role.CONTRIBUTOR
    )
    assert viewer_of(reader).organisation_id == cast.tokyo.organisation.pk
    chosen = cast.gothenburg.organisation.pk
    assert viewer_of(reader, chosen).organisation_id == chosen


def test_one_does_not_write_where_one_is_no_member(cast: Cast) -> None:
    viewer = viewer_of(cast.gothenburg.contributor, cast.tokyo.organisation.pk)
    assert viewer.organisation_id == cast.gothenburg.organisation.pk


COORDINATES = {"reader": False, "contributor": False, "reviewer": False, "coordinator": True}


@pytest.mark.parametrize(("role", "may"), COORDINATES.items())
def test_members_invitations_and_programs_are_the_coordinators(
    cast: Cast, role: str, may: bool
) -> None:
    port = cast.gothenburg.organisation
    viewer = eyes(getattr(cast.gothenburg, role))
    assert policies.can_coordinate(viewer, port) == may
    assert policies.can_see_members(viewer, port)
    assert not policies.can_admit(viewer)


@pytest.mark.parametrize("who", ["outsider", "passer-by", "program", "operator"])
def test_nobody_else_may_anything(cast: Cast, who: str) -> None:
    port = cast.gothenburg.organisation
    viewer = {
        "outsider": eyes(cast.tokyo.coordinator),
        "passer-by": anonymous(),
        "program": viewer_of_client(make_client(cast.gothenburg, may_write=True)[0]),
        "operator": Viewer.system(),
    }[who]
    assert not policies.can_coordinate(viewer, port)
    assert not policies.can_see_members(viewer, port)
    assert policies.can_admit(viewer) == (who == "operator")


def test_each_role_may_what_those_before_it_may() -> None:
    ranks = list(Role)
    for place, role in enumerate(ranks):
        assert [role.includes(other) for other in ranks] == [
            other_place <= place for other_place in range(len(ranks))
        ]


@pytest.mark.parametrize("who", ["program", "outsider", "passer-by"])
def test_members_are_seen_by_their_own_people_alone(cast: Cast, who: str) -> None:
    viewer = {
        "program": viewer_of_client(make_client(cast.gothenburg)[0]),
        "outsider": eyes(cast.tokyo.coordinator),
        "passer-by": anonymous(),
    }[who]
    rows = Membership.objects.visible_to(viewer)
    assert not rows.filter(organisation=cast.gothenburg.organisation).exists()


def test_partners_who_will_read_are_named(cast: Cast) -> None:
    def names(audience: Any) -> list[str]:
        return [row.unlocode for row in Organisation.objects.reading(audience)]

    assert names(cast.gothenburg.home) == ["SEGOT"]
    assert names(cast.agreement) == ["SEGOT", "USLAX"]
    assert names(cast.partners) == names(cast.public) == ["SEGOT", "USLAX", "JPTYO"]
