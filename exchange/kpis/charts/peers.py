"""Where most ports lie: quartiles of those that agreed to count, and never of fewer than five."""

from collections import defaultdict
from collections.abc import Collection
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

from exchange.audiences.viewer import Viewer
from exchange.kpis.charts.picture import Band
from exchange.kpis.models import Definition, Observation, Series
from exchange.kpis.periods import Period

FEWEST = 5


def peer_band(
    viewer: Viewer, definition: Definition, periods: Collection[Period], own: Collection[UUID]
) -> list[Band]:
    """Return for each of the periods with enough peers where the middle half of them lies; one query.

    Peers are other organisations than `own` that follow the same version of the definition, say that
    they measure as it says, and agreed that their approved values count: by that consent they count
    for every partner, also where the values themselves are shown to fewer. Passers-by get no band.
    """
    if not viewer.takes_part or not periods:
        return []
    consenting = Series.objects.counted_in_bands(definition).exclude(organisation__in=list(own))
    rows = Observation.objects.in_bands(consenting, {period.first for period in periods})
    found: dict[Period, list[Decimal]] = defaultdict(list)
    for first, last, value in rows.values_list("first", "last", "value"):
        if value is not None:
            found[Period(first, last)].append(value)
    return [
        Band(period, *quartiles(found[period], definition.decimals))
        for period in sorted(periods)
        if len(found[period]) >= FEWEST
    ]


def quartiles(values: Collection[Decimal], decimals: int) -> tuple[Decimal, Decimal, Decimal]:
    """Return lower quartile, median and upper quartile, rounded to so many decimals.

    Linear between the two nearest values (Hyndman and Fan's type 7, as spreadsheets do).
    """
    ordered = sorted(values)
    low, median, high = (_at(ordered, share, decimals) for share in (1, 2, 3))
    return low, median, high


def _at(ordered: list[Decimal], quarter: int, decimals: int) -> Decimal:
    whole, rest = divmod((len(ordered) - 1) * quarter, 4)
    lower = ordered[whole]
    upper = ordered[min(whole + 1, len(ordered) - 1)]
    found = lower + (upper - lower) * rest / 4
    return found.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
