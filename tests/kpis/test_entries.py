"""What is typed, sent or imported, judged against the definition of its series."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from exchange.kpis.asides import Problem
from exchange.kpis.choices import Missing, Precision, Status
from exchange.kpis.entries import TOLD, Entry, told_of
from exchange.kpis.models import Observation, Series
from exchange.kpis.plausible import History
from exchange.kpis.yardstick import Yardstick
from tests.cast import Cast
from tests.kpis.factories import approved, entry, indicator

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 30)


def yardstick(code: str = "teu_total", **more: Any) -> Yardstick:
    return Yardstick(indicator(code).current, today=TODAY, **more)  # type: ignore[arg-type]


def judged(
    code: str = "teu_total", sign: str = ".", **cells: str
) -> tuple[Entry | None, list[Problem]]:
    """Return what becomes of a value for January 2024 with these cells."""
    given = {"period": "2024-01", "value": "100", **cells}
    return yardstick(code).judge(given, decimal_sign=sign)


def taken(code: str = "teu_total", sign: str = ".", **cells: str) -> Entry:
    entry, problems = judged(code, sign, **cells)
    assert entry, problems
    return entry


def said(column: str, **cells: str) -> str:
    """Return what is said in one column."""
    return taken(**cells).told[TOLD.index(column)]


def columns(code: str = "teu_total", sign: str = ".", **cells: str) -> list[str]:
    """Return in which columns something is wrong."""
    entry, problems = judged(code, sign, **cells)
    assert (entry is None) == bool(problems)
    assert all(problem.words.endswith(".") for problem in problems)
    return [problem.column for problem in problems]


def warned(code: str = "teu_total", **cells: str) -> str:
    return " ".join(yardstick(code).warnings(taken(code, **cells)))


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("teu_total", "TEU"),
        ("teu_total", "teu"),
        ("teu_total", " Teu "),
        ("teu_total", "TEUs"),
        ("teu_total", "Twenty-foot  equivalent units"),
        ("rail_share_pct", "%"),
        ("rail_share_pct", "Percent"),
        ("total_tonnes_mt", "million tonnes"),
        ("total_tonnes_mt", "Million metric tons"),
        ("truck_visit_time_min", "MINUTES"),
    ],
)
def test_its_unit_is_known_in_any_case_and_by_its_other_names(code: str, unit: str) -> None:
    period = "2024" if code == "shore_power_berths" else "2024-01"
    assert columns(code, period=period, value="1", unit=unit) == []


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("teu_total", "kTEU"),
        ("teu_total", "thousand TEU"),
        ("teu_total", "boxes"),
        ("teu_total", "TE U"),
        ("teu_total", ""),
        ("rail_share_pct", "ratio"),
        ("total_tonnes_mt", "tonnes"),
        ("total_tonnes_mt", "Mt"),
        ("truck_visit_time_min", "h"),
    ],
)
def test_another_unit_is_refused_with_the_one_that_is_meant(code: str, unit: str) -> None:
    _entry, problems = judged(code, value="1", unit=unit)
    assert [problem.column for problem in problems] == ["unit"]
    assert indicator(code).current.unit in problems[0].words  # type: ignore[union-attr]


def test_where_no_unit_is_asked_none_is_missed() -> None:
    assert taken().value == Decimal(100)


@pytest.mark.parametrize(
    ("sign", "typed", "value"),
    [
        (".", "1234.50", "1234.50"),
        (",", "1234,50", "1234.50"),
        (".", "1,234.5", "1234.5"),
        (",", "1.234,5", "1234.5"),
        (",", "1 234,5", "1234.5"),
        (".", "1,234", "1234"),
        (",", "1,234", "1.234"),
        (".", "1.234", "1.234"),
        (",", "1.234", "1234"),
    ],
)
def test_a_decimal_sign_is_read_as_it_is_written_here(sign: str, typed: str, value: str) -> None:
    assert str(taken(sign=sign, value=typed).value) == value


@pytest.mark.parametrize(
    ("code", "value", "unusual"),
    [
        ("teu_total", "-1", True),
        ("teu_total", "−0.01", True),
        ("teu_total", "0", False),
        ("rail_share_pct", "100.1", True),
        ("rail_share_pct", "100", False),
        ("rail_share_pct", "-5", True),
    ],
)
def test_a_volume_is_not_negative_and_a_share_at_most_the_whole(
    code: str, value: str, unusual: bool
) -> None:
    assert columns(code, value=value) == (["value"] if unusual else [])


def test_what_can_fall_is_negative() -> None:
    code = "co2_avoided_by_rail_t"
    definition = indicator(code).current
    assert definition
    definition.plausible_low = Decimal(-5)
    assert Yardstick(definition, today=TODAY).judge(
        {"period": "2024", "value": "-7"}, decimal_sign="."
    )[0]


@pytest.mark.parametrize("value", ["", " ", "n/a", "-", "12 TEU", "=1+1", "1e5", "NaN", "1,5"])
def test_what_is_no_number_is_refused(value: str) -> None:
    assert columns(value=value) == ["value"]


@pytest.mark.parametrize(
    ("period", "status", "fits"),
    [
        ("2026-12", "", False),
        ("2026-12", "provisional", False),
        ("2026-12", "forecast", True),
        ("2026-12", "missing", False),
        ("2027", "Forecast", True),
        ("2026-11-30", "", True),
        ("2026-12-01", "", False),
        ("2026", "", True),
    ],
)
def test_only_a_forecast_is_of_a_period_that_has_not_begun(
    period: str, status: str, fits: bool
) -> None:
    value = "" if status == "missing" else "100"
    found = columns(period=period, status=status, value=value)
    assert found == ([] if fits else ["period"])


def test_what_has_not_begun_cannot_be_missing_and_needs_no_forecast() -> None:
    _entry, (problem,) = judged(period="2026-12", status="missing", value="")
    assert "nothing is missing yet" in problem.words


@pytest.mark.parametrize(
    ("code", "period", "fits"),
    [
        ("shore_power_berths", "2024", True),
        ("shore_power_berths", "2024-Q3", True),
        ("shore_power_berths", "2024-09", False),
        ("shore_power_berths", "2024-W47", False),
        ("total_tonnes_mt", "2024-09-15", False),
        ("total_tonnes_mt", "2017-9M", True),
        ("teu_total", "2024-09-15", True),
        ("teu_total", "2024-13", False),
        ("teu_total", "", False),
        ("teu_total", "Q3 2024", False),
        ("teu_total", "2024\0", False),
    ],
)
def test_a_period_is_of_a_kind_by_which_the_kpi_is_kept(code: str, period: str, fits: bool) -> None:
    assert columns(code, period=period, value="1") == ([] if fits else ["period"])


def test_a_period_is_named_by_where_the_year_begins() -> None:
    cells = {"period": "2024-Q1", "value": "1"}
    entry, _problems = yardstick(year_start="--07-01").judge(cells, decimal_sign=".")
    assert entry
    assert (entry.code, entry.period.first) == ("2024-Q1", dt.date(2024, 7, 1))


@pytest.mark.parametrize(
    ("status", "missing"),
    [
        ("missing", Missing.NOT_COLLECTED),
        ("Missing", Missing.NOT_COLLECTED),
        ("not collected", Missing.NOT_COLLECTED),
        ("not_applicable", Missing.NOT_APPLICABLE),
        ("CONFIDENTIAL", Missing.CONFIDENTIAL),
        (" lost ", Missing.LOST),
        ("retracted", Missing.RETRACTED),
    ],
)
def test_a_status_says_why_there_is_no_value(status: str, missing: str) -> None:
    found = taken(value="", status=status)
    assert (found.value, *found.told[1:3]) == (None, missing, Status.NORMAL)


@pytest.mark.parametrize("value", ["0", "100", "-"])
def test_a_value_that_is_missing_and_there_is_refused(value: str) -> None:
    assert columns(value=value, status="missing") == ["value"]


@pytest.mark.parametrize("status", ["", "normal"])
def test_nothing_is_not_missing_unless_it_is_said(status: str) -> None:
    assert columns(value="", status=status) == ["value"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("", Status.NORMAL),
        ("normal", Status.NORMAL),
        ("Estimated", Status.ESTIMATED),
        (" PROVISIONAL ", Status.PROVISIONAL),
        ("break", Status.BREAK),
    ],
)
def test_how_final_a_value_is_is_said_in_known_words(word: str, status: str) -> None:
    assert taken(status=word).status == status


@pytest.mark.parametrize(
    ("column", "word"),
    [("status", "final"), ("status", "P"), ("precision", "roughly"), ("precision", "1000")],
)
def test_an_unknown_word_is_refused_with_those_that_are_known(column: str, word: str) -> None:
    _entry, problems = judged(**{column: word})
    assert [problem.column for problem in problems] == [column]
    assert ("provisional" if column == "status" else "thousand") in problems[0].words


@pytest.mark.parametrize(
    ("word", "precision"),
    [
        ("", ""),
        ("exact", Precision.EXACT),
        ("Ten thousand", Precision.TEN_THOUSAND),
        ("hundred_thousand", Precision.HUNDRED_THOUSAND),
        ("ABOUT", Precision.ABOUT),
    ],
)
def test_how_it_is_rounded_is_said_in_known_words(word: str, precision: str) -> None:
    assert said("precision", precision=word) == precision


@pytest.mark.parametrize("column", ["source_url", "second_source_url"])
@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("https://www.portoflosangeles.org/business/statistics", True),
        (" http://example.org/a?b=c ", True),
        ("", True),
        ("www.example.org", False),
        ("javascript:alert(1)", False),
        ("ftp://example.org/a", False),
        ("https://example.org/a\0b", False),
        ("https://example.org/" + "a" * 2000, False),
    ],
)
def test_a_source_is_a_web_address(column: str, address: str, fits: bool) -> None:
    assert columns(**{column: address}) == ([] if fits else [column])


def test_an_address_is_kept_without_the_spaces_around_it() -> None:
    assert said("source_url", source_url=" https://example.org/a ") == "https://example.org/a"


def test_comment_and_note_are_one_text() -> None:
    assert said("note", comment="First.", note="Second.") == "First.\nSecond."


@pytest.mark.parametrize("note", ["a\0b", "a\ud800b", "x" * 2001])
def test_a_note_that_cannot_be_stored_is_refused(note: str) -> None:
    assert columns(comment=note) == ["comment"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = {"period": "soon", "value": "much", "unit": "kTEU", "status": "?", "precision": "?"}
    assert columns(**wrong, source_url="?", comment="\0") == [
        "period",
        "value",
        "unit",
        "status",
        "precision",
        "source_url",
        "comment",
    ]


def test_an_entry_says_what_its_row_says(cast: Cast, series: Series) -> None:
    cells = {"status": "estimated", "precision": "about", "note": "Counted.", "source_url": ""}
    approved(cast.gothenburg, series, {"2024-01": "100.50"}, **cells)
    assert told_of(Observation.objects.get()) == entry(series, "2024-01", "100.50", **cells).told


def test_what_is_usual_is_not_warned_of() -> None:
    assert warned() == ""


@pytest.mark.parametrize(
    ("code", "cells", "words"),
    [
        ("teu_total", {"period": "2024", "value": "60000001"}, "Outside of what is usual"),
        ("truck_visit_time_min", {"value": "1441"}, "0 to 1,440"),
        ("teu_total", {"value": "100.125"}, "More decimals than usual"),
        ("rail_share_pct", {"value": "50.00"}, "More decimals than usual"),
        ("teu_total", {"period": "2026"}, "not over yet"),
        ("teu_total", {"period": "2026-11", "status": "break"}, "not over yet"),
    ],
)
def test_what_is_odd_is_warned_of_and_taken(code: str, cells: dict[str, str], words: str) -> None:
    assert words in warned(code, **cells)


@pytest.mark.parametrize("status", ["estimated", "provisional", "forecast"])
def test_a_period_that_is_not_over_is_estimated_without_a_warning(status: str) -> None:
    assert warned(period="2026", status=status) == ""


# Loaded exports of Los Angeles, April 2021 to February 2022 as far as they were published, in TEU.
EXPORTS = [114449, 109886, 96067, 91440, 101292, 75714, 98251, 82741, 95441]


def is_jump(values: list[int], value: int) -> bool:
    """Tell whether a value is a jump after these, one a day."""
    days = [dt.date(2021, 1, 1) + dt.timedelta(days=number) for number in range(len(values) + 1)]
    told = History(zip(days, map(Decimal, values), strict=False))
    return told.is_jump(days[-1], Decimal(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(11781, True), (111781, False), (1117810, True), (125656, False), (77680, False)],
)
def test_a_lost_or_doubled_digit_is_a_jump(value: int, expected: bool) -> None:
    assert is_jump(EXPORTS, value) == expected


def test_of_four_values_nothing_is_a_jump() -> None:
    assert not is_jump(EXPORTS[:4], 11781)
    assert is_jump(EXPORTS[:5], 11781)


def test_what_was_reached_before_is_no_jump() -> None:
    assert not is_jump([*EXPORTS, 11781], 11800)


def test_a_value_beside_a_steady_series_is_no_jump_until_it_is_far() -> None:
    assert not is_jump([100] * 6, 129)
    assert is_jump([100] * 6, 131)


def test_only_the_latest_values_are_looked_back_at() -> None:
    assert is_jump([11781, *[100000, 100001] * 12], 11781)
