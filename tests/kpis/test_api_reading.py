"""KPIs by the API: who reads what of indicators, series, values, revisions and targets."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.kpis import actions
from exchange.kpis.models import Series
from tests.api.program import Program
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    again,
    approve,
    approved,
    defined,
    definition,
    indicator,
    make_series,
    submitted,
)

INDICATORS = "/api/v1/indicators"
SERIES = "/api/v1/series"
VALUES = "/api/v1/observations"
REVISIONS = "/api/v1/observations/revisions"
TARGETS = "/api/v1/targets"


def items(program: Program, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return the things of a whole list, page by page."""
    found, address = [], path
    while address:
        body = program.get(address, **parameters).json()
        found += body["items"]
        address, parameters = body["next"], {}
    return found


def periods(program: Program, path: str = VALUES, **parameters: Any) -> list[str]:
    return [item["period"] for item in items(program, path, **parameters)]


def test_an_indicator_says_what_it_means(cast: Cast) -> None:
    program, known = Program(cast.tokyo), indicator("teu_total")
    told = program.get(f"{INDICATORS}/{known.pk}").json()
    assert (told["code"], told["unit"]["text"], told["definition_version"]) == (
        "teu_total",
        "TEU",
        1,
    )
    assert told["question"] == known.current.question  # type: ignore[union-attr]
    assert [one["number"] for one in told["versions"]] == [1]
    assert told["url"].endswith("/kpis/teu_total/")


def test_a_plausible_range_is_told_as_exact_text(cast: Cast) -> None:
    made = defined("plugs", plausible_low="0", plausible_high="12.50")
    told = Program(cast.tokyo).get(f"{INDICATORS}/{made.pk}").json()
    assert (told["plausible_low"], told["plausible_high"]) == ("0", "12.50")


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"code": ["teu_total", "no_such"]}, ["teu_total"]),
        ({"code": "teu_total", "direction": "lower"}, []),
        ({"code": "teu_total", "topic": "energy"}, []),
        ({"code": ["teu_total", "teu_empty"], "sort": "-code"}, ["teu_total", "teu_empty"]),
    ],
)
def test_indicators_are_filtered_and_sorted(
    cast: Cast, parameters: dict[str, Any], found: list[str]
) -> None:
    told = items(Program(cast.tokyo), INDICATORS, **parameters)
    assert [one["code"] for one in told] == found


def test_an_indicator_is_read_once_while_it_stays(cast: Cast) -> None:
    program, address = Program(cast.tokyo), f"{INDICATORS}/{indicator().pk}"
    tag = program.get(address)["ETag"]
    assert program.get(address, headers={"if-none-match": tag}).status_code == 304


def test_a_proposal_is_told_at_home_alone(cast: Cast) -> None:
    proposed = actions.propose_indicator(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        code="our_plugs",
        topic="energy/shore-power",
        text=definition(),
    )
    at_home = Program(cast.gothenburg).get(f"{INDICATORS}/{proposed.pk}").json()
    assert (at_home["definition_version"], at_home["versions"]) == (None, [])
    assert at_home["question"] == definition()["question"]
    assert Program(cast.los_angeles).get(f"{INDICATORS}/{proposed.pk}").status_code == 404


def test_a_series_is_told_to_whom_it_is_shared_with(cast: Cast, series: Series) -> None:
    address = f"{SERIES}/{series.pk}"
    inside, outside = Program(cast.los_angeles), Program(cast.tokyo)
    assert inside.ids(SERIES) == [str(series.pk)]
    assert (outside.ids(SERIES), outside.get(address).status_code) == ([], 404)
    told = inside.get(address).json()
    assert (told["kpi_code"], told["unlocode"], told["unit"]) == ("teu_total", "SEGOT", "TEU")


def test_consent_and_audience_are_told_at_home_alone(cast: Cast, series: Series) -> None:
    told = [
        Program(port).get(f"{SERIES}/{series.pk}").json()
        for port in (cast.gothenburg, cast.los_angeles)
    ]
    assert [one["peer_consent"] for one in told] == [False, None]
    assert [one["audience"] for one in told] == [f"group:{cast.agreement.pk}", None]
    assert [one["allowed_actions"] for one in told] == [["submit_values"], []]


def test_a_closed_series_takes_no_values(cast: Cast, series: Series) -> None:
    program = Program(cast.gothenburg)
    reviewer = eyes(cast.gothenburg.reviewer)
    actions.close_series(actor=reviewer, series=series, lock=again(series).lock)
    assert program.get(f"{SERIES}/{series.pk}").json()["allowed_actions"] == []
    assert program.ids(SERIES, closed="true") == [str(series.pk)]
    assert program.ids(SERIES, closed="false") == []


