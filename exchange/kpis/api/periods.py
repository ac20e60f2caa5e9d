"""Periods as parameters of a query."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from rest_framework import serializers
from rest_framework.fields import empty

from exchange.common.drf.serializers import Text
from exchange.kpis.period_forms import LONGEST
from exchange.kpis.periods import CALENDAR_YEAR, Period, PeriodKind, parse_period

YEAR_STARTS = [f"--{month:02}-01" for month in range(1, 13)]
# How the one name of a period looks, by its kind.
FORMS = {
    PeriodKind.YEAR: "[0-9]{4}",
    PeriodKind.HALF: "[0-9]{4}-S[0-9]",
    PeriodKind.QUARTER: "[0-9]{4}-Q[0-9]",
    PeriodKind.MONTH: "[0-9]{4}-[0-9]{2}",
    PeriodKind.WEEK: "[0-9]{4}-W[0-9]{2}",
    PeriodKind.DAY: "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    PeriodKind.SPAN: ".+/.+",
}


class CalendarPeriod(Text):
    """A period by the calendar, in whatever form one is written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, required=False, **kwargs)

    def run_validation(self, data: Any = empty) -> Period:
        """Return the period; looked into only once it is a text of some length."""
        return _parsed(super().run_validation(data), CALENDAR_YEAR)


class AnyYearsPeriod(Text):
    """A period as each series reckons its years: 2024 of one that begins them in July is another."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, required=False, **kwargs)

    def run_validation(self, data: Any = empty) -> Q:
        """Return the condition of the observations of that period."""
        name = super().run_validation(data)
        meant = _by_year_start(name) or {CALENDAR_YEAR: _parsed(name, CALENDAR_YEAR)}
        if len(meant) == len(YEAR_STARTS) and len(set(meant.values())) == 1:
            return _of(meant[CALENDAR_YEAR])
        found = Q(pk__in=[])
        for year_start, period in meant.items():
            found |= _of(period) & Q(series__year_start=year_start)
        return found


def of_kinds(kinds: Collection[str]) -> str:
    """Return the regular expression of the names of periods of some kinds."""
    return f"^({'|'.join(FORMS[PeriodKind(kind)] for kind in kinds)})$"


def _of(period: Period) -> Q:
    return Q(first=period.first, last=period.last)


def _by_year_start(name: str) -> dict[str, Period]:
    """Return what a name means by where the year begins; 2024-M09 is clear in January only."""
    found = {}
    for year_start in YEAR_STARTS:
        try:
            found[year_start] = parse_period(name, year_start)
        except ValidationError:
            continue
    return found


def _parsed(name: str, year_start: str) -> Period:
    try:
        return parse_period(name, year_start)
    except ValidationError as error:
        raise serializers.ValidationError(error.messages, "invalid") from error
