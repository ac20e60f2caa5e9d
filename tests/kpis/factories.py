"""Series, values and imports for tests, made by the actions with the right people."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from exchange.activity.models import Event
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.kpis import actions
from exchange.kpis.actions.values import Written
from exchange.kpis.choices import Outcome
from exchange.kpis.entries import Entry
from exchange.kpis.importing import job
from exchange.kpis.importing.staged import rows_of
from exchange.kpis.models import Import, ImportPage, Indicator, Observation, Series
from exchange.kpis.yardstick import Yardstick
from exchange.partners.viewers import viewer_of_client
from tests.architecture.routes import CANARY
from tests.cast import Cast, Port, eyes
from tests.partners.factories import make_client

OPERATOR = Viewer.system()
# What a test changes in a definition that is else complete.
DEFINITION = {
    "name": "Shore power at berths",
    "question": "How many berths have a plug?",
    "formula": "Berths with a plug that was tested.",
    "statistic": "stock",
    "direction": "higher",
    "unit": "plugs",
    "numerator": "C62",
    "period_types": ["year", "month"],
}
# What a definition of the catalogue has besides.
SAYS_NO_MORE = {
    **dict.fromkeys(("inclusions", "exclusions", "boundary", "comparability"), ""),
    **dict.fromkeys(("denominator", "ucum", "source_programme", "source_link"), ""),
    **dict.fromkeys(("exponent", "denominator_exponent", "decimals"), 0),
    **dict.fromkeys(("plausible_low", "plausible_high")),
    "aliases": [],
}


def definition(canary: bool = False, **text: Any) -> dict[str, Any]:
    """Return the text of a definition; with `canary` that word is in each field of free text."""
    free = ("name", "question", "formula", "inclusions", "exclusions", "boundary", "comparability")
    marked = {name: f"{CANARY} {DEFINITION.get(name, '')}" for name in free} if canary else {}
    return {**DEFINITION, **marked, **text}


def defined(code: str, topic: str = "energy/shore-power", **text: Any) -> Indicator:
    """Have a release bring an indicator of its own, with its first definition."""
    row = {**SAYS_NO_MORE, **definition(**text), "code": code, "topic": topic}
    actions.load_catalogue(actor=OPERATOR, rows=[row])
    return indicator(code)


def indicator(code: str = "teu_total") -> Indicator:
    """Return an indicator as it is now, with its definition in use."""
    found: Indicator = Indicator.objects.with_shown().get(code=code)
    return found


def make_series(
    cast: Cast,
    port: Port | None = None,
    code: str = "teu_total",
    audience: Audience | None = None,
    canary: bool = False,
    **text: Any,
) -> Series:
    """Have the reviewer of a port, else of Gothenburg, begin a series, for the agreement's parties."""
    port = port or cast.gothenburg
    mark = {"local_note": f"{CANARY} We count at the quay."} if canary else {}
    return actions.begin_series(
        actor=eyes(port.reviewer),
        organisation=port.organisation,
        indicator=indicator(code),
        audience=audience or cast.agreement,
        text={**mark, **text},
    )


def again(series: Series) -> Series:
    """Return the series as it is now."""
    found: Series = Series.objects.with_place().get(pk=series.pk)
    return found


def entry(series: Series, period: str, value: str = "", *, reason: str = "", **cells: str) -> Entry:
    """Return what somebody says of a period, with a decimal point, as the series' yardstick judges it."""
    yardstick = Yardstick(series.definition, today=time.now().date(), year_start=series.year_start)
    found, problems = yardstick.judge({"period": period, "value": value, **cells}, decimal_sign=".")
    assert found, problems
    return found.because(reason)


def submitted(
    port: Port,
    series: Series,
    values: Mapping[str, str],
    *,
    by: str = "contributor",
    reason: str = "",
    **cells: str,
) -> Written:
    """Have somebody of a port submit values by their periods; `cells` go with each of them."""
    return actions.submit_values(
        actor=eyes(getattr(port, by)),
        series=series,
        entries=[entry(series, period, value, **cells) for period, value in values.items()],
        reason=reason,
    )


def approve(port: Port, series: Series, *periods: str, by: str = "reviewer") -> int:
    """Have somebody of a port approve what waits of these periods, or all that waits."""
    return actions.approve_values(
        actor=eyes(getattr(port, by)), series=series, revisions=seen(series, *periods)
    )


