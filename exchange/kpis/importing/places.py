"""The series that rows of a file are compared with, and what was said of their periods before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from exchange.kpis.choices import State
from exchange.kpis.entries import TOLD, told_of
from exchange.kpis.models import Observation, Series
from exchange.kpis.plausible import History
from exchange.kpis.yardstick import Yardstick

# What is said of a period: its value as text, and all that `told` has besides.
Told = tuple[str, tuple[str, ...]]


@dataclass
class Place:
    """Where rows of one port and one KPI go: the series (None: still to be made), and its values."""

    port: str
    kpi: str
    series: Series | None
    yardstick: Yardstick
    # By the codes of their periods: what stands there, and which line of the file said what before.
    standing: dict[str, Told] = field(default_factory=dict)
    seen: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    histories: dict[str, History] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.series_id = str(self.series.pk) if self.series else ""

    @property
    def seen_as(self) -> tuple[str, int | None]:
        """Return by which name the import keeps the place, and in which state it was seen."""
        if self.series is None:
            return f"{self.port} {self.kpi}", None
        return self.series_id, self.series.revised

    def history(self, kind: str) -> History:
        """Return the values of one kind of period."""
        found = self.histories.get(kind)
        if found is None:
            found = self.histories[kind] = History()
        return found


def load_values(places: Iterable[Place], states: Collection[State]) -> None:
    """Load the values of series: what rows are compared with, and the history beside them."""
    by_series = {place.series.pk: place for place in places if place.series}
    if not by_series:
        return
    rows = Observation.objects.filter(series__in=by_series, state__in=states)
    # Most values of a series say the same beside the value: that is kept once.
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    found = rows.order_by("series", "first", "last", "revision").values_list(
        "series", "period", "first", "kind", "state", *TOLD, named=True
    )
    for row in found.iterator(chunk_size=2000):
        place = by_series[row.series]
        value, *rest = told_of(row)
        besides = tuple(rest)
        place.standing[row.period] = value, known.setdefault(besides, besides)
        if row.value is not None and row.state == State.APPROVED:
            place.history(row.kind).add(row.first, row.value)
