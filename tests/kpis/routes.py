"""What the addresses of KPIs answer to whom."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from exchange.agreements.models import Workstream
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.kpis import actions
from exchange.kpis.models import Series
from exchange.kpis.periods import PeriodKind, code_of, latest_ended
from tests.agreements.work import plan
from tests.architecture.routes import CANARY, Route, everybody
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    approved,
    definition,
    imported,
    indicator,
    make_series,
    read_now,
    row,
    send,
    submitted,
    table,
)
from tests.kpis.routes_of_keeping import OF_KEEPING

LOGIN = {"anonymous": 302, "client": 302}
INSIDE = ("owner", "partner_in")
# A series is for the parties of the agreement; programs read the API, not these pages.
READ = {"owner": 200, "partner_in": 200, "partner_out": 404, "client": 404, "anonymous": 404}
HOME = {"owner": 200, "partner_in": 404, "partner_out": 404, "client": 404, "anonymous": 404}
OWN = {"owner": 200, "partner_in": 404, "partner_out": 404, **LOGIN}
FORM = {"owner": 200, "partner_in": 403, "partner_out": 404, **LOGIN}
ANYBODY = everybody(200, **LOGIN)
Data = Callable[[Cast, Mapping[str, Any]], dict[str, Any]]


def sent(**values: Any) -> Data:
    """Return what makes the data of a form that is sent once."""
    return lambda cast, kwargs: {"nonce": str(uuid7()), **values}


def proposal(cast: Cast) -> dict[str, Any]:
    actions.propose_indicator(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        code="our_plugs",
        topic="energy/shore-power",
        text=definition(canary=True),
    )
    return {"code": "our_plugs"}


def proposed(cast: Cast) -> dict[str, Any]:
    proposal(cast)
    return {}


def held(cast: Cast) -> dict[str, Any]:
    """A series with a value that its readers see."""
    series = make_series(cast, canary=True)
    approved(cast.gothenburg, series, {"2024-01": "100"}, note=CANARY)
    return {"pk": series.pk}


def a_value(cast: Cast) -> dict[str, Any]:
    return {**held(cast), "period": "2024-01"}


def waiting(cast: Cast) -> dict[str, Any]:
    """A series with a value that waits at home."""
    series = make_series(cast)
    submitted(cast.gothenburg, series, {"2024-01": "100"}, note=CANARY)
    return {"pk": series.pk}


def a_waiting_value(cast: Cast) -> dict[str, Any]:
    return {**waiting(cast), "period": "2024-01"}


def waits(cast: Cast) -> dict[str, Any]:
    waiting(cast)
    return {}


def port(cast: Cast) -> dict[str, Any]:
    held(cast)
    return {"pk": cast.gothenburg.organisation.pk}


def reports(cast: Cast) -> dict[str, Any]:
    held(cast)
    return {}


def a_workstream(cast: Cast) -> dict[str, Any]:
    return {"pk": plan(cast, canary=True).pk}


def measured(cast: Cast) -> dict[str, Any]:
    made = a_workstream(cast)
    actions.measure_workstream(
        actor=eyes(cast.gothenburg.coordinator),
        workstream=Workstream.objects.get(**made),
        indicators=[indicator()],
    )
    return made


def chosen_kpis(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"nonce": str(uuid7()), "indicators": [str(indicator().pk)]}


def cells(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    series = Series.objects.get(organisation=cast.gothenburg.organisation)
    last = code_of(latest_ended(PeriodKind.MONTH, time.now().date()))
    return {"nonce": str(uuid7()), "status": "normal", f"v-{series.pk.hex}-{last}": "110"}


def files(cast: Cast) -> dict[str, Any]:
    preview(cast)
    return {}


def preview(cast: Cast) -> dict[str, Any]:
    """An import that waits for a decision; its rows, one of them rejected, hold the word."""
    make_series(cast)
    rows = [row(comment=CANARY), row("2024-02", "?", comment=CANARY)]
    return {"pk": read_now(send(cast, None, rows, name=f"{CANARY}.csv")).pk}


def question(cast: Cast) -> dict[str, Any]:
    make_series(cast)
    rows = [row("2024-01", "1,234"), row("2024-02", "2,345")]
    return {"pk": read_now(send(cast, None, rows, name=f"{CANARY}.csv")).pk}


def written(cast: Cast) -> dict[str, Any]:
    make_series(cast)
    return {"pk": imported(cast, [row()]).pk}


def a_file(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    file = SimpleUploadedFile("values.csv", table([row()]), content_type="text/csv")
    return {"nonce": str(uuid7()), "file": file}


SERIES = "series/<uuid:pk>/"
VALUE = f"{SERIES}values/<str:period>/"
IMPORT = "imports/<uuid:pk>/"
REVIEWER = {"owner_role": "reviewer"}
ROUTES = [
    Route(
        name="kpis:catalogue",
        path="kpis/",
        make=proposed,
        query={"page": "3"},
        canary=("owner",),
        get=everybody(200),
    ),
    Route(
        name="kpis:indicator",
        path="kpis/<slug:code>/",
        make=proposal,
        canary=("owner",),
        get=HOME,
    ),
    Route(name="kpis:series", path=SERIES, make=held, canary=INSIDE, get=READ),
    Route(name="kpis:history", path=VALUE, make=a_value, canary=INSIDE, get=READ),
    Route(name="kpis:csv", path=f"{SERIES}values.csv", make=held, canary=INSIDE, get=READ),
    Route(name="kpis:xlsx", path=f"{SERIES}values.xlsx", make=held, get=READ),
    Route(
        name="kpis:compare_csv",
        path="compare/values.csv",
        make=reports,
        query={"kpi": "teu_total", "at": "SEGOT"},
        canary=INSIDE,
        get=everybody(200),
    ),
    Route(
        name="kpis:compare_xlsx",
        path="compare/values.xlsx",
        make=reports,
        query={"kpi": "teu_total", "at": "SEGOT"},
        get=everybody(200),
    ),
    Route(name="kpis:history", path=VALUE, make=a_waiting_value, canary=("owner",), get=HOME),
    Route(
        name="kpis:enter_one",
        path=f"{VALUE}enter/",
        make=a_value,
        canary=("owner",),
        get=FORM,
        post={**FORM, "owner": 302},
        data=sent(value="101", status="normal", reason="It was counted again.", lock=1),
    ),
    Route(
        name="kpis:take_back",
        path=f"{VALUE}take-back/",
        make=a_waiting_value,
        post={**FORM, "owner": 302},
        data=sent(),
    ),
    Route(
        name="kpis:organisation",
        path="organisations/<uuid:pk>/kpis/",
        make=port,
        get=everybody(200),
    ),
    Route(
        name="kpis:compare",
        path="compare/",
        make=reports,
        query={"kpi": "teu_total", "at": "SEGOT"},
        canary=INSIDE,
        get=everybody(200),
    ),
    Route(
        name="kpis:enter",
        path="values/enter/",
        make=reports,
        get=ANYBODY,
        post={**ANYBODY, "owner": 302},
        data=cells,
    ),
    Route(
        name="kpis:review",
        path="values/review/",
        make=waits,
        canary=("owner",),
        get={"owner": 200, "partner_in": 403, "partner_out": 403, **LOGIN},
        **REVIEWER,
    ),
    Route(
        name="kpis:review_values",
        path="values/review/<uuid:pk>/",
        make=waiting,
        post={**FORM, "owner": 302},
        data=sent(approve="", period=["2024-01@1"]),
        **REVIEWER,
    ),
    Route(
        name="kpis:review_import",
        path="values/review/imports/<uuid:pk>/",
        make=written,
        post={**OWN, "owner": 302},
        data=sent(approve=""),
        **REVIEWER,
    ),
    Route(
        name="kpis:measures",
        path="workstreams/<uuid:pk>/kpis/",
        make=measured,
        canary=INSIDE,
        get={"owner": 200, "partner_in": 200, "partner_out": 404, **LOGIN},
    ),
    Route(
        name="kpis:choose_measures",
        path="workstreams/<uuid:pk>/kpis/choose/",
        make=a_workstream,
        canary=("owner",),
        get=FORM,
        post={**FORM, "owner": 302},
        data=chosen_kpis,
        owner_role="coordinator",
    ),
    Route(name="kpis:imports", path="imports/", make=files, canary=("owner",), get=ANYBODY),
    Route(
        name="kpis:send",
        path="imports/new/",
        make=reports,
        get=ANYBODY,
        post=everybody(302),
        data=a_file,
        changes=("owner", "partner_in", "partner_out"),
    ),
    Route(name="kpis:template", path="imports/template.xlsx", make=reports, get=ANYBODY),
    Route(name="kpis:import", path=IMPORT, make=preview, canary=("owner",), get=OWN),
    Route(
        name="kpis:answer_import",
        path=f"{IMPORT}answer/",
        make=question,
        post={**OWN, "owner": 302},
        data=sent(answer="."),
    ),
    Route(
        name="kpis:accept_import",
        path=f"{IMPORT}accept/",
        make=preview,
        post={**OWN, "owner": 302},
        data=sent(only_good="on", lock=1),
    ),
    Route(
        name="kpis:cancel_import",
        path=f"{IMPORT}cancel/",
        make=preview,
        post={**OWN, "owner": 302},
        data=sent(),
    ),
    Route(
        name="kpis:undo_import",
        path=f"{IMPORT}undo/",
        make=written,
        get=OWN,
        post={**OWN, "owner": 302},
        data=sent(reason="It was the wrong file."),
    ),
    Route(
        name="kpis:rejected",
        path=f"{IMPORT}rejected.csv",
        make=preview,
        canary=("owner",),
        get=OWN,
    ),
    *OF_KEEPING,
]
