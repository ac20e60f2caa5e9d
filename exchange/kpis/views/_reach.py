"""What the pages share: whose page it is, and fetching through the rule."""

from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from exchange.kpis.exporting import CSV_TYPE, XLSX_TYPE, Cells, csv_of, xlsx_of
from exchange.kpis.forms import period_or_none
from exchange.kpis.importing.staged import COLUMNS
from exchange.kpis.models import Series
from exchange.kpis.periods import Period, code_of
from exchange.partners import answering
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

form_page = partial(answering.form_page, template="kpis/form.html")


def written_for(request: ViewedRequest) -> Organisation | None:
    """Return the organisation that the reader writes for, if any; the viewer knows it."""
    chosen = request.viewer.organisation_id
    mine = (one.organisation for one in request.memberships)
    return next((one for one in mine if one.pk == chosen), None)


def as_file(
    rows: Iterable[Cells],
    format: str,
    name: str,
    *,
    columns: Sequence[str] = COLUMNS,
    notes: Sequence[Sequence[str]] = (),
) -> HttpResponseBase:
    """Answer with rows of values as a file of that name: CSV as it is read, or XLSX with its notes."""
    response: HttpResponseBase = (
        HttpResponse(xlsx_of(rows, columns, notes=notes), content_type=XLSX_TYPE)
        if format == "xlsx"
        else StreamingHttpResponse(csv_of(rows, columns), content_type=CSV_TYPE)
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    return response


def named_period(series: Series, text: str) -> Period:
    """Return the period that an address names by its one name, with _ for /; 404 for all else."""
    code = text.replace("_", "/")
    found = period_or_none(code, series.year_start)
    if found is None or code_of(found, series.year_start) != code:
        raise Http404
    return found


def visible_series(request: ViewedRequest, pk: UUID) -> Series:
    """Return a series with what its page shows; 404 for whoever does not see it."""
    rows = Series.objects.visible_to(request.viewer).with_place()
    found: Series = get_object_or_404(rows.select_related("audience", "responsible"), pk=pk)
    return found
