"""What a file is compared with: looked up for many rows at once, and kept for those that come later."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.kpis import actions, bookkeeping
from exchange.kpis.importing import job
from exchange.kpis.importing.desk import Desk
from exchange.kpis.models import Series
from exchange.kpis.reading import Row
from exchange.kpis.reading.child.header import COLUMNS
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    OPERATOR,
    again,
    approved,
    definition,
    indicator,
    make_series,
    row,
    send_as_operator,
)

pytestmark = pytest.mark.django_db

REFERENCE_PORTS = ("NLRTM", "DEHAM", "BEANR", "SGSIN", "CNSHA", "KRPUS")


def queries_of(*ports: str) -> int:
    """Return how many queries the preview of a file takes that has a row of each of these ports."""
    batch = send_as_operator([row(port_unlocode=port) for port in ports])
    with CaptureQueriesContext(connection) as captured:
        job.take_on(bookkeeping.take(batch.pk))
    batch.refresh_from_db()
    assert batch.counts["added"] == len(ports)
    return len(captured)


def outcomes(desk: Desk, *rows: tuple[int, dict[str, str]]) -> list[str]:
    """Return what becomes of rows, by their lines, that are judged in one step."""
    step = [Row(line, tuple(cells.get(name, "") for name in COLUMNS)) for line, cells in rows]
    return [str(outcome) for outcome, _found in desk.judge(step)]


def test_a_file_of_many_ports_asks_for_them_at_once(cast: Cast) -> None:
    indicator("teu_total")
    assert queries_of(*REFERENCE_PORTS) == queries_of(*REFERENCE_PORTS[:2])


def test_series_of_many_ports_are_asked_for_at_once(cast: Cast) -> None:
    ports = [cast.gothenburg, cast.los_angeles, cast.tokyo]
    for port in ports:
        make_series(cast, port, audience=port.home)
    codes = [str(port.organisation.unlocode) for port in ports]
    assert queries_of(*codes) == queries_of(codes[0])


def test_rows_of_a_series_may_come_in_several_steps(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "95", "2024-02": "110"})
    make_series(cast, code="new_cars")
    desk = Desk(OPERATOR, today=dt.date(2026, 12, 1), decimal_sign=".")
    assert outcomes(desk, (2, row("2024-01", "100"))) == ["corrected"]
    cars = row("2024-01", "9", kpi_code="new_cars", unit="vehicles")
    later = [(3, row("2024-02", "110")), (4, cars), (5, row("2024-01", "101"))]
    assert outcomes(desk, *later) == ["unchanged", "added", "rejected"]
    assert desk.contradicted == {2: 5}


def test_what_was_looked_up_once_is_not_asked_for_again(
    series: Series, django_assert_num_queries: Any
) -> None:
    desk = Desk(OPERATOR, today=dt.date(2026, 12, 1), decimal_sign=".")
    outcomes(desk, (2, row("2024-01")))
    with django_assert_num_queries(0):
        assert outcomes(desk, (3, row("2024-02"))) == ["added"]


def make_latest(cast: Cast) -> Series:
    """Have Gothenburg begin a series by another version of the definition, too."""
    now = indicator()
    text = definition(name="Containers", unit="TEU", change_note="Counted at the gate.")
    actions.revise_indicator(actor=OPERATOR, indicator=now, lock=now.lock, text=text)
    return make_series(cast)


def taker(cast: Cast) -> list[str]:
    """Return the ids of the series that a value of Gothenburg would go to."""
    desk = Desk(eyes(cast.gothenburg.contributor), today=dt.date(2026, 12, 1), decimal_sign=".")
    assert outcomes(desk, (2, row())) == ["added"]
    return [*desk.compared]


def test_values_go_to_the_series_that_was_begun_by_the_latest_version(
    cast: Cast, series: Series
) -> None:
    assert taker(cast) == [str(series.pk)]
    latest = make_latest(cast)
    assert taker(cast) == [str(latest.pk)]


def test_values_go_to_the_series_that_was_opened_again(cast: Cast, series: Series) -> None:
    latest, reviewer = make_latest(cast), eyes(cast.gothenburg.reviewer)
    actions.close_series(actor=reviewer, series=latest, lock=latest.lock)
    actions.reopen_series(actor=reviewer, series=series, lock=again(series).lock)
    assert taker(cast) == [str(series.pk)]
