"""The page of an agreement, and the forms about the agreement itself."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from exchange.agreements import actions
from exchange.agreements.choices import PartyState
from exchange.agreements.forms import (
    AgreementForm,
    NewAgreementForm,
    ReasonForm,
    ShareForm,
    TermForm,
)
from exchange.agreements.forms.agreement import audience_of, shared_as
from exchange.agreements.models import (
    Action,
    Agreement,
    Meeting,
    Milestone,
    Party,
    Term,
    Workstream,
)
from exchange.agreements.policies import can_date, can_decide, can_edit, can_renew
from exchange.agreements.texts import AGREEMENT_FIELDS, TERM_FIELDS
from exchange.agreements.views._answers import form_page, links_of, permitted, visible_agreement
from exchange.audiences.choosing import who_reads
from exchange.audiences.viewer import Role, Viewer
from exchange.common import markdown, time
from exchange.common.forms import OnceForm
from exchange.common.methods import page
from exchange.common.providers import panels_for
from exchange.partners.answering import as_saved
from exchange.partners.middleware import ViewedRequest
from exchange.partners.policies import NEEDS_A_ROLE

NOT_NOW = gettext_lazy(
    "It cannot be renewed: fewer than two parties are left, or its present term has not begun. Record a "
    "new agreement, or change the dates of this one."
)
# So many of each kind are looked at for what comes next, and so many are shown together.
NEXT, MOST = 5, 8
Coming = tuple[dt.date | None, Milestone | Action | Meeting, str]


@require_safe
def agreement(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show an agreement, its terms and parties; to its parties the work under it as well."""
    viewer = request.viewer
    found, others = _with_all_parties(request, pk)
    is_home = found.home_audience_id in viewer.audience_ids
    renewed = found.current_term is not None and found.current_term.number > 1
    context = {
        "agreement": found,
        "term": found.current_term,
        "others": others,
        "terms": Term.objects.visible_to(viewer).filter(agreement=found) if renewed else [],
        "summary": markdown.render(found.summary) if found.summary else "",
        "links": links_of(found),
        "readers": who_reads(found.effective_audience, viewer),
        "is_home": is_home,
        "can_edit": can_edit(viewer, found),
        "can_decide": can_decide(viewer, found),
        "can_date": can_date(viewer, found),
        "can_renew": can_renew(viewer, found),
        "panels": [
            render_to_string(panel.template, panel.context, request)
            for panel in panels_for("agreement", viewer, found)
        ],
        "press": OnceForm(),
    }
    if is_home:
        context |= _for_home(request, found)
    return render(request, "agreements/agreement.html", context)


def _with_all_parties(request: ViewedRequest, pk: UUID) -> tuple[Agreement, list[Party]]:
    """Return the agreement with its parties, and those that the viewer sees besides; three queries."""
    rows = Agreement.objects.visible_to(request.viewer).select_related(
        "current_term", "audience", "effective_audience", "home_audience"
    )
    found: Agreement = get_object_or_404(rows.prefetch_related("topics"), pk=pk)
    parties = Party.objects.visible_to(request.viewer).filter(agreement=found)
    every = parties.select_related("organisation").order_by(
        "-is_coordinating", "organisation__sort_key"
    )
    found.standing = [party for party in every if party.state == PartyState.CONFIRMED]
    return found, [party for party in every if party.state != PartyState.CONFIRMED]


def _for_home(request: ViewedRequest, agreement: Agreement) -> dict[str, Any]:
    """Return what the parties alone are shown."""
    viewer = request.viewer
    workstreams = Workstream.objects.visible_to(viewer).filter(agreement=agreement)
    return {
        "intended": who_reads(agreement.audience, viewer),
        "workstreams": workstreams.counted(time.today(viewer.timezone)),
        "coming": _coming(agreement, viewer),
    }


def _coming(agreement: Agreement, viewer: Viewer) -> list[Coming]:
    """Return what comes next, the soonest first, what has no day last; three queries."""
    zone = time.zone(viewer.timezone)
    meetings = Meeting.objects.visible_to(viewer).filter(agreement=agreement).to_come(time.now())
    found: list[Coming] = [
        (one.starts_at.astimezone(zone).date(), one, "meeting") for one in meetings[:NEXT]
    ]
    kinds: dict[str, Any] = {
        "milestone": Milestone.objects.visible_to(viewer),
        "action": Action.objects.visible_to(viewer),
    }
    for kind, rows in kinds.items():
        open_ones = rows.pending().filter(agreement=agreement).soonest_first()
        tasks = open_ones.select_related("organisation", "workstream")[:NEXT]
        found += [(task.due, task, kind) for task in tasks]
    return sorted(found, key=lambda row: row[0] or dt.date.max)[:MOST]


