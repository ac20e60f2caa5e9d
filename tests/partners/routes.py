"""The pages of organisations, their people and their programs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from exchange.audiences.viewer import Role, Viewer
from exchange.common.ids import uuid7
from exchange.partners.actions import invite_by_hand
from exchange.partners.models import Membership
from tests.architecture.routes import CANARY, VIEWERS, Route, everybody
from tests.cast import Cast, make_person
from tests.partners.factories import NEW_PERSON, describe, make_client, make_invitation, membership


def port(cast: Cast) -> dict[str, Any]:
    """Gothenburg, with a member, an invitation and a program of that name."""
    member = membership(cast.gothenburg, "reader")
    member.user.full_name = CANARY
    member.user.save(update_fields=["full_name"])
    make_invitation(cast.gothenburg, f"{CANARY}@example.org")
    make_client(cast.gothenburg, CANARY)
    return {"pk": cast.gothenburg.organisation.pk}


def described(cast: Cast) -> dict[str, Any]:
    """Gothenburg, with a profile that says so."""
    describe(cast.gothenburg, about=CANARY)
    return {"pk": cast.gothenburg.organisation.pk}


def member(cast: Cast) -> dict[str, Any]:
    person = make_person(cast.gothenburg.organisation, Role.READER, CANARY)
    return {
        "pk": cast.gothenburg.organisation.pk,
        "member": Membership.objects.get(user=person).pk,
    }


def invitation(cast: Cast) -> dict[str, Any]:
    made, _ = make_invitation(cast.gothenburg, f"{CANARY}@example.org")
    return {"pk": cast.gothenburg.organisation.pk, "invitation": made.pk}


def handed_over(cast: Cast) -> dict[str, Any]:
    """An invitation that the operator handed over, so that a letter may go at once."""
    made, _ = invite_by_hand(
        actor=Viewer.system(),
        organisation=cast.gothenburg.organisation,
        email=f"{CANARY}@example.org",
        role=Role.READER,
    )
    return {"pk": cast.gothenburg.organisation.pk, "invitation": made.pk}


def program(cast: Cast) -> dict[str, Any]:
    made, _ = make_client(cast.gothenburg, CANARY)
    return {"pk": cast.gothenburg.organisation.pk, "client": made.pk}


def open_token(cast: Cast) -> dict[str, Any]:
    """The address of an invitation to somebody who has no account."""
    return {"token": make_invitation(cast.gothenburg, f"{CANARY}@example.org")[1]}


def token_for_karin(cast: Cast) -> dict[str, Any]:
    """The address of an invitation to Gothenburg's contributor, by Tokyo."""
    email = f"{CANARY}@example.org"
    cast.gothenburg.contributor.email = email
    cast.gothenburg.contributor.save(update_fields=["email"])
    return {"token": make_invitation(cast.tokyo, email)[1]}


def closed_token(cast: Cast) -> dict[str, Any]:
    return {"token": "x" * 43}


def whom(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"email": "nina@example.org", "role": "reader", "nonce": uuid7()}


def new_program(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "harbour system", "days": 30, "nonce": uuid7()}


def new_profile(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"about": "We *share*.", "timezone": "Europe/Stockholm", "lock": 2, "nonce": uuid7()}


def new_showing(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"is_shown": "on", "function": "Head of rail", "nonce": uuid7()}


def new_person(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return NEW_PERSON


def new_role(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": "reviewer"}


def own_port(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, UUID]:
    return {"organisation": cast.gothenburg.organisation.pk}


OUT = {"client": 302, "anonymous": 302}
INSIDE = everybody(404, owner=200, **OUT)
DONE = {**INSIDE, "owner": 302}
ACCEPT = {"name": "partners:accept", "path": "invitations/<str:token>/"}

ROUTES = [
    Route(name="partners:organisations", path="organisations/", get=everybody(200)),
    Route(
        name="partners:organisation",
        path="organisations/<uuid:pk>/",
        make=port,
        canary=["owner"],
        get=everybody(200),
    ),
    Route(
        name="partners:profile",
        path="organisations/<uuid:pk>/profile/",
        make=described,
        canary=["owner"],
        owner_role="coordinator",
        get=INSIDE,
        post=DONE,
        data=new_profile,
    ),
    Route(
        name="partners:shown",
        path="organisations/<uuid:pk>/shown/",
        make=port,
        get=INSIDE,
        post=DONE,
        data=new_showing,
    ),
    Route(
        name="partners:members",
        path="organisations/<uuid:pk>/members/",
        make=port,
        canary=["owner"],
        owner_role="coordinator",
        get=INSIDE,
    ),
    Route(
        name="partners:invite",
        path="organisations/<uuid:pk>/members/invite/",
        make=port,
        owner_role="coordinator",
        get=DONE,
        post=DONE,
        data=whom,
    ),
    Route(
        name="partners:mail_again",
        path="organisations/<uuid:pk>/invitations/<uuid:invitation>/mail/",
        make=handed_over,
        owner_role="coordinator",
        post=DONE,
    ),
    Route(
        name="partners:change_role",
        path="organisations/<uuid:pk>/members/<int:member>/role/",
        make=member,
        owner_role="coordinator",
        post=DONE,
        data=new_role,
    ),
    Route(
        name="partners:end_membership",
        path="organisations/<uuid:pk>/members/<int:member>/end/",
        make=member,
        canary=["owner"],
        owner_role="coordinator",
        get=INSIDE,
        post=DONE,
    ),
    Route(
        name="partners:revoke_invitation",
        path="organisations/<uuid:pk>/invitations/<uuid:invitation>/revoke/",
        make=invitation,
        owner_role="coordinator",
        post=DONE,
    ),
    Route(
        name="partners:leave",
        path="organisations/<uuid:pk>/leave/",
        make=port,
        get=INSIDE,
        post=DONE,
    ),
    Route(
        name="partners:clients",
        path="organisations/<uuid:pk>/clients/",
        make=port,
        canary=["owner"],
        owner_role="coordinator",
        get=INSIDE,
        post=INSIDE,
        data=new_program,
    ),
    Route(
        name="partners:revoke_client",
        path="organisations/<uuid:pk>/clients/<uuid:client>/revoke/",
        make=program,
        canary=["owner"],
        owner_role="coordinator",
        get=INSIDE,
        post=DONE,
    ),
    # Whoever holds the link is told whom it is for; only who has no account, or that one, joins.
    Route(
        **ACCEPT,
        make=open_token,
        canary=VIEWERS,
        get=everybody(403, client=200, anonymous=200),
        post=everybody(403, client=302, anonymous=302),
        data=new_person,
        changes=["client", "anonymous"],
    ),
    Route(
        **ACCEPT,
        make=token_for_karin,
        canary=VIEWERS,
        get=everybody(200, partner_in=403, partner_out=403),
        post=everybody(200, owner=302, partner_in=403, partner_out=403),
        data=new_person,
    ),
    Route(**ACCEPT, make=closed_token, get=everybody(404), post=everybody(404), changes=()),
    Route(
        name="partners:write_for",
        path="write-for/",
        post=DONE,
        data=own_port,
        changes=(),
    ),
]
