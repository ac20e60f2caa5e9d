"""What waits for a reviewer: whole imports, and values by series."""

import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from exchange.audiences.viewer import Role
from exchange.common.errors import Conflict
from exchange.common.forms import OnceForm
from exchange.kpis import actions
from exchange.kpis.actions import _steps
from exchange.kpis.models import Import, Observation
from exchange.kpis.periods import Period
from exchange.kpis.views._reach import visible_series
from exchange.kpis.wording import asides
from exchange.partners.answering import press_step
from exchange.partners.middleware import ViewedRequest

PAGE_SIZE = 60
TICKED = re.compile(r"(?P<period>[0-9A-Z/-]{4,20})@(?P<revision>[0-9]{1,5})")


def waiting_for(request: ViewedRequest) -> "QuerySet[Observation]":
    """Return the values that wait at the organisations whose reviewer the reader is."""
    reviewed = request.viewer.organisations_as(Role.REVIEWER)
    rows: QuerySet[Observation] = Observation.objects.visible_to(request.viewer).waiting()
    return rows.filter(series__organisation__in=reviewed)


@login_required
@require_safe
def review(request: ViewedRequest) -> HttpResponse:
    """Show what waits: imports as a whole, then what was entered by hand or by programs."""
    if not request.viewer.organisations_as(Role.REVIEWER):
        raise PermissionDenied(str(_steps.ONLY_KEEPERS))
    waiting = waiting_for(request)
    single = waiting.filter(batch=None).select_related("submitted_by")
    ordered = single.order_by("series__definition__indicator__sort_key", "series", "first", "last")
    shown = ordered.select_related("series__definition", "series__organisation")
    found = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(found.object_list)
    context = {
        "page": found,
        "groups": _grouped(request, rows),
        "batches": _batches(waiting),
        "press": OnceForm(),
    }
    return render(request, "kpis/review.html", context)


@login_required
@require_POST
def decide(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Approve or send back the chosen values of a series."""
    found = visible_series(request, pk)
    revisions = _ticked(request.POST.getlist("period"))
    reason = request.POST.get("reason", "")

    def act() -> int:
        if not revisions:
            raise Conflict(_("Tick the values that you mean, then press the button again."))
        if "approve" in request.POST:
            return actions.approve_values(actor=request.viewer, series=found, revisions=revisions)
        return actions.reject_values(
            actor=request.viewer, series=found, revisions=revisions, reason=reason
        )

    return _decided(request, act)


@login_required
@require_POST
def decide_import(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Approve or send back what waits of an import."""
    batch = get_object_or_404(Import.objects.visible_to(request.viewer), pk=pk)

    def act() -> int:
        return actions.decide_import(
            actor=request.viewer,
            batch=batch,
            accept="approve" in request.POST,
            reason=request.POST.get("reason", ""),
        )

    return _decided(request, act)


def _decided(request: ViewedRequest, act: Callable[[], int]) -> HttpResponse:
    """Do what the button is for, and say of how many values it was done."""
    counts: list[int] = []

    def count() -> None:
        _require_no_reason(request)
        counts.append(act())

    done = lazy(lambda: _in_words(sum(counts), approved="approve" in request.POST), str)()
    return press_step(request, count, done=done, to=reverse("kpis:review"))


def _in_words(number: int, *, approved: bool) -> str:
    if not number:
        return _("Nothing was decided: none of these values waits any more.")
    words = (
        ngettext("%(number)s value was approved.", "%(number)s values were approved.", number)
        if approved
        else ngettext(
            "%(number)s value was sent back.", "%(number)s values were sent back.", number
        )
    )
    return words % {"number": number}


def _require_no_reason(request: ViewedRequest) -> None:
    """Raise Conflict for an approval with a reason: Enter in its field presses the first button."""
    if "approve" in request.POST and request.POST.get("reason", "").strip():
        raise Conflict(
            _("You wrote why it is sent back, so nothing was approved. Press the button you mean.")
        )


def _ticked(values: list[str]) -> dict[str, int]:
    """Return what was ticked: the revision that was seen, by period."""
    found = (TICKED.fullmatch(value) for value in values)
    return {one["period"]: int(one["revision"]) for one in found if one}


def _grouped(request: ViewedRequest, rows: list[Observation]) -> list[dict[str, Any]]:
    """Return the values by series, each with what holds for its period now; one query."""
    series = {row.series_id for row in rows}
    held = Observation.objects.visible_to(request.viewer).approved().filter(series__in=series)
    days = {Period(row.first, row.last) for row in rows}
    if days:
        held = held.filter(first__in={day.first for day in days})
    now = {(row.series_id, row.first, row.last): row for row in held} if rows else {}
    return [
        {
            "series": group[0].series,
            "values": [
                _beside(one, now.get((one.series_id, one.first, one.last))) for one in group
            ],
        }
        for group in _by_series(rows)
    ]


def _beside(
    waiting: Observation, now: Observation | None
) -> tuple[Observation, Observation | None, list[str]]:
    """Return a value that waits, the one that it would replace, and what is said beside it."""
    return waiting, now, asides(waiting, now)


def _by_series(rows: Iterable[Observation]) -> list[list[Observation]]:
    return [list(group) for _key, group in groupby(rows, key=lambda row: row.series_id)]


def _batches(waiting: "QuerySet[Observation]") -> list[dict[str, Any]]:
    """Return the imports of which values wait, each with how many; one query."""
    rows = waiting.filter(batch__isnull=False).order_by("batch__made_at")
    counted = rows.values("batch", "batch__file_name", "batch__made_at", "batch__user").annotate(
        number=Count("pk")
    )
    return [
        {
            "pk": row["batch"],
            "name": row["batch__file_name"],
            "made_at": row["batch__made_at"],
            "user": row["batch__user"],
            "words": ngettext("%(number)s value", "%(number)s values", row["number"])
            % {"number": row["number"]},
        }
        for row in counted
    ]
