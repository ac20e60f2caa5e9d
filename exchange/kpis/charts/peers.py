"""Where most ports lie: quartiles of those that agreed to count, of five or more, and of none alone."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

from django.core.cache import cache
from django.db.models import Case, When
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.kpis.charts.lines import Band
from exchange.kpis.models import Definition, Observation, Series
from exchange.kpis.models.series import SeriesQuerySet
from exchange.kpis.periods import Period

FEWEST = 5
# Seconds. Hundreds of organisations have tens of thousands of values; reading all takes a while.
REMEMBERED = 3600
# Of a series that counts: its key, `lock`, `revised`.
Counted = tuple[UUID, int, int]


def peer_band(viewer: Viewer, definition: Definition, periods: Collection[Period]) -> list[Band]:
    """Return for each of the periods with enough peers where the middle half of them lies; two queries.

    Peers are other organisations than the viewer's own that follow the same version of the definition,
    say that they measure as it says, and agreed that their approved values count: by that consent they
    count for every partner, also where the values themselves are shown to fewer. Passers-by get no band.
    """
    if not viewer.takes_part or not periods:
        return []
    consenting = Series.objects.counted_in_bands(definition).exclude(
        organisation__in=list(viewer.roles)
    )
    counted = list(consenting.order_by("pk").values_list("pk", "lock", "revised"))
    key = _key(viewer, definition, counted, periods)
    remembered: list[Band] | None = cache.get(key)
    if remembered is None:
        # None that has agreed since: once it takes that back, the key would be this one again.
        known = consenting.filter(pk__in=[one for one, _lock, _revised in counted])
        remembered = _band(viewer, known, periods)
        cache.set(key, remembered, REMEMBERED)
    return remembered


def why_none() -> str:
    """Return in words what a band of peers takes."""
    return _(
        "No band of peers: it takes %(fewest)s other organisations that measure as defined and "
        "agreed to count. If the values of some are not shown to you, it takes as many of those."
    ) % {"fewest": FEWEST}


def tells_of_none(peers: int, hidden: int) -> bool:
    """Tell whether quartiles of so many peers may be shown to who may not read `hidden` of them.

    Who reads all but a few of the values could reckon these few from the quartiles.
    """
    return peers >= FEWEST and (not hidden or hidden >= FEWEST)


def _key(
    viewer: Viewer, definition: Definition, counted: list[Counted], periods: Collection[Period]
) -> str:
    """Return the name of a band that is another one once a value, a consent or what is read has changed.

    A value adds to `revised` of its series, all that is said of it, who reads it included, to `lock`.
    """
    whose = [sorted(viewer.roles), sorted(viewer.audience_ids)]
    text = repr([definition.pk, whose, counted, sorted(periods)])
    return f"kpis-band-{hashlib.sha256(text.encode()).hexdigest()}"


def _band(viewer: Viewer, consenting: SeriesQuerySet, periods: Collection[Period]) -> list[Band]:
    read = When(series__in=consenting.visible_to(viewer).order_by(), then=True)
    rows = Observation.objects.in_bands(consenting, {period.first for period in periods})
    found: dict[Period, list[tuple[Decimal, int]]] = defaultdict(list)
    unread: Counter[Period] = Counter()
    names = ("first", "last", "value", "decimals", "is_read")
    told = rows.annotate(is_read=Case(read, default=False)).values_list(*names)
    for first, last, value, decimals, is_read in told:
        if value is not None:
            found[Period(first, last)].append((value, decimals))
            unread[Period(first, last)] += not is_read
    return [
        Band(period, *quartiles([value for value, _places in found[period]], _usual(found[period])))
        for period in sorted(periods)
        if tells_of_none(len(found[period]), unread[period])
    ]


def _usual(values: list[tuple[Decimal, int]]) -> int:
    """Return how many decimals a value in the middle has: means of whole numbers need none."""
    return sorted(decimals for _value, decimals in values)[len(values) // 2]


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
