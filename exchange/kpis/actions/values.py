"""Values: submitting, approving, sending back, taking back."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, QuerySet
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.choices import State, Way
from exchange.kpis.entries import Entry, told_of
from exchange.kpis.models import Import, Observation, Series
from exchange.kpis.writing import Hand, Writer, insert
from exchange.partners.models import Organisation
from exchange.partners.viewers import in_office_now

# So many periods an event names; whoever cites a corrected value is told by these.
NAMED = 100
Days = tuple[Any, Any]


@dataclass(kw_only=True)
class Written:
    """What writing values came to: how many periods are new, the codes of those corrected and `kept`."""

    added: int = 0
    corrected: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    first: str = ""
    last: str = ""

    @property
    def changed(self) -> int:
        return self.added + len(self.corrected)

    @property
    def unchanged(self) -> int:
        return len(self.kept)

    def note(self, entry: Entry, *, corrects: bool) -> None:
        """Count an entry that was written."""
        if corrects:
            self.corrected.append(entry.code)
        else:
            self.added += 1
        self.first = min(
            self.first or entry.period.first.isoformat(), entry.period.first.isoformat()
        )
        self.last = max(self.last, entry.period.last.isoformat())

    @property
    def told(self) -> dict[str, Any]:
        """Return what the event says of it."""
        return {
            "from": self.first,
            "to": self.last,
            "added": self.added,
            "corrected": len(self.corrected),
            "periods": self.corrected[:NAMED],
        }


@transaction.atomic
def submit_values(
    *,
    actor: Viewer,
    series: Series,
    entries: Sequence[Entry],
    way: Way = Way.FORM,
    reason: str = "",
) -> Written:
    """Submit values of a series for review; the same as before changes nothing.

    What holds already is corrected by a revision that waits, with a reason: the entry's own, or
    `reason` for all. What waited is replaced. The operator's values hold at once. Raises Forbidden,
    Conflict when the series is closed, Invalid without a reason.
    """
    actor, series = _steps.locked(actor, series.pk)
    allowed = policies.can_enter(actor, series.organisation)
    _steps.require_at(actor, series.organisation, allowed, _steps.ONLY_WRITERS)
    _steps.require_open(series)
    _require_each_once(entries)
    reason = _steps.clean_reason(reason)
    entries = [replace(one, reason=_steps.clean_reason(one.reason)) for one in entries]
    hand = Hand(
        user_id=actor.user_id,
        way=Way.OPERATOR if actor.is_system else way,
        at=time.now(),
        holds=actor.is_system,
    )
    written = write(series, entries, hand, reason=reason)
    record_written(actor, series, written, holds=hand.holds)
    return written


def write(
    series: Series,
    entries: Sequence[Entry],
    hand: Hand,
    *,
    reason: str,
    written: Written | None = None,
) -> Written:
    """Write entries of the locked series, of which no two are of one period; count them, in `written`.

    Whoever calls it holds the policy and records the event. Raises Invalid without a reason.
    """
    written, writer = written or Written(), Writer(series, hand)
    now = _as_they_are(series, entries)
    rows: list[tuple[Any, ...]] = []
    replaced: list[int] = []
    superseded: list[int] = []
    for entry in entries:
        standing = now[entry.period.first, entry.period.last]
        if entry.told == standing.compared(holds=hand.holds):
            written.kept.append(entry.code)
            continue
        corrects = standing.approved is not None
        why = entry.reason or reason
        if corrects and not why:
            raise Invalid({"reason": [_("Say why a value that was approved is corrected.")]})
        if standing.waiting is not None:
            replaced.append(standing.waiting)
        if standing.approved is not None and hand.holds:
            superseded.append(standing.approved)
        revision = standing.revision + 1
        rows.append(writer.row(entry, revision=revision, reason=why if corrects else ""))
        written.note(entry, corrects=corrects)
    _move(replaced, State.WITHDRAWN, hand)
    _move(superseded, State.SUPERSEDED, hand)
    insert(rows)
    return written


def record_written(actor: Viewer, series: Series, written: Written, *, holds: bool) -> None:
    """Count and record that values of a series were written, if any were."""
    if not written.changed:
        return
    _count(series)
    if not holds:
        _steps.record_at_home("series.submitted", actor=actor, thing=series, **written.told)
        return
    verb = "series.corrected" if written.corrected else "series.approved"
    _steps.record_for_readers(verb, actor=actor, thing=series, **written.told)


@transaction.atomic
def approve_values(*, actor: Viewer, series: Series, revisions: Mapping[str, int]) -> int:
    """Have the waiting values of these periods hold from now on; return how many there were.

    `revisions` are those that the actor has seen, by period. What held before stays to be read.
    Raises Forbidden, also for the actor's own values, Conflict when one was replaced meanwhile.
    """
    actor, series = _reviewed(actor, series)
    return approve(actor, series, _seen(series, revisions))


def approve(actor: Viewer, series: Series, chosen: "QuerySet[Observation]") -> int:
    """Have the chosen waiting values of the locked series hold; record it. Raises Forbidden."""
    _require_others(actor, chosen)
    extent = _extent(chosen)
    here = chosen.filter(first=OuterRef("first"), last=OuterRef("last"))
    held = Observation.objects.approved().filter(series=series).filter(Exists(here))
    corrected = list(held.order_by("first").values_list("period", flat=True))
    pks = list(chosen.values_list("pk", flat=True))
    held.update(state=State.SUPERSEDED)
    _decide(pks, State.APPROVED, actor)
    if pks:
        _count(series)
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
    return reject(actor, series, _seen(series, revisions), reason)


def reject(actor: Viewer, series: Series, chosen: "QuerySet[Observation]", reason: str) -> int:
    """Send the chosen waiting values of the locked series back; record it. Raises as above."""
    reason = _steps.clean_reason(reason, needed=_("Say why, so that the sender can mend it."))
    _require_others(actor, chosen)
    extent = _extent(chosen)
    pks = list(chosen.values_list("pk", flat=True))
    _decide(pks, State.REJECTED, actor, reason)
    if pks:
        _count(series)
        _steps.record_at_home(
            "series.sent_back", actor=actor, thing=series, count=len(pks), **extent
        )
    return len(pks)


@transaction.atomic
def decide_import(*, actor: Viewer, batch: Import, accept: bool, reason: str = "") -> int:
    """Approve what waits of an import, or send it back with a reason; return how many values.

    Of its series those whose owner's reviewer the actor is. Raises Forbidden, also for who sent it,
    Invalid without a reason to send it back.
    """
    mine = Observation.objects.waiting().filter(batch=batch)
    ids = set(mine.order_by().values_list("series", flat=True).distinct())
    owners = Series.objects.filter(pk__in=ids).order_by("organisation")
    for organisation in Organisation.objects.filter(pk__in=owners.values("organisation")):
        actor = in_office_now(actor, organisation)
    held = [
        one for one in _steps.hold(ids).values() if policies.can_review(actor, one.organisation)
    ]
    _steps.require(bool(held) or not ids, _steps.ONLY_KEEPERS)
    count = 0
    for series in held:
        chosen = mine.filter(series=series)
        decided = (
            approve(actor, series, chosen) if accept else reject(actor, series, chosen, reason)
        )
        count += decided
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
    _count(series)
    _steps.record_at_home("series.taken_back", actor=actor, thing=series, count=count, **extent)


@dataclass
class _Standing:
    """How a period stands: the highest revision, who holds and who waits, and what each of them says."""

    revision: int = 0
    approved: int | None = None
    waiting: int | None = None
    held: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()

    def compared(self, *, holds: bool) -> tuple[str, ...]:
        """Return what a new value is compared with: what waits before what holds.

        One that is to hold at once is compared with what holds alone.
        """
        return self.held if holds else self.waits or self.held


def _as_they_are(series: Series, entries: Sequence[Entry]) -> dict[Days, _Standing]:
    """Return how the periods of the entries stand; one query."""
    found: dict[Days, _Standing] = defaultdict(_Standing)
    if not entries:
        return found
    first = min(entry.period.first for entry in entries)
    last = max(entry.period.last for entry in entries)
    rows = Observation.objects.filter(series=series, first__gte=first, last__lte=last)
    for row in rows.order_by("revision").iterator(chunk_size=2000):
        standing = found[row.first, row.last]
        standing.revision = row.revision
        if row.state == State.APPROVED:
            standing.approved, standing.held = row.pk, told_of(row)
        if row.state == State.SUBMITTED:
            standing.waiting, standing.waits = row.pk, told_of(row)
    return found


def _require_each_once(entries: Sequence[Entry]) -> None:
    twice = [code for code, count in Counter(one.code for one in entries).items() if count > 1]
    if twice:
        words = _("%(period)s is there twice. Keep one of the two.") % {"period": twice[0]}
        raise Invalid({"period": [words]})


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
    _in_lots(
        pks,
        state=state,
        decided_by=actor.user_id,
        decided_at=time.now(),
        decision=decision,
    )


def _move(pks: Iterable[int], state: State, hand: Hand) -> None:
    values: dict[str, Any] = {"state": state}
    if state == State.WITHDRAWN:
        values |= {"decided_by": hand.user_id, "decided_at": hand.at}
    _in_lots(pks, **values)


def _in_lots(pks: Iterable[int], **values: Any) -> None:
    """Update rows by their keys, so many at a time as a statement takes."""
    ordered = list(pks)
    for start in range(0, len(ordered), 5000):
        Observation.objects.filter(pk__in=ordered[start : start + 5000]).update(**values)


def _count(series: Series) -> None:
    """Count that values of a series were written: who compared with them before looks again."""
    series.revised += 1
    series.save(update_fields=["revised"])