def test_series_are_filtered(cast: Cast, series: Series) -> None:
    other = make_series(cast, cast.los_angeles, code="teu_empty", audience=cast.public)
    program = Program(cast.los_angeles)
    assert program.ids(SERIES, organisation=cast.los_angeles.organisation.pk) == [str(other.pk)]
    assert program.ids(SERIES, indicator=indicator("teu_total").pk) == [str(series.pk)]
    assert program.ids(SERIES, kpi_code=["teu_empty", "x"]) == [str(other.pk)]
    assert program.ids(SERIES, id=[series.pk, other.pk], sort="updated_at") == [
        str(series.pk),
        str(other.pk),
    ]


def test_a_value_is_told_as_exact_text_with_its_zeros(cast: Cast, series: Series) -> None:
    approved(
        cast.gothenburg,
        series,
        {"2024-01": "1234567890123.4500"},
        status="estimated",
        precision="hundred",
        source_url="https://www.example.org/teu",
        note="Counted twice.",
    )
    [told] = items(Program(cast.los_angeles), VALUES)
    assert (told["value"], told["decimals"], told["unit"]) == ("1234567890123.4500", 4, "TEU")
    assert (told["first"], told["last"]) == ("2024-01-01", "2024-01-31")
    assert (told["status"], told["precision"], told["missing"]) == ("estimated", "hundred", None)
    assert (told["state"], told["note"]) == ("approved", "Counted twice.")


def test_a_missing_value_is_null_and_says_why(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": ""}, status="confidential")
    [told] = items(Program(cast.los_angeles), VALUES)
    assert (told["value"], told["decimals"], told["missing"]) == (None, None, "confidential")


def test_what_waits_is_told_at_home_alone(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    submitted(cast.gothenburg, series, {"2024-01": "101"}, reason="Counted again.")
    submitted(cast.gothenburg, series, {"2024-02": "200"})
    home, inside = Program(cast.gothenburg), Program(cast.los_angeles)
    assert [one["value"] for one in items(home, VALUES)] == ["100"]
    assert [one["value"] for one in items(inside, VALUES)] == ["100"]
    assert [one["value"] for one in items(home, VALUES, state="submitted")] == ["101", "200"]
    assert items(inside, VALUES, state="submitted") == []
    assert len(items(home, VALUES, state=["submitted", "approved"])) == 3


def test_an_outsider_is_told_of_no_value(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    outside = Program(cast.tokyo)
    for path in (VALUES, REVISIONS, TARGETS):
        assert items(outside, path, series=series.pk) == []


MONTHS = {"2023-12": "1", "2024-01": "2", "2024-02": "3", "2024": "4"}


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ["2023-12", "2024-01", "2024", "2024-02"]),
        ({"sort": "-period"}, ["2024-02", "2024-01", "2024", "2023-12"]),
        ({"from": "2024"}, ["2024-01", "2024", "2024-02"]),
        ({"to": "2024-01"}, ["2023-12", "2024-01"]),
        ({"from": "2024-Q1", "to": "2024-M02"}, ["2024-01", "2024-02"]),
        ({"from": "2024-02", "to": "2023"}, []),
        ({"period": "2024"}, ["2024"]),
        ({"period": "2024-1"}, ["2024-01"]),
        ({"period_type": "year"}, ["2024"]),
        ({"period_type": ["month", "week"]}, ["2023-12", "2024-01", "2024-02"]),
        ({"kpi_code": "teu_total", "period_type": "span"}, []),
        ({"kpi_code": "teu_empty"}, []),
    ],
)
def test_values_are_filtered_by_period(
    cast: Cast, series: Series, parameters: dict[str, Any], found: list[str]
) -> None:
    approved(cast.gothenburg, series, MONTHS)
    assert periods(Program(cast.los_angeles), **parameters) == found


def test_a_period_is_meant_as_the_series_reckons_its_years(cast: Cast) -> None:
    series = make_series(cast, year_start="--07-01")
    approved(cast.gothenburg, series, {"2024": "4"})
    program = Program(cast.los_angeles)
    [told] = items(program, VALUES, period="2024")
    assert (told["period"], told["first"]) == ("2024", "2024-07-01")
    assert items(program, VALUES, **{"from": "2024", "to": "2024"}) == []


@pytest.mark.parametrize(
    "query", ["from=x", "to=2024-13", "period=", "period_type=decade", "state=rejected", "q=x"]
)
def test_a_parameter_of_values_that_is_none_is_refused(cast: Cast, query: str) -> None:
    assert Program(cast.gothenburg).get(f"{VALUES}?{query}").status_code == 400


@pytest.mark.parametrize("path", [VALUES, REVISIONS])
@pytest.mark.parametrize("sort", ["period", "-series,-period"])
def test_values_are_read_page_by_page(cast: Cast, series: Series, path: str, sort: str) -> None:
    approved(cast.gothenburg, series, MONTHS)
    program = Program(cast.los_angeles)
    whole = periods(program, path, sort=sort)
    assert sorted(whole) == sorted(MONTHS)
    assert periods(program, path, sort=sort, limit=1) == whole


