"""Entering many values at once: what a person finds on the page of the grid, and what becomes of it."""

import re
from itertools import islice
from typing import Any

import pytest
import time_machine
from django.test import Client

from exchange.accounts.models import User
from exchange.kpis.models import Indicator, Observation, Series
from exchange.kpis.views import entering
from tests.agreements.pages import form_of
from tests.cast import Cast
from tests.kpis.factories import approved, make_series, states, submitted
from tests.lessons.pages import page

TODAY = "2026-11-30T12:00Z"
GRID = "/values/enter/"


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def writer(cast: Cast) -> Client:
    """The contributor of Gothenburg, at a browser."""
    return signed_in(cast.gothenburg.contributor)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def cell(series: Series, period: str) -> str:
    return f"v-{series.pk.hex}-{period}"


def filled(client: Client, cells: dict[str, str], address: str = GRID) -> Any:
    """Send the grid as it is shown, but for these cells."""
    return client.post(address, {**form_of(client, address), **cells})


def inputs(text: str) -> dict[str, str]:
    """Return what stands in the cells of a page."""
    return dict(
        re.findall(r'<input type="text" inputmode="decimal" name="(.*?)" value="(.*?)"', text)
    )


def test_what_is_typed_waits_for_a_reviewer(series: Series, writer: Client) -> None:
    answer = filled(writer, {cell(series, "2026-09"): "100", cell(series, "2026-10"): "110"})
    assert answer.status_code == 302
    assert states(series) == [("2026-09", 1, "submitted"), ("2026-10", 1, "submitted")]


def test_the_last_value_before_stands_beside_the_cells(
    cast: Cast, series: Series, writer: Client
) -> None:
    approved(cast.gothenburg, series, {"2026-05": "90909"})
    assert re.search(r"90,909\s*<small>May 2026</small>", page(writer.get(GRID)))


def test_the_last_value_may_be_many_years_old(cast: Cast, series: Series, writer: Client) -> None:
    approved(cast.gothenburg, series, {"2011-05": "90909"})
    assert re.search(r"90,909\s*<small>May 2011</small>", page(writer.get(GRID)))


def test_beside_each_cell_a_link_leads_to_its_own_page(series: Series, writer: Client) -> None:
    found = re.search(r'<a class="cell-more no-print" href="(.*?)"', page(writer.get(GRID)))
    assert found
    assert writer.get(found[1]).status_code == 200


def test_of_another_kind_of_period_or_still_waiting_it_is_not_the_last_value(
    cast: Cast, series: Series, writer: Client
) -> None:
    approved(cast.gothenburg, series, {"2026-04": "90909", "2026-Q2": "80808"})
    submitted(cast.gothenburg, series, {"2026-05": "70707"})
    last = re.search(r'<td class="number">(.*?)</td>', page(writer.get(f"{GRID}?kind=month")))
    assert last
    assert last[1] == "90,909 <small>April 2026</small>"


def test_the_last_value_is_that_before_the_cells_of_its_own_series(
    cast: Cast, writer: Client
) -> None:
    for code, year_start in (("teu_import_loaded", "--01-01"), ("teu_export_loaded", "--07-01")):
        series = make_series(cast, code=code, year_start=year_start)
        approved(cast.gothenburg, series, {"2020": "10", "2021": "20", "2022": "30"})
    text = page(writer.get(f"{GRID}?kind=year&count=4"))
    last = re.findall(r'<td class="number">(.*?) <small>(.*?)</small></td>', text)
    assert sorted(last) == [("20", "2021"), ("20", "July 2021 – June 2022")]


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [("sv", "1 234,5", "1234.5"), ("en", "1,234.5", "1234.5"), ("de", "1.234.567", "1234567")],
)
def test_a_number_is_typed_as_the_persons_language_writes_it(
    cast: Cast, series: Series, language: str, typed: str, value: str
) -> None:
    person = cast.gothenburg.contributor
    person.language = language
    person.save(update_fields=["language"])
    sure = {cell(series, "2026-10"): typed, "all_the_same": "on"}
    filled(signed_in(person), sure)
    assert [str(one.value) for one in Observation.objects.filter(series=series)] == [value]


def test_a_number_that_another_reading_makes_a_thousand_times_smaller_is_asked_about(
    cast: Cast, writer: Client
) -> None:
    tonnes = make_series(cast, code="total_tonnes_mt")
    text = page(filled(writer, {cell(tonnes, "2026-10"): "1,234", "all_the_same": "on"}))
    assert "Write 1234, or 1.234 for the decimals." in text
    assert states(tonnes) == []


