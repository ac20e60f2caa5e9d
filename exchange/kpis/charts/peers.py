"""Where most ports lie: quartiles of those that agreed to count, of five or more, and of none alone."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

from django.core.cache import cache
from django.db.models import QuerySet

from exchange.audiences.viewer import Viewer
from exchange.kpis.charts.lines import Band
from exchange.kpis.models import Definition, Observation, Series
from exchange.kpis.periods import Period

FEWEST = 5
# Seconds. Hundreds of organisations have tens of thousands of values; reading all takes a while.
REMEMBERED = 3600


def peer_band(
    viewer: Viewer, definition: Definition, periods: Collection[Period], own: Collection[UUID]
) -> list[Band]:
    """Return for each of the periods with enough peers where the middle half of them lies; two queries.

    Peers are other organisations than `own` that follow the same version of the definition, say that
    they measure as it says, and agreed that their approved values count: by that consent they count
    for every partner, also where the values themselves are shown to fewer. Passers-by get no band.
    """
    if not viewer.takes_part or not periods:
        return []
    consenting = Series.objects.counted_in_bands(definition).exclude(organisation__in=list(own))
    key = _key(consenting, periods)
    remembered: list[Band] | None = cache.get(key)
    if remembered is None:
        remembered = _band(consenting, periods, definition.decimals)
        cache.set(key, remembered, REMEMBERED)
    return remembered


def _key(consenting: QuerySet[Series], periods: Collection[Period]) -> str:
    """Return the name of a band that is another one once a value or a consent has changed."""
    counted = consenting.order_by("pk").values_list("pk", "lock", "revised")
    text = repr([list(counted), sorted(periods)])
    return f"kpis-band-{hashlib.sha256(text.encode()).hexdigest()}"


def _band(consenting: QuerySet[Series], periods: Collection[Period], decimals: int) -> list[Band]:
    rows = Observation.objects.in_bands(consenting, {period.first for period in periods})
    found: dict[Period, list[Decimal]] = defaultdict(list)
    for first, last, value in rows.values_list("first", "last", "value"):
        if value is not None:
            found[Period(first, last)].append(value)
    return [
        Band(period, *quartiles(found[period], decimals))
        for period in sorted(periods)
        if len(found[period]) >= FEWEST
    ]


def quartiles(values: Collection[Decimal], decimals: int) -> tuple[Decimal, Decimal, Decimal]:
    """Return lower quartile, median and upper quartile of five values or more, to so many decimals.

    In place of each value its mean with its two neighbours is taken: of five values the quartiles
    would else be three of them as they are, and each told to everybody whose it is. No value is more
    than a third of any number that is shown. Between two means it is linear (Hyndman and Fan's type 7).
    """
    ordered = sorted(values)
    low, median, high = (_at(ordered, share, decimals) for share in (1, 2, 3))
    return low, median, high


def _at(ordered: list[Decimal], quarter: int, decimals: int) -> Decimal:
    whole, rest = divmod((len(ordered) - 1) * quarter, 4)
    lower = sum(ordered[whole - 1 : whole + 2], Decimal())
    upper = sum(ordered[whole : whole + 3], Decimal()) if rest else lower
    found = (lower * (4 - rest) + upper * rest) / 12
    return found.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