@login_required
@page
def new(request: ViewedRequest) -> HttpResponse:
    """Record an agreement, and ask its other parties to confirm it."""
    if not request.viewer.organisations_as(Role.COORDINATOR):
        raise PermissionDenied(str(NEEDS_A_ROLE))
    form = NewAgreementForm(request.POST or None, viewer=request.viewer)

    def register() -> Agreement:
        return actions.register_agreement(
            actor=request.viewer,
            organisation=form.chosen_organisation,
            parties=form.cleaned_data["parties"],
            text=form.text,
            term=form.term,
            audience=form.chosen_audience,
        )

    return form_page(
        request,
        form,
        register,
        done=_("Recorded. The other parties are asked to confirm it."),
        heading=_("Record an agreement"),
        lead=_("Its other parties are asked to confirm. Until one has, only you see it."),
        submit=_("Record it"),
        cancel="agreements:agreements",
    )


@login_required
@page
def edit(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Change the shared text; what another party saved meanwhile is brought together with it."""
    found = visible_agreement(request, pk)
    permitted(request, found, can_edit)
    form = AgreementForm(
        request.POST or None, initial={**_text_of(found), "lock": found.lock}, viewer=request.viewer
    )
    revise = partial(actions.revise_agreement, actor=request.viewer, agreement=found)
    return form_page(
        request,
        form,
        lambda: revise(lock=form.cleaned_data["lock"], text=form.text),
        done=_("Saved."),
        saved=lambda: as_saved(visible_agreement(request, pk), _text_of),
        heading=_("Edit the agreement"),
        thing=found,
        submit=_("Save"),
    )


@login_required
@page
def term(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Correct the dates of the present term."""
    found = visible_agreement(request, pk)
    permitted(request, found, can_date)
    initial = {**_term_of(found), "lock": found.lock}
    form = TermForm(request.POST or None, initial=initial)
    change = partial(actions.change_term, actor=request.viewer, agreement=found)
    return form_page(
        request,
        form,
        lambda: change(lock=form.cleaned_data["lock"], term=form.term),
        done=_("Saved."),
        saved=lambda: as_saved(visible_agreement(request, pk), _term_of),
        heading=_("Dates of the present term"),
        thing=found,
        submit=_("Save"),
    )


@login_required
@page
def renew(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Begin the next term of an agreement; the one before stays as it was."""
    found = visible_agreement(request, pk)
    permitted(request, found, can_decide)
    if not can_renew(request.viewer, found):
        raise PermissionDenied(str(NOT_NOW))
    form = TermForm(request.POST or None, initial={"lock": found.lock})
    change = partial(actions.renew_agreement, actor=request.viewer, agreement=found)
    return form_page(
        request,
        form,
        lambda: change(lock=form.cleaned_data["lock"], term=form.term),
        done=_("Renewed: a new term has begun."),
        heading=_("Renew the agreement"),
        lead=_("A new term of the same agreement. The terms before it stay as they were."),
        thing=found,
        submit=_("Renew it"),
    )


@login_required
@page
def terminate(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """End an agreement before its time, with a reason."""
    found = visible_agreement(request, pk)
    permitted(request, found, lambda viewer, one: can_decide(viewer, one) and not one.is_over)
    form = ReasonForm(request.POST or None, initial={"lock": found.lock})
    change = partial(actions.terminate_agreement, actor=request.viewer, agreement=found)
    return form_page(
        request,
        form,
        lambda: change(**_cleaned(form, "lock", "reason")),
        done=_("Ended. Its parties keep reading."),
        heading=_("End this agreement?"),
        lead=_(
            "Its parties keep reading all of it. Nothing new is done under it or shared with its "
            "parties, until it is renewed."
        ),
        thing=found,
        submit=_("End it"),
        danger=True,
    )


@login_required
@page
def share(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Choose who may see the agreement besides its parties."""
    found = visible_agreement(request, pk)
    permitted(request, found, can_decide)
    form = ShareForm(
        request.POST or None, initial={"lock": found.lock, "audience": shared_as(found)}
    )
    change = partial(actions.share_agreement, actor=request.viewer, agreement=found)
    return form_page(
        request,
        form,
        lambda: change(
            lock=form.cleaned_data["lock"], audience=audience_of(form.cleaned_data["audience"])
        ),
        done=_("Changed who may see it."),
        heading=_("Who may see this agreement"),
        lead=_(
            "Workstreams, milestones, actions and meetings are seen by its parties alone, whatever "
            "you choose here."
        ),
        thing=found,
        submit=_("Change it"),
    )


def _text_of(agreement: Agreement) -> dict[str, Any]:
    text = {name: getattr(agreement, name) for name in AGREEMENT_FIELDS if name != "topics"}
    return {**text, "topics": [topic.code for topic in agreement.topics.all()]}


def _term_of(agreement: Agreement) -> dict[str, Any]:
    return {name: getattr(agreement.current_term, name) for name in TERM_FIELDS}


def _cleaned(form: Any, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}
