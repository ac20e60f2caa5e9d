"""Periods as parameters of a query."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from rest_framework import serializers
from rest_framework.fields import empty

from exchange.common.drf.serializers import Text
from exchange.kpis.period_forms import LONGEST
from exchange.kpis.periods import CALENDAR_YEAR, Period, parse_period

YEAR_STARTS = [f"--{month:02}-01" for month in range(1, 13)]


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
