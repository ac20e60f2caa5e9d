"""What the addresses of agreements answer to whom."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.agreements.models import Agreement
from tests.agreements.factories import ask, leave, make_agreement, party, words
from tests.agreements.routes_of_work import (
    COORDINATOR,
    INSIDE,
    LOGIN,
    OF_WORK,
    READ,
    agreement,
    nonce,
    once,
    pressed,
    written,
)
from tests.architecture.routes import Route, everybody
from tests.cast import Cast


def listed(cast: Cast) -> dict[str, Any]:
    agreement(cast)
    return {}


def of(kwargs: Mapping[str, Any]) -> Agreement:
    found: Agreement = Agreement.objects.get(**kwargs)
    return found


def with_lock(**values: Any) -> Callable[[Cast, Mapping[str, Any]], dict[str, Any]]:
    return lambda cast, kwargs: nonce(lock=of(kwargs).lock, **values)


def read_and_once(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(lock=Agreement.objects.get(parties=kwargs["pk"]).lock)


def signing(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {**read_and_once(cast, kwargs), "signatory": "Executive Director"}


def new_text(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(lock=of(kwargs).lock, **words(title="A better title"))


def new_agreement(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(
        **words(topics=[]), parties="USLAX\nPort of Tokyo", signed="2023", audience="parties"
    )


def own_party(cast: Cast) -> dict[str, Any]:
    return {"pk": party(make_agreement(cast, canary=True), cast.gothenburg).pk}


def left_party(cast: Cast) -> dict[str, Any]:
    made = make_agreement(cast, canary=True)
    leave(made, cast.gothenburg)
    return {"pk": party(made, cast.gothenburg).pk}


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
    Route(
        name="agreements:agreement",
        path=ONE,
        make=agreement,
        canary=INSIDE,
        get={**READ, "client": 404, "anonymous": 404},
    ),
    written("edit", f"{ONE}edit/", agreement, new_text),
    written("term", f"{ONE}term/", agreement, in_force),
    written("renew", f"{ONE}renew/", agreement, in_force),
    written("terminate", f"{ONE}terminate/", agreement, with_lock(reason="It was closed.")),
    written("share", f"{ONE}share/", agreement, with_lock(audience="public")),
    written("ask", f"{ONE}ask/", agreement, with_lock(organisation="Port of Tokyo")),
    Route(name="agreements:party", path=PARTY, make=own_party, canary=INSIDE, get=READ),
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
        data=read_and_once,
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
    written("leave", f"{PARTY}leave/", own_party, once),
    # Who has left is led back to how they stand.
    *(
        Route(
            name=f"agreements:{name}",
            path=f"{PARTY}{name}/",
            make=left_party,
            get={"owner": 302, "partner_in": 302, "partner_out": 404, **LOGIN},
            **COORDINATOR,
        )
        for name in ("leave", "signatory")
    ),
    Route(
        name="agreements:take_back",
        path=f"{PARTY}take-back/",
        make=other_asked,
        post={"owner": 302, "partner_in": 403, "partner_out": 403, **LOGIN},
        data=once,
        **COORDINATOR,
    ),
    pressed("coordinate", f"{PARTY}coordinate/", los_angeles_party),
    written("signatory", f"{PARTY}signatory/", own_party, signing),
]
