"""Beginning a series, saying how it is measured and who reads it, closing it."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from exchange.audiences.choosing import who_reads
from exchange.common.methods import page
from exchange.kpis import actions, policies
from exchange.kpis.actions import _steps
from exchange.kpis.forms import BeginForm, SeriesForm, ShareForm, StepForm
from exchange.kpis.models import Indicator, Series
from exchange.kpis.views._reach import form_page, visible_series, written_for
from exchange.kpis.views.catalogue import visible_indicator
from exchange.partners.answering import as_saved
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation
from exchange.partners.policies import why_not


@login_required
@page
def report(request: ViewedRequest, code: str) -> HttpResponse:
    """Begin to report an indicator for the organisation that the reader writes for."""
    found = visible_indicator(request, code)
    own = _keeper(request)
    there = _series_of(request, own, found)
    if found.current is None or not policies.is_listed(found):
        return redirect(found)
    if there and there.definition_id == found.current_id and request.method != "POST":
        return redirect(there)
    form = BeginForm(
        request.POST or None,
        initial=_as_before(there),
        viewer=request.viewer,
        organisation=own,
        definition=found.current,
    )
    begin = partial(actions.begin_series, actor=request.viewer, organisation=own, indicator=found)
    return form_page(
        request,
        form,
        lambda: begin(audience=form.cleaned_data["audience"], **form.said),
        done=_("Begun. Now its values can be entered."),
        template="kpis/report.html",
        heading=_("Report it for %(organisation)s") % {"organisation": own},
        lead=_(
            "Say how your organisation measures it, where that differs, and who may read it. What it "
            "reported by an earlier version of the definition stays to be read, and is closed."
        )
        if there
        else _("Say how your organisation measures it, where that differs, and who may read it."),
        indicator=found,
        definition=found.current,
        thing=found,
        submit=_("Begin the series"),
    )


@login_required
@page
def edit(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Change what is said of a series; what a colleague saved meanwhile is brought together with it."""
    found = _kept_series(request, pk)
    form = SeriesForm(request.POST or None, viewer=request.viewer, series=found)
    revise = partial(actions.revise_series, actor=request.viewer, series=found)
    return form_page(
        request,
        form,
        lambda: revise(lock=form.cleaned_data["lock"], **form.said),
        done=_("Saved."),
        saved=lambda: as_saved(visible_series(request, pk), form.values_of),
        template="kpis/report.html",
        heading=_("Edit the series"),
        definition=found.definition,
        series=found,
        submit=_("Save"),
        **_place(found),
    )


@login_required
@page
def share(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Choose who reads the approved values of a series."""
    found = _kept_series(request, pk)
    form = ShareForm(request.POST or None, viewer=request.viewer, series=found)
    change = partial(actions.share_series, actor=request.viewer, series=found)
    now = who_reads(found.audience, request.viewer)
    return form_page(
        request,
        form,
        lambda: change(lock=form.cleaned_data["lock"], audience=form.cleaned_data["audience"]),
        done=_("Changed who reads it."),
        heading=_("Who reads this series"),
        lead=_(
            "Now: %(readers)s. What you choose takes effect at once, for all approved values there are: "
            "who is no longer in loses them everywhere."
        )
        % {"readers": now},
        submit=_("Change it"),
        **_place(found),
    )


@login_required
@page
def close(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have no more values be entered, after saying what that means."""
    found = _kept_series(request, pk)
    if found.closed_at and request.method != "POST":
        return redirect(found)
    form = StepForm(request.POST or None, initial={"lock": found.lock})
    act = partial(actions.close_series, actor=request.viewer, series=found)
    return form_page(
        request,
        form,
        lambda: act(lock=form.cleaned_data["lock"]),
        done=_("Closed: no more values are entered."),
        heading=_("Close this series?"),
        lead=_(
            "No more values are entered, and nobody is reminded of it. Its values stay, and those who "
            "read them keep reading. It can be opened again."
        ),
        submit=_("Close it"),
        danger=True,
        **_place(found),
    )


@login_required
@page
def reopen(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have values be entered again."""
    found = _kept_series(request, pk)
    if found.closed_at is None and request.method != "POST":
        return redirect(found)
    form = StepForm(request.POST or None, initial={"lock": found.lock})
    act = partial(actions.reopen_series, actor=request.viewer, series=found)
    return form_page(
        request,
        form,
        lambda: act(lock=form.cleaned_data["lock"]),
        done=_("Open: values are entered again."),
        heading=_("Open this series again?"),
        lead=_("Its values are entered again, and who answers for it is reminded."),
        submit=_("Open it again"),
        **_place(found),
    )


def require_keeper(request: ViewedRequest, organisation: Organisation) -> None:
    """Refuse (403) who does not keep the KPIs of an organisation."""
    if not policies.can_keep(request.viewer, organisation):
        words = why_not(request.viewer, organisation.pk, _steps.ONLY_KEEPERS)
        raise PermissionDenied(str(words))


def _keeper(request: ViewedRequest) -> Organisation:
    own = written_for(request)
    if own is None:
        raise PermissionDenied(str(_steps.ONLY_KEEPERS))
    require_keeper(request, own)
    return own


def _kept_series(request: ViewedRequest, pk: UUID) -> Series:
    found = visible_series(request, pk)
    require_keeper(request, found.organisation)
    return found


def _series_of(
    request: ViewedRequest, organisation: Organisation, indicator: Indicator
) -> Series | None:
    """Return the series by which an organisation reports an indicator, of the latest version."""
    rows = Series.objects.visible_to(request.viewer).of(organisation)
    found: Series | None = (
        rows.filter(definition__indicator=indicator).order_by("-definition__version").first()
    )
    return found


def _as_before(series: Series | None) -> dict[str, Any]:
    """Return what a series of an older version says of years and rhythm, which no definition changes."""
    names = ("year_start", "rhythm", "due_days")
    return {name: getattr(series, name) for name in names} if series else {}


def _place(series: Series) -> dict[str, Any]:
    """Return what the pages about a series say of where they are."""
    return {"indicator": series.definition.indicator, "thing": series}
