"""Imports: the list, a preview and what may be decided on it, and what came of it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exchange.common.forms import OnceForm
from exchange.kpis import policies
from exchange.kpis.actions.importing import MAY_CANCEL
from exchange.kpis.choices import ImportState, Outcome, State
from exchange.kpis.exporting import CSV_TYPE, csv_of
from exchange.kpis.forms import AcceptForm, AnswerForm, DialectForm
from exchange.kpis.importing.staged import COLUMNS, rows_of
from exchange.kpis.models import Import, ImportPage, Observation
from exchange.kpis.models.batch import DUE
from exchange.kpis.views._reach import written_for
from exchange.partners.middleware import ViewedRequest

PAGE_SIZE = 25
# While one of these lasts, the page looks again by itself.
MOVING = DUE


@login_required
@require_safe
def imports(request: ViewedRequest) -> HttpResponse:
    """List the imports of the reader's organisations, the latest first."""
    rows = Import.objects.visible_to(request.viewer).select_related("organisation", "user")
    own = written_for(request)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_send": own is not None and policies.can_import(request.viewer, own),
    }
    return render(request, "kpis/import_list.html", context)


@login_required
@require_safe
def one(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show an import: how far it is, what would become of its rows, or what has."""
    batch = visible(request, pk)
    outcome = request.GET.get("rows", "")
    shown = Outcome(outcome) if outcome in Outcome.values else _first_to_show(batch)
    context = {
        "batch": batch,
        "moving": batch.state in MOVING,
        "counts": [(one, batch.counts.get(one, 0)) for one in Outcome],
        "shown": shown,
        **_came_of_it(request, batch),
        **_page_of_rows(request, batch, shown),
        **_decisions(request, batch),
    }
    if request.headers.get("HX-Request") and "progress" in request.GET:
        response = render(request, "kpis/_import_progress.html", context)
        if not context["moving"]:
            # What was found, and what may be decided, stands on the whole page.
            response["HX-Refresh"] = "true"
        return response
    return render(request, "kpis/import.html", context)


@login_required
@require_safe
def errors(request: ViewedRequest, pk: UUID) -> StreamingHttpResponse:
    """Give the rejected rows as a file of the same format, with the reason beside each."""
    batch = visible(request, pk)
    pages = ImportPage.objects.visible_to(request.viewer).filter(
        batch=batch, outcome=Outcome.REJECTED
    )
    if not batch.counts.get(Outcome.REJECTED):
        raise Http404
    rows = (
        {
            **row.cells,
            "row": row.line,
            "problem": " ".join(f"{one.column}: {one.words}" for one in row.problems),
        }
        for found in pages
        for row in rows_of(found)
    )
    response = StreamingHttpResponse(
        csv_of(rows, [*COLUMNS, "row", "problem"]), content_type=CSV_TYPE
    )
    response["Content-Disposition"] = f'attachment; filename="rejected-{batch.pk}.csv"'
    return response


def visible(request: ViewedRequest, pk: UUID) -> Import:
    """Return an import that the reader may see; 404 when there is none."""
    rows = Import.objects.visible_to(request.viewer).select_related("organisation", "user")
    found: Import = get_object_or_404(rows, pk=pk)
    return found


def _first_to_show(batch: Import) -> Outcome | None:
    """Return the rows that a reader looks at first: what is wrong until it is accepted, what changed after."""
    wrong, changed = (Outcome.REJECTED, Outcome.WARNED), (Outcome.CORRECTED, Outcome.ADDED)
    order = (*changed, *wrong) if batch.accepted_at else (*wrong, *changed)
    return next((one for one in (*order, Outcome.UNCHANGED) if batch.counts.get(one)), None)


def _page_of_rows(request: ViewedRequest, batch: Import, outcome: Outcome | None) -> dict[str, Any]:
    pages = ImportPage.objects.visible_to(request.viewer).filter(batch=batch, outcome=outcome)
    numbers = Paginator(pages.order_by("number"), 1).get_page(request.GET.get("page"))
    found = next(iter(numbers.object_list), None)
    return {"page": numbers, "rows": rows_of(found) if found else []}


def _came_of_it(request: ViewedRequest, batch: Import) -> dict[str, int]:
    """Return how many values of an import that was written hold, and how many wait."""
    if batch.state not in {ImportState.ACCEPTED, ImportState.UNDONE}:
        return {}
    rows = Observation.objects.visible_to(request.viewer).filter(batch=batch)
    counts = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    return {
        "holding": counts.get(State.APPROVED, 0),
        "waiting": counts.get(State.SUBMITTED, 0),
    }


def _decisions(request: ViewedRequest, batch: Import) -> dict[str, Any]:
    """Return what the reader may decide now."""
    if not policies.can_answer_for(request.viewer, batch):
        return {}
    counts = batch.counts
    good = sum(counts.get(one, 0) for one in (Outcome.ADDED, Outcome.CORRECTED))
    decisions: dict[str, Any] = {
        "press": OnceForm(),
        "can_cancel": batch.state in MAY_CANCEL,
        "can_undo": batch.state == ImportState.ACCEPTED,
        "can_review": batch.organisation
        and policies.can_review(request.viewer, batch.organisation),
    }
    if batch.state == ImportState.ASKING and batch.question:
        decisions["answer"] = AnswerForm(question=batch.question)
    if batch.state in {ImportState.READY, ImportState.REFUSED}:
        decisions["dialect"] = DialectForm(initial=batch.asked)
    if batch.state == ImportState.READY and good:
        decisions["accept"] = AcceptForm(
            attempt=batch.attempt,
            rejected=counts.get(Outcome.REJECTED, 0),
            corrected=counts.get(Outcome.CORRECTED, 0),
        )
    return decisions
