"""Pages with pictures: picture, table and words tell the same, and long lists come page by page."""

import re
import tracemalloc
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from exchange.kpis import actions
from exchange.kpis.charts.lines import MOST, kinds_of, values_in
from exchange.kpis.exporting import xlsx_of
from exchange.kpis.models import Indicator, Observation, Series
from exchange.kpis.periods import PeriodKind, code_of, following, kind_of, parse_period
from exchange.kpis.templatetags.kpis import year_in_words
from tests.cast import Cast, anonymous, eyes
from tests.kpis.charted import block_of, table_of, text_of, words_of
from tests.kpis.factories import OPERATOR, approved, entry, make_series, submitted
from tests.lessons.pages import browser, page


def months(count: int, first: str = "2004-01") -> dict[str, str]:
    """Return values of so many months, each one more than the month before."""
    period, found = parse_period(first), {}
    for number in range(count):
        found[code_of(period)] = str(number)
        period = following(period)
    return found


def hold(series: Series, values: dict[str, str], **cells: str) -> None:
    """Have the operator write values, which hold at once."""
    entries = [entry(series, period, value, **cells) for period, value in values.items()]
    actions.submit_values(actor=OPERATOR, series=series, entries=entries, reason="Moved here.")


def shown(cast: Cast, series: Series, **asked: str) -> str:
    return page(browser(cast.gothenburg.reader).get(f"/series/{series.pk}/", asked))


@pytest.mark.parametrize("asked", [{}, {"since": "2005"}, {"until": "2010"}])
def test_picture_and_table_have_the_same_periods(
    cast: Cast, series: Series, asked: dict[str, str]
) -> None:
    hold(series, months(MOST + 30))
    text = shown(cast, series, **asked)
    drawn = block_of(text)
    assert [row[0] for row in table_of(text)[1:]] == [one[2] for one in reversed(drawn["periods"])]
    assert len(drawn["periods"]) <= MOST


def test_with_a_beginning_the_first_are_shown_else_the_latest(cast: Cast, series: Series) -> None:
    hold(series, months(MOST + 30))
    assert block_of(shown(cast, series))["periods"][-1][0] == "2016-06-01"
    assert block_of(shown(cast, series, since="2004-03"))["periods"][0][0] == "2004-03-01"


def test_the_page_says_that_not_all_is_shown(cast: Cast, series: Series) -> None:
    hold(series, months(MOST + 30))
    assert f"{MOST} of {MOST + 30} values are shown" in text_of(shown(cast, series))
    assert "values are shown" not in text_of(shown(cast, make_series(cast, code="vessel_calls")))


def test_words_tell_of_breaks_targets_and_what_is_not_final(cast: Cast, series: Series) -> None:
    hold(series, {"2021": "1", "2022": "2"})
    hold(series, {"2023": "3"}, status="break", comment="Counted at the gate.")
    hold(series, {"2024": "4"}, status="provisional")
    text = {"value": "9", "note": "Board, 2020."}
    actions.set_target(
        actor=eyes(cast.gothenburg.reviewer), series=series, period="2030", text=text
    )
    told = words_of(shown(cast, series))
    assert "There is a break at 2023; do not read across it: Counted at the gate." in told
    assert "1 value is not final (provisional)." in told
    assert "Target 2030: 9 TEU (Board, 2020)." in told


def test_the_table_has_the_notes_and_the_targets_of_the_picture(cast: Cast, series: Series) -> None:
    hold(series, {"2024": "4"}, comment="A strike in May.")
    actions.set_target(
        actor=eyes(cast.gothenburg.reviewer), series=series, period="2030", text={"value": "9"}
    )
    text = shown(cast, series)
    rows, drawn = table_of(text), block_of(text)
    assert rows[1] == ["2024", "4 A strike in May."]
    assert drawn["lines"][0]["marks"]["0"][1] == "A strike in May."
    assert rows[2] == ["Target 2030", drawn["targets"][0]["text"]]


@pytest.mark.parametrize(("language", "month"), [("en", "July"), ("sv", "juli"), ("fr", "juillet")])
def test_the_month_in_which_years_begin_is_in_the_language_of_the_page(
    language: str, month: str
) -> None:
    with translation.override(language):
        assert year_in_words("--07-01") == f"years from {month}"


@pytest.mark.parametrize(
    "code",
    ["2024", "2024-S1", "2024-Q3", "2024-09", "2024-W07", "2024-09-15", "2017-01-01/P9M"],
)
def test_the_database_knows_the_kind_of_a_period_by_its_code(
    cast: Cast, series: Series, code: str
) -> None:
    submitted(cast.gothenburg, series, {"2024": "1"})
    Observation.objects.update(period=code)
    assert Observation.objects.get().kind == kind_of(parse_period(code))


