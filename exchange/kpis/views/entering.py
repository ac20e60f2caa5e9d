"""Entering values: a grid for many, a form of its own for one with all that is said of it."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.common import time
from exchange.common.languages import readers_own
from exchange.common.methods import page
from exchange.kpis import actions, policies
from exchange.kpis.actions import _steps
from exchange.kpis.choices import State
from exchange.kpis.forms import EnterForm, GridForm, RangeForm
from exchange.kpis.models import Observation, Series
from exchange.kpis.periods import PeriodKind, code_of, holding, label_of, latest_ended
from exchange.kpis.views._reach import form_page, named_period, visible_series, written_for
from exchange.partners.answering import press_step
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

# So many series have a row of the grid on one page.
MOST_ROWS = 40
# How far back values are read, to judge those that are typed by.
LOOKED_BACK = dt.timedelta(days=5 * 366)


@login_required
@page
def grid(request: ViewedRequest) -> HttpResponse:
    """Enter values of the organisation that the reader writes for, many at once."""
    own = _writer(request)
    series = list(Series.objects.visible_to(request.viewer).of(own).running().with_place())
    asked = RangeForm(request.GET, series=series).asked
    kind: PeriodKind = asked["kind"]
    today = time.today(request.viewer.timezone)
    last = asked["until"] or latest_ended(kind, today)
    starts = _starts(holding(last.first, kind).first, kind, asked["count"])
    chosen = [one for one in series if kind in one.definition.period_types][:MOST_ROWS]
    form = GridForm(
        request.POST or None,
        series=chosen,
        periods=starts,
        kind=kind,
        rows=_standing(request, chosen, starts[0]),
        language=readers_own(),
        today=today,
    )

    def act() -> Organisation:
        for one, entries in form.entries().items():
            actions.submit_values(
                actor=request.viewer,
                series=one,
                entries=entries,
                reason=form.cleaned_data["reason"],
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
        filters=RangeForm(request.GET, series=series),
        heads=[label_of(holding(day, kind), "--01-01") for day in starts],
        left_out=max(0, sum(kind in one.definition.period_types for one in series) - MOST_ROWS),
        heading=_("Enter values"),
    )


@login_required
@page
def one(request: ViewedRequest, pk: UUID, period: str) -> HttpResponse:
    """Enter or correct one value, with its status, source and note, or say why there is none."""
    found = visible_series(request, pk)
    _may_enter(request, found.organisation)
    named = named_period(found, period)
    rows = Observation.objects.visible_to(request.viewer).filter(
        series=found,
        first=named.first,
        last=named.last,
        state__in=[State.APPROVED, State.SUBMITTED],
    )
    latest = rows.order_by("-revision").first()
    form = EnterForm(
        request.POST or None,
        series=found,
        period=code_of(named, found.year_start),
        latest=latest,
        language=readers_own(),
        today=time.today(request.viewer.timezone),
    )

    def act() -> Series:
        actions.submit_values(
            actor=request.viewer,
            series=found,
            entries=[form.entry],
            reason=form.cleaned_data.get("reason", ""),
        )
        return found

    return form_page(
        request,
        form,
        act,
        done=_("Submitted. A reviewer of your organisation approves it."),
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


def _starts(last: dt.date, kind: PeriodKind, count: int) -> list[dt.date]:
    """Return the first days of the last so many periods of the calendar, in order."""
    found = [last]
    while len(found) < count:
        found.append(holding(found[-1] - dt.timedelta(days=1), kind).first)
    return found[::-1]


def _standing(request: ViewedRequest, series: list[Series], first: dt.date) -> Any:
    """Return what stands of some series around a day, the latest revision last."""
    rows = Observation.objects.visible_to(request.viewer).filter(
        series__in=series,
        state__in=[State.APPROVED, State.SUBMITTED],
        last__gte=first - LOOKED_BACK,
    )
    return rows.order_by("first", "last", "revision")


def _writer(request: ViewedRequest) -> Organisation:
    own = written_for(request)
    if own is None:
        raise PermissionDenied(str(_steps.ONLY_WRITERS))
    _may_enter(request, own)
    return own


def _may_enter(request: ViewedRequest, organisation: Organisation) -> None:
    if not policies.can_enter(request.viewer, organisation):
        raise PermissionDenied(str(_steps.ONLY_WRITERS))
