"""Milestones and actions: the board, the forms, and the buttons."""

from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.agreements import actions
from exchange.agreements.board import columns, tasks_of
from exchange.agreements.forms import ActionForm, BoardForm, FinishForm, MilestoneForm
from exchange.agreements.models import Action, Meeting, Milestone, Workstream
from exchange.agreements.policies import can_edit, can_report, can_tend
from exchange.agreements.views._answers import (
    form_page,
    parties_only,
    permitted,
    permitted_to_work,
    tended,
    visible_agreement,
    with_parties,
)
from exchange.agreements.views.workstream import visible_workstream
from exchange.common import time
from exchange.common.errors import Message
from exchange.common.forms import OnceForm
from exchange.common.methods import page
from exchange.partners.answering import as_saved, press_step
from exchange.partners.middleware import ViewedRequest

Task = Milestone | Action
KINDS: dict[str, Any] = {"milestones": Milestone, "actions": Action}


@login_required
@require_safe
def board(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show milestones and actions of an agreement by how they stand."""
    found = visible_agreement(request, pk)
    parties_only(request, found)
    viewer = request.viewer
    workstreams = list(Workstream.objects.visible_to(viewer).filter(agreement=found))
    form = BoardForm(request.GET, workstreams=workstreams, parties=found.standing)
    tasks = tasks_of(found, workstreams, viewer, form.chosen)
    today = time.today(viewer.timezone)
    stand = columns(tasks, today, form.chosen.get("state", ""))
    context = {
        "agreement": found,
        "form": form,
        "chosen": form.chosen,
        "columns": stand,
        "count": len(tasks),
        "tended": tended(viewer, found, chain.from_iterable(column.tasks for column in stand)),
        "can_edit": can_edit(viewer, found),
        "press": OnceForm(auto_id=False),
    }
    return render(request, "agreements/board.html", context)


@login_required
@page
def new_milestone(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Set a milestone of a workstream."""
    found = visible_workstream(request, pk)
    permitted_to_work(request, found.agreement, can_report(request.viewer, found))
    form = MilestoneForm(request.POST or None, initial={"lock": 0}, agreement=found.agreement)
    plan = partial(actions.plan_milestone, actor=request.viewer, workstream=found)
    return form_page(
        request,
        form,
        lambda: plan(text=form.text, organisation=form.owner),
        done=_("The milestone is set."),
        heading=_("Set a milestone"),
        agreement=found.agreement,
        thing=found,
        submit=_("Set it"),
    )


@login_required
@page
def new_action(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Note an action of an agreement, or (`meeting`, `workstream` in the address) of one of these.

    Who leads a workstream notes those of it.
    """
    found = visible_agreement(request, pk)
    meeting = _asked(request, "meeting", Meeting.objects.visible_to(request.viewer), found.pk)
    rows = Workstream.objects.visible_to(request.viewer).filter(agreement=found)
    workstream = _asked(request, "workstream", rows, found.pk)
    may_edit = can_edit(request.viewer, found)
    if workstream:
        workstream.agreement = found
    leading = bool(workstream and not meeting and can_report(request.viewer, workstream))
    permitted(request, found, lambda viewer, one: may_edit or leading)
    form = ActionForm(
        request.POST or None,
        initial={"lock": 0, "workstream": str(workstream.pk) if workstream else ""},
        agreement=found,
        viewer=request.viewer,
        workstreams=[] if meeting else rows if may_edit else [workstream],
        whole=may_edit,
    )
    agree = partial(actions.agree_action, actor=request.viewer, agreement=found, meeting=meeting)
    thing = meeting or workstream or found
    return form_page(
        request,
        form,
        lambda: agree(
            text=form.text,
            organisation=form.owner,
            person=form.chosen_person,
            workstream=form.chosen_workstream,
        ),
        done=_("Noted."),
        back=thing.get_absolute_url() if thing is not found else "",
        heading=_("Note an action"),
        agreement=found,
        thing=thing,
        submit=_("Note it"),
    )


@login_required
@page
def edit(request: ViewedRequest, kind: str, pk: UUID) -> HttpResponse:
    """Change a milestone or an action."""
    task = visible_task(request, kind, pk)
    permitted_to_work(request, task.agreement, can_tend(request.viewer, task))
    about: dict[str, Any] = {"agreement": task.agreement, "task": task}
    form: MilestoneForm | ActionForm = (
        MilestoneForm(request.POST or None, **about)
        if isinstance(task, Milestone)
        else ActionForm(request.POST or None, viewer=request.viewer, **about)
    )

    def revise() -> Task:
        return actions.revise_task(
            actor=request.viewer,
            task=task,
            lock=form.cleaned_data["lock"],
            text=form.text,
            hands=form.hands,
        )

    heading = _("Edit the milestone") if isinstance(task, Milestone) else _("Edit the action")
    return form_page(
        request,
        form,
        revise,
        done=_("Saved."),
        saved=lambda: as_saved(visible_task(request, kind, pk), form.values_of),
        heading=heading,
        agreement=task.agreement,
        thing=task,
        submit=_("Save"),
    )


@login_required
@page
def finish(request: ViewedRequest, kind: str, pk: UUID) -> HttpResponse:
    """Say when a milestone was met, or an action done, and what proves it."""
    task = visible_task(request, kind, pk)
    permitted_to_work(request, task.agreement, can_tend(request.viewer, task))
    form = FinishForm(request.POST or None)
    if isinstance(task, Action):
        del form.fields["evidence"]
    act = partial(actions.finish_task, actor=request.viewer, task=task)

    def finished() -> Task:
        proof = form.cleaned_data.get("evidence") or None
        return act(done_on=form.cleaned_data["done_on"], evidence=proof)

    said = _("Met.") if isinstance(task, Milestone) else _("Done.")
    heading = (
        _("Is this milestone met?") if isinstance(task, Milestone) else _("Is this action done?")
    )
    return form_page(
        request,
        form,
        finished,
        done=said,
        back=_back(request, task),
        heading=heading,
        lead=_("Leave the day empty when it was today."),
        agreement=task.agreement,
        thing=task,
        submit=_("Yes"),
    )


@login_required
@require_POST
def reopen(request: ViewedRequest, kind: str, pk: UUID) -> HttpResponse:
    """Have what was done or dropped be open again."""
    return _step(request, kind, pk, actions.reopen_task, _("Open again."))


@login_required
@require_POST
def drop(request: ViewedRequest, kind: str, pk: UUID) -> HttpResponse:
    """Say that a milestone or an action will not be done."""
    return _step(request, kind, pk, actions.drop_task, _("Dropped. It can be opened again."))


def visible_task(request: ViewedRequest, kind: str, pk: UUID) -> Task:
    """Return a milestone or an action with its place; 404 for whoever does not see it."""
    rows = KINDS[kind].objects.visible_to(request.viewer).with_place()
    task: Task = get_object_or_404(rows.select_related("agreement__current_term"), pk=pk)
    with_parties(task.agreement, request.viewer)
    return task


def _step(
    request: ViewedRequest, kind: str, pk: UUID, action: Callable[..., Any], done: Message
) -> HttpResponse:
    task = visible_task(request, kind, pk)
    act = partial(action, actor=request.viewer, task=task)
    return press_step(request, act, done=done, to=_back(request, task))


def _back(request: ViewedRequest, task: Task) -> str:
    """Return where somebody goes on: to the board they came from, else to where the task stands."""
    if "board" in {request.POST.get("from"), request.GET.get("from")}:
        return reverse("agreements:board", args=[task.agreement_id])
    return task.get_absolute_url()


def _asked(request: ViewedRequest, name: str, rows: Any, agreement: UUID) -> Any:
    """Return the row of the agreement that the address names; None when it names none."""
    try:
        pk = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    return get_object_or_404(rows, agreement=agreement, pk=pk)