def test_thousands_are_no_decimals_where_so_many_are_unusual(
    series: Series, writer: Client
) -> None:
    filled(writer, {cell(series, "2026-10"): "909,000", "all_the_same": "on"})
    assert [str(one.value) for one in Observation.objects.filter(series=series)] == ["909000"]


def test_what_stands_in_a_cell_can_be_sent_back_with_other_values(
    cast: Cast, series: Series, writer: Client
) -> None:
    submitted(cast.gothenburg, series, {"2026-09": "909000"})
    assert inputs(page(writer.get(GRID)))[cell(series, "2026-09")] == "909\u00a0000"
    assert filled(writer, {cell(series, "2026-10"): "5"}).status_code == 302


def test_an_error_loses_nothing_that_was_typed(series: Series, writer: Client) -> None:
    typed = {cell(series, "2026-09"): "100", cell(series, "2026-10"): "many"}
    text = page(filled(writer, {**typed, "note": "Counted at the gate."}))
    assert typed.items() <= inputs(text).items()
    assert "Counted at the gate." in text
    assert 'aria-invalid="true"' in text
    assert states(series) == []


def test_what_is_unusual_is_asked_about_once(series: Series, writer: Client) -> None:
    odd = {cell(series, "2026-10"): "100.555"}
    assert "More decimals than usual" in page(filled(writer, odd))
    assert filled(writer, {**odd, "all_the_same": "on"}).status_code == 302


def test_a_jump_beside_the_values_before_it_is_asked_about(
    cast: Cast, series: Series, writer: Client
) -> None:
    months = [f"2026-{month:02}" for month in range(1, 10)]
    approved(cast.gothenburg, series, {month: str(70000 + at) for at, month in enumerate(months)})
    assert "Far from the values before it" in page(filled(writer, {cell(series, "2026-10"): "7"}))


def test_a_jump_beside_the_years_before_it_is_asked_about(
    cast: Cast, series: Series, writer: Client
) -> None:
    approved(cast.gothenburg, series, {str(year): str(70000 + year) for year in range(2010, 2020)})
    years = f"{GRID}?kind=year"
    text = page(filled(writer, {cell(series, "2025"): "7"}, years))
    assert "Far from the values before it" in text


def test_of_two_who_type_into_one_cell_the_second_is_told(
    cast: Cast, series: Series, writer: Client
) -> None:
    sent = {**form_of(writer, GRID), cell(series, "2026-10"): "5"}
    submitted(cast.gothenburg, series, {"2026-10": "6"}, by="reviewer")
    assert "Somebody entered 6 meanwhile" in page(writer.post(GRID, sent))


def test_what_was_typed_when_the_page_showed_other_periods_is_told(
    series: Series, writer: Client
) -> None:
    sent = {**form_of(writer, GRID), cell(series, "2026-07"): "77"}
    with time_machine.travel("2026-12-02T12:00Z", tick=False):
        text = page(writer.post(GRID, sent))
    assert "2026-07: 77" in text


def corrected(cast: Cast, series: Series, writer: Client, **typed: str) -> Observation:
    """Correct a value that was a break, rounded, with sources and a note; return what waits."""
    approved(
        cast.gothenburg,
        series,
        {"2026-10": "100"},
        status="break",
        precision="million",
        source_url="https://a.example.org",
        second_source_url="https://b.example.org",
        note="Counted at the gate.",
    )
    filled(writer, {cell(series, "2026-10"): "101", "reason": "Audit.", **typed})
    found: Observation = Observation.objects.waiting().get(series=series)
    return found


def test_a_corrected_value_keeps_what_was_said_beside_it(
    cast: Cast, series: Series, writer: Client
) -> None:
    found = corrected(cast, series, writer)
    assert (found.status, found.precision, found.note) == (
        "break",
        "million",
        "Counted at the gate.",
    )
    assert (found.source_url, found.second_source_url) == (
        "https://a.example.org",
        "https://b.example.org",
    )


def test_what_is_said_for_all_goes_before_what_was_said(
    cast: Cast, series: Series, writer: Client
) -> None:
    said = {"status": "normal", "note": "As audited.", "source_url": "https://c.example.org"}
    found = corrected(cast, series, writer, **said)
    assert {name: getattr(found, name) for name in said} == said


def test_what_was_said_of_a_gap_is_not_said_of_the_value_that_fills_it(
    cast: Cast, series: Series, writer: Client
) -> None:
    submitted(cast.gothenburg, series, {"2026-10": ""}, status="not_collected", note="On strike.")
    filled(writer, {cell(series, "2026-10"): "101"})
    assert Observation.objects.waiting().get(series=series).note == ""


