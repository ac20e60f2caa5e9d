"""What a series aims at, and what it is measured against."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from exchange.common.methods import page
from exchange.kpis import actions
from exchange.kpis.forms import NewTargetForm, StepForm, TargetForm
from exchange.kpis.models import Series, Target
from exchange.kpis.periods import Period, label_of
from exchange.kpis.views._reach import form_page, visible_series
from exchange.kpis.views.keeping import require_keeper
from exchange.partners.answering import as_saved
from exchange.partners.middleware import ViewedRequest


@login_required
@page
def new(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Say what a series aims at in a period, or what it is measured against."""
    found = visible_series(request, pk)
    require_keeper(request, found.organisation)
    targets = Target.objects.visible_to(request.viewer).filter(series=found)
    form = NewTargetForm(request.POST or None, series=found, targets=list(targets))
    act = partial(actions.set_target, actor=request.viewer, series=found)

    def set_it() -> Series:
        act(period=form.cleaned_data["period"], text=form.text)
        return found

    return form_page(
        request,
        form,
        set_it,
        done=_("Set. Whoever reads the series sees it."),
        heading=_("Set a target or a baseline"),
        submit=_("Set it"),
        **_place(found),
    )


@login_required
@page
def edit(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Change a target or a baseline; its period stays. A colleague's change is brought together with it."""
    found = _kept_target(request, pk)
    form = TargetForm(request.POST or None, target=found)
    act = partial(actions.set_target, actor=request.viewer, series=found.series)

    def set_it() -> Series:
        said = {"aim": found.aim, **form.text}
        act(period=found.period, text=said, lock=form.cleaned_data["lock"])
        return found.series

    return form_page(
        request,
        form,
        set_it,
        done=_("Saved."),
        saved=lambda: as_saved(_kept_target(request, pk), form.values_of),
        heading=_in_words(found),
        submit=_("Save"),
        **_place(found.series),
    )


@login_required
@page
def drop(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have a target or a baseline be no more, after asking."""
    found = _kept_target(request, pk)
    form = StepForm(request.POST or None, initial={"lock": found.lock})

    def drop_it() -> Series:
        lock = form.cleaned_data["lock"]
        actions.drop_target(actor=request.viewer, target=found, lock=lock)
        return found.series

    return form_page(
        request,
        form,
        drop_it,
        done=_("Dropped."),
        heading=_("Drop it? %(target)s") % {"target": _in_words(found)},
        lead=_("It is no longer shown beside the values. The values stay as they are."),
        submit=_("Drop it"),
        danger=True,
        **_place(found.series),
    )


def _kept_target(request: ViewedRequest, pk: UUID) -> Target:
    rows = Target.objects.visible_to(request.viewer)
    related = ("series__definition__indicator", "series__organisation")
    found: Target = get_object_or_404(rows.select_related(*related), pk=pk)
    require_keeper(request, found.series.organisation)
    return found


def _in_words(target: Target) -> str:
    period = label_of(Period(target.first, target.last), target.series.year_start)
    return f"{target.get_aim_display().capitalize()} {period}"


def _place(series: Series) -> dict[str, Any]:
    return {"indicator": series.definition.indicator, "thing": series}
