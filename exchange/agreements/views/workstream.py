"""The pages of a workstream."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from exchange.agreements import actions
from exchange.agreements.forms import LeadForm, UpdateForm, WorkstreamForm
from exchange.agreements.models import Action, Lead, Meeting, Milestone, ProgressUpdate, Workstream
from exchange.agreements.policies import (
    at_work,
    can_correct,
    can_edit,
    can_report,
    can_tend,
    speaks_for,
)
from exchange.agreements.texts import UPDATE_FIELDS, WORKSTREAM_FIELDS
from exchange.agreements.views._answers import (
    form_page,
    permitted,
    permitted_to_work,
    visible_agreement,
    with_parties,
)
from exchange.common import dates, markdown, time
from exchange.common.forms import OnceForm
from exchange.common.methods import page
from exchange.common.providers import panels_for
from exchange.partners.answering import as_saved
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

# The open ones, the soonest first.
OPEN_FIRST = (
    F("done_on").desc(nulls_first=True),
    F("dropped_at").desc(nulls_first=True),
    F("due").asc(nulls_last=True),
    "pk",
)
UPDATES = 5
MEETINGS = 5


def visible_workstream(request: ViewedRequest, pk: UUID) -> Workstream:
    """Return the workstream and its agreement with its parties; 404 for whoever does not see it."""
    found = Workstream.objects.visible_to(request.viewer)
    rows = found.select_related("agreement__home_audience", "agreement__current_term")
    workstream: Workstream = get_object_or_404(rows.prefetch_related("topics"), pk=pk)
    with_parties(workstream.agreement, request.viewer)
    return workstream


@login_required
@require_safe
@vary_on_headers("HX-Request")
def workstream(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show a workstream: who leads it, how it stands, its milestones, updates and meetings.

    Its actions are a piece that the page fetches.
    """
    found = visible_workstream(request, pk)
    viewer = request.viewer
    if request.headers.get("HX-Request") and "actions" in request.GET:
        return _actions(request, found)
    leads = list(Lead.objects.visible_to(viewer).filter(workstream=found).with_people())
    mine = {one.organisation_id for one in leads if one.person_id == viewer.user_id}
    leading = mine & at_work(viewer)
    milestones = Milestone.objects.visible_to(viewer).filter(workstream=found)
    shown = list(milestones.select_related("organisation", "workstream").soonest_first())
    for milestone in shown:
        milestone.agreement = found.agreement
    updates = ProgressUpdate.objects.visible_to(viewer).filter(workstream=found)
    every = "updates" in request.GET
    told = list(updates.select_related("organisation")[: None if every else UPDATES + 1])
    for update in told:
        update.workstream = found
    context = {
        "workstream": found,
        "agreement": found.agreement,
        "objective": markdown.render(found.objective) if found.objective else "",
        "leads": leads,
        "milestones": shown,
        "tended": {one.pk for one in shown if can_tend(viewer, one, leading)},
        "updates": told,
        "corrected": {one.pk for one in told if can_correct(viewer, one, leading)},
        "most_updates": None if every else UPDATES,
        "meetings": Meeting.objects.visible_to(viewer).filter(workstream=found)[:MEETINGS],
        "can_report": can_report(viewer, found, leading),
        "can_edit": can_edit(viewer, found.agreement),
        "speaks": [
            one for one in found.agreement.standing if speaks_for(viewer, one.organisation_id)
        ],
        "panels": [
            render_to_string(panel.template, panel.context, request)
            for panel in panels_for("workstream", viewer, found)
        ],
        "press": OnceForm(),
    }
    return render(request, "agreements/workstream.html", context)


def _actions(request: ViewedRequest, workstream: Workstream) -> HttpResponse:
    """Show the actions of a workstream as a piece of its page; what is done about them is on the board."""
    rows = Action.objects.visible_to(request.viewer).filter(workstream=workstream)
    told = rows.select_related("organisation").with_people().order_by(*OPEN_FIRST)
    return render(request, "agreements/_actions.html", {"actions": told, "tended": set()})