def seen(series: Series, *periods: str) -> dict[str, int]:
    """Return the revisions that wait of these periods, or all that wait, as a reviewer sees them."""
    rows = Observation.objects.waiting().filter(series=series)
    found = dict(rows.values_list("period", "revision"))
    return {period: found.get(period, 1) for period in periods or found}


def approved(
    port: Port, series: Series, values: Mapping[str, str], *, reason: str = "", **cells: str
) -> None:
    """Have the contributor submit values and the reviewer approve them."""
    submitted(port, series, values, reason=reason, **cells)
    approve(port, series, *[entry(series, period, "1").code for period in values])


def held(series: Series, viewer: Viewer | None = None) -> dict[str, str]:
    """Return by period the values that hold, as text: all, or those that a viewer sees."""
    rows = Observation.objects.visible_to(viewer) if viewer else Observation.objects.all()
    found = rows.approved().filter(series=series).order_by("first")
    return {one.period: one.missing or str(one.value) for one in found}


def states(series: Series) -> list[tuple[str, int, str]]:
    """Return (period, revision, state) of each row there ever was, in order."""
    rows = Observation.objects.filter(series=series).in_order()
    return list(rows.values_list("period", "revision", "state"))


def verbs(thing: Any) -> list[str]:
    """Return what was recorded of a thing, without its kind."""
    events = Event.objects.filter(target_id=thing.pk).order_by("pk")
    return [verb.partition(".")[2] for verb in events.values_list("verb", flat=True)]


def client_of(port: Port, may_write: bool = True) -> Viewer:
    """Return the eyes of a new program of a port."""
    return viewer_of_client(make_client(port, may_write=may_write)[0])


def row(period: str = "2024-01", value: str = "100", **cells: str) -> dict[str, str]:
    """Return a row of a file, of Gothenburg's containers unless told otherwise."""
    return {
        "port_unlocode": "SEGOT",
        "kpi_code": "teu_total",
        "period": period,
        "value": value,
        "unit": "TEU",
        "source_url": "",
        "comment": "",
        **cells,
    }


def table(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return rows as a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for one in rows for name in one)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def send(
    cast: Cast,
    port: Port | None,
    rows: Sequence[Mapping[str, str]] | bytes,
    name: str = "values.csv",
    *,
    by: str = "contributor",
) -> Import:
    """Have somebody of a port, else of Gothenburg, send a file for it; nobody has read it yet."""
    port = port or cast.gothenburg
    return actions.send_import(
        actor=eyes(getattr(port, by)),
        organisation=port.organisation,
        file_name=name,
        content=rows if isinstance(rows, bytes) else table(rows),
    )


def send_as_operator(
    rows: Sequence[Mapping[str, str]] | bytes, port: Port | None = None, name: str = "all.csv"
) -> Import:
    """Have the operator send a file, for all organisations or for one."""
    return actions.send_import(
        actor=OPERATOR,
        organisation=port.organisation if port else None,
        file_name=name,
        content=rows if isinstance(rows, bytes) else table(rows),
    )


def read_now(batch: Import) -> Import:
    """Have a worker do what waits; return the import as it is then."""
    job.work()
    found: Import = Import.objects.select_related("organisation").get(pk=batch.pk)
    return found


def accept(batch: Import, actor: Viewer, **how: Any) -> Import:
    """Have somebody accept a preview, and a worker write it; return the import as it is then."""
    actions.accept_import(actor=actor, batch=batch, **{"attempt": batch.attempt, **how})
    return read_now(batch)


def imported(
    cast: Cast, rows: Sequence[Mapping[str, str]] | bytes, port: Port | None = None, **how: Any
) -> Import:
    """Have the contributor of a port, else of Gothenburg, import rows; they wait for a reviewer."""
    port = port or cast.gothenburg
    return accept(read_now(send(cast, port, rows)), eyes(port.contributor), **how)


def previewed(batch: Import, outcome: Outcome) -> list[Any]:
    """Return the rows of the preview with an outcome, in the order of their lines."""
    pages = ImportPage.objects.filter(batch=batch, outcome=outcome)
    return sorted((one for page in pages for one in rows_of(page)), key=lambda one: one.line)


def counts(batch: Import) -> dict[str, int]:
    """Return how many rows have each outcome, without the zeros."""
    return {name: count for name, count in batch.counts.items() if count}