def test_a_cell_is_called_by_its_row_and_its_column(series: Series, writer: Client) -> None:
    text = page(writer.get(GRID))
    called = re.search(rf'name="{cell(series, "2026-10")}".*?aria-labelledby="(\w+) (\w+)"', text)
    assert called
    assert all(f'id="{one}"' in text for one in called.groups())


def test_years_end_as_the_series_counts_them(cast: Cast, writer: Client) -> None:
    fiscal = make_series(cast, year_start="--07-01", rhythm="year")
    with time_machine.travel("2026-03-15T12:00Z", tick=False):
        text = page(signed_in(cast.gothenburg.contributor).get(f"{GRID}?kind=year"))
    assert list(inputs(text))[-1] == cell(fiscal, "2024")
    assert "July 2024 – June 2025" in text


def test_where_years_differ_each_cell_says_its_own(cast: Cast, writer: Client) -> None:
    make_series(cast, rhythm="year")
    make_series(cast, code="teu_import_loaded", rhythm="year")
    make_series(cast, code="teu_export_loaded", year_start="--07-01", rhythm="year")
    text = page(writer.get(f"{GRID}?kind=year&count=4"))
    assert text.count("July 2025 – June 2026</small>") == 1
    assert re.search(r'<th scope="col" class="number" id="c4">2025</th>', text)


def test_a_year_that_is_named_ends_with_its_last_month(series: Series, writer: Client) -> None:
    found = inputs(page(writer.get(f"{GRID}?kind=month&until=2025")))
    assert list(found)[-1] == cell(series, "2025-12")


def test_a_figure_that_is_due_leads_to_its_own_grid(cast: Cast) -> None:
    make_series(cast, rhythm="year")
    make_series(cast, code="teu_import_loaded", rhythm="month")
    home = page(signed_in(cast.gothenburg.contributor).get("/"))
    at = cast.gothenburg.organisation.pk
    assert f"{GRID}?organisation={at}&amp;kind=year" in home
    assert f"{GRID}?organisation={at}&amp;kind=month" in home


def test_the_grid_of_an_organisation_is_for_who_enters_its_values(
    cast: Cast, series: Series
) -> None:
    asked = f"{GRID}?organisation={cast.gothenburg.organisation.pk}"
    text = page(signed_in(cast.los_angeles.contributor).get(asked))
    assert "For Port of Los Angeles" in text
    assert cell(series, "2026-10") not in text


def test_a_full_page_weighs_no_more_than_a_phone_loads(cast: Cast, writer: Client) -> None:
    every = Indicator.objects.with_shown()
    yearly = (one for one in every if "year" in one.current.period_types)
    for indicator in islice((one for one in yearly if not one.current.highest), 40):
        series = make_series(cast, code=indicator.code, rhythm="year")
        submitted(cast.gothenburg, series, {str(year): "1234567" for year in range(2014, 2026)})
    for count in ("4", "6", "12"):
        assert len(page(writer.get(f"{GRID}?kind=year&count={count}")).encode()) <= 60_000


def test_what_does_not_fit_on_a_page_is_on_the_next(
    cast: Cast, writer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "MOST_CELLS", 12)
    for code in ("teu_total", "teu_import_loaded"):
        make_series(cast, code=code)
    shown = [inputs(page(writer.get(f"{GRID}?count=12&page={number}"))) for number in (1, 2)]
    assert [len(one) for one in shown] == [12, 12]


@pytest.mark.parametrize("asked", ["", "?kind=year", "?kind=month"])
def test_no_kind_of_period_that_is_offered_is_refused(
    cast: Cast, series: Series, writer: Client, asked: str
) -> None:
    approved(cast.gothenburg, series, {"2024": "1200"})
    assert "no such choice" not in page(writer.get(GRID + asked))


def test_what_is_typed_keeps_its_cells_when_others_come_to_be_usual(
    cast: Cast, series: Series, writer: Client
) -> None:
    form = form_of(writer, GRID)
    to = re.search(r'<form method="post" action="(\?.*?)"', page(writer.get(GRID)))
    approved(cast.gothenburg, series, {"2024": "1200", "2025": "1300"})
    assert to
    writer.post(GRID + to[1], {**form, cell(series, "2026-10"): "110"})
    assert ("2026-10", 1, "submitted") in states(series)


def test_the_periods_are_those_in_which_most_series_are_kept(
    cast: Cast, series: Series, writer: Client
) -> None:
    approved(cast.gothenburg, series, {"2024": "1200", "2025": "1300", "2025-01": "100"})
    assert cell(series, "2025") in inputs(page(writer.get(GRID)))
