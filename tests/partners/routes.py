"""The pages of organisations, their people and their programs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from exchange.audiences.viewer import Role, Viewer
from exchange.common.ids import uuid7
from exchange.partners.actions import invite_by_hand
from exchange.partners.models import Membership
from tests.architecture.routes import CANARY, Route
from tests.cast import Cast, make_person
from tests.partners.factories import make_client, make_invitation, membership


def no_object(cast: Cast) -> dict[str, Any]:
    return {}


def port(cast: Cast) -> dict[str, Any]:
    """Gothenburg, with a member, an invitation and a program of that name."""
    member = membership(cast.gothenburg, "reader")
    member.user.full_name = CANARY
    member.user.save(update_fields=["full_name"])
    make_invitation(cast.gothenburg, f"{CANARY}@example.org")
    make_client(cast.gothenburg, CANARY)
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


def closed_token(cast: Cast) -> dict[str, Any]:
    return {"token": "x" * 43}


def whom(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"email": "nina@example.org", "role": "reader", "nonce": uuid7()}


def new_program(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "harbour system", "days": 30, "nonce": uuid7()}


def new_role(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": "reviewer"}


def own_port(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, UUID]:
    return {"organisation": cast.gothenburg.organisation.pk}


EVERYBODY = {"owner": 200, "partner_in": 200, "partner_out": 200, "anonymous": 200}
INSIDE = {"owner": 200, "partner_in": 404, "partner_out": 404, "anonymous": 302, "client": 302}
DONE = {**INSIDE, "owner": 302}
NOT_ALLOWED = {"owner": 405, "partner_in": 405, "partner_out": 405, "anonymous": 302}
NOWHERE = {"owner": 404, "partner_in": 404, "partner_out": 404, "anonymous": 404}

ROUTES = [
    Route(name="partners:organisations", public=True, get=EVERYBODY),
    Route(name="partners:organisation", make=port, get=EVERYBODY),
    Route(name="partners:members", make=port, canary=True, owner_role="coordinator", get=INSIDE),
    Route(
        name="partners:invite",
        make=port,
        owner_role="coordinator",
        get=DONE,
        post=DONE,
        data=whom,
    ),
    Route(
        name="partners:mail_again",
        make=handed_over,
        owner_role="coordinator",
        get=NOT_ALLOWED,
        post=DONE,
    ),
    Route(
        name="partners:change_role",
        make=member,
        owner_role="coordinator",
        get=NOT_ALLOWED,
        post=DONE,
        data=new_role,
    ),
    Route(
        name="partners:end_membership",
        make=member,
        canary=True,
        owner_role="coordinator",
        get=INSIDE,
        post=DONE,
    ),
    Route(
        name="partners:revoke_invitation",
        make=invitation,
        owner_role="coordinator",
        get=NOT_ALLOWED,
        post=DONE,
    ),
    Route(name="partners:leave", make=port, get=INSIDE, post=DONE),
    Route(
        name="partners:clients",
        make=port,
        canary=True,
        owner_role="coordinator",
        get=INSIDE,
        post=INSIDE,
        data=new_program,
    ),
    Route(
        name="partners:revoke_client",
        make=program,
        canary=True,
        owner_role="coordinator",
        get=INSIDE,
        post=DONE,
    ),
    Route(name="partners:accept", make=closed_token, get=NOWHERE, post=NOWHERE),
    Route(
        name="partners:write_for",
        make=no_object,
        get=NOT_ALLOWED,
        post=DONE,
        data=own_port,
    ),
]
