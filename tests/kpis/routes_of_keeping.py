"""What the addresses answer where KPIs are kept: series, targets, proposals."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.common.ids import uuid7
from exchange.kpis import actions
from exchange.kpis.models import Definition
from tests.architecture.routes import CANARY, Route
from tests.cast import Cast, eyes
from tests.kpis.factories import again, definition, make_series

LOGIN = {"anonymous": 302, "client": 302}
# Who sees a series keeps it only at home.
KEPT = {"owner": 200, "partner_in": 403, "partner_out": 404, **LOGIN}
# What everybody sees is reported and proposed by whoever has the role for it.
OFFICE = {"owner": 200, "partner_in": 403, "partner_out": 403, **LOGIN}
HOME = {"owner": 200, "partner_in": 404, "partner_out": 404, **LOGIN}
REVIEWER = {"owner_role": "reviewer"}
COORDINATOR = {"owner_role": "coordinator"}


def sent(**values: Any) -> Callable[[Cast, Mapping[str, Any]], dict[str, Any]]:
    """Return what makes the data of a form that is sent once, at the first state of its thing."""
    return lambda cast, kwargs: {"nonce": str(uuid7()), "lock": 1, **values}


def listed(cast: Cast) -> dict[str, Any]:
    return {"code": "teu_total"}


def kept(cast: Cast) -> dict[str, Any]:
    return {"pk": make_series(cast, canary=True).pk}


def closed(cast: Cast) -> dict[str, Any]:
    series = make_series(cast)
    actions.close_series(actor=eyes(cast.gothenburg.reviewer), series=series, lock=series.lock)
    return {"pk": again(series).pk}


def aimed(cast: Cast) -> dict[str, Any]:
    target = actions.set_target(
        actor=eyes(cast.gothenburg.reviewer),
        series=make_series(cast),
        period="2030",
        text={"value": "1000", "note": CANARY},
    )
    return {"pk": target.pk}


def proposal(cast: Cast) -> dict[str, Any]:
    actions.propose_indicator(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        code="our_plugs",
        topic="energy/shore-power",
        text=definition(canary=True),
    )
    return {"pk": Definition.objects.get(indicator__code="our_plugs").pk}


SERIES = "series/<uuid:pk>/"
SAID = {"year_start": "--01-01", "rhythm": "month", "due_days": "30", "local_note": "At the gate."}
DEFINED = definition(exponent="0", denominator_exponent="0", decimals="0")
OF_KEEPING = [
    Route(
        name="kpis:new",
        path="kpis/new/",
        get=OFFICE,
        post={**OFFICE, "owner": 302},
        data=sent(code="our_plugs", topic="energy/shore-power", **DEFINED),
        **COORDINATOR,
    ),
    Route(
        name="kpis:propose",
        path="kpis/<slug:code>/propose/",
        make=listed,
        get=OFFICE,
        post={**OFFICE, "owner": 302},
        data=sent(change_note="Plugs that were tested.", **DEFINED),
        **COORDINATOR,
    ),
    Route(
        name="kpis:proposal",
        path="definitions/<uuid:pk>/",
        make=proposal,
        canary=("owner",),
        get=HOME,
    ),
    Route(
        name="kpis:take_back_proposal",
        path="definitions/<uuid:pk>/take-back/",
        make=proposal,
        post={**HOME, "owner": 302},
        data=sent(),
        **COORDINATOR,
    ),
    Route(
        name="kpis:report",
        path="kpis/<slug:code>/report/",
        make=listed,
        get=OFFICE,
        post={**OFFICE, "owner": 302},
        data=lambda cast, kwargs: sent(**SAID, audience=str(cast.public.pk))(cast, kwargs),
        **REVIEWER,
    ),
    Route(
        name="kpis:edit",
        path=f"{SERIES}edit/",
        make=kept,
        canary=("owner",),
        get=KEPT,
        post={**KEPT, "owner": 302},
        data=sent(**SAID),
        **REVIEWER,
    ),
    Route(
        name="kpis:share",
        path=f"{SERIES}share/",
        make=kept,
        get=KEPT,
        post={**KEPT, "owner": 302},
        data=lambda cast, kwargs: sent(audience=str(cast.public.pk))(cast, kwargs),
        **REVIEWER,
    ),
    Route(
        name="kpis:close",
        path=f"{SERIES}close/",
        make=kept,
        get=KEPT,
        post={**KEPT, "owner": 302},
        data=sent(),
        **REVIEWER,
    ),
    Route(
        name="kpis:reopen",
        path=f"{SERIES}reopen/",
        make=closed,
        get=KEPT,
        post={**KEPT, "owner": 302},
        data=sent(lock=2),
        **REVIEWER,
    ),
    Route(
        name="kpis:new_target",
        path=f"{SERIES}targets/new/",
        make=kept,
        get=KEPT,
        post={**KEPT, "owner": 302},
        data=sent(aim="target", period="2030", value="1000"),
        **REVIEWER,
    ),
    Route(
        name="kpis:edit_target",
        path="targets/<uuid:pk>/edit/",
        make=aimed,
        canary=("owner",),
        get=KEPT,
        post={**KEPT, "owner": 302},
        data=sent(value="1100", note="Decided by the board."),
        **REVIEWER,
    ),
    Route(
        name="kpis:drop_target",
        path="targets/<uuid:pk>/drop/",
        make=aimed,
        get=KEPT,
        post={**KEPT, "owner": 302},
        data=sent(),
        **REVIEWER,
    ),
]
