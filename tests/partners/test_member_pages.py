"""Coordinators look after members and invitations."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from exchange.audiences.viewer import Role
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.partners.actions import invitation_for
from exchange.partners.models import ApiClient, Invitation, Membership
from tests.cast import Cast, eyes
from tests.partners.factories import make_client, make_invitation, membership
from tests.partners.pages import at, said


def whom(**fields: Any) -> dict[str, Any]:
    return {"email": "nina@example.org", "role": "reader", "nonce": uuid7(), **fields}


def test_members_are_listed_by_name_with_their_roles(cast: Cast, siv: Client) -> None:
    page = siv.get(at(cast, "members"))
    names = [str(member.user) for member, _ in page.context["members"]]
    assert names == ["Karin Skrift", "Rolf Granskare", "Rut Läsare", "Siv Samordnare"]


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer"])
@pytest.mark.parametrize("name", ["members", "clients", "invite"])
def test_other_members_are_refused(cast: Cast, client: Client, role: str, name: str) -> None:
    client.force_login(getattr(cast.gothenburg, role))
    assert client.get(at(cast, name)).status_code == 403
    if name != "members":
        assert client.post(at(cast, name), whom(name="x", days=3)).status_code == 403
    assert not Invitation.objects.exists()
    assert not ApiClient.objects.exists()


def test_the_list_costs_the_same_for_few_and_for_many(
    cast: Cast, siv: Client, django_assert_max_num_queries: Any
) -> None:
    siv.get(at(cast, "members"))
    with django_assert_max_num_queries(12) as few:
        siv.get(at(cast, "members"))
    for number in range(50):
        make_invitation(cast.gothenburg, f"nina{number}@example.org")
    with django_assert_max_num_queries(12) as many:
        siv.get(at(cast, "members"))
    assert len(few) == len(many)


def test_an_invitation_is_mailed_and_nobody_here_sees_its_link(cast: Cast, siv: Client) -> None:
    page = siv.post(at(cast, "invite"), whom(), follow=True)
    assert page.redirect_chain == [(at(cast, "members"), 302)]
    assert "will be mailed to nina@example.org" in said(page)
    assert Invitation.objects.get().mail_state == "due"
    assert not re.search(r"/invitations/[\w-]{43}/", page.content.decode())


def test_a_double_click_invites_once_and_says_so_twice(cast: Cast, siv: Client) -> None:
    data = whom()
    for _ in range(2):
        assert "will be mailed" in said(siv.post(at(cast, "invite"), data, follow=True))
    assert Invitation.objects.count() == 1


def test_a_letter_is_sent_again(cast: Cast, siv: Client) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    address = at(cast, "mail_again", invitation=invitation.pk)
    assert "only minutes ago" in said(siv.post(address, follow=True))
    with time_machine.travel(time.now() + dt.timedelta(minutes=11)):
        for _ in ("once", "and a second time, by a double click"):
            assert "will be mailed to" in said(siv.post(address, follow=True))
    assert Invitation.objects.get().mail_state == "due"


def test_a_nonce_makes_no_second_thing(cast: Cast, siv: Client) -> None:
    data = whom()
    siv.post(at(cast, "invite"), data)
    again = siv.post(at(cast, "invite"), {**data, "email": "other@example.org"})
    assert again.context["form"].errors
    assert Invitation.objects.count() == 1


BAD_INVITATIONS = [
    ({"email": "nina"}, "email"),
    ({"email": ""}, "email"),
    ({"email": "x" * 300 + "@example.org"}, "email"),
    ({"email": "n\x00@example.org"}, "email"),
    ({"role": "owner"}, "role"),
    ({"role": "\x00"}, "role"),
    ({"nonce": ""}, "nonce"),
    ({"nonce": "\x00"}, "nonce"),
]


@pytest.mark.parametrize(("fields", "name"), BAD_INVITATIONS)
def test_a_bad_invitation_is_explained_and_nothing_written(
    cast: Cast, siv: Client, fields: dict[str, str], name: str
) -> None:
    page = siv.post(at(cast, "invite"), whom(**fields))
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [name]
    assert not Invitation.objects.exists()


def test_what_was_typed_is_kept(cast: Cast, siv: Client) -> None:
    page = siv.post(at(cast, "invite"), whom(email="nina@", role="reviewer"))
    assert 'value="nina@"' in page.content.decode()
    assert '<option value="reviewer" selected>' in page.content.decode()


def test_a_member_is_not_invited_again(cast: Cast, siv: Client) -> None:
    page = siv.post(at(cast, "invite"), whom(email=cast.gothenburg.reader.email))
    assert "member already" in page.content.decode()


def test_an_invitation_is_taken_back(cast: Cast, siv: Client) -> None:
    invitation, token = make_invitation(cast.gothenburg)
    assert "nina@example.org" in siv.get(at(cast, "members")).content.decode()
    address = at(cast, "revoke_invitation", invitation=invitation.pk)
    page = siv.post(address, follow=True)
    assert "taken back" in said(page)
    assert invitation_for(token) is None
    assert "closed already" in said(siv.post(address, follow=True))


def test_invitations_of_others_are_out_of_reach(cast: Cast, siv: Client) -> None:
    invitation, token = make_invitation(cast.tokyo)
    for name in ("revoke_invitation", "mail_again"):
        address = at(cast, name, invitation=invitation.pk)
        assert siv.post(address).status_code == 404
    invitation.refresh_from_db()
    assert invitation_for(token)
    assert invitation.mail_state == "sent"


def test_members_and_programs_of_others_are_out_of_reach(cast: Cast, siv: Client) -> None:
    """Neither by their organisation's address nor smuggled in under one's own."""
    member = membership(cast.tokyo, "reader")
    program, _ = make_client(cast.tokyo)
    for name, key, pk in (
        ("change_role", "member", member.pk),
        ("end_membership", "member", member.pk),
        ("revoke_client", "client", program.pk),
    ):
        assert siv.post(at(cast, name, **{key: pk}), {"role": "reader"}).status_code == 404
    assert eyes(cast.tokyo.reader).roles
    program.refresh_from_db()
    assert program.revoked_at is None


def test_a_role_is_changed(cast: Cast, siv: Client) -> None:
    member = membership(cast.gothenburg, "reader")
    page = siv.post(at(cast, "change_role", member=member.pk), {"role": "reviewer"}, follow=True)
    assert "Rut Läsare is a reviewer now." in said(page)
    member.refresh_from_db()
    assert member.role == Role.REVIEWER


def tells_what_ends(page: Any) -> bool:
    text = page.content.decode()
    assert "gate system" not in text
    assert "of Siv" not in text
    return "crane system" in text and "nina@example.org" in text


def test_who_demotes_a_coordinator_is_told_first_what_ends(
    cast: Cast, siv: Client, vouched: Membership
) -> None:
    address = at(cast, "change_role", member=vouched.pk)
    assert tells_what_ends(siv.post(address, {"role": "reviewer"}))
    vouched.refresh_from_db()
    assert vouched.role == Role.COORDINATOR
    page = siv.post(address, {"role": "reviewer", "sure": "yes"}, follow=True)
    assert "Stina Samordnare is a reviewer now." in said(page)
    assert not Invitation.objects.open().exists()


def test_nobody_is_asked_where_nothing_ends(cast: Cast, siv: Client, vouched: Membership) -> None:
    address = at(cast, "change_role", member=vouched.pk)
    assert siv.post(address, {"role": "coordinator"}).status_code == 302
    member = membership(cast.gothenburg, "reviewer")
    address = at(cast, "change_role", member=member.pk)
    assert siv.post(address, {"role": "reader"}).status_code == 302


def test_of_the_last_coordinator_nothing_is_asked_that_cannot_be(cast: Cast, siv: Client) -> None:
    make_client(cast.gothenburg)
    own = membership(cast.gothenburg, "coordinator")
    page = siv.post(at(cast, "change_role", member=own.pk), {"role": "reader"}, follow=True)
    assert "at least one coordinator" in said(page)
    own.refresh_from_db()
    assert own.role == Role.COORDINATOR


def test_a_role_that_somebody_has_is_not_given_again(cast: Cast, siv: Client) -> None:
    member = membership(cast.gothenburg, "reader")
    page = siv.post(at(cast, "change_role", member=member.pk), {"role": "reader"}, follow=True)
    assert "Rut Läsare is a reader already." in said(page)


def test_who_ends_a_membership_is_told_first_what_ends(
    cast: Cast, siv: Client, vouched: Membership
) -> None:
    assert tells_what_ends(siv.get(at(cast, "end_membership", member=vouched.pk)))


def test_who_leaves_is_told_first_what_ends(
    cast: Cast, client: Client, vouched: Membership
) -> None:
    client.force_login(vouched.user)
    assert tells_what_ends(client.get(at(cast, "leave")))


@pytest.mark.parametrize("role", ["owner", "", "\x00", "x" * 300])
def test_a_role_that_is_none_changes_nothing(cast: Cast, siv: Client, role: str) -> None:
    member = membership(cast.gothenburg, "reader")
    page = siv.post(at(cast, "change_role", member=member.pk), {"role": role}, follow=True)
    assert page.status_code == 200
    assert "Choose one of the roles" in said(page)
    member.refresh_from_db()
    assert member.role == Role.READER


def test_the_last_coordinator_is_told_why_not(cast: Cast, siv: Client) -> None:
    held = membership(cast.gothenburg, "coordinator")
    ways = [
        (at(cast, "change_role", member=held.pk), {"role": "reader"}),
        (at(cast, "end_membership", member=held.pk), {}),
        (at(cast, "leave"), {}),
    ]
    for address, data in ways:
        assert "at least one coordinator" in said(siv.post(address, data, follow=True))
    assert Membership.objects.filter(pk=held.pk, role="coordinator").exists()


def test_the_last_coordinator_is_not_asked_what_cannot_be(cast: Cast, siv: Client) -> None:
    held = membership(cast.gothenburg, "coordinator")
    for address in (at(cast, "end_membership", member=held.pk), at(cast, "leave")):
        page = siv.get(address).content.decode()
        assert "You are the last coordinator" in page
        assert f'action="{address}"' not in page


def test_a_question_about_a_member_leads_back_to_the_members(cast: Cast, siv: Client) -> None:
    member = membership(cast.gothenburg, "reader")
    page = siv.get(at(cast, "end_membership", member=member.pk)).content.decode()
    trail = page.split('aria-label="breadcrumb"')[1].split("</nav>")[0]
    assert f'<a href="{at(cast, "members")}">Members</a>' in trail
    assert '<li aria-current="page">End membership</li>' in trail


def test_a_membership_ends_after_a_question(cast: Cast, siv: Client) -> None:
    member = membership(cast.gothenburg, "reader")
    address = at(cast, "end_membership", member=member.pk)
    assert "Rut Läsare" in siv.get(address).content.decode()
    assert Membership.objects.filter(pk=member.pk).exists()
    assert "no member any more" in said(siv.post(address, follow=True))
    assert not Membership.objects.filter(pk=member.pk).exists()
    assert siv.post(address).status_code == 404


def test_one_leaves_after_a_question(cast: Cast, client: Client) -> None:
    client.force_login(cast.gothenburg.reader)
    assert client.get(at(cast, "leave")).status_code == 200
    assert eyes(cast.gothenburg.reader).roles
    assert "You have left" in said(client.post(at(cast, "leave"), follow=True))
    assert not eyes(cast.gothenburg.reader).roles
    assert client.get(at(cast, "leave")).status_code == 404
