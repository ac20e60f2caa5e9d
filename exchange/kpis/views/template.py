"""The file to fill in: a row for each period that has ended since a series' latest value."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exchange.common import time
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.asides import GIVEN_AS_MISSING
from exchange.kpis.charts.lines import Kinds, kept_by, kinds_of
from exchange.kpis.choices import Precision, Status
from exchange.kpis.exporting import XLSX_TYPE, xlsx_of
from exchange.kpis.models import Series
from exchange.kpis.periods import PeriodKind, code_of, following, holding, latest_ended
from exchange.kpis.views._reach import written_for
from exchange.partners.middleware import ViewedRequest

# So many periods of a series are laid out that has fallen behind.
MOST_ROWS = 24


@login_required
@require_safe
def template(request: ViewedRequest) -> HttpResponse:
    """Give an XLSX file with a row for each period since the latest value of each running series.

    Gaps before that value are not in it; where nothing lacks it has one row as an example.
    """
    own = written_for(request)
    if own is None or not policies.can_import(request.viewer, own):
        raise PermissionDenied(str(_steps.ONLY_WRITERS))
    rows = Series.objects.visible_to(request.viewer).of(own).running().with_place()
    series = list(rows)
    held = kinds_of(request.viewer, [one.pk for one in series])
    today = time.today(request.viewer.timezone)
    lacking = [row for one in series for row in _lacking(one, held[one.pk], today)]
    content = xlsx_of(lacking or [_example(own.unlocode or "")], notes=_notes(series))
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{own.unlocode or "values"}.xlsx"'
    return response


def _lacking(series: Series, held: Kinds, today: dt.date) -> Iterator[dict[str, Any]]:
    """Yield the rows of the periods after the latest value, up to the last that has ended."""
    kind = kept_by(series, held)
    if kind is None or kind == PeriodKind.SPAN:
        kind = PeriodKind(series.definition.period_types[0])
    if kind == PeriodKind.SPAN:
        return
    last = latest_ended(kind, today, series.year_start)
    known = held.get(kind)
    period = following(holding(known.latest, kind, series.year_start)) if known else last
    for _number in range(MOST_ROWS):
        if period > last:
            return
        yield {
            "port_unlocode": series.organisation.unlocode or "",
            "kpi_code": series.definition.indicator.code,
            "period": code_of(period, series.year_start),
            "unit": series.definition.unit,
        }
        period = following(period)


def _example(unlocode: str) -> dict[str, Any]:
    return {"port_unlocode": unlocode, "kpi_code": "teu_total", "period": "2024-09", "unit": "TEU"}


def _notes(series: list[Series]) -> list[list[str]]:
    """Return the second sheet: how the columns are filled in, and the codes that are reported."""
    return [
        [_("column"), _("what it takes")],
        ["period", "2024, 2024-S1, 2024-Q3, 2024-09, 2024-W47, 2024-09-15, 2024-01-01/P9M"],
        ["value", _("a number; empty when the status says why there is none")],
        ["status", ", ".join([*Status.values, *GIVEN_AS_MISSING])],
        ["precision", ", ".join(Precision.values)],
        ["comment", _("any text; it is shown beside the value")],
        [],
        [_("kpi_code"), _("name"), _("unit")],
        *(
            [one.definition.indicator.code, one.definition.name, one.definition.unit]
            for one in series
        ),
    ]
