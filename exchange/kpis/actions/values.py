"""Values: submitting and writing them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef
from django.utils.translation import gettext as _

from exchange.activity.log import record_all
from exchange.activity.models import Event
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Invalid, Stale
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.choices import State, Way
from exchange.kpis.entries import Entry, Said, told_of
from exchange.kpis.models import Observation, Series
from exchange.kpis.models.series import STANDING
from exchange.kpis.writing import Hand, Writer, insert

# So many periods an event names; whoever cites a corrected value is told by these.
NAMED = 100
# What was said of a period, and is not what holds there nor what held before that.
NOT_HELD = (State.SUBMITTED, State.REJECTED, State.WITHDRAWN)


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

    def note(self, entry: Said, *, corrects: bool) -> None:
        """Count an entry that was written."""
        if corrects:
            self.corrected.append(entry.code)
        else:
            self.added += 1
        first, last = entry.days
        self.first = min(self.first or first, first)
        self.last = max(self.last, last)

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
    seen: Mapping[str, int] | None = None,
) -> Written:
    """Submit values of a series for review; the same as before changes nothing.

    `seen` are the revisions by their periods that the actor looked at last, 0 for none.

    What holds already is corrected by a revision that waits, with a reason: the entry's own, or
    `reason` for all. What waited is replaced. The operator's values hold at once. Raises Forbidden,
    Stale, Conflict when the series is closed, Invalid without a reason.
    """
    actor, series = _steps.locked(actor, series.pk)
    allowed = policies.can_enter(actor, series.organisation)
    _steps.require_at(actor, series.organisation, allowed, _steps.ONLY_WRITERS)
    _steps.require_open(series)
    _require_each_once(entries)
    _require_seen(series, seen or {})
    reason = _steps.clean_reason(reason)
    entries = [one.because(_steps.clean_reason(one.reason)) for one in entries]
    hand = Hand(
        user_id=actor.user_id,
        way=Way.OPERATOR if actor.is_system else way,
        at=time.now(),
        holds=actor.is_system,
    )
    written = Written()
    write([Lot(series, entries, written)], hand, reason=reason)
    record_written(actor, [(series, written)], holds=hand.holds)
    return written


class Lot(NamedTuple):
    """Entries to be written of a locked series, no two of one period; they are counted in `written`."""

    series: Series
    entries: Sequence[Said]
    written: Written


def write(lots: Sequence[Lot], hand: Hand, *, reason: str) -> None:
    """Write entries, each series in one lot.

    Whoever calls it holds the policy and records the event. Raises Invalid without a reason.
    """
    now = _as_they_are(lots)
    rows: list[tuple[Any, ...]] = []
    replaced: list[int] = []
    superseded: list[int] = []
    for series, entries, written in lots:
        writer, known = Writer(series, hand), now[series.pk]
        for entry in entries:
            standing = known.get(entry.code, NEW)
            if standing is not NEW and entry.told == standing.compared(holds=hand.holds):
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


def add(
    said: Iterable[tuple[UUID, Said]],
    series: Mapping[UUID, Series],
    hand: Hand,
    written: Mapping[UUID, Written],
) -> None:
    """Write what is said of periods of locked series where nothing holds, as it comes.

    Where something waits, the new value must hold at once: what waits is withdrawn. `said` asks nothing of the
    database meanwhile. It is counted in `written`; whoever calls it records the event.
    """
    spent = _spent(series)
    writers = {pk: Writer(one, hand) for pk, one in series.items()}

    def rows() -> Iterator[tuple[Any, ...]]:
        for pk, entry in said:
            written[pk].note(entry, corrects=False)
            revision = spent.get((pk, entry.code), 0) + 1
            yield writers[pk].row(entry, revision=revision, reason="")

    insert(rows())
    if hand.holds and spent:
        _withdraw_beside(series, hand)


def _spent(series: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    """Return the highest revision by series and period, where one was said that does not hold."""
    rows = Observation.objects.filter(series__in=series, state__in=NOT_HELD).order_by()
    found = rows.values_list("series", "period").annotate(highest=Max("revision"))
    return {(pk, period): highest for pk, period, highest in found.iterator(chunk_size=2000)}


def _withdraw_beside(series: Collection[UUID], hand: Hand) -> None:
    """Withdraw what waits in these series beside a value of this hand that holds."""
    mine = Observation.objects.approved().filter(
        batch=hand.batch_id,
        series=OuterRef("series"),
        first=OuterRef("first"),
        last=OuterRef("last"),
    )
    waiting = Observation.objects.waiting().filter(Exists(mine), series__in=series)
    _move(waiting.values_list("pk", flat=True), State.WITHDRAWN, hand)


def record_written(actor: Viewer, found: Iterable[tuple[Series, Written]], *, holds: bool) -> None:
    """Count and record that values of series were written, of those of which any were.

    Raises Conflict when they hold at once and may not go to the audience of a series.
    """
    changed = [(series, written) for series, written in found if written.changed]
    if holds:
        _steps.require_reach(*(series for series, _written in changed))
    count_change(*(series for series, _written in changed))
    record_all([_news(*one, holds=holds) for one in changed], actor=actor)


def _news(series: Series, written: Written, *, holds: bool) -> Event:
    if not holds:
        return _steps.at_home("series.submitted", series, **written.told)
    verb = "series.corrected" if written.corrected else "series.approved"
    return _steps.for_readers(verb, series, **written.told)


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


NEW = _Standing()


def _as_they_are(lots: Sequence[Lot]) -> dict[UUID, dict[str, _Standing]]:
    """Return by series and code how the periods stand that were spoken of before; one query."""
    found: dict[UUID, dict[str, _Standing]] = defaultdict(lambda: defaultdict(_Standing))
    days = [entry.days for lot in lots for entry in lot.entries]
    if not days:
        return found
    rows = Observation.objects.filter(
        series__in=[lot.series.pk for lot in lots],
        first__gte=min(first for first, _last in days),
        last__lte=max(last for _first, last in days),
    )
    for row in rows.order_by("revision").iterator(chunk_size=2000):
        standing = found[row.series_id][row.period]
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


def _require_seen(series: Series, seen: Mapping[str, int]) -> None:
    """Raise Stale when of some period another revision stands than was seen."""
    rows = Observation.objects.filter(series=series, period__in=seen, state__in=STANDING)
    now = dict(rows.order_by("revision").values_list("period", "revision"))
    for period, revision in seen.items():
        if now.get(period, 0) != revision:
            words = _("Somebody entered %(period)s meanwhile. Look again, then decide.")
            raise Stale(words % {"period": period}, current=now.get(period, 0))


def _move(pks: Iterable[int], state: State, hand: Hand) -> None:
    values: dict[str, Any] = {"state": state}
    if state == State.WITHDRAWN:
        values |= {"decided_by": hand.user_id, "decided_at": hand.at}
    in_lots(pks, **values)


def in_lots(pks: Iterable[int], **values: Any) -> None:
    """Update rows by their keys, so many at a time as a statement takes."""
    ordered = list(pks)
    for start in range(0, len(ordered), 5000):
        Observation.objects.filter(pk__in=ordered[start : start + 5000]).update(**values)


def count_change(*changed: Series) -> None:
    """Count that values of locked series were written: who compared with them before looks again."""
    Series.objects.filter(pk__in=[one.pk for one in changed]).update(revised=F("revised") + 1)
    for series in changed:
        series.revised += 1
