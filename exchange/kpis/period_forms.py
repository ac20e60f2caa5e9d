"""The forms in which a reporting period may be written, and the days that each means."""

import datetime as dt
import functools
import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchange.common.cleaning import EARLIEST_YEAR, LATEST_YEAR

Days = tuple[dt.date, dt.date]

ONE_DAY = dt.timedelta(days=1)
LONGEST = 40
# The last day of the month that every month has.
COMMON_DAY = 28
PART_LENGTHS = {"S": 6, "H": 6, "Q": 3}


def read_days(text: str, year_start: str) -> Days:
    """Return the first and the last day of the period that a text names; else raise ValidationError.

    Large imports name few periods many times, so what was read is remembered.
    """
    text = text.strip()
    if not text.isascii() and any(char.isnumeric() and not char.isascii() for char in text):
        raise ValidationError(_("Write a period with the digits 0 to 9, such as 2024-09."))
    if not text.isascii() or len(text) > LONGEST:
        raise _no_period(text)
    return _read(text.upper(), int(year_start[2:4]))


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day of a later month, or of an earlier one; the month must have that day."""
    count = day.year * 12 + day.month - 1 + months
    return day.replace(year=count // 12, month=count % 12 + 1)


def of_months(first: dt.date, months: int) -> Days:
    """Return so many months from a day on, to the day before the same day of a later month."""
    return first, months_later(first, months) - ONE_DAY


def of_days(first: dt.date, days: int) -> Days:
    """Return so many days from a day on."""
    return first, first + ONE_DAY * (days - 1)


@functools.lru_cache(maxsize=4096)
def _read(text: str, begins: int) -> Days:
    for form, read in FORMS:
        if found := form.fullmatch(text):
            return _meant(read, found, begins)
    raise _no_period(text)


def _meant(read: "Reader", found: re.Match[str], begins: int) -> Days:
    try:
        first, last = read(found, begins)
    except (ValueError, OverflowError) as error:
        # The calendar of Python ends with the years 1 and 9999.
        raise _no_such_year() from error
    if not (EARLIEST_YEAR <= first.year < LATEST_YEAR and last.year <= LATEST_YEAR):
        raise _no_such_year()
    return first, last


def _year(found: re.Match[str], begins: int) -> Days:
    return of_months(dt.date(int(found["year"]), begins, 1), 12)


def _part(found: re.Match[str], begins: int) -> Days:
    year, letter = found["year"], found["letter"]
    length = PART_LENGTHS[letter]
    number = _number(found, 12 // length, f"{year}-{letter}{{}}")
    return of_months(months_later(dt.date(int(year), begins, 1), (number - 1) * length), length)


def _first_months(found: re.Match[str], begins: int) -> Days:
    number = _number(found, 11, found["year"] + "-{}M")
    return of_months(dt.date(int(found["year"]), begins, 1), number)


def _month(found: re.Match[str], begins: int) -> Days:
    year, number = found["year"], _number(found, 12, found["year"] + "-{:02}")
    if found["letter"] and begins != 1:
        raise ValidationError(
            _(
                "The year does not begin in January here, so “%(value)s” may mean two months. "
                "Write %(month)s for the month of the calendar."
            ),
            params={"value": found.string, "month": f"{year}-{number:02}"},
        )
    return of_months(dt.date(int(year), number, 1), 1)


def _week(found: re.Match[str], _begins: int) -> Days:
    year = int(found["year"])
    # By ISO 8601 the 28th of December lies in the last week of its year, always.
    last = dt.date(year, 12, 28).isocalendar().week
    number = _number(found, last, found["year"] + "-W{:02}")
    return of_days(dt.date.fromisocalendar(year, number, 1), 7)


def _day(found: re.Match[str], _begins: int) -> Days:
    return of_days(_day_of_calendar(found), 1)


def _span(found: re.Match[str], _begins: int) -> Days:
    first, count, unit = _day_of_calendar(found), int(found["count"]), found["unit"]
    if unit in "WD":
        return of_days(first, count * {"W": 7, "D": 1}[unit])
    if first.day > COMMON_DAY:
        raise ValidationError(
            _(
                "Not every month has a day %(day)s. Count days from it, such as %(start)s/P30D, "
                "or begin on the 28th at the latest."
            ),
            params={"day": first.day, "start": first.isoformat()},
        )
    return of_months(first, count * {"Y": 12, "M": 1}[unit])


def _day_of_calendar(found: re.Match[str]) -> dt.date:
    try:
        return dt.date.fromisoformat(found["day"])
    except ValueError as error:
        words = _("There is no “%(value)s” in the calendar. Check the day and the month.")
        raise ValidationError(words, params={"value": found["day"]}) from error


def _number(found: re.Match[str], most: int, form: str) -> int:
    number = int(found["number"])
    if not 1 <= number <= most:
        raise ValidationError(
            _("There is no “%(value)s”. Write %(first)s to %(last)s."),
            params={"value": found.string, "first": form.format(1), "last": form.format(most)},
        )
    return number


def _no_period(text: str) -> ValidationError:
    return ValidationError(
        _(
            "“%(value)s” names no period. Write one such as 2024, 2024-S1, 2024-Q3, 2024-09, "
            "2024-W47, 2024-09-15 or 2017-01-01/P9M."
        ),
        params={"value": text[:LONGEST]},
    )


def _no_such_year() -> ValidationError:
    return ValidationError(
        _("Write a period in the years %(first)s to %(last)s."),
        params={"first": EARLIEST_YEAR, "last": LATEST_YEAR - 1},
    )


Reader = Callable[[re.Match[str], int], Days]
YEAR, NUMBER, DAY = r"(?P<year>\d{4})", r"(?P<number>\d{1,2})", r"(?P<day>\d{4}-\d\d-\d\d)"
FORMS: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(YEAR + r"(-A1)?"), _year),
    (re.compile(YEAR + r"-(?P<letter>[SHQ])(?P<number>\d)"), _part),
    (re.compile(YEAR + r"-(?P<letter>M?)" + NUMBER), _month),
    (re.compile(YEAR + r"-" + NUMBER + r"M"), _first_months),
    (re.compile(YEAR + r"-W" + NUMBER), _week),
    (re.compile(DAY), _day),
    (re.compile(DAY + r"/P(?P<count>[1-9]\d{0,5})(?P<unit>[YMWD])"), _span),
]
