"""Dates as exact as they are known: nothing makes a day of a year."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from exchange.common import dates
from exchange.common.languages import reading

days = st.dates(dt.date(1000, 1, 1), dt.date(9999, 12, 31))
partial = st.builds(lambda day, length: day.isoformat()[:length], days, st.sampled_from([4, 7, 10]))


@given(partial)
def test_what_is_typed_is_what_is_stored(text: str) -> None:
    assert dates.clean_partial_date(f" {text} ") == text


@given(partial)
def test_it_spans_from_its_first_day_to_its_last(text: str) -> None:
    first, last = dates.first_day(text), dates.last_day(text)
    assert first
    assert last
    assert first.isoformat().startswith(text)
    assert last.isoformat().startswith(text)
    assert first <= last
    if last < dt.date.max:
        assert not (last + dt.timedelta(days=1)).isoformat().startswith(text)


@given(partial, st.integers(1, 1200))
def test_some_months_later_is_as_exact_and_never_earlier(text: str, months: int) -> None:
    later = dates.after(text, months)
    assert later == "" or len(later) == len(text)
    assert not later or dates.in_order(text, later)


@given(partial.filter(lambda text: len(text) < 10), st.integers(1, 40))
def test_whole_years_later_differ_in_the_year_alone(text: str, years: int) -> None:
    later = dates.after(text, 12 * years)
    assert later == "" or (int(later[:4]) - int(text[:4]), later[4:]) == (years, text[4:])


@given(partial, partial)
def test_the_order_is_that_of_the_days_where_it_can_be_told(one: str, other: str) -> None:
    last, first = dates.last_day(one), dates.first_day(other)
    assert last
    assert first
    if last < first:
        assert dates.in_order(one, other)
        assert not dates.in_order(other, one)


@pytest.mark.parametrize(
    ("text", "months", "later"),
    [
        ("2023-10-24", 36, "2026-10-24"),
        ("2023-06", 36, "2026-06"),
        ("2020", 36, "2023"),
        ("2020", 18, ""),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-01-31", -2, "2025-11-30"),
        ("9999", 12, ""),
        ("", 12, ""),
    ],
)
def test_later_by_months(text: str, months: int, later: str) -> None:
    assert dates.after(text, months) == later


@pytest.mark.parametrize("text", ["23", "2023-13", "2023-02-30", "2023-3", "6 March 2023", "0000"])
def test_what_is_no_date_is_refused_with_a_word_on_what_to_do(text: str) -> None:
    with pytest.raises(ValidationError, match=r"\.$|calendar|Write"):
        dates.clean_partial_date(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("2023", "2023"), ("2023-03", "March 2023"), ("2023-03-06", "6 March 2023"), ("", "")],
)
def test_it_is_written_as_exact_as_it_is(text: str, words: str) -> None:
    with reading("en"):
        assert dates.written(text) == words
