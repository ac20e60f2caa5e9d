"""Imports: sending a file, and each step of the decision on it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.common.methods import page
from exchange.kpis import actions, policies
from exchange.kpis.actions import _steps
from exchange.kpis.forms import AnswerForm, DialectForm, SendForm, StepForm, UndoForm
from exchange.kpis.models import Import
from exchange.kpis.tasks import ring_for_imports
from exchange.kpis.views._reach import form_page, written_for
from exchange.kpis.views.imports import visible
from exchange.partners.answering import press_step
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

NO_ATTEMPT = -1


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
        ring_for_imports()
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
@require_POST
def answer(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Answer what has to be asked of a file, or have it read another way."""
    batch = visible(request, pk)
    form: AnswerForm | DialectForm = (
        AnswerForm(request.POST, question=batch.question)
        if batch.question
        else DialectForm(request.POST)
    )

    def act() -> object:
        found = actions.answer_import(actor=request.viewer, batch=batch, asked=form.asked)
        ring_for_imports()
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
    batch = visible(request, pk)
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
        ring_for_imports()
        return found

    return press_step(request, act, done=_("Accepted. The values are being written."), to=batch)


@login_required
@require_POST
def cancel(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have nothing come of an import."""
    batch = visible(request, pk)

    def act() -> object:
        return actions.cancel_import(actor=request.viewer, batch=batch)

    return press_step(request, act, done=_("Cancelled. Nothing was written."), to=batch)


@login_required
@page
def undo(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Take back what an import wrote, with a reason."""
    batch = visible(request, pk)
    _decider(request, batch)
    form = UndoForm(request.POST or None)

    def act() -> Import:
        found = actions.undo_import(
            actor=request.viewer, batch=batch, reason=form.cleaned_data["reason"]
        )
        ring_for_imports()
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


def _sender(request: ViewedRequest) -> Organisation:
    own = written_for(request)
    if own is None or not policies.can_import(request.viewer, own):
        raise PermissionDenied(str(_steps.ONLY_WRITERS))
    return own


def _decider(request: ViewedRequest, batch: Import) -> None:
    if not policies.can_answer_for(request.viewer, batch):
        raise PermissionDenied(str(_steps.ONLY_WRITERS))
