"""What stands of periods while somebody types: the value that holds, and the one that waits."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Case, OuterRef, Subquery, Value, When

from exchange.audiences.viewer import Viewer
from exchange.kpis.models import Observation, Series
from exchange.kpis.models.series import STANDING
from exchange.kpis.periods import Period, PeriodKind


def standing_of(viewer: Viewer, series: Series, period: Period) -> list[Observation]:
    """Return what stands of one period, the latest revision last."""
    rows = Observation.objects.visible_to(viewer).filter(
        series=series, first=period.first, last=period.last, state__in=STANDING
    )
    return list(rows.in_order())


def standing_in(
    viewer: Viewer, kind: PeriodKind, periods: Mapping[Series, Sequence[Period]]
) -> list[Observation]:
    """Return what stands in these periods of some series, as the calendar goes, the latest revision last.

    Before it comes what held of each series last before its first period; all in two queries.
    `periods` has as many of `kind` for each series, in order.
    """
    if not periods:
        return []
    seen = Observation.objects.visible_to(viewer)
    within = seen.filter(
        series__in=list(periods),
        state__in=STANDING,
        first__gte=min(own[0].first for own in periods.values()),
        first__lte=max(own[-1].first for own in periods.values()),
    )
    before = seen.filter(pk__in=_latest_before(viewer, kind, periods))
    return list((within | before).in_order())


def _latest_before(
    viewer: Viewer, kind: PeriodKind, periods: Mapping[Series, Sequence[Period]]
) -> list[int]:
    begin: dict[dt.date, list[UUID]] = defaultdict(list)
    for series, own in periods.items():
        begin[own[0].first].append(series.pk)
    begins = Case(*(When(pk__in=keys, then=Value(day)) for day, keys in begin.items()))
    held = Observation.objects.visible_to(viewer).approved()
    earlier = held.filter(series=OuterRef("pk"), kind=kind, last__lt=OuterRef("begins"))
    rows = Series.objects.visible_to(viewer).filter(pk__in=[one.pk for one in periods]).order_by()
    latest = Subquery(earlier.order_by("-first", "-last").values("pk")[:1])
    found = rows.alias(begins=begins).annotate(latest=latest).values_list("latest", flat=True)
    return [key for key in found if key]
