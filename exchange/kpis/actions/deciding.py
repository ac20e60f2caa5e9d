"""Values that wait: approving, sending back, taking back."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, QuerySet
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.actions.values import NAMED, count_change, in_lots
from exchange.kpis.choices import State
from exchange.kpis.models import Import, Observation, Series
from exchange.partners.models import Organisation
from exchange.partners.viewers import in_office_now


@transaction.atomic
def approve_values(*, actor: Viewer, series: Series, revisions: Mapping[str, int]) -> int:
    """Have the waiting values of these periods hold from now on; return how many there were.

    `revisions` are those that the actor has seen, by period. What held before stays to be read.
    Raises Forbidden, also for the actor's own values, Conflict when one was replaced meanwhile, and
    when the owner is not in the group that the series is shared with.
    """
    actor, series = _reviewed(actor, series)
    return _approve(actor, series, _seen(series, revisions))


def _approve(actor: Viewer, series: Series, chosen: "QuerySet[Observation]") -> int:
    """Have the chosen waiting values of the locked series hold; record it."""
    _require_others(actor, chosen)
    _steps.require_reach(series)
    extent = _extent(chosen)
    here = chosen.filter(first=OuterRef("first"), last=OuterRef("last"))
    held = Observation.objects.approved().filter(series=series).filter(Exists(here))
    corrected = list(held.order_by("first").values_list("period", flat=True))
    pks = list(chosen.values_list("pk", flat=True))
    held.update(state=State.SUPERSEDED)
    _decide(pks, State.APPROVED, actor)
    if pks:
        count_change(series)
        verb = "series.corrected" if corrected else "series.approved"
        _steps.record_for_readers(
            verb,
            actor=actor,
            thing=series,
            added=len(pks) - len(corrected),
            corrected=len(corrected),
            periods=corrected[:NAMED],
            **extent,
        )
    return len(pks)


@transaction.atomic
def reject_values(
    *, actor: Viewer, series: Series, revisions: Mapping[str, int], reason: str
) -> int:
    """Send the waiting values of these periods back, with a reason; return how many there were.

    Raises as `approve_values`, and Invalid without a reason.
    """
    actor, series = _reviewed(actor, series)
    return _reject(actor, series, _seen(series, revisions), reason)


def _reject(
    actor: Viewer,
    series: Series,
    chosen: "QuerySet[Observation]",
    reason: str,
    *,
    tell: bool = True,
) -> int:
    """Send the chosen waiting values of the locked series back; record it.

    Their senders are mailed, unless they are not to be told: of one file they hear once.
    """
    reason = _steps.clean_reason(reason, needed=_("Say why, so that the sender can mend it."))
    _require_others(actor, chosen)
    extent = _extent(chosen)
    pks = list(chosen.values_list("pk", flat=True))
    senders = set(chosen.exclude(submitted_by=None).values_list("submitted_by", flat=True))
    whom = {"users": sorted(map(str, senders))} if tell else {}
    _decide(pks, State.REJECTED, actor, reason)
    if pks:
        count_change(series)
        _steps.record_at_home(
            "series.sent_back", actor=actor, thing=series, count=len(pks), **extent, **whom
        )
    return len(pks)


@transaction.atomic
def decide_import(*, actor: Viewer, batch: Import, accept: bool, reason: str = "") -> int:
    """Approve what waits of an import, or send it back with a reason; return how many values.

    Of its series those whose owner's reviewer the actor is. Raises Forbidden, also for who sent it,
    Conflict as `approve_values`, Invalid without a reason to send it back.
    """
    mine = Observation.objects.waiting().filter(batch=batch)
    ids = set(mine.order_by().values_list("series", flat=True).distinct())
    owners = Series.objects.filter(pk__in=ids).order_by("organisation")
    rows = Organisation.objects.filter(pk__in=owners.values("organisation"))
    for organisation in rows.order_by("pk"):
        actor = in_office_now(actor, organisation)
    found = _steps.hold(ids, to_publish=accept)
    held = [one for one in found.values() if policies.can_review(actor, one.organisation)]
    _steps.require(bool(held) or not ids, _steps.ONLY_KEEPERS)
    count = 0
    for series in held:
        chosen = mine.filter(series=series)
        if accept:
            count += _approve(actor, series, chosen)
        else:
            # Who sent the file hears once, by the first series of which anything waits.
            count += _reject(actor, series, chosen, reason, tell=count == 0)
    return count


@transaction.atomic
def take_back_values(*, actor: Viewer, series: Series, periods: Collection[str]) -> int:
    """Take waiting values back before anybody decided; return how many there were. Raises Forbidden."""
    actor, series = _steps.locked(actor, series.pk)
    allowed = policies.can_take_back(actor, series)
    _steps.require_at(actor, series.organisation, allowed, _steps.ONLY_WRITERS)
    chosen = _waiting(series, periods)
    extent = _extent(chosen)
    pks = list(chosen.values_list("pk", flat=True))
    _decide(pks, State.WITHDRAWN, actor)
    if pks:
        record_taken_back(actor, series, len(pks), **extent)
    return len(pks)


def record_taken_back(actor: Viewer, series: Series, count: int, **extent: Any) -> None:
    """Count and record that waiting values of the locked series were taken back."""
    count_change(series)
    _steps.record_at_home("series.taken_back", actor=actor, thing=series, count=count, **extent)


def _reviewed(actor: Viewer, series: Series) -> tuple[Viewer, Series]:
    actor, series = _steps.locked(actor, series.pk)
    allowed = policies.can_review(actor, series.organisation)
    _steps.require_at(actor, series.organisation, allowed, _steps.ONLY_KEEPERS)
    return actor, series


def _waiting(series: Series, periods: Collection[str]) -> "QuerySet[Observation]":
    rows: QuerySet[Observation] = Observation.objects.waiting().filter(
        series=series, period__in=periods
    )
    return rows


def _seen(series: Series, revisions: Mapping[str, int]) -> "QuerySet[Observation]":
    """Return what waits of these periods; raise Conflict when a value is not the one that was seen."""
    chosen = _waiting(series, revisions)
    for period, revision in chosen.values_list("period", "revision"):
        if revision != revisions[period]:
            words = _("The value of %(period)s was replaced meanwhile. Look again, then decide.")
            raise Conflict(words % {"period": period})
    return chosen


def _require_others(actor: Viewer, chosen: "QuerySet[Observation]") -> None:
    """Raise Forbidden when the actor submitted one of the chosen values."""
    if not actor.is_system and chosen.filter(submitted_by=actor.user_id).exists():
        raise Forbidden(_("You submitted some of these values: another reviewer decides on them."))


def _extent(chosen: "QuerySet[Observation]") -> dict[str, Any]:
    days = chosen.aggregate(first=Min("first"), last=Max("last"))
    return {"from": str(days["first"] or ""), "to": str(days["last"] or "")}


def _decide(pks: Iterable[int], state: State, actor: Viewer, decision: str = "") -> None:
    in_lots(
        pks,
        state=state,
        decided_by=actor.user_id,
        decided_at=time.now(),
        decision=decision,
    )
