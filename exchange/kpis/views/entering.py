"""Entering values: a grid for many, a form of its own for one with all that is said of it."""

from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.common import time
from exchange.common.languages import readers_own
from exchange.common.methods import page
from exchange.kpis import actions, policies
from exchange.kpis.actions import _steps
from exchange.kpis.charts.lines import kinds_of
from exchange.kpis.forms import EnterForm, GridForm, RangeForm
from exchange.kpis.forms.entering import revision_of, said_of
from exchange.kpis.forms.period import periods_until
from exchange.kpis.histories import histories, key_of
from exchange.kpis.models import Series
from exchange.kpis.periods import PeriodKind, code_of, label_of
from exchange.kpis.standing import standing_in, standing_of
from exchange.kpis.views._reach import form_page, named_period, visible_series, written_for
from exchange.partners.answering import press_step
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

# So many cells has a grid on one page: a page weighs what a phone loads at once.
MOST_CELLS = 100


@login_required
@page
def grid(request: ViewedRequest) -> HttpResponse:
    """Enter values of an organisation, many at once: the one that is asked for, or is written for."""
    own = _writer(request)
    series = list(Series.objects.visible_to(request.viewer).of(own).running().with_place())
    held = kinds_of(request.viewer, [one.pk for one in series])
    filters = RangeForm(request.GET, series=series, held=held)
    asked = filters.asked
    kind: PeriodKind = asked["kind"]
    today = time.today(request.viewer.timezone)
    every = [one for one in series if kind in one.definition.period_types]
    pages = Paginator(every, MOST_CELLS // asked["count"]).get_page(request.GET.get("page"))
    until = partial(periods_until, asked["until"], kind, asked["count"], today=today)
    periods = {one: until(year_start=one.year_start) for one in pages}
    form = GridForm(
        request.POST or None,
        periods=periods,
        kind=kind,
        standing=standing_in(request.viewer, kind, periods),
        histories=partial(histories, request.viewer),
        language=readers_own(),
        today=today,
    )

    def act() -> Organisation:
        # In one order, so that no two people wait for each other.
        for one, entries in sorted(form.entries().items(), key=lambda pair: pair[0].pk):
            actions.submit_values(
                actor=request.viewer,
                series=one,
                entries=entries,
                reason=form.cleaned_data["reason"],
                seen=form.seen(one),
            )
        return own

    return form_page(
        request,
        form,
        act,
        done=_("Submitted. A reviewer of your organisation approves them."),
        back=request.get_full_path(),
        template="kpis/grid.html",
        organisation=own,
        filters=filters,
        # What most series are kept in may change while somebody types.
        address=f"?{urlencode({**request.GET.dict(), 'kind': kind.value})}",
        page=pages,
        heading=_("Enter values"),
    )


@login_required
@page
def one(request: ViewedRequest, pk: UUID, period: str) -> HttpResponse:
    """Enter or correct one value, with its status, source and note, or say why there is none."""
    found = visible_series(request, pk)
    _may_enter(request, found.organisation)
    named = named_period(found, period)
    code = code_of(named, found.year_start)
    form = EnterForm(
        request.POST or None,
        series=found,
        period=code,
        standing=standing_of(request.viewer, found, named),
        history=histories(request.viewer, [(found, named)]).get(key_of(found, named)),
        language=readers_own(),
        today=time.today(request.viewer.timezone),
    )

    def act() -> Series:
        actions.submit_values(
            actor=request.viewer,
            series=found,
            entries=[form.entry],
            reason=form.cleaned_data.get("reason", ""),
            seen={code: form.cleaned_data["lock"]},
        )
        return found

    def saved() -> tuple[dict[str, Any], int]:
        now = standing_of(request.viewer, found, named)
        return said_of(now, readers_own()), revision_of(now)

    return form_page(
        request,
        form,
        act,
        done=_("Submitted. A reviewer of your organisation approves it."),
        saved=saved,
        heading=label_of(named, found.year_start),
        lead=str(found),
        indicator=found.definition.indicator,
        thing=found,
        submit=_("Submit"),
    )


@login_required
@require_POST
def take_back(request: ViewedRequest, pk: UUID, period: str) -> HttpResponse:
    """Take a value back that waits for a reviewer."""
    found = visible_series(request, pk)
    named = named_period(found, period)

    def act() -> object:
        code = code_of(named, found.year_start)
        return actions.take_back_values(actor=request.viewer, series=found, periods=[code])

    return press_step(request, act, done=_("Taken back."), to=found)


def _writer(request: ViewedRequest) -> Organisation:
    """Return the organisation that the address names, else the one that is written for."""
    asked = request.GET.get("organisation", "")
    mine = (one.organisation for one in request.memberships)
    own = next((one for one in mine if str(one.pk) == asked), None) or written_for(request)
    if own is None:
        raise PermissionDenied(str(_steps.ONLY_WRITERS))
    _may_enter(request, own)
    return own


def _may_enter(request: ViewedRequest, organisation: Organisation) -> None:
    if not policies.can_enter(request.viewer, organisation):
        raise PermissionDenied(str(_steps.ONLY_WRITERS))