def test_each_kind_is_counted_with_the_day_its_latest_begins(cast: Cast, series: Series) -> None:
    hold(series, {**months(3), "2004": "9", "2005": "9"})
    found = kinds_of(eyes(cast.gothenburg.reader), [series.pk])[series.pk]
    assert {kind: (held.count, str(held.latest)) for kind, held in found.items()} == {
        PeriodKind.YEAR: (2, "2005-01-01"),
        PeriodKind.MONTH: (3, "2004-03-01"),
    }


def test_what_waits_or_was_replaced_is_in_no_picture(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2023": "1"})
    approved(cast.gothenburg, series, {"2023": "2"}, reason="Counted again.")
    submitted(cast.gothenburg, series, {"2024": "3"})
    viewer = eyes(cast.gothenburg.coordinator)
    assert kinds_of(viewer, [series.pk])[series.pk][PeriodKind.YEAR].count == 1
    rows = values_in(viewer, {series.pk: PeriodKind.YEAR})[series.pk]
    assert [str(row.value) for row in rows] == ["2"]


def test_an_outsider_is_shown_no_value(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2023": "1"})
    viewer = eyes(cast.tokyo.coordinator)
    assert not kinds_of(viewer, [series.pk])
    assert not values_in(viewer, {series.pk: PeriodKind.YEAR})


@pytest.mark.parametrize("audience", ["public", "partners", "agreement", "home"])
def test_a_long_list_shows_the_same_to_each_as_a_short_one(cast: Cast, audience: str) -> None:
    shared = cast.gothenburg.home if audience == "home" else getattr(cast, audience)
    series = make_series(cast, audience=shared)
    approved(cast.gothenburg, series, {"2023": "1"})
    submitted(cast.gothenburg, series, {"2024": "2"})
    people = (cast.gothenburg.reader, cast.los_angeles.reader, cast.tokyo.reader)
    for viewer in (*map(eyes, people), anonymous()):
        long = Observation.objects.visible_to(viewer, walking=True).in_order()
        assert list(long) == list(Observation.objects.visible_to(viewer).in_order())


def test_a_workbook_takes_no_more_memory_for_more_rows() -> None:
    peaks = []
    for count in (200, 4000):
        rows = ({"comment": f"{number} " * 40} for number in range(count))
        tracemalloc.start()
        xlsx_of(rows)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]


# Lists.


def begin_all(cast: Cast, count: int) -> list[Series]:
    """Have Gothenburg report so many KPIs."""
    codes = Indicator.objects.in_use().order_by("code").values_list("code", flat=True)
    return [make_series(cast, code=code) for code in codes[:count]]


def cost(cast: Cast, address: str) -> tuple[int, str]:
    client = browser(cast.gothenburg.reader)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    return len(captured), page(answer)


def test_an_organisation_shows_its_series_page_by_page(cast: Cast) -> None:
    address = f"/organisations/{cast.gothenburg.organisation.pk}/kpis/"
    begin_all(cast, 1)
    one, _text = cost(cast, address)
    Series.objects.all().delete()
    begin_all(cast, 30)
    many, text = cost(cast, address)
    assert one == many <= 12
    assert text.count('<li class="card">') == 18
    assert cost(cast, f"{address}?page=2")[1].count('<li class="card">') == 12


@pytest.mark.parametrize(
    ("role", "finds"),
    [
        ("reader", []),
        ("contributor", ["/imports/"]),
        ("reviewer", ["/imports/", "/values/review/"]),
    ],
)
def test_from_what_is_reported_each_finds_what_they_do(
    cast: Cast, role: str, finds: list[str]
) -> None:
    address = f"/organisations/{cast.gothenburg.organisation.pk}/kpis/"
    text = page(browser(getattr(cast.gothenburg, role)).get(address))
    assert [path for path in ("/imports/", "/values/review/") if f'"{path}"' in text] == finds


def test_a_series_with_a_band_costs_few_queries(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2023": "1"})
    assert cost(cast, f"/series/{series.pk}/")[0] <= 12


def test_an_indicator_names_who_reports_it_page_by_page(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2023": "1", "2024-01": "2"})
    cells = re.search(r"<tbody>(.*?)</tbody>", cost(cast, "/kpis/teu_total/")[1], re.DOTALL)
    assert cells
    assert text_of(cells[1]).endswith("2 2024-01")
    assert cost(cast, "/kpis/teu_total/")[0] <= 12


def test_who_reports_it_on_another_page_is_not_asked_to_begin(
    cast: Cast, series: Series, monkeypatch: Any
) -> None:
    make_series(cast, cast.los_angeles)
    monkeypatch.setattr("exchange.kpis.views.catalogue.PAGE_SIZE", 1)
    text = page(browser(cast.los_angeles.coordinator).get("/kpis/teu_total/"))
    assert "Page 1 of 2" in text_of(text)
    assert "/kpis/teu_total/report/" not in text
