"""Reporting periods, written as SDMX writes them: 2024, 2024-S1, 2024-Q3, 2024-09, 2024-W47, 2024-09-15.

A port may reckon in years that begin in another month than January. Such a reporting year, its
halves and its quarters are named by the calendar year in which it begins: with --07-01, 2024 is July
2024 to June 2025, and 2024-Q3 is January to March 2025. Months, weeks and days are the calendar's.
What is no such period is a span: its first day and how long it lasts, as in 2017-01-01/P9M.

`year_start` is the first day of the year, as `clean_year_start` returns it.
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from exchange.common.dates import written
from exchange.kpis.period_forms import ONE_DAY, months_later, of_days, of_months, read_days

CALENDAR_YEAR = "--01-01"
YEAR_START = re.compile(r"--(0[1-9]|1[0-2])-01")


class PeriodKind(models.TextChoices):
    """What a period is called; a span is any other stretch of days."""

    YEAR = "year", gettext_lazy("year")
    HALF = "half", gettext_lazy("half-year")
    QUARTER = "quarter", gettext_lazy("quarter")
    MONTH = "month", gettext_lazy("month")
    WEEK = "week", gettext_lazy("week")
    DAY = "day", gettext_lazy("day")
    SPAN = "span", gettext_lazy("other span")


MONTHS = {PeriodKind.YEAR: 12, PeriodKind.HALF: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """The days from `first` to `last`, both included. Periods sort by where they begin."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period ends on its first day or later")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def ends(self) -> tuple[str, str]:
        """Its first and last day, as programs write them."""
        return self.first.isoformat(), self.last.isoformat()


def clean_year_start(text: str) -> str:
    """Return the first day of a reporting year, such as --07-01; refuse what is no first of a month."""
    text = text.strip()
    if not YEAR_START.fullmatch(text):
        raise ValidationError(
            _("Write the first day of the year such as --01-01 or --07-01: the first of a month.")
        )
    return text


def parse_period(text: str, year_start: str = CALENDAR_YEAR) -> Period:
    """Return the period that a text names, in small letters or capitals; else raise ValidationError.

    Also read are 2024-A1, 2024-H1, 2024-M09 and 2024-9, the first months of a year as in 2017-9M,
    and a start with a duration in one unit: P1Y, P9M, P2W, P10D. Months and years are counted as
    dates are, to the day before the same day later on, so they begin on the 28th at the latest.
    Periods begin in the years 1900 to 2999.
    """
    return Period(*read_days(text, year_start))


@lru_cache(maxsize=20_000)
def kind_of(period: Period, year_start: str = CALENDAR_YEAR) -> PeriodKind:
    """Return what a period is called where the year begins at `year_start`."""
    months = _whole_months(period)
    for kind, length in MONTHS.items():
        if months == length and _months_into_year(period.first, year_start) % length == 0:
            return kind
    if period.days == 1:
        return PeriodKind.DAY
    if period.days == 7 and period.first.isoweekday() == 1:
        return PeriodKind.WEEK
    return PeriodKind.SPAN


def code_of(period: Period, year_start: str = CALENDAR_YEAR) -> str:
    """Return the one name of a period, which `parse_period` reads as the same period again."""
    match kind_of(period, year_start):
        case PeriodKind.YEAR:
            return str(_year_of(period, year_start))
        case PeriodKind.HALF:
            return f"{_year_of(period, year_start)}-S{_number_of(period, 6, year_start)}"
        case PeriodKind.QUARTER:
            return f"{_year_of(period, year_start)}-Q{_number_of(period, 3, year_start)}"
        case PeriodKind.MONTH:
            return period.first.isoformat()[:7]
        case PeriodKind.WEEK:
            year, week, _weekday = period.first.isocalendar()
            return f"{year}-W{week:02}"
        case PeriodKind.DAY:
            return period.first.isoformat()
    months = _whole_months(period)
    return f"{period.first}/P{months}M" if months else f"{period.first}/P{period.days}D"


def label_of(period: Period, year_start: str = CALENDAR_YEAR) -> str:
    """Return a period in words, in the language of the page.

    Where the year begins in another month than January, a year, a half or a quarter is told by its
    months, so that a reader elsewhere need not know of it.
    """
    return _label(period, year_start, get_language())


@lru_cache(maxsize=20_000)
def _label(period: Period, year_start: str, _language: str | None) -> str:
    """Return the label; the language is that of the page already, and is asked for to tell labels apart."""
    kind = kind_of(period, year_start)
    if kind == PeriodKind.WEEK:
        year, week, _weekday = period.first.isocalendar()
        return _("week %(number)s of %(year)s") % {"number": week, "year": year}
    if kind in {PeriodKind.MONTH, PeriodKind.DAY}:
        return written(code_of(period))
    if kind == PeriodKind.SPAN or year_start != CALENDAR_YEAR:
        return _from_to(period)
    year = period.first.year
    if kind == PeriodKind.QUARTER:
        return _("Q%(number)s %(year)s") % {"number": _number_of(period, 3), "year": year}
    if kind == PeriodKind.HALF:
        halves = [_("1st half of %(year)s"), _("2nd half of %(year)s")]
        return halves[_number_of(period, 6) - 1] % {"year": year}
    return str(year)


def following(period: Period) -> Period:
    """Return the period of the same kind that begins the day after; for a span one as long."""
    first = period.last + ONE_DAY
    months = _whole_months(period)
    return Period(*(of_months(first, months) if months else of_days(first, period.days)))


def holding(day: dt.date, kind: PeriodKind, year_start: str = CALENDAR_YEAR) -> Period:
    """Return the period of a kind in which a day lies; a day lies in no certain span."""
    if kind == PeriodKind.DAY:
        return Period(day, day)
    if kind == PeriodKind.WEEK:
        return Period(*of_days(day - ONE_DAY * day.weekday(), 7))
    length = MONTHS[kind]
    into_it = _months_into_year(day, year_start) % length
    return Period(*of_months(months_later(day.replace(day=1), -into_it), length))


def latest_ended(kind: PeriodKind, today: dt.date, year_start: str = CALENDAR_YEAR) -> Period:
    """Return the last period of a kind of which no day is left, not even today."""
    return holding(holding(today, kind, year_start).first - ONE_DAY, kind, year_start)


def _whole_months(period: Period) -> int:
    """Return how many months of the calendar a period is; 0 when it cuts one."""
    first, after = period.first, period.last + ONE_DAY
    if (first.day, after.day) != (1, 1):
        return 0
    return (after.year - first.year) * 12 + after.month - first.month


def _months_into_year(day: dt.date, year_start: str) -> int:
    """Return how many months of the reporting year are over when that of the day begins."""
    return (day.month - int(year_start[2:4])) % 12


def _year_of(period: Period, year_start: str) -> int:
    """Return the name of the reporting year: the calendar's when it began."""
    return holding(period.first, PeriodKind.YEAR, year_start).first.year


def _number_of(period: Period, length: int, year_start: str = CALENDAR_YEAR) -> int:
    """Return which part of its year a period is, counted from 1, in parts of `length` months."""
    return _months_into_year(period.first, year_start) // length + 1


def _from_to(period: Period) -> str:
    first, last = period.first.isoformat(), period.last.isoformat()
    if not _whole_months(period):
        ends = written(first), written(last)
    elif first[:4] == last[:4]:
        ends = date_format(period.first, "F"), written(last[:7])
    else:
        ends = written(first[:7]), written(last[:7])
    return " – ".join(ends)
