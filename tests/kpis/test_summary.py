"""A chart in words: how far it goes, its ends, how it moved, and what is missing; and side by side."""

import datetime as dt
from decimal import Decimal

import pytest

from exchange.kpis.charts.comparing import caveats, common_periods, indexed, per
from exchange.kpis.charts.lines import Line, Point
from exchange.kpis.charts.picture import Chart
from exchange.kpis.charts.spark import spark
from exchange.kpis.charts.summary import summary_of
from exchange.kpis.models import Definition, Indicator, Series
from exchange.kpis.periods import parse_period
from exchange.partners.models import Organisation

INDICATOR = Indicator(code="teu_total", name="Throughput")


def line(values: dict[str, str], unit: str = "TEU", **series: str) -> Line:
    """Return a line of these values by period; an empty one is a gap, a star marks a break."""
    definition = Definition(indicator=INDICATOR, name="Throughput", unit=unit, version=1)
    where = Organisation(name=series.pop("at", "Port of Gothenburg"))
    made = Series(definition=definition, organisation=where, **series)
    points = [
        Point(
            period=parse_period(period),
            value=Decimal(text.strip("*")) if text else None,
            status="break" if "*" in text else "normal",
        )
        for period, text in values.items()
    ]
    return Line(str(where), made, points, unit)


def test_it_tells_the_extent_the_latest_and_the_ends() -> None:
    assert summary_of(line({"2021": "100", "2022": "90", "2023": "120.5"}), 1) == [
        "3 values, 2021 to 2023.",
        "The latest is 120.5 TEU (2023), 33.9 % more than a year before.",
        "Highest: 120.5 TEU (2023); lowest: 90 TEU (2022).",
    ]


def test_where_there_is_room_for_little_it_tells_the_extent_and_the_latest() -> None:
    told = summary_of(line({"2021": "100", "2022": "90", "2023": "120.5"}), 1, 2)
    assert [sentence[:8] for sentence in told] == ["3 values", "The late"]


def test_shares_differ_by_points() -> None:
    told = summary_of(line({"2022": "50", "2023": "47.5"}, unit="%"), 1)
    assert told[1] == "The latest is 47.5 % (2023), 2.5 percentage points less than a year before."


@pytest.mark.parametrize("unit", ["%", "TEU"])
def test_what_did_not_move_is_no_more_than_before(unit: str) -> None:
    told = summary_of(line({"2022": "60", "2023": "60"}, unit=unit), 1)
    assert told[1] == f"The latest is 60 {unit} (2023), the same as a year before."


def test_a_missing_period_is_told_whether_somebody_said_so_or_not() -> None:
    told = summary_of(line({"2020": "1", "2021": "", "2024": "2"}), 1)
    assert told[-1] == "3 periods have no value."


def test_one_of_several_is_named() -> None:
    assert summary_of(line({"2023": "1"}), 2)[0] == "Port of Gothenburg: 1 value, 2023."


def test_where_a_period_is_missing_the_picture_has_a_gap() -> None:
    chart = Chart(title="", unit="TEU", file="f", lines=[line({"2020": "1", "2023": "2"})])
    assert [first for first, _last, _label in chart.data["periods"]] == [
        "2020-01-01",
        "2021-01-01",
        "2023-01-01",
    ]
    assert chart.data["lines"][0]["values"] == ["1", None, "2"]


def test_a_break_interrupts_the_small_picture() -> None:
    found = spark(line({"2020": "1", "2021": "2", "2022": "3*", "2023": "4"}).points)
    assert found
    assert found.path.count("M") == 2


def test_the_base_period_is_a_hundred() -> None:
    made = indexed(line({"2020": "80", "2021": "100"}), parse_period("2020"))
    assert made
    assert [str(point.value) for point in made.points] == ["100.0", "125.0"]
    assert summary_of(made, 1)[1].startswith("The latest is 125.0 index (2021)")


@pytest.mark.parametrize("base", ["", "0"])
def test_without_a_base_nothing_is_indexed(base: str) -> None:
    assert indexed(line({"2020": base, "2021": "100"}), parse_period("2020")) is None


def test_a_quotient_has_a_gap_where_there_is_nothing_to_divide_by() -> None:
    made = per(line({"2020": "7", "2021": "8"}), line({"2020": "3", "2021": "0"}), "calls")
    assert [str(point.value) for point in made.points] == ["2.333", "None"]


def test_only_periods_of_all_are_common() -> None:
    lines = [line({"2020": "1", "2021": "2"}), line({"2021": "3", "2022": "4"})]
    assert common_periods(lines) == [parse_period("2021")]


def test_one_line_needs_no_warning() -> None:
    assert caveats([line({"2020": "1"})], None) == []


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"grade": "not_comparable"}, "does not compare"),
        ({"grade": "similar"}, "in its own way"),
        ({"grade": ""}, "Nobody has said yet"),
        ({"grade": "same", "local_note": "At the gate."}, "At the gate."),
    ],
)
def test_the_guard_says_what_does_not_compare(other: dict[str, str], words: str) -> None:
    lines = [line({"2020": "1"}, grade="same"), line({"2020": "2"}, at="Port of Tokyo", **other)]
    assert any(words in said for said in caveats(lines, None))


def test_where_all_measure_as_defined_there_is_nothing_to_say() -> None:
    lines = [line({"2020": "1"}, grade="same"), line({"2020": "2"}, grade="same")]
    assert caveats(lines, None) == []


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("2024-02-28", "2025-02-28"),
        ("2023-02-28", "2024-02-28"),
        ("2024-02-01/P29D", "2025-02-01/P28D"),
        ("2023-02", "2024-02"),
    ],
)
def test_the_same_days_of_the_year_before_are_compared(before: str, now: str) -> None:
    decoy = {"2024-02-29": "9", "2023-02-27": "9"}
    told = summary_of(line({**decoy, before: "4", now: "5"}), 1)
    assert "25.0 % more" in told[1]


def test_a_leap_day_is_compared_with_the_day_before_march() -> None:
    days = {"2023-02-28": "4", "2024-02-29": "5"}
    assert "25.0 % more" in summary_of(line(days), 1)[1]
    assert parse_period("2024-02-29").first == dt.date(2024, 2, 29)
