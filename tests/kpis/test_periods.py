"""Periods: one name for each, as SDMX writes it, and an arithmetic that loses no day."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from exchange.common.languages import reading
from exchange.kpis.periods import (
    MONTHS,
    Period,
    PeriodKind,
    clean_year_start,
    code_of,
    following,
    holding,
    kind_of,
    label_of,
    latest_ended,
    parse_period,
)

NAMED = [kind for kind in PeriodKind if kind != PeriodKind.SPAN]
STARTS = [f"--{month:02}-01" for month in range(1, 13)]

days = st.dates(dt.date(1901, 1, 1), dt.date(2998, 12, 31))
near = st.dates(dt.date(2020, 1, 1), dt.date(2024, 12, 31))
kinds, starts = st.sampled_from(NAMED), st.sampled_from(STARTS)
named = st.builds(holding, days, kinds, starts)
spans = st.builds(
    lambda first, length: Period(first, first + dt.timedelta(days=length)),
    st.one_of(days, days.map(lambda day: day.replace(day=1))),
    st.integers(0, 800),
)
periods = st.one_of(named, spans)
close = st.builds(lambda *ends: Period(min(ends), max(ends)), near, near)


def from_to(first: str, last: str) -> Period:
    return Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@given(periods, starts)
def test_the_name_of_a_period_is_read_as_that_period(period: Period, start: str) -> None:
    assert parse_period(code_of(period, start), start) == period


@given(periods, periods, starts)
def test_two_periods_never_share_a_name(one: Period, other: Period, start: str) -> None:
    assume(one != other)
    assert code_of(one, start) != code_of(other, start)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("kind", NAMED)
def test_the_first_and_the_last_periods_of_all_are_read_too(kind: PeriodKind, start: str) -> None:
    earliest = following(holding(dt.date(1899, 12, 31), kind, start))
    latest = holding(dt.date(2999, 12, 31), kind, start)
    assert parse_period(code_of(earliest, start), start) == earliest
    assert parse_period(code_of(latest, start), start) == latest


@pytest.mark.parametrize(
    ("text", "first", "last", "code"),
    [
        ("2024", "2024-01-01", "2024-12-31", "2024"),
        (" 2024-a1 ", "2024-01-01", "2024-12-31", "2024"),
        ("2024-S2", "2024-07-01", "2024-12-31", "2024-S2"),
        ("2024-h1", "2024-01-01", "2024-06-30", "2024-S1"),
        ("2024-Q3", "2024-07-01", "2024-09-30", "2024-Q3"),
        ("2024-M09", "2024-09-01", "2024-09-30", "2024-09"),
        ("2024-09", "2024-09-01", "2024-09-30", "2024-09"),
        ("2023-1", "2023-01-01", "2023-01-31", "2023-01"),
        ("2024-W47", "2024-11-18", "2024-11-24", "2024-W47"),
        ("2020-W53", "2020-12-28", "2021-01-03", "2020-W53"),
        ("2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("2017-01-01/P9M", "2017-01-01", "2017-09-30", "2017-01-01/P9M"),
        ("2017-9m", "2017-01-01", "2017-09-30", "2017-01-01/P9M"),
        ("2017-01-01/P3M", "2017-01-01", "2017-03-31", "2017-Q1"),
        ("2017-01-01/P1Y", "2017-01-01", "2017-12-31", "2017"),
        ("2017-02-01/P12M", "2017-02-01", "2018-01-31", "2017-02-01/P12M"),
        ("2017-01-28/P1M", "2017-01-28", "2017-02-27", "2017-01-28/P31D"),
        ("2024-11-18/P1W", "2024-11-18", "2024-11-24", "2024-W47"),
        ("2024-01-31/P10D", "2024-01-31", "2024-02-09", "2024-01-31/P10D"),
    ],
)
def test_each_form_is_read(text: str, first: str, last: str, code: str) -> None:
    assert parse_period(text) == from_to(first, last)
    assert code_of(parse_period(text)) == code


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-07-01", "2025-06-30"),
        ("2024-S2", "2025-01-01", "2025-06-30"),
        ("2024-Q3", "2025-01-01", "2025-03-31"),
        ("2024-9M", "2024-07-01", "2025-03-31"),
        ("2024-09", "2024-09-01", "2024-09-30"),
        ("2024-W47", "2024-11-18", "2024-11-24"),
        ("2024-01-01/P1Y", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_year_that_begins_in_july_is_named_by_that_july(text: str, first: str, last: str) -> None:
    assert parse_period(text, "--07-01") == from_to(first, last)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no period. Write one such as 2024, 2024-S1"),
        ("20-23", "“20-23” names no period"),
        ("2024-Q3-x" + "x" * 99, "names no period"),
        ("2024–09", "names no period"),
        ("2024-D001", "names no period"),
        ("2024-ſ1", "names no period"),
        ("2017-01-01/P0M", "names no period"),
        ("2017-01-01/P1Y6M", "names no period"),
        ("2023-13", "There is no “2023-13”. Write 2023-01 to 2023-12"),
        ("2023-Q5", "Write 2023-Q1 to 2023-Q4"),
        ("2023-H0", "Write 2023-H1 to 2023-H2"),
        ("2024-W53", "Write 2024-W01 to 2024-W52"),
        ("2017-12M", "Write 2017-1M to 2017-11M"),
        ("2023-02-30", "There is no “2023-02-30” in the calendar"),
        ("2024-01-31/P1M", "Not every month has a day 31. Count days from it"),
        ("２０２４", "digits 0 to 9"),
        ("2024-٠٩", "digits 0 to 9"),
        ("1899", "years 1900 to 2999"),
        ("0000-Q1", "years 1900 to 2999"),
        ("9999-S2", "years 1900 to 2999"),
        ("3000-01-01", "years 1900 to 2999"),
        ("2017-01-01/P999999Y", "years 1900 to 2999"),
        ("2017-01-01/P999999W", "years 1900 to 2999"),
    ],
)
def test_what_names_no_period_is_refused_with_a_word_on_what_to_do(text: str, words: str) -> None:
    with pytest.raises(ValidationError, match=r"\.'\]$") as refusal:
        parse_period(text)
    assert words in refusal.value.messages[0]


def test_a_month_that_could_be_counted_from_july_is_refused() -> None:
    with pytest.raises(ValidationError, match="Write 2024-09 for the month of the calendar"):
        parse_period("2024-M9", "--07-01")


@given(st.one_of(st.text(max_size=20), st.text("0129-/ASQMWPD", max_size=9).map("20".__add__)))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        period = parse_period(text)
    except ValidationError:
        return
    assert parse_period(code_of(period)) == period


def test_a_year_begins_on_the_first_of_a_month() -> None:
    assert [clean_year_start(f" {start} ") for start in STARTS] == STARTS


@pytest.mark.parametrize("text", ["", "07-01", "--07-15", "--13-01", "--7-01", "--00-01"])
def test_another_start_of_the_year_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="such as --01-01 or --07-01"):
        clean_year_start(text)


@given(days)
def test_a_week_is_that_of_iso_8601(day: dt.date) -> None:
    year, number, _weekday = day.isocalendar()
    week = parse_period(f"{year}-W{number:02}")
    assert week == holding(day, PeriodKind.WEEK)
    assert week.first == dt.date.fromisocalendar(year, number, 1)
    assert week.last == dt.date.fromisocalendar(year, number, 7)


@given(st.integers(1900, 2999))
def test_february_and_the_year_know_leap_years(year: int) -> None:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    assert parse_period(f"{year}-02").days == 28 + leap
    assert parse_period(f"{year}").days == 365 + leap


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("kind", MONTHS)
def test_the_months_quarters_and_halves_make_up_the_year(kind: PeriodKind, start: str) -> None:
    year = parse_period("2023", start)
    parts = [holding(year.first, kind, start)]
    while parts[-1].last < year.last:
        parts.append(following(parts[-1]))
    assert len(parts) == 12 / MONTHS[kind]
    assert (parts[0].first, parts[-1].last) == (year.first, year.last)
    assert {kind_of(part, start) for part in parts} == {kind}


@given(days, starts)
def test_a_month_lies_in_its_quarter_and_that_in_its_half_and_year(
    day: dt.date, start: str
) -> None:
    found = [holding(day, kind, start) for kind in MONTHS]
    for longer, shorter in itertools.pairwise(found):
        assert longer.first <= shorter.first <= shorter.last <= longer.last


@given(days, kinds, starts)
def test_a_day_lies_in_one_period_of_each_kind(day: dt.date, kind: PeriodKind, start: str) -> None:
    period = holding(day, kind, start)
    assert period.first <= day <= period.last
    assert kind_of(period, start) == kind


@given(periods, starts)
def test_what_follows_leaves_no_gap_and_is_of_the_same_kind(period: Period, start: str) -> None:
    later = following(period)
    assert (later.first - period.last).days == 1
    assert kind_of(later, start) == kind_of(period, start)


def test_what_follows_a_span_is_as_long() -> None:
    assert code_of(following(parse_period("2017-9M"))) == "2017-10-01/P9M"
    assert code_of(following(parse_period("2017-01-02/P10D"))) == "2017-01-12/P10D"


@given(days, kinds, starts)
def test_the_latest_that_has_ended_ends_before_today(
    today: dt.date, kind: PeriodKind, start: str
) -> None:
    latest = latest_ended(kind, today, start)
    assert kind_of(latest, start) == kind
    assert latest.last < today <= following(latest).last


@given(st.lists(close))
def test_periods_sort_by_where_they_begin(several: list[Period]) -> None:
    begins = [period.first for period in sorted(several)]
    assert begins == sorted(begins)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends on its first day or later"):
        from_to("2024-01-02", "2024-01-01")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024", "2024"),
        ("2024-S1", "1st half of 2024"),
        ("2024-S2", "2nd half of 2024"),
        ("2024-Q3", "Q3 2024"),
        ("2024-09", "September 2024"),
        ("2024-W47", "week 47 of 2024"),
        ("2020-W53", "week 53 of 2020"),
        ("2024-09-15", "15 September 2024"),
        ("2017-9M", "January – September 2017"),
        ("2017-11-01/P4M", "November 2017 – February 2018"),
        ("2017-01-02/P10D", "2 January 2017 – 11 January 2017"),
    ],
)
def test_a_period_is_told_in_words(text: str, words: str) -> None:
    with reading("en"):
        assert label_of(parse_period(text)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024", "July 2024 – June 2025"),
        ("2024-S1", "July – December 2024"),
        ("2024-Q3", "January – March 2025"),
        ("2024-09", "September 2024"),
    ],
)
def test_parts_of_another_year_are_told_by_their_months(text: str, words: str) -> None:
    with reading("en"):
        assert label_of(parse_period(text, "--07-01"), "--07-01") == words


def test_a_period_is_called_in_the_language_of_the_page() -> None:
    march, called = parse_period("2024-03"), []
    for language in ("en", "sv", "en"):
        with translation.override(language):
            called.append(label_of(march))
    assert called == ["March 2024", "mars 2024", "March 2024"]