@login_required
@page
def new(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Plan a workstream of an agreement."""
    agreement = visible_agreement(request, pk)
    permitted(request, agreement, can_edit)
    form = WorkstreamForm(request.POST or None, initial={"lock": 0}, viewer=request.viewer)
    plan = partial(actions.plan_workstream, actor=request.viewer, agreement=agreement)
    return form_page(
        request,
        form,
        lambda: plan(text=form.text),
        done=_("Planned."),
        heading=_("Plan a workstream"),
        lead=_("The parties of the agreement read it, nobody else."),
        thing=agreement,
        submit=_("Plan it"),
    )


@login_required
@page
def edit(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Change a workstream; what another party saved meanwhile is brought together with it."""
    found = visible_workstream(request, pk)
    permitted_to_work(request, found.agreement, can_report(request.viewer, found))
    initial = {**_text_of(found), "lock": found.lock}
    form = WorkstreamForm(request.POST or None, initial=initial, viewer=request.viewer)
    revise = partial(actions.revise_workstream, actor=request.viewer, workstream=found)

    return form_page(
        request,
        form,
        lambda: revise(lock=form.cleaned_data["lock"], text=form.text),
        done=_("Saved."),
        saved=lambda: as_saved(visible_workstream(request, pk), _text_of),
        heading=_("Edit the workstream"),
        agreement=found.agreement,
        thing=found,
        submit=_("Save"),
    )


@login_required
@page
def lead(request: ViewedRequest, pk: UUID, organisation: UUID) -> HttpResponse:
    """Say who leads a workstream for one's own organisation."""
    found = visible_workstream(request, pk)
    own = get_object_or_404(Organisation.objects.visible_to(request.viewer), pk=organisation)
    if not speaks_for(request.viewer, own.pk):
        raise PermissionDenied(_("Each party names its own leads."))
    permitted(request, found.agreement, can_edit)
    rows = Lead.objects.visible_to(request.viewer).filter(workstream=found, organisation=own)
    initial = {**_values_of(rows.first()), "lock": found.lock}
    form = LeadForm(request.POST or None, initial=initial, viewer=request.viewer, organisation=own)
    name = partial(actions.name_lead, actor=request.viewer, workstream=found, organisation=own)
    return form_page(
        request,
        form,
        lambda: name(
            lock=form.cleaned_data["lock"],
            person=form.chosen_person,
            function=form.cleaned_data["function"],
        ),
        done=_("Saved."),
        saved=lambda: (_values_of(rows.first()), visible_workstream(request, pk).lock),
        heading=_("Who leads it for %(organisation)s") % {"organisation": own},
        agreement=found.agreement,
        thing=found,
        submit=_("Save"),
    )


@login_required
@page
def report(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Say how a workstream stands."""
    found = visible_workstream(request, pk)
    permitted_to_work(request, found.agreement, can_report(request.viewer, found))
    quarter = dates.quarter(time.today(request.viewer.timezone))
    form = UpdateForm(request.POST or None, initial={"period": quarter, "lock": 0})
    act = partial(actions.report_progress, actor=request.viewer, workstream=found)
    return form_page(
        request,
        form,
        lambda: act(update=form.update),
        done=_("The other parties read it now."),
        heading=_("How it stands"),
        lead=_(
            "A progress update: the parties read it. The workstream’s health is what the update on the "
            "latest period says."
        ),
        agreement=found.agreement,
        thing=found,
        submit=_("Publish the update"),
    )


@login_required
@page
def correct(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Correct a progress update."""
    found = _visible_update(request, pk)
    agreement = found.workstream.agreement
    permitted_to_work(request, agreement, can_correct(request.viewer, found))
    form = UpdateForm(request.POST or None, initial={**_said_in(found), "lock": found.lock})
    act = partial(actions.correct_update, actor=request.viewer, update=found)

    return form_page(
        request,
        form,
        lambda: act(lock=form.cleaned_data["lock"], text=form.update),
        done=_("Corrected. The log tells that it was."),
        saved=lambda: as_saved(_visible_update(request, pk), _said_in),
        heading=_("Correct the update"),
        agreement=agreement,
        thing=found.workstream,
        submit=_("Save"),
    )


def _visible_update(request: ViewedRequest, pk: UUID) -> ProgressUpdate:
    rows = ProgressUpdate.objects.visible_to(request.viewer)
    related = ("workstream__agreement__home_audience", "workstream__agreement__current_term")
    update: ProgressUpdate = get_object_or_404(rows.select_related(*related), pk=pk)
    with_parties(update.workstream.agreement, request.viewer)
    return update


def _said_in(update: ProgressUpdate) -> dict[str, Any]:
    return {name: getattr(update, name) for name in UPDATE_FIELDS}


def _values_of(lead: Lead | None) -> dict[str, Any]:
    if lead is None:
        return {"person": "", "function": ""}
    return {"person": str(lead.person_id or ""), "function": lead.function}


def _text_of(workstream: Workstream) -> dict[str, Any]:
    names = [name for name in WORKSTREAM_FIELDS if name != "topics"]
    text = {name: getattr(workstream, name) for name in names}
    return {**text, "topics": [topic.code for topic in workstream.topics.all()]}
