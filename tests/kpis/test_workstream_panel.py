"""The KPIs of a workstream: which series of the parties stand there, and how many at once."""

import pytest

from exchange.agreements.models import Workstream
from exchange.kpis import actions
from exchange.kpis.models import Series
from exchange.kpis.views import measures
from tests.agreements.work import plan
from tests.cast import Cast, eyes
from tests.kpis.factories import OPERATOR, again, definition, indicator, make_series
from tests.lessons.pages import browser, page


def measured(cast: Cast, *codes: str) -> Workstream:
    workstream = plan(cast)
    actions.measure_workstream(
        actor=eyes(cast.gothenburg.coordinator),
        workstream=workstream,
        indicators=[indicator(code) for code in codes],
    )
    return workstream


def shown(cast: Cast, workstream: Workstream, **headers: str) -> str:
    client = browser(cast.gothenburg.reader)
    return page(client.get(f"/workstreams/{workstream.pk}/kpis/", headers=headers))


def replaced(cast: Cast, series: Series) -> Series:
    """Have Gothenburg follow a new version of the definition; return the series by it."""
    now = indicator()
    actions.revise_indicator(actor=OPERATOR, indicator=now, lock=now.lock, text=definition())
    return make_series(cast)


def test_a_closed_series_is_left_out_where_another_has_taken_its_place(
    cast: Cast, series: Series
) -> None:
    workstream = measured(cast, "teu_total")
    later = replaced(cast, series)
    text = shown(cast, workstream)
    assert later.get_absolute_url() in text
    assert series.get_absolute_url() not in text


def test_a_closed_series_without_another_stays(cast: Cast, series: Series) -> None:
    workstream = measured(cast, "teu_total")
    reviewer = eyes(cast.gothenburg.reviewer)
    actions.close_series(actor=reviewer, series=series, lock=again(series).lock)
    assert series.get_absolute_url() in shown(cast, workstream)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_does_not_fit_is_a_page_away(
    cast: Cast, series: Series, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(measures, "PAGE_SIZE", 1)
    other = make_series(cast, code="teu_empty")
    workstream = measured(cast, "teu_total", "teu_empty")
    text = shown(cast, workstream, **headers)
    assert (other.get_absolute_url() in text) != (series.get_absolute_url() in text)
    assert (f"/workstreams/{workstream.pk}/kpis/" if headers else "Page 1 of 2") in text
