"""The values that others are judged by, read once for all that are typed or sent together."""

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from exchange.audiences.viewer import Viewer
from exchange.kpis.models import Observation, Series
from exchange.kpis.periods import Period, PeriodKind, kind_of
from exchange.kpis.plausible import History

# How far back values are looked for: twice as long as so many of the kind take that tell something.
LOOKED_BACK = {
    PeriodKind.DAY: dt.timedelta(days=50),
    PeriodKind.WEEK: dt.timedelta(weeks=50),
    PeriodKind.MONTH: dt.timedelta(days=4 * 366),
    PeriodKind.QUARTER: dt.timedelta(days=12 * 366),
    PeriodKind.HALF: dt.timedelta(days=24 * 366),
    PeriodKind.YEAR: dt.timedelta(days=48 * 366),
}
Key = tuple[UUID, PeriodKind]
Beside = tuple[Series, Period]


def key_of(series: Series, period: Period) -> Key:
    """Return by which name `histories` has the values beside this period."""
    return series.pk, kind_of(period, series.year_start)


def histories(viewer: Viewer, asked: Iterable[Beside]) -> Mapping[Key, History]:
    """Return what was approved before these periods, by series and kind of period; one query.

    Spans compare with nothing, and have no history.
    """
    starts: dict[UUID, str] = {}
    days: dict[Key, list[dt.date]] = {}
    for series, period in asked:
        if key_of(series, period)[1] in LOOKED_BACK:
            starts[series.pk] = series.year_start
            days.setdefault(key_of(series, period), []).append(period.first)
    found: dict[Key, History] = {key: History() for key in days}
    if not days:
        return found
    wanted = Q()
    for (series_id, kind), firsts in days.items():
        since = min(firsts) - LOOKED_BACK[kind]
        wanted |= Q(series=series_id, first__gte=since, first__lt=max(firsts))
    rows = Observation.objects.visible_to(viewer).approved().filter(wanted, value__isnull=False)
    for pk, first, last, value in rows.values_list("series", "first", "last", "value"):
        kind = kind_of(Period(first, last), starts[pk])
        if (pk, kind) in found and value is not None:
            found[pk, kind].add(first, value)
    return found
