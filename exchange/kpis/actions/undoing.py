"""Undoing an import: it is asked for here, and done in the background."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict
from exchange.common.faults import faultpoint
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.actions._batch import end, hold, taken
from exchange.kpis.actions.deciding import record_taken_back
from exchange.kpis.actions.values import Lot, Written, in_lots, record_written, write
from exchange.kpis.choices import ImportState, Missing, State, Status, Way
from exchange.kpis.entries import Entry, told_of
from exchange.kpis.models import Import, Observation, Series
from exchange.kpis.periods import Period, PeriodKind
from exchange.kpis.writing import Hand
from exchange.partners.viewers import in_office_now

# So many rows are held in memory while they are taken back.
ROWS = 5000
GONE = (ImportState.UNDOING, ImportState.UNDONE)
# What is told of a value that was taken back, by the columns of TOLD.
RETRACTED = ("", Missing.RETRACTED, Status.NORMAL, "", "", "", "")


@transaction.atomic
def undo_import(*, actor: Viewer, batch: Import, reason: str) -> Import:
    """Have what an import wrote be taken back, in the background; said again it changes nothing.

    Raises Forbidden, Conflict by state, Invalid without a reason.
    """
    actor, batch = taken(actor, batch)
    if batch.state in GONE:
        return batch
    if batch.state != ImportState.ACCEPTED:
        raise Conflict(_("Only an import that was accepted can be undone."))
    is_client = actor.kind == "client"
    asked = {
        "state": ImportState.UNDOING,
        "refusal": "",
        "undo_reason": _steps.clean_reason(reason, needed=_("Say why it is undone.")),
        "undone_by_id": actor.user_id,
        "undone_client_id": actor.actor_id if is_client else None,
        "undone_way": Way.OPERATOR if actor.is_system else Way.API if is_client else Way.FORM,
    }
    batch.save(update_fields=_steps.put(batch, asked))
    return batch


@transaction.atomic
def revert_import(*, actor: Viewer, batch: Import) -> Import:
    """Take back what an import wrote, as was asked, all in one transaction; twice changes nothing.

    What waits is withdrawn; what it had replaced waits again, from whoever sent that. What holds gets
    a revision that says again what held before, or that the value was taken back: it waits for
    another reviewer than the actor, and holds at once when the operator undoes. What was corrected
    since stays. Raises Forbidden for who may no longer enter values.
    """
    if batch.organisation and not actor.is_system:
        actor = in_office_now(actor, batch.organisation)
    batch = hold(batch)
    if batch.state != ImportState.UNDOING:
        return batch
    mine = Observation.objects.filter(batch=batch)
    written = set(mine.order_by().values_list("series", flat=True).distinct())
    held = _steps.hold(written, to_publish=actor.is_system)
    hand = Hand(user_id=actor.user_id, way=batch.way, at=time.now(), holds=actor.is_system)
    for series in held.values():
        allowed = policies.can_enter(actor, series.organisation)
        _steps.require_at(actor, series.organisation, allowed, _steps.ONLY_WRITERS)
        _revert(actor, series, mine.filter(series=series), hand, batch.undo_reason)
    faultpoint("import_undone")
    batch.undone_at = time.now()
    return end(batch, ImportState.UNDONE, "")


def _revert(
    actor: Viewer, series: Series, mine: "QuerySet[Observation]", hand: Hand, why: str
) -> None:
    """Take back what an import wrote of a locked series, and record it."""
    restated = Written()
    # What waited holds no more at once than it did before, whoever undoes.
    waits = Written() if hand.holds else restated
    withdrawn = 0
    for rows in _lots(mine.filter(state=State.SUBMITTED)):
        withdrawn += len(rows)
        replaced = _waited_before(series, rows)
        in_lots(
            [row.pk for row in rows],
            state=State.WITHDRAWN,
            decided_by=hand.user_id,
            decided_at=hand.at,
            decision=why,
        )
        for (user_id, way, batch_id), entries in replaced.items():
            sender = replace(hand, user_id=user_id, way=way, batch_id=batch_id, holds=False)
            write([Lot(series, entries, waits)], sender, reason=why)
    for rows in _lots(mine.filter(state=State.APPROVED)):
        write([Lot(series, _held_before(series, rows), restated)], hand, reason=why)
    record_written(actor, [(series, restated)], holds=hand.holds)
    if hand.holds:
        record_written(actor, [(series, waits)], holds=False)
    if withdrawn and not (restated.changed or waits.changed):
        record_taken_back(actor, series, withdrawn)


def _lots(rows: "QuerySet[Observation]") -> Iterator[list[Observation]]:
    """Yield rows as the calendar goes, so many at a time as may be in memory."""
    keys = list(rows.order_by("first", "last").values_list("pk", flat=True))
    for start in range(0, len(keys), ROWS):
        found = Observation.objects.filter(pk__in=keys[start : start + ROWS])
        yield list(found.order_by("first", "last"))


def _waited_before(
    series: Series, rows: list[Observation]
) -> dict[tuple[UUID | None, str, UUID | None], list[Entry]]:
    """Return by who sent it, how and in which import what waited before these rows took its place."""
    mine = {_days(row): row.submitted_at for row in rows}
    found: dict[tuple[UUID | None, str, UUID | None], list[Entry]] = defaultdict(list)
    for row in _beside(series, rows, State.WITHDRAWN).filter(decided_at__in=set(mine.values())):
        if mine.get(_days(row)) == row.decided_at:
            sender = row.submitted_by_id, row.way, row.batch_id
            found[sender].append(_said(row, row).because(row.reason))
    return found


def _held_before(series: Series, rows: list[Observation]) -> list[Entry]:
    """Return for rows that hold what held before, or that the value was taken back.

    Where somebody has submitted a correction since, that is left to the reviewer.
    """
    mine = {_days(row): row for row in rows}
    before: dict[tuple[date, date], Observation] = {}
    corrected = set()
    for row in _beside(series, rows, State.SUPERSEDED, State.SUBMITTED).order_by("revision"):
        days = _days(row)
        if row.state == State.SUBMITTED:
            corrected.add(days)
        elif days in mine and row.revision < mine[days].revision:
            before[days] = row
    return [_said(row, before.get(days)) for days, row in mine.items() if days not in corrected]


def _beside(series: Series, rows: list[Observation], *states: State) -> "QuerySet[Observation]":
    """Return what else was said around the same days, but for what came by imports that are undone."""
    found = Observation.objects.filter(
        series=series, state__in=states, first__gte=rows[0].first, first__lte=rows[-1].first
    )
    return found.exclude(batch__state__in=GONE)


def _days(row: Observation) -> tuple[date, date]:
    return row.first, row.last


def _said(row: Observation, before: Observation | None) -> Entry:
    period, kind = Period(row.first, row.last), PeriodKind(row.kind)
    if before is None:
        return Entry(period, row.period, period.ends, kind, None, RETRACTED)
    return Entry(period, row.period, period.ends, kind, before.value, told_of(before))
