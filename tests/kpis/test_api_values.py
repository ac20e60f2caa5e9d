"""Values that programs submit: exact, all or none, once for each key, and never approved by them."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.activity.models import Event
from exchange.kpis import actions
from exchange.kpis.models import Observation, Series
from tests.api.program import Program, pointers
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    OPERATOR,
    again,
    approved,
    definition,
    held,
    indicator,
    make_series,
    states,
    submitted,
    verbs,
)

VALUES = "/api/v1/observations"


@pytest.fixture
def program(cast: Cast) -> Program:
    return Program(cast.gothenburg)


def item(series: Series, period: str = "2024-01", value: Any = "100", **rest: Any) -> Any:
    return {"series": str(series.pk), "period": period, "value": value, "unit": "TEU", **rest}


def post(program: Program, *items: Mapping[str, Any], **how: Any) -> Any:
    return program.post(VALUES, {"items": list(items)}, **how)


def told(response: Any) -> list[tuple[str, str, int, str]]:
    """Return (period, result, revision, state) of each item of the answer."""
    assert response.status_code == 200, response.content
    return [
        (one["period"], one["result"], one["revision"], one["state"])
        for one in response.json()["items"]
    ]


def test_a_program_submits_values_that_wait_for_a_reviewer(
    cast: Cast, program: Program, series: Series
) -> None:
    answer = post(program, item(series, "2024-M01"), item(series, "2024-2", "200.50"))
    assert told(answer) == [
        ("2024-01", "added", 1, "submitted"),
        ("2024-02", "added", 1, "submitted"),
    ]
    rows = Observation.objects.filter(series=series).order_by("first")
    assert [(str(one.value), one.way) for one in rows] == [("100", "api"), ("200.50", "api")]
    assert (held(series), verbs(series)[-1]) == ({}, "submitted")


def test_a_series_is_named_by_port_and_code_as_well(program: Program, series: Series) -> None:
    named = {"organisation": "segot", "kpi_code": "teu_total"}
    sent = {**item(series), **named}
    del sent["series"]
    answer = post(program, sent)
    assert answer.json()["items"][0]["series"] == str(series.pk)


def test_all_that_is_said_of_a_value_is_kept(program: Program, series: Series) -> None:
    said = {
        "status": "provisional",
        "precision": "thousand",
        "source_url": "https://www.example.org/a",
        "second_source_url": "https://www.example.org/b",
        "note": "Without empties.",
    }
    post(program, item(series, **said))
    [read] = program.get(VALUES, state="submitted").json()["items"]
    assert {name: read[name] for name in said} == said


def test_what_says_the_same_changes_nothing(cast: Cast, program: Program, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    post(program, item(series, "2024-02"))
    answer = post(program, item(series), item(series, "2024-02"))
    assert told(answer) == [
        ("2024-01", "unchanged", 1, "approved"),
        ("2024-02", "unchanged", 1, "submitted"),
    ]
    assert len(states(series)) == 2


def test_a_correction_needs_a_reason(cast: Cast, program: Program, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    refused = post(program, item(series, "2024-02"), item(series, value="101"))
    assert pointers(refused) == {"/items/1/reason": "required"}
    assert len(states(series)) == 1
    answer = post(program, item(series, value="101", reason="Counted again."))
    assert told(answer) == [("2024-01", "corrected", 2, "submitted")]
    assert held(series) == {"2024-01": "100"}


def test_what_waits_is_replaced(program: Program, series: Series) -> None:
    post(program, item(series))
    assert told(post(program, item(series, value="101")))[0][2:] == (2, "submitted")
    assert states(series) == [("2024-01", 1, "withdrawn"), ("2024-01", 2, "submitted")]


def test_the_same_key_makes_one_thing(program: Program, series: Series) -> None:
    first, second = (post(program, item(series), key="once") for _ in range(2))
    assert first.json() == second.json()
    assert (second["Idempotent-Replayed"], len(states(series))) == ("true", 1)
    assert Event.objects.filter(verb="series.submitted").count() == 1
    other = post(program, item(series, value="101"), key="once")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


@pytest.mark.parametrize("value", [100, "100", 0, "-0", "0.000000001", "123456789012345.123456789"])
def test_numbers_are_taken_as_they_are(program: Program, series: Series, value: Any) -> None:
    assert post(program, item(series, value=value)).status_code == 200
    [read] = program.get(VALUES, state="submitted").json()["items"]
    assert read["value"] == str(value).replace("-0", "0")


def test_a_float_is_refused_with_words(program: Program, series: Series) -> None:
    response = post(program, item(series, value=1234.5))
    [error] = response.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/items/0/value", "float")
    assert "in quotes" in error["detail"]


@pytest.mark.parametrize(
    "value",
    ["1,5", "1 000", "1,000.50", "1e3", "", "n/a", "−1", "٣", "1.", ".5", 10**15, True, [], {}],
)
def test_what_may_be_misread_is_no_number(program: Program, series: Series, value: Any) -> None:
    assert set(pointers(post(program, item(series, value=value)))) == {"/items/0/value"}


def test_a_value_may_be_missing_with_its_reason(program: Program, series: Series) -> None:
    absent = {"series": str(series.pk), "period": "2024-01", "missing": "lost"}
    assert told(post(program, absent, {**absent, "period": "2024-02", "value": None}))
    read = program.get(VALUES, state="submitted").json()["items"]
    assert [(one["value"], one["missing"]) for one in read] == [(None, "lost")] * 2


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"value": None}, "value"),
        ({"missing": "lost"}, "value"),
        ({"missing": "lost", "value": None, "status": "estimated"}, "status"),
        ({"missing": "unknown"}, "missing"),
        ({"unit": None}, "unit"),
        ({"unit": "tonnes"}, "unit"),
        ({"period": "2024-13"}, "period"),
        ({"period": "2999-01"}, "period"),
        ({"period": "last year"}, "period"),
        ({"status": "final"}, "status"),
        ({"precision": "dozen"}, "precision"),
        ({"value": "-1"}, "value"),
        ({"source_url": "ftp://example.org"}, "source_url"),
        ({"note": "x" * 2001}, "note"),
        ({"state": "approved"}, "state"),
        ({"organisation": "SEGOT"}, "series"),
        ({"series": "x"}, "series"),
        ({"series": "01a22aaf-f281-7370-8858-4a7aba9e2fb5"}, "series"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(
    program: Program, series: Series, wrong: dict[str, Any], pointer: str
) -> None:
    response = post(program, item(series), {**item(series, "2024-02"), **wrong})
    assert set(pointers(response)) == {f"/items/1/{pointer}"}
    assert states(series) == []


@pytest.mark.parametrize(
    ("named", "pointer"),
    [
        ({"organisation": "SEGOT"}, "kpi_code"),
        ({"kpi_code": "teu_total"}, "organisation"),
        ({"organisation": "XXXXX", "kpi_code": "teu_total"}, "organisation"),
        ({"organisation": "SEGOT", "kpi_code": "no_such"}, "kpi_code"),
        ({"organisation": "JPTYO", "kpi_code": "teu_total"}, "kpi_code"),
        ({}, "series"),
    ],
)
def test_a_series_that_is_not_there_is_named_by_its_place(
    program: Program, series: Series, named: dict[str, Any], pointer: str
) -> None:
    response = post(program, {"period": "2024-01", "value": "1", "unit": "TEU", **named})
    assert set(pointers(response)) == {f"/items/0/{pointer}"}


def test_all_that_is_wrong_is_told_at_once(program: Program, series: Series) -> None:
    wrong = [
        item(series, "2024-13", 1.5),
        item(series, "2024-14", unit="t"),
        item(series, "2024-03"),
        item(series, "2024-M03", "7"),
    ]
    assert set(pointers(post(program, *wrong))) == {
        "/items/0/value",
        "/items/1/period",
        "/items/1/unit",
        "/items/3/period",
    }
    assert states(series) == []


def test_a_hundred_values_are_taken_and_no_more(program: Program, series: Series) -> None:
    days = [f"{1990 + number // 12}-{number % 12 + 1:02}" for number in range(101)]
    many = [item(series, day, str(number)) for number, day in enumerate(days)]
    refused = post(program, *many)
    assert pointers(refused) == {"/items": "max_length"}
    assert "/api/v1/imports" in refused.json()["errors"][0]["detail"]
    assert len(told(post(program, *many[:100]))) == len(states(series)) == 100


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": {}}, {"items": [1]}, {"x": 1}, []])
def test_a_body_without_values_is_refused(program: Program, body: Any) -> None:
    assert program.post(VALUES, body).status_code == 422


def test_values_of_others_are_not_a_programs_to_write(
    cast: Cast, program: Program, series: Series
) -> None:
    partner = Program(cast.los_angeles)
    own = make_series(cast, cast.los_angeles)
    response = post(partner, item(own), item(series))
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert [error["pointer"] for error in response.json()["errors"]] == ["/items/1"]
    assert Observation.objects.count() == 0
    assert set(pointers(post(Program(cast.tokyo), item(series)))) == {"/items/0/series"}


def test_a_token_that_only_reads_submits_nothing(cast: Cast, series: Series) -> None:
    reader = Program(cast.gothenburg, may_write=False)
    response = post(reader, item(series))
    assert (response.status_code, response.json()["code"]) == (403, "read_only_token")
    assert post(Program(None), item(series)).status_code == 401


def test_of_several_series_one_that_is_closed_keeps_all_back(
    cast: Cast, program: Program, series: Series
) -> None:
    closed = make_series(cast, code="teu_empty")
    reviewer = eyes(cast.gothenburg.reviewer)
    actions.close_series(actor=reviewer, series=closed, lock=again(closed).lock)
    response = post(program, item(series), item(closed))
    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert [error["pointer"] for error in response.json()["errors"]] == ["/items/1"]
    assert Observation.objects.count() == 0


def test_by_its_code_a_kpi_is_the_series_that_is_open(
    cast: Cast, program: Program, series: Series
) -> None:
    now, reviewer = indicator(), eyes(cast.gothenburg.reviewer)
    actions.revise_indicator(actor=OPERATOR, indicator=now, lock=now.lock, text=definition())
    later = make_series(cast)
    actions.close_series(actor=reviewer, series=later, lock=later.lock)
    actions.reopen_series(actor=reviewer, series=series, lock=again(series).lock)
    by_code = {"organisation": "SEGOT", "kpi_code": "teu_total"}
    answer = post(program, {**by_code, "period": "2024-01", "value": "100", "unit": "TEU"})
    assert (answer.status_code, states(series)) == (200, [("2024-01", 1, "submitted")])


def test_what_is_odd_is_taken_with_a_warning(program: Program, series: Series) -> None:
    answer = post(program, item(series, value="100.505"))
    [words] = answer.json()["items"][0]["warnings"]
    assert "decimals" in words
    assert post(program, item(series, value="100.505")).json()["items"][0]["warnings"] == []


def test_a_jump_beside_the_values_before_it_is_taken_with_a_warning(
    cast: Cast, program: Program, series: Series
) -> None:
    approved(cast.gothenburg, series, {f"2023-{month:02}": f"7000{month}" for month in range(1, 8)})
    answer = post(program, item(series, "2023-08", "7"), item(series, "2023-09", "70001"))
    jump, usual = [one["warnings"] for one in answer.json()["items"]]
    assert "Far from the values before it" in jump[0]
    assert usual == []


def test_a_jump_beside_the_items_before_it_is_taken_with_a_warning(
    program: Program, series: Series
) -> None:
    usual = [item(series, f"2023-0{month}", "100") for month in range(1, 7)]
    answer = post(program, *usual, item(series, "2023-07", "1000"))
    *before, jump = [one["warnings"] for one in answer.json()["items"]]
    assert "Far from the values before it" in jump[0]
    assert before == [[]] * 6


def test_a_request_without_a_key_submits_nothing(program: Program, series: Series) -> None:
    response = post(program, item(series), key=None)
    assert response.json()["code"] == "idempotency_key_required"
    assert states(series) == []


def test_values_that_a_program_sent_are_approved_by_people(
    cast: Cast, program: Program, series: Series
) -> None:
    post(program, item(series))
    actions.approve_values(
        actor=eyes(cast.gothenburg.reviewer), series=series, revisions={"2024-01": 1}
    )
    [read] = Program(cast.los_angeles).get(VALUES).json()["items"]
    assert (read["value"], read["state"]) == ("100", "approved")


def test_many_values_cost_as_many_queries_as_one(
    cast: Cast, program: Program, series: Series
) -> None:
    submitted(cast.gothenburg, series, {"2020-01": "1"})
    few = queries(program, [item(series, "2024-01")])
    many = queries(program, [item(series, f"2023-{month:02}") for month in range(1, 13)])
    assert many <= few + 1


def queries(program: Program, items: list[Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert post(program, *items).status_code == 200
    return len(captured)
