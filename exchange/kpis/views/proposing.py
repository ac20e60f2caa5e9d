"""Proposing KPIs and definitions, and what becomes of a proposal."""

from functools import partial
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from exchange.common.forms import OnceForm
from exchange.common.methods import page
from exchange.kpis import actions, policies
from exchange.kpis.choices import Standing
from exchange.kpis.forms import NewIndicatorForm, VersionForm
from exchange.kpis.models import Definition, Indicator
from exchange.kpis.views._reach import form_page, written_for
from exchange.kpis.views.catalogue import visible_indicator
from exchange.partners.answering import press_step
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation
from exchange.partners.policies import why_not

ONLY_COORDINATORS = gettext_lazy(
    "Only coordinators of the organisation that you write for propose KPIs."
)


@login_required
@page
def new(request: ViewedRequest) -> HttpResponse:
    """Propose an indicator that the catalogue lacks."""
    own = _proposer(request)
    form = NewIndicatorForm(request.POST or None, viewer=request.viewer)
    propose = partial(actions.propose_indicator, actor=request.viewer, organisation=own)
    return form_page(
        request,
        form,
        lambda: propose(
            code=form.cleaned_data["code"], topic=form.cleaned_data["topic"], text=form.text
        ),
        done=_("Proposed. The operator decides; you are told."),
        heading=_("Propose a KPI"),
        lead=_(
            "The operator reads it and decides. Until it is accepted, your organisation alone sees it; "
            "then everybody does."
        ),
        cancel="kpis:catalogue",
        submit=_("Propose it"),
    )


@login_required
@page
def version(request: ViewedRequest, code: str) -> HttpResponse:
    """Propose another definition of an indicator in use."""
    found = visible_indicator(request, code)
    own = _proposer(request)
    if found.current is None:
        return redirect(found)
    form = VersionForm(request.POST or None, current=found.current)
    propose = partial(actions.propose_version, actor=request.viewer, organisation=own)

    def propose_it() -> Indicator:
        propose(indicator=found, text=form.text)
        return found

    return form_page(
        request,
        form,
        propose_it,
        done=_("Proposed. The operator decides; you are told."),
        heading=_("Propose another definition"),
        lead=_(
            "It begins with the definition in use. The operator reads yours and decides. Values that are "
            "there stay with the old version; each organisation begins a new series for the new one."
        ),
        template="kpis/of_indicator.html",
        indicator=found,
        thing=found,
        submit=_("Propose it"),
    )


@login_required
@require_safe
def proposal(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show a proposed definition to the people of its organisation, and what was decided."""
    found = _own_proposal(request, pk)
    is_open = found.standing == Standing.PROPOSED
    context = {
        "proposal": found,
        "indicator": found.indicator,
        "can_take_back": is_open and policies.can_withdraw_proposal(request.viewer, found),
        "press": OnceForm(),
    }
    return render(request, "kpis/proposal.html", context)


@login_required
@require_POST
def take_back(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Take a proposal back before it is decided on."""
    found = _own_proposal(request, pk)
    reason = _("Taken back by its proposer.")
    act = partial(actions.decline_proposal, actor=request.viewer, definition=found, reason=reason)
    return press_step(request, act, done=_("Taken back."), to=found.indicator)


def _own_proposal(request: ViewedRequest, pk: UUID) -> Definition:
    """Return a definition that was proposed by an organisation of the reader; 404 for all else."""
    rows = Definition.objects.visible_to(request.viewer).filter(
        organisation__in=list(request.viewer.roles)
    )
    related = ("indicator__topic", "indicator__current", "organisation")
    found: Definition = get_object_or_404(rows.select_related(*related), pk=pk)
    return found


def _proposer(request: ViewedRequest) -> Organisation:
    own = written_for(request)
    if own is None or not policies.can_propose(request.viewer, own):
        words = why_not(request.viewer, own.pk if own else None, ONLY_COORDINATORS)
        raise PermissionDenied(str(words))
    return own
