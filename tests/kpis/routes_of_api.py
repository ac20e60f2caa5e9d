"""What the API's addresses of KPIs answer to whom; everybody comes with their organisation's token."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.kpis import actions
from exchange.kpis.models import Series
from tests.api.asking import ANYBODY_KNOWN, ANYBODY_WRITES, INSIDE, INSIDERS, WITH_TOKEN, a_key
from tests.architecture.routes import CANARY, Route, everybody
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    approved,
    definition,
    imported,
    make_series,
    read_now,
    row,
    send,
    submitted,
)

Make = Callable[[Cast], dict[str, Any]]
Headers = Callable[[Cast, Mapping[str, Any]], dict[str, str]]
OWNER_READS = everybody(404, owner=200, anonymous=401)
# Who sees the series of Gothenburg enters no values of it; who does not, is told of none.
OWNER_SUBMITS = {**INSIDERS, "partner_in": 403, "client": 403, "partner_out": 422}


def proposal(cast: Cast) -> dict[str, Any]:
    found = actions.propose_indicator(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        code="our_plugs",
        topic="energy/shore-power",
        text=definition(canary=True),
    )
    return {"pk": found.pk}


def a_series(cast: Cast) -> dict[str, Any]:
    return {"pk": make_series(cast, canary=True).pk}


def held(cast: Cast) -> dict[str, Any]:
    series = make_series(cast)
    approved(cast.gothenburg, series, {"2024-01": "100"}, note=CANARY)
    return {}


def waiting(cast: Cast) -> dict[str, Any]:
    submitted(cast.gothenburg, make_series(cast), {"2024-01": "100"}, note=CANARY)
    return {}


def a_target(cast: Cast) -> dict[str, Any]:
    actions.set_target(
        actor=eyes(cast.gothenburg.reviewer),
        series=make_series(cast),
        period="2030",
        text={"value": "950", "note": CANARY},
    )
    return {}


def preview(cast: Cast) -> dict[str, Any]:
    """An import that waits for a decision; one row of it is rejected for what it holds."""
    make_series(cast)
    rows = [row(comment=CANARY), row("2024-02", CANARY)]
    return {"pk": read_now(send(cast, None, rows, name=f"{CANARY}.csv")).pk}


def written(cast: Cast) -> dict[str, Any]:
    make_series(cast)
    return {"pk": imported(cast, [row()]).pk}


def listed(make: Make) -> Make:
    """Return what makes one thing for a list, which takes no arguments."""

    def one_of_them(cast: Cast) -> dict[str, Any]:
        make(cast)
        return {}

    one_of_them.__name__ = make.__name__
    return one_of_them


def a_value(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    series = Series.objects.get()
    item = {"series": str(series.pk), "period": "2024-01", "value": "100", "unit": "TEU"}
    return {"items": [item]}


def a_file(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers by which a body is a file, whatever it holds."""
    return {**a_key(cast, kwargs), "content-type": "text/csv"}


def a_file_without_key(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
    return {"content-type": "text/csv"}


def at_preview(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers by which a decision is on the first preview of an import."""
    return {**a_key(cast, kwargs), "if-match": '"v1"'}


def saying(**body: Any) -> Callable[..., dict[str, Any]]:
    """Return what gives a body."""
    return lambda cast, kwargs: body


def step(verb: str, make: Make, headers: Headers = a_key, **body: Any) -> list[Route]:
    """Return the routes of a step of an import of Gothenburg's."""
    refused = 400 if headers is a_key else 428
    where: dict[str, Any] = {
        "name": f"api:{verb}_import",
        "path": f"api/v1/imports/<uuid:pk>/{verb}",
        "make": make,
        "data": saying(**body),
    }
    return [
        Route(**where, headers=headers, post=OWNER_READS),
        Route(**where, post={**OWNER_READS, "owner": refused}, changes=()),
    ]


INDICATORS: dict[str, Any] = {"name": "api:indicators", "path": "api/v1/indicators"}
INDICATOR: dict[str, Any] = {"name": "api:indicator", "path": "api/v1/indicators/<uuid:pk>"}
MANY_SERIES: dict[str, Any] = {"name": "api:many_series", "path": "api/v1/series"}
ONE_SERIES: dict[str, Any] = {"name": "api:one_series", "path": "api/v1/series/<uuid:pk>"}
VALUES: dict[str, Any] = {"name": "api:observations", "path": "api/v1/observations"}
REVISIONS: dict[str, Any] = {"name": "api:revisions", "path": "api/v1/observations/revisions"}
TARGETS: dict[str, Any] = {"name": "api:targets", "path": "api/v1/targets"}
IMPORTS: dict[str, Any] = {"name": "api:imports", "path": "api/v1/imports"}
IMPORT: dict[str, Any] = {"name": "api:import", "path": "api/v1/imports/<uuid:pk>"}
REJECTED: dict[str, Any] = {"name": "api:rejected", "path": "api/v1/imports/<uuid:pk>/rejected"}
OWN = {"canary": ["owner"], "get": ANYBODY_KNOWN}
SHARED = {"canary": INSIDE, "get": ANYBODY_KNOWN}
OF_API = [
    Route(**INDICATORS, make=listed(proposal), query={"code": "our_plugs"}, **OWN),
    Route(**INDICATOR, make=proposal, canary=["owner"], get=OWNER_READS),
    Route(**MANY_SERIES, make=listed(a_series), **SHARED),
    Route(**ONE_SERIES, make=a_series, canary=INSIDE, get=INSIDERS),
    Route(**VALUES, make=held, **SHARED),
    Route(**VALUES, make=waiting, query={"state": "submitted"}, **OWN),
    Route(**VALUES, make=listed(a_series), data=a_value, headers=a_key, post=OWNER_SUBMITS),
    Route(
        **VALUES,
        make=listed(a_series),
        data=a_value,
        post=everybody(400, anonymous=401),
        changes=(),
    ),
    Route(**REVISIONS, make=held, **SHARED),
    Route(**REVISIONS, make=waiting, **OWN),
    Route(**TARGETS, make=a_target, **SHARED),
    Route(**IMPORTS, make=listed(preview), **OWN),
    Route(
        **IMPORTS,
        headers=a_file,
        post={who: 202 if status == 201 else status for who, status in ANYBODY_WRITES.items()},
        changes=WITH_TOKEN,
    ),
    Route(**IMPORTS, headers=a_file_without_key, post=everybody(400, anonymous=401), changes=()),
    # What is no file is not read.
    Route(**IMPORTS, headers=a_key, post=everybody(415, anonymous=401), changes=()),
    Route(**IMPORT, make=preview, canary=["owner"], get=OWNER_READS),
    Route(**REJECTED, make=preview, canary=["owner"], get=OWNER_READS),
    *step("answer", preview, decimal_sign="."),
    *step("accept", preview, at_preview, only_good=True),
    *step("cancel", preview),
    *step("undo", written, reason="It was the wrong file."),
]
