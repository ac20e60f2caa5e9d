"""Figures that are due: a series lacks the value of the period that ended last, or has it."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from exchange.kpis.models import Series
from exchange.kpis.models.series import LONGEST
from exchange.kpis.periods import PeriodKind, latest_ended
from exchange.kpis.waiting import lacking
from tests.cast import Cast, eyes
from tests.kpis.factories import make_series, submitted

TODAY = dt.date(2026, 11, 30)
# Of each kind the period that ended last.
LATEST = {
    "year": "2025",
    "half": "2026-S1",
    "quarter": "2026-Q3",
    "month": "2026-10",
    "week": "2026-W48",
    "day": "2026-11-29",
}
KINDS = st.sampled_from(list(LONGEST))


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel("2026-11-30T12:00Z", tick=False):
        yield


def due(cast: Cast) -> list[str]:
    return [one.label for one in lacking(eyes(cast.gothenburg.contributor), TODAY)]


@pytest.mark.parametrize("rhythm", LATEST)
def test_it_is_due_until_somebody_has_submitted_it(cast: Cast, rhythm: str) -> None:
    series = make_series(cast, rhythm=rhythm)
    assert len(due(cast)) == 1
    submitted(cast.gothenburg, series, {LATEST[rhythm]: "100"})
    assert due(cast) == []


def test_a_value_of_another_kind_of_period_is_not_the_one_that_is_due(cast: Cast) -> None:
    series = make_series(cast, rhythm="month")
    submitted(cast.gothenburg, series, {"2026-Q3": "300", "2026-11-29": "3"})
    assert due(cast) == ["October 2026"]


def test_a_year_of_daily_values_is_not_read_to_find_the_last(cast: Cast) -> None:
    series = make_series(cast, rhythm="day")
    days = [TODAY - dt.timedelta(days=number) for number in range(-30, 300)]
    submitted(cast.gothenburg, series, {str(day): "1" for day in days}, status="forecast")
    assert Series.objects.with_known_lately(TODAY).count() == 1


@given(st.dates(dt.date(1901, 1, 1), dt.date(2998, 12, 31)), KINDS, st.integers(1, 12))
def test_the_period_that_ended_last_is_among_those_that_are_read(
    today: dt.date, kind: PeriodKind, month: int
) -> None:
    latest = latest_ended(kind, today, f"--{month:02}-01")
    assert dt.timedelta(days=1) <= today - latest.last <= dt.timedelta(days=LONGEST[kind])
