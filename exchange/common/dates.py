"""Dates as exact as they are known: a year, a month or a day, written as ISO 8601 writes them.

"2023", "2023-03" and "2023-03-06" are such dates, and "" is one that is unknown. Nothing here makes a
day of a year.
"""

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    TextColumn = models.CharField[str, str]
else:
    TextColumn = models.CharField

FORM = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
LENGTH = 10


def clean_partial_date(text: str) -> str:
    """Return a date that was typed as it is stored; raise ValidationError for what is none."""
    text = text.strip()
    if not text:
        return ""
    if not FORM.fullmatch(text):
        raise ValidationError(
            _("Write a year, a month or a day, such as 2023, 2023-03 or 2023-03-06.")
        )
    try:
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError as error:
        words = _("There is no “%(value)s” in the calendar. Check the day and the month.")
        raise ValidationError(words, params={"value": text}) from error
    return text


def first_day(text: str) -> dt.date | None:
    """Return the earliest day that a date can mean; None when it is unknown."""
    return dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :]) if text else None


def last_day(text: str) -> dt.date | None:
    """Return the latest day that a date can mean; None when it is unknown."""
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return dt.date(year, month, parts[2] if len(parts) > 2 else _days_in(year, month))


def quarter(day: dt.date) -> str:
    """Return the quarter that a day lies in, as SDMX writes it: 2026-Q4."""
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def last_of_period(period: str) -> dt.date | None:
    """Return the last day of a year, a quarter or a month, as SDMX writes these; None for none."""
    year, _quarter, number = period.partition("-Q")
    return last_day(f"{year}-{3 * int(number):02}" if number else period)


def in_order(first: str, second: str) -> bool:
    """Tell whether `second` may come after `first`, or with it, as far as both are known."""
    known = min(len(first), len(second))
    return first[:known] <= second[:known]


def after(text: str, months: int) -> str:
    """Return the date so many months later, as exact as `text` is; "" when that cannot be said.

    Of a day the same day of that month, or its last one where it has no such day. Some months after
    a year that is all one knows may be in either of two years: that is unknown, and so is what lies
    beyond the year 9999.
    """
    if not text or (len(text) == 4 and months % 12):
        return ""
    parts = [int(part) for part in text.split("-")]
    count = parts[0] * 12 + (parts[1] - 1 if len(parts) > 1 else 0) + months
    year, month = count // 12, count % 12 + 1
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return ""
    if len(parts) == 1:
        return f"{year:04}"
    if len(parts) == 2:
        return f"{year:04}-{month:02}"
    return dt.date(year, month, min(parts[2], _days_in(year, month))).isoformat()


def written(text: str) -> str:
    """Return a date in words, as exact as it is: "2023", "March 2023", "6 March 2023"; "" for none."""
    day = first_day(text)
    if day is None:
        return ""
    return date_format(day, {4: "Y", 7: "F Y"}.get(len(text), "j F Y"))


def _days_in(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


class PartialDateField(TextColumn):
    """A column for such a date; empty while it is unknown. It sorts as the calendar does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = {"max_length": LENGTH, "blank": True, "default": "", **kwargs}
        super().__init__(*args, **kwargs)
