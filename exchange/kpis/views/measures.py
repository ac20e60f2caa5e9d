"""What a workstream is to move: the parties' series of its indicators, small beside each other."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from exchange.agreements.models import Party, Workstream
from exchange.agreements.policies import can_report
from exchange.common.methods import page
from exchange.kpis import actions
from exchange.kpis.actions.measuring import NOT_YOURS
from exchange.kpis.forms import MeasuresForm
from exchange.kpis.models import Indicator, Measure, Series
from exchange.kpis.views._reach import form_page
from exchange.kpis.views.organisation import PAGE_SIZE, smalls_of
from exchange.partners.middleware import ViewedRequest


@login_required
@require_safe
@vary_on_headers("HX-Request")
def measures(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show how the indicators of a workstream stand at its parties; as a piece of its page, too."""
    workstream = _visible(request, pk)
    chosen = Measure.objects.visible_to(request.viewer).filter(workstream=workstream)
    parties = Party.objects.visible_to(request.viewer).confirmed()
    rows = Series.objects.visible_to(request.viewer).without_replaced()
    rows = rows.filter(
        definition__indicator__in=chosen.order_by().values("indicator"),
        organisation__in=parties.filter(agreement=workstream.agreement_id)
        .order_by()
        .values("organisation"),
    )
    ordered = rows.with_place().order_by(
        "definition__indicator__sort_key", "organisation__sort_key"
    )
    is_piece = "HX-Request" in request.headers
    shown = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "workstream": workstream,
        "page": shown,
        "is_piece": is_piece,
        "indicators": [one.indicator for one in chosen.select_related("indicator")],
        "smalls": smalls_of(request.viewer, list(shown)),
        "can_choose": can_report(request.viewer, workstream),
    }
    return render(request, "kpis/_measures.html" if is_piece else "kpis/measures.html", context)


@login_required
@page
def choose(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Choose the indicators that a workstream is to move."""
    workstream = _visible(request, pk)
    if not can_report(request.viewer, workstream):
        raise PermissionDenied(str(NOT_YOURS))
    chosen = Measure.objects.visible_to(request.viewer).filter(workstream=workstream)
    form = MeasuresForm(
        request.POST or None,
        offered=list(Indicator.objects.visible_to(request.viewer).in_use()),
        chosen=[one.indicator for one in chosen.select_related("indicator")],
    )

    def act() -> Workstream:
        return actions.measure_workstream(
            actor=request.viewer, workstream=workstream, indicators=form.indicators_named
        )

    return form_page(
        request,
        form,
        act,
        done=_("Saved."),
        heading=_("Which KPIs is it to move?"),
        lead=str(workstream),
        thing=workstream,
        submit=_("Save"),
    )


def _visible(request: ViewedRequest, pk: UUID) -> Workstream:
    rows = Workstream.objects.visible_to(request.viewer)
    found: Workstream = get_object_or_404(
        rows.select_related("agreement__home_audience", "agreement__current_term"), pk=pk
    )
    return found
