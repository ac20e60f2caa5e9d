"""Imports: sending a file, its preview, the decision, and what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.common.doorbell import ring
from exchange.common.forms import OnceForm
from exchange.common.methods import page
from exchange.kpis import actions, policies
from exchange.kpis.actions import _steps
from exchange.kpis.actions.importing import MAY_CANCEL
from exchange.kpis.choices import ImportState, Outcome, State
from exchange.kpis.exporting import CSV_TYPE, csv_of
from exchange.kpis.forms import AcceptForm, AnswerForm, DialectForm, SendForm, StepForm, UndoForm
from exchange.kpis.importing.staged import COLUMNS, rows_of
from exchange.kpis.models import Import, ImportPage, Observation
from exchange.kpis.models.batch import DUE
from exchange.kpis.tasks import work_on_imports
from exchange.kpis.views._reach import form_page, written_for
from exchange.partners.answering import press_step
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

PAGE_SIZE = 25
# While one of these lasts, the page looks again by itself.
MOVING = DUE
NO_ATTEMPT = -1


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
@page
def send(request: ViewedRequest) -> HttpResponse:
    """Send a file of values for the organisation that the reader writes for."""
    own = _sender(request)
    form = SendForm(request.POST or None, request.FILES or None)

    def act() -> Import:
        file, sign = form.cleaned_data["file"], form.cleaned_data["decimal_sign"]
        batch = actions.send_import(
            actor=request.viewer,
            organisation=own,
            file_name=file.name,
            content=file.read(),
            asked={"decimal_sign": sign} if sign else {},
        )
        _ring()
        return batch

    return form_page(
        request,
        form,
        act,
        done=_("Sent. It is being read."),
        template="kpis/import_send.html",
        heading=_("Import values from a file"),
        submit=_("Read the file"),
        organisation=own,
    )


@login_required
@require_safe
def one(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show an import: how far it is, what would become of its rows, or what has."""
    batch = _visible(request, pk)
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
@require_POST
def answer(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Answer what has to be asked of a file, or have it read another way."""
    batch = _visible(request, pk)
    form: AnswerForm | DialectForm = (
        AnswerForm(request.POST, question=batch.question)
        if batch.question
        else DialectForm(request.POST)
    )

    def act() -> object:
        found = actions.answer_import(actor=request.viewer, batch=batch, asked=form.asked)
        _ring()
        return found

    if not form.is_valid():
        messages.error(
            request, " ".join(str(words) for told in form.errors.values() for words in told)
        )
        return HttpResponseRedirect(batch.get_absolute_url())
    return press_step(request, act, done=_("It is being read again."), to=batch)


@login_required
@require_POST
def accept(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have what the preview shows be written, if it is still the one that was seen."""
    batch = _visible(request, pk)
    form = StepForm(request.POST)
    seen = form.cleaned_data["lock"] if form.is_valid() else NO_ATTEMPT

    def act() -> object:
        found = actions.accept_import(
            actor=request.viewer,
            batch=batch,
            attempt=seen,
            only_good=request.POST.get("only_good") == "on",
            reason=request.POST.get("reason", ""),
        )
        _ring()
        return found

    return press_step(request, act, done=_("Accepted. The values are being written."), to=batch)


@login_required
@require_POST
def cancel(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have nothing come of an import."""
    batch = _visible(request, pk)

    def act() -> object:
        return actions.cancel_import(actor=request.viewer, batch=batch)

    return press_step(request, act, done=_("Cancelled. Nothing was written."), to=batch)


@login_required
@page
def undo(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Take back what an import wrote, with a reason."""
    batch = _visible(request, pk)
    _decider(request, batch)
    form = UndoForm(request.POST or None)

    def act() -> Import:
        found = actions.undo_import(
            actor=request.viewer, batch=batch, reason=form.cleaned_data["reason"]
        )
        _ring()
        return found

    return form_page(
        request,
        form,
        act,
        done=_("It is being undone."),
        heading=_("Undo this import"),
        lead=_(
            "Values that wait are withdrawn. Values that were approved get a revision that says again "
            "what held before them; until a reviewer other than you approves it, they hold. What was "
            "corrected since stays."
        ),
        thing=batch,
        batch=batch,
        submit=_("Undo it"),
        danger=True,
    )


@login_required
@require_safe
def errors(request: ViewedRequest, pk: UUID) -> StreamingHttpResponse:
    """Give the rejected rows as a file of the same format, with the reason beside each."""
    batch = _visible(request, pk)
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


def _ring() -> None:
    transaction.on_commit(lambda: ring(work_on_imports), robust=True)


def _sender(request: ViewedRequest) -> Organisation:
    own = written_for(request)
    if own is None or not policies.can_import(request.viewer, own):
        raise PermissionDenied(str(_steps.ONLY_WRITERS))
    return own


def _decider(request: ViewedRequest, batch: Import) -> None:
    if not policies.can_answer_for(request.viewer, batch):
        raise PermissionDenied(str(_steps.ONLY_WRITERS))


def _visible(request: ViewedRequest, pk: UUID) -> Import:
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
