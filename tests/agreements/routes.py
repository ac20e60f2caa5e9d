"""What the addresses of agreements answer to whom."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.agreements.models import Agreement
from exchange.common.ids import uuid7
from tests.agreements.factories import ask, make_agreement, party, words
from tests.agreements.routes_of_work import OF_WORK
from tests.architecture.routes import Route, everybody
from tests.cast import Cast

LOGIN = {"anonymous": 302, "client": 302}
INSIDE = ("owner", "partner_in")
SEEN = {"owner": 200, "partner_in": 200, "partner_out": 404, "client": 404, "anonymous": 404}
# Los Angeles is a party, but comes as somebody who does not coordinate it.
BY_COORDINATOR = {"owner": 200, "partner_in": 403, "partner_out": 404, **LOGIN}
DONE = {**BY_COORDINATOR, "owner": 302}
COORDINATOR = {"owner_role": "coordinator"}


def agreement(cast: Cast) -> dict[str, Any]:
    return {"pk": make_agreement(cast, canary=True).pk}


def listed(cast: Cast) -> dict[str, Any]:
    agreement(cast)
    return {}


def of(kwargs: Mapping[str, Any]) -> Agreement:
    found: Agreement = Agreement.objects.get(**kwargs)
    return found


def nonce(**values: Any) -> dict[str, Any]:
    return {"nonce": str(uuid7()), **values}


def with_lock(**values: Any) -> Callable[[Cast, Mapping[str, Any]], dict[str, Any]]:
    return lambda cast, kwargs: nonce(lock=of(kwargs).lock, **values)


def once(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce()


def signing(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(signatory="Executive Director")


def new_text(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(lock=of(kwargs).lock, **words(title="A better title"))


def new_agreement(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(
        **words(topics=[]), parties="USLAX\nPort of Tokyo", signed="2023", audience="parties"
    )


def own_party(cast: Cast) -> dict[str, Any]:
    return {"pk": party(make_agreement(cast, canary=True), cast.gothenburg).pk}


def asked_party(cast: Cast) -> dict[str, Any]:
    """Gothenburg is asked whether it is party to an agreement of Tokyo."""
    made = make_agreement(cast_of_tokyo(cast), confirmed=False, canary=True)
    return {"pk": party(made, cast.gothenburg).pk}


def other_asked(cast: Cast) -> dict[str, Any]:
    """Gothenburg has asked Tokyo."""
    return {"pk": ask(make_agreement(cast, canary=True), cast.tokyo, cast.gothenburg).pk}


def los_angeles_party(cast: Cast) -> dict[str, Any]:
    return {"pk": party(make_agreement(cast, canary=True), cast.los_angeles).pk}


def cast_of_tokyo(cast: Cast) -> Cast:
    """Return the cast with Tokyo in the place of Gothenburg, which is asked by it."""
    return Cast(cast.tokyo, cast.gothenburg, cast.los_angeles, cast.agreement)


def in_force(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(lock=of(kwargs).lock, signed="2024", months="36", ends="2099")


ONE = "agreements/<uuid:pk>/"
PARTY = "parties/<uuid:pk>/"
ROUTES = [
    *OF_WORK,
    Route(
        name="agreements:agreements",
        path="agreements/",
        make=listed,
        canary=INSIDE,
        get=everybody(200),
    ),
    Route(
        name="agreements:new",
        path="agreements/new/",
        get=everybody(403, owner=200, **LOGIN),
        post=everybody(403, owner=302, **LOGIN),
        data=new_agreement,
        **COORDINATOR,
    ),
    Route(name="agreements:agreement", path=ONE, make=agreement, canary=INSIDE, get=SEEN),
    Route(
        name="agreements:edit",
        path=f"{ONE}edit/",
        make=agreement,
        canary=["owner"],
        get=BY_COORDINATOR,
        post=DONE,
        data=new_text,
        **COORDINATOR,
    ),
    Route(
        name="agreements:term",
        path=f"{ONE}term/",
        make=agreement,
        canary=["owner"],
        get=BY_COORDINATOR,
        post=DONE,
        data=in_force,
        **COORDINATOR,
    ),
    Route(
        name="agreements:renew",
        path=f"{ONE}renew/",
        make=agreement,
        canary=["owner"],
        get=BY_COORDINATOR,
        post=DONE,
        data=in_force,
        **COORDINATOR,
    ),
    Route(
        name="agreements:terminate",
        path=f"{ONE}terminate/",
        make=agreement,
        canary=["owner"],
        get=BY_COORDINATOR,
        post=DONE,
        data=with_lock(reason="The corridor was closed."),
        **COORDINATOR,
    ),
    Route(
        name="agreements:share",
        path=f"{ONE}share/",
        make=agreement,
        canary=["owner"],
        get=BY_COORDINATOR,
        post=DONE,
        data=with_lock(audience="public"),
        **COORDINATOR,
    ),
    Route(
        name="agreements:ask",
        path=f"{ONE}ask/",
        make=agreement,
        canary=["owner"],
        get=BY_COORDINATOR,
        post=DONE,
        data=with_lock(organisation="Port of Tokyo"),
        **COORDINATOR,
    ),
    Route(
        name="agreements:party",
        path=PARTY,
        make=own_party,
        canary=INSIDE,
        get={"owner": 200, "partner_in": 200, "partner_out": 404, **LOGIN},
    ),
    Route(
        name="agreements:party",
        path=PARTY,
        make=asked_party,
        canary=["owner", "partner_out"],
        get={"owner": 200, "partner_in": 404, "partner_out": 200, **LOGIN},
        **COORDINATOR,
    ),
    Route(
        name="agreements:confirm",
        path=f"{PARTY}confirm/",
        make=asked_party,
        post={"owner": 302, "partner_in": 404, "partner_out": 403, **LOGIN},
        data=once,
        **COORDINATOR,
    ),
    Route(
        name="agreements:decline",
        path=f"{PARTY}decline/",
        make=asked_party,
        post={"owner": 302, "partner_in": 404, "partner_out": 403, **LOGIN},
        data=once,
        **COORDINATOR,
    ),
    Route(
        name="agreements:leave",
        path=f"{PARTY}leave/",
        make=own_party,
        canary=["owner"],
        get=BY_COORDINATOR,
        post=DONE,
        data=once,
        **COORDINATOR,
    ),
    Route(
        name="agreements:take_back",
        path=f"{PARTY}take-back/",
        make=other_asked,
        post={"owner": 302, "partner_in": 403, "partner_out": 403, **LOGIN},
        data=once,
        **COORDINATOR,
    ),
    Route(
        name="agreements:coordinate",
        path=f"{PARTY}coordinate/",
        make=los_angeles_party,
        post=DONE,
        data=once,
        **COORDINATOR,
    ),
    Route(
        name="agreements:signatory",
        path=f"{PARTY}signatory/",
        make=own_party,
        canary=["owner"],
        get=BY_COORDINATOR,
        post=DONE,
        data=signing,
        **COORDINATOR,
    ),
]