def test_a_correction_leaves_the_old_value_to_be_read(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    approved(cast.gothenburg, series, {"2024-01": "101"}, reason="Counted again.")
    told = items(Program(cast.los_angeles), REVISIONS, series=series.pk, period="2024-01")
    assert [(one["value"], one["state"]) for one in told] == [
        ("100", "superseded"),
        ("101", "approved"),
    ]
    assert [one["reason"] for one in told] == ["", "Counted again."]


@pytest.mark.parametrize("path", [VALUES, REVISIONS])
def test_no_gap_in_numbers_tells_others_of_what_was_not_approved(
    cast: Cast, series: Series, path: str
) -> None:
    for value in ("1", "2", "3"):
        submitted(cast.gothenburg, series, {"2024-01": value})
    approve(cast.gothenburg, series)
    numbers = {
        port: [one["revision"] for one in items(Program(getattr(cast, port)), path)]
        for port in ("gothenburg", "los_angeles")
    }
    assert (numbers["gothenburg"][-1], numbers["los_angeles"]) == (3, [None])


@pytest.mark.parametrize("sort", ["period,revision", "-period,-revision"])
def test_revisions_are_read_page_by_page(cast: Cast, series: Series, sort: str) -> None:
    for value in ("1", "2", "3"):
        approved(cast.gothenburg, series, {"2024-01": value}, reason="Audit.")
    program = Program(cast.gothenburg)
    whole = [one["revision"] for one in items(program, REVISIONS, sort=sort)]
    assert whole == sorted(whole, reverse=sort.startswith("-"))
    assert len(periods(program, REVISIONS, sort=sort, limit=1)) == 3


def test_what_was_sent_back_and_why_is_told_at_home_alone(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "1"})
    actions.reject_values(
        actor=eyes(cast.gothenburg.reviewer),
        series=series,
        revisions={"2024-01": 1},
        reason="Empties are missing.",
    )
    approved(cast.gothenburg, series, {"2024-01": "100"})
    home = items(Program(cast.gothenburg), REVISIONS)
    assert [one["decision"] for one in home] == ["Empties are missing.", ""]
    [told] = items(Program(cast.los_angeles), REVISIONS)
    assert (told["value"], told["decision"]) == ("100", None)
    assert len(items(Program(cast.gothenburg), REVISIONS, state="rejected")) == 1


def test_targets_are_told_with_exact_numbers(cast: Cast, series: Series) -> None:
    actions.set_target(
        actor=eyes(cast.gothenburg.reviewer),
        series=series,
        period="2030",
        text={"value": "950.50", "note": "Our plan."},
    )
    program = Program(cast.los_angeles)
    [told] = items(program, TARGETS, series=series.pk)
    assert (told["aim"], told["period"], told["value"], told["upper"]) == (
        "target",
        "2030",
        "950.50",
        None,
    )
    assert program.get(f"{SERIES}/{series.pk}").json()["targets"] == 1
    assert items(program, TARGETS, aim="baseline") == []


@pytest.mark.parametrize("path", [INDICATORS, SERIES, VALUES, REVISIONS, TARGETS])
def test_a_list_holds_the_members_that_were_asked_for(cast: Cast, path: str) -> None:
    make_all(cast)
    name = "id" if path in {INDICATORS, SERIES, TARGETS} else "value"
    assert {*items(Program(cast.gothenburg), path, fields=name)[0]} == {name}


def make_all(cast: Cast, code: str = "teu_total") -> None:
    """Make a series with a value and a target."""
    series = make_series(cast, code=code)
    kind = "month" if "month" in series.definition.period_types else "year"
    approved(cast.gothenburg, series, {"2024-01" if kind == "month" else "2024": "1"})
    reviewer = eyes(cast.gothenburg.reviewer)
    actions.set_target(actor=reviewer, series=series, period="2030", text={"value": "2"})


def queries(program: Program, path: str) -> tuple[int, int]:
    """Return what a list of at most 200 costs, and how much is in it."""
    with CaptureQueriesContext(connection) as captured:
        found = program.get(path, limit=200)
    return len(captured), len(found.json()["items"])


def test_a_list_costs_the_same_for_one_and_for_fifty(cast: Cast) -> None:
    program, paths = Program(cast.los_angeles), (SERIES, VALUES, REVISIONS, TARGETS)
    make_all(cast)
    few = {path: queries(program, path) for path in paths}
    for number in range(49):
        defined(f"plugs_{number}", name=f"Plugs {number}")
        make_all(cast, f"plugs_{number}")
    many = {path: queries(program, path) for path in paths}
    assert {path: count for path, (_cost, count) in few.items()} == dict.fromkeys(paths, 1)
    assert {path: count for path, (_cost, count) in many.items()} == dict.fromkeys(paths, 50)
    costs = {path: cost for path, (cost, _count) in many.items()}
    assert costs == {path: cost for path, (cost, _count) in few.items()}
    assert max(*costs.values(), queries(program, INDICATORS)[0]) <= 8, costs
