"""Imports: what a preview tells, what is written when, who decides, and what an undo brings back."""

import hashlib
from collections import Counter
from typing import Any

import pytest
import time_machine
from pytest_django.fixtures import Settings

from exchange.activity.models import Event
from exchange.audiences.viewer import Role
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid, Stale
from exchange.kpis import actions, bookkeeping
from exchange.kpis.choices import ImportState, Outcome
from exchange.kpis.models import Import, ImportFile, Observation, Series
from exchange.partners.actions import revoke_api_client
from exchange.partners.models import Membership, Organisation
from exchange.partners.viewers import viewer_of_client
from tests.cast import Cast, anonymous, eyes
from tests.kpis.factories import (
    OPERATOR,
    accept,
    again,
    approve,
    approved,
    client_of,
    counts,
    held,
    imported,
    indicator,
    make_series,
    previewed,
    read_now,
    row,
    send,
    send_as_operator,
    states,
    submitted,
    table,
    verbs,
)
from tests.partners.factories import make_client, put_aside

THREE = [row("2024-01", "100"), row("2024-02", "110"), row("2024-03", "120")]
BAD = row("2024-04", "many")
# Whether 1,234 is a thousand and more, or one and a bit, nobody can tell.
UNCLEAR = table([row("2024-01", "1,234")])


@pytest.fixture(autouse=True)
def _series(series: Series) -> None:
    """Gothenburg reports containers."""


def problems(batch: Import) -> list[tuple[int, str, str]]:
    """Return (line, column, words) of everything that was rejected."""
    return [
        (one.line, problem.column, problem.words)
        for one in previewed(batch, Outcome.REJECTED)
        for problem in one.problems
    ]


def undo(batch: Import, cast: Cast, by: str = "contributor", reason: str = "Wrong file.") -> Import:
    """Have somebody ask for an undo, and a worker do it; return the import as it is then."""
    actor = OPERATOR if by == "operator" else eyes(getattr(cast.gothenburg, by))
    return read_now(actions.undo_import(actor=actor, batch=batch, reason=reason))


def test_a_file_that_was_sent_waits_with_its_checksum(cast: Cast) -> None:
    batch = send(cast, None, THREE, "figures.csv")
    assert (batch.state, batch.file_name) == (ImportState.QUEUED, "figures.csv")
    assert batch.sha256 == hashlib.sha256(table(THREE)).hexdigest()


def test_a_preview_writes_and_records_nothing(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, THREE))
    assert (batch.state, counts(batch)) == (ImportState.READY, {"added": 3})
    assert not Observation.objects.exists()
    assert verbs(series) == ["begun"]


def test_what_is_accepted_waits_for_a_reviewer(cast: Cast, series: Series) -> None:
    batch = imported(cast, THREE)
    assert batch.state == ImportState.ACCEPTED
    assert {state for _period, _revision, state in states(series)} == {"submitted"}
    assert not Observation.objects.visible_to(eyes(cast.los_angeles.reader)).exists()


def test_a_reviewer_approves_what_was_imported(cast: Cast, series: Series) -> None:
    imported(cast, THREE)
    assert approve(cast.gothenburg, series) == 3
    ray = eyes(cast.los_angeles.reader)
    assert held(series, ray) == {"2024-01": "100", "2024-02": "110", "2024-03": "120"}


def test_a_reviewer_who_sent_the_file_does_not_approve_it(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, THREE, by="reviewer"))
    accept(batch, eyes(cast.gothenburg.contributor))
    with pytest.raises(Forbidden):
        approve(cast.gothenburg, series)
    assert approve(cast.gothenburg, series, by="coordinator") == 3


def test_what_is_written_names_the_file_it_came_by(cast: Cast) -> None:
    batch = imported(cast, THREE[:1])
    found = Observation.objects.get()
    assert (found.batch, found.way, found.submitted_by) == (
        batch,
        "file",
        cast.gothenburg.contributor,
    )


def test_all_that_a_row_says_is_kept(cast: Cast) -> None:
    said = {
        "status": "provisional",
        "precision": "thousand",
        "source_url": "https://example.org/a",
        "second_source_url": "https://example.org/b",
        "comment": "=SUM(A1)",
        "note": "Göteborg",
    }
    imported(cast, [row("2024-01", "100.50", **said)])
    found = Observation.objects.get()
    assert (str(found.value), found.note) == ("100.50", "=SUM(A1)\nGöteborg")
    for name in ("status", "precision", "source_url", "second_source_url"):
        assert getattr(found, name) == said[name]


@pytest.mark.parametrize(
    "words", ["a\tb", "a\nb", "\\N", "\\.", 'a"b', "a\\nb", "𝄞", "'; DROP TABLE"]
)
def test_a_note_is_kept_as_it_was_written(cast: Cast, words: str) -> None:
    imported(cast, [row(comment=words)])
    assert Observation.objects.get().note == words


def test_one_event_for_each_series_tells_range_and_counts(cast: Cast, series: Series) -> None:
    passengers = make_series(cast, code="passengers")
    other = row("2024", "7", kpi_code="passengers", unit="passengers")
    imported(cast, [*THREE, other])
    told = Event.objects.filter(verb="series.submitted").order_by("pk")
    assert {event.target_id: event.data["added"] for event in told} == {
        series.pk: 3,
        passengers.pk: 1,
    }
    found = told.get(target_id=series.pk)
    assert (found.data["from"], found.data["to"]) == ("2024-01-01", "2024-03-31")
    assert found.audience == cast.gothenburg.home


def test_one_rejected_row_has_none_be_accepted(cast: Cast) -> None:
    batch = read_now(send(cast, None, [*THREE, BAD]))
    with pytest.raises(Conflict, match="1 row is rejected"):
        actions.accept_import(actor=eyes(cast.gothenburg.contributor), batch=batch, attempt=1)
    assert read_now(batch).state == ImportState.READY
    assert not Observation.objects.exists()


def test_only_the_good_rows_are_taken_when_that_is_chosen(cast: Cast, series: Series) -> None:
    batch = imported(cast, [*THREE, BAD], only_good=True)
    assert (batch.state, len(states(series))) == (ImportState.ACCEPTED, 3)


def test_where_no_row_is_good_there_is_nothing_to_take(cast: Cast) -> None:
    batch = read_now(send(cast, None, [BAD]))
    with pytest.raises(Conflict, match="no row"):
        accept(batch, eyes(cast.gothenburg.contributor), only_good=True)


def test_a_rejected_row_is_named_by_line_column_value_and_reason(cast: Cast) -> None:
    batch = read_now(send(cast, None, [*THREE, row("2024-04", "many", unit="kTEU")]))
    rejected = previewed(batch, Outcome.REJECTED)
    assert [one.line for one in rejected] == [5]
    assert [(one.column, one.value) for one in rejected[0].problems] == [
        ("value", "many"),
        ("unit", "kTEU"),
    ]
    assert rejected[0].cells["period"] == "2024-04"


def test_a_warned_row_is_taken(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, [row("2024-01", "0.125")]))
    assert counts(batch) == {"added": 1, "warned": 1}
    assert "More decimals" in previewed(batch, Outcome.WARNED)[0].warnings[0]


def test_a_jump_beside_the_values_that_hold_is_warned_of(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {f"2023-0{month}": "100" for month in range(1, 7)})
    batch = read_now(send(cast, None, [row("2023-07", "1000"), row("2023-08", "101")]))
    assert [one.code for one in previewed(batch, Outcome.WARNED)] == ["2023-07"]


def test_a_jump_beside_the_rows_before_it_is_warned_of(cast: Cast, series: Series) -> None:
    usual = [row(f"2023-0{month}", "100") for month in range(1, 7)]
    batch = read_now(send(cast, None, [*usual, row("2023-07", "1000")]))
    assert [one.code for one in previewed(batch, Outcome.WARNED)] == ["2023-07"]


def test_values_of_before_the_history_are_measured_by_what_was_before_them(
    cast: Cast, series: Series
) -> None:
    approved(cast.gothenburg, series, {f"2023-0{month}": "1000" for month in range(1, 7)})
    batch = read_now(send(cast, None, [row("1999-01", "100")]))
    assert previewed(batch, Outcome.WARNED) == []


@pytest.mark.parametrize("decided", [False, True])
def test_the_same_file_again_changes_nothing(cast: Cast, series: Series, decided: bool) -> None:
    imported(cast, THREE)
    if decided:
        approve(cast.gothenburg, series)
    before = states(series)
    batch = imported(cast, THREE)
    assert (batch.state, counts(batch)) == (ImportState.ACCEPTED, {"unchanged": 3})
    assert states(series) == before
    assert verbs(series).count("submitted") == 1


def test_a_correction_is_told_with_the_old_and_the_new_value(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "90.0"})
    batch = read_now(send(cast, None, THREE))
    assert counts(batch) == {"added": 2, "corrected": 1}
    found = previewed(batch, Outcome.CORRECTED)[0]
    assert (found.code, found.old, found.value) == ("2024-01", "90.0", "100")


def test_an_accepted_correction_waits_with_a_reason_that_does_not_name_the_file(
    cast: Cast, series: Series
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "90"})
    imported(cast, THREE)
    assert held(series) == {"2024-01": "90"}
    assert Observation.objects.waiting().get(period="2024-01").reason == "Corrected by an import"


def test_a_correction_by_the_operator_tells_the_checksum_of_its_file(
    cast: Cast, series: Series
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "90"})
    batch = as_operator(THREE)
    reason = Observation.objects.approved().get(period="2024-01").reason
    assert (batch.sha256 in reason, batch.file_name in reason) == (True, False)


def test_the_reason_of_who_accepts_goes_before_that(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "90"})
    imported(cast, THREE, reason="The audit of March.")
    assert Observation.objects.waiting().get(period="2024-01").reason == "The audit of March."


@pytest.mark.parametrize("reason", ["x" * 1001, "a\0b"])
def test_a_reason_that_cannot_be_stored_is_refused_by_its_field(cast: Cast, reason: str) -> None:
    batch = read_now(send(cast, None, THREE))
    with pytest.raises(Invalid) as refused:
        accept(batch, eyes(cast.gothenburg.contributor), reason=reason)
    assert list(refused.value.errors) == ["reason"]


def test_of_two_rows_with_one_value_but_another_status_neither_is_taken(cast: Cast) -> None:
    batch = read_now(send(cast, None, [row(), row(status="estimated")]))
    assert counts(batch) == {"rejected": 2}
    assert all("gives something else" in words for _line, _column, words in problems(batch))


def test_a_row_that_says_the_same_again_is_rejected_alone(cast: Cast) -> None:
    batch = read_now(send(cast, None, [row("2024-01", "100"), row("2024-M01", "100.0")]))
    assert counts(batch) == {"added": 1, "rejected": 1}
    assert [(line, column) for line, column, _words in problems(batch)] == [(3, "period")]


def test_of_two_rows_that_contradict_each_other_neither_is_taken(cast: Cast) -> None:
    batch = read_now(send(cast, None, [row("2024-01", "100"), row("2024-01", "200"), *THREE[1:]]))
    assert counts(batch) == {"added": 2, "rejected": 2}
    assert [(line, words[:6]) for line, _column, words in problems(batch)] == [
        (2, "Line 3"),
        (3, "Line 2"),
    ]


def days(number: int) -> list[dict[str, str]]:
    """Return rows of so many days in order, from 1 January 2020."""
    with time_machine.travel("2020-01-01T12:00Z", tick=False):
        first = time.now().date().toordinal()
    return [
        row(time.dt.date.fromordinal(first + number).isoformat(), "5") for number in range(number)
    ]


@pytest.mark.parametrize("behind", [1, 199, 200, 450])
def test_a_line_far_behind_contradicts_as_well(cast: Cast, series: Series, behind: int) -> None:
    rows = days(460)
    rows[behind + 1 : behind + 1] = [row("2020-01-02", "6")]
    batch = imported(cast, rows, only_good=True)
    assert counts(batch) == {"added": 459, "rejected": 2}
    assert [line for line, _column, _words in problems(batch)] == [3, behind + 3]
    assert len(states(series)) == 459
    assert not Observation.objects.filter(period="2020-01-02").exists()


@pytest.fixture
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read, kept and written two at a time."""
    for place in (
        "importing.job.STEP",
        "bookkeeping.staging.PAGE",
        "bookkeeping.staging.LOT",
        "actions.importing.LOT",
        "writing.LOT",
    ):
        monkeypatch.setattr(f"exchange.kpis.{place}", 2)


@pytest.mark.usefixtures("_small_steps")
def test_rows_of_several_series_are_compared_and_written_across_steps_and_lots(
    cast: Cast, series: Series
) -> None:
    cars = make_series(cast, code="new_cars")
    approved(cast.gothenburg, series, {"2024-01": "95", "2024-05": "100"})
    approved(cast.gothenburg, cars, {"2024-02": "7", "2024-03": "8"})
    rows = [row(f"2024-0{month}", "100") for month in range(1, 6)]
    rows += [
        row(f"2024-0{month}", "9", kpi_code="new_cars", unit="vehicles") for month in (1, 2, 3)
    ]
    batch = imported(cast, rows)
    assert counts(batch) == {"added": 4, "corrected": 3, "unchanged": 1}
    assert [one for one in states(series) if one[2] == "submitted"] == [
        ("2024-01", 2, "submitted"),
        ("2024-02", 1, "submitted"),
        ("2024-03", 1, "submitted"),
        ("2024-04", 1, "submitted"),
    ]
    assert [one[:2] for one in states(cars) if one[2] == "submitted"] == [
        ("2024-01", 1),
        ("2024-02", 2),
        ("2024-03", 2),
    ]


def test_a_row_of_too_many_cells_is_compared_with_no_series(cast: Cast, series: Series) -> None:
    text = table([row()]) + b"SEGOT,new_cars,2024-01,5,vehicles,,,x,x,x,x,x,x\n"
    make_series(cast, code="new_cars")
    batch = read_now(send(cast, None, text))
    assert counts(batch) == {"added": 1, "rejected": 1}
    assert [*batch.seen] == [str(series.pk)]


def test_a_warned_line_that_is_contradicted_is_warned_of_no_more(cast: Cast) -> None:
    rows = [row("2024-01", "0.125"), row("2024-01", "200")]
    assert counts(read_now(send(cast, None, rows))) == {"rejected": 2}


def test_rows_of_another_organisation_are_rejected(cast: Cast) -> None:
    make_series(cast, cast.los_angeles, audience=cast.public)
    batch = read_now(send(cast, None, [*THREE, row(port_unlocode="USLAX")]))
    assert problems(batch) == [(5, "port_unlocode", "This import is for Port of Gothenburg alone.")]


def test_nobody_sends_a_file_for_another_organisation(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.send_import(
            actor=eyes(cast.los_angeles.coordinator),
            organisation=cast.gothenburg.organisation,
            file_name="values.csv",
            content=table(THREE),
        )


def test_only_the_operator_sends_for_all(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.send_import(
            actor=eyes(cast.gothenburg.coordinator),
            organisation=None,
            file_name="values.csv",
            content=table(THREE),
        )


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"kpi_code": "magic"}, "kpi_code"),
        ({"kpi_code": ""}, "kpi_code"),
        ({"kpi_code": "passengers"}, "kpi_code"),
        ({"port_unlocode": "XXXXX"}, "port_unlocode"),
        ({"port_unlocode": "NLRTM"}, "port_unlocode"),
    ],
)
def test_a_row_that_belongs_nowhere_is_rejected(
    cast: Cast, cells: dict[str, str], column: str
) -> None:
    batch = read_now(send(cast, None, [row(**cells)]))
    assert [found for _line, found, _words in problems(batch)] == [column]
    assert not Organisation.objects.filter(unlocode="NLRTM").exists()


def test_a_row_that_names_no_port_is_of_whom_the_file_is_sent_for(cast: Cast) -> None:
    batch = read_now(send(cast, None, [row(), row("2024-02", port_unlocode="")]))
    assert counts(batch) == {"added": 2}


def test_a_port_that_is_named_and_not_named_is_one(cast: Cast) -> None:
    batch = read_now(send(cast, None, [row(), row(value="200", port_unlocode="")]))
    assert counts(batch) == {"rejected": 2}


def test_a_row_that_says_nothing_is_passed_over(cast: Cast) -> None:
    batch = read_now(send(cast, None, [row(), row("2024-02", "")]))
    assert (counts(batch), batch.rows_read) == ({"added": 1}, 2)
    assert "1 row has neither value, status, source nor comment" in batch.notices[-1]


@pytest.mark.parametrize("cells", [{"comment": "Lost."}, {"source_url": "https://example.org/a"}])
def test_a_row_without_value_that_says_anything_is_rejected(
    cast: Cast, cells: dict[str, str]
) -> None:
    assert counts(read_now(send(cast, None, [row(value="", **cells)]))) == {"rejected": 1}


def test_codes_are_known_in_any_case_and_with_spaces_around(cast: Cast) -> None:
    batch = read_now(send(cast, None, [row(port_unlocode=" segot ", kpi_code=" TEU_Total ")]))
    assert counts(batch) == {"added": 1}


def test_rows_of_a_closed_series_are_rejected(cast: Cast, series: Series) -> None:
    actions.close_series(actor=eyes(cast.gothenburg.reviewer), series=series, lock=series.lock)
    assert "closed" in problems(read_now(send(cast, None, THREE)))[0][2]


def test_rows_of_a_retired_kpi_are_rejected(cast: Cast) -> None:
    found = indicator()
    actions.retire_indicator(actor=OPERATOR, indicator=found, lock=found.lock, reason="Out of use.")
    assert counts(read_now(send(cast, None, THREE))) == {"rejected": 3}


def test_a_series_that_was_closed_since_the_preview_takes_nothing(
    cast: Cast, series: Series
) -> None:
    batch = read_now(send(cast, None, THREE))
    actions.close_series(actor=eyes(cast.gothenburg.reviewer), series=series, lock=series.lock)
    accept(batch, eyes(cast.gothenburg.contributor))
    assert states(series) == []


def test_the_periods_are_those_of_where_the_year_begins_now(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, [row("2024", "100")]))
    reviewer = eyes(cast.gothenburg.reviewer)
    actions.revise_series(
        actor=reviewer, series=series, lock=series.lock, text={"year_start": "--07-01"}
    )
    accept(batch, eyes(cast.gothenburg.contributor))
    found = Observation.objects.filter(period="2024", first="2024-01-01")
    assert not found.exists()


@pytest.mark.parametrize("written", ["in the series", "by an approval"])
def test_what_was_written_since_has_the_preview_made_anew(
    cast: Cast, series: Series, written: str
) -> None:
    if written == "by an approval":
        submitted(cast.gothenburg, series, {"2024-01": "90"})
    batch = read_now(send(cast, None, THREE))
    if written == "by an approval":
        approve(cast.gothenburg, series, "2024-01")
    else:
        submitted(cast.gothenburg, series, {"2024-01": "90"})
    batch = accept(batch, eyes(cast.gothenburg.contributor))
    assert (batch.state, counts(batch)) == (ImportState.READY, {"added": 2, "corrected": 1})
    assert not Observation.objects.filter(batch=batch).exists()


def test_a_preview_that_was_made_anew_is_accepted_anew(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, THREE))
    submitted(cast.gothenburg, series, {"2024-01": "90"})
    batch = accept(batch, eyes(cast.gothenburg.contributor))
    batch = accept(batch, eyes(cast.gothenburg.contributor))
    assert (batch.state, len(Observation.objects.filter(batch=batch))) == ("accepted", 3)


def test_a_preview_that_was_made_anew_meanwhile_is_not_accepted_unseen(
    cast: Cast, series: Series
) -> None:
    seen = read_now(send(cast, None, THREE))
    submitted(cast.gothenburg, series, {"2024-01": "90"})
    accept(seen, eyes(cast.gothenburg.contributor))
    with pytest.raises(Stale, match="made anew"):
        accept(seen, eyes(cast.gothenburg.contributor))
    assert not Observation.objects.filter(batch=seen).exists()


def test_what_was_written_of_another_series_has_no_preview_made_anew(
    cast: Cast, series: Series
) -> None:
    other = make_series(cast, code="passengers")
    batch = read_now(send(cast, None, THREE))
    submitted(cast.gothenburg, other, {"2024-01": "90"})
    assert accept(batch, eyes(cast.gothenburg.contributor)).state == ImportState.ACCEPTED


def test_a_question_about_the_decimal_sign_waits_for_an_answer(cast: Cast) -> None:
    batch = read_now(send(cast, None, UNCLEAR))
    assert batch.state == ImportState.ASKING
    assert batch.question
    assert batch.question["about"] == "decimal_sign"
    assert sorted(value for value, _words in batch.question["choices"]) == [",", "."]
    assert "1,234" in batch.question["message"]


@pytest.mark.parametrize(("sign", "value"), [(",", "1.234"), (".", "1234")])
def test_with_the_answer_the_file_is_read(cast: Cast, sign: str, value: str) -> None:
    batch = read_now(send(cast, None, UNCLEAR))
    contributor = eyes(cast.gothenburg.contributor)
    actions.answer_import(actor=contributor, batch=batch, asked={"decimal_sign": sign})
    batch = read_now(batch)
    assert (batch.state, batch.question) == (ImportState.READY, None)
    assert previewed(batch, Outcome.ADDED)[0].value == value


def test_an_answer_that_is_none_of_the_choices_is_refused_in_words(cast: Cast) -> None:
    batch = read_now(send(cast, None, UNCLEAR))
    contributor = eyes(cast.gothenburg.contributor)
    actions.answer_import(actor=contributor, batch=batch, asked={"decimal_sign": ";"})
    batch = read_now(batch)
    assert (batch.state, batch.refusal[:3]) == (ImportState.REFUSED, "“;”")
    actions.answer_import(actor=contributor, batch=batch, asked={"decimal_sign": ","})
    assert read_now(batch).state == ImportState.READY


def test_an_answer_to_another_question_is_refused(cast: Cast) -> None:
    batch = read_now(send(cast, None, UNCLEAR))
    with pytest.raises(Invalid):
        actions.answer_import(
            actor=eyes(cast.gothenburg.contributor), batch=batch, asked={"colour": "green"}
        )


@pytest.mark.parametrize("step", ["accept_import", "undo_import", "answer_import"])
def test_what_is_not_there_to_be_decided_is_not(cast: Cast, step: str) -> None:
    batch = send(cast, None, THREE)
    with pytest.raises(Conflict):
        getattr(actions, step)(actor=eyes(cast.gothenburg.contributor), batch=batch, **STEPS[step])


@pytest.mark.parametrize("when", ["queued", "ready", "asking"])
def test_a_cancelled_import_comes_to_nothing(cast: Cast, when: str) -> None:
    batch = send(cast, None, UNCLEAR if when == "asking" else THREE)
    if when != "queued":
        batch = read_now(batch)
    assert batch.state == when
    contributor = eyes(cast.gothenburg.contributor)
    for _time in range(2):
        actions.cancel_import(actor=contributor, batch=batch)
    assert read_now(batch).state == ImportState.CANCELLED
    with pytest.raises(Conflict):
        actions.accept_import(actor=contributor, batch=batch, attempt=1)


def test_what_is_cancelled_while_it_is_read_is_presented_to_nobody(cast: Cast) -> None:
    batch = send(cast, None, THREE)
    taken = bookkeeping.take(batch.pk)
    assert taken
    actions.cancel_import(actor=eyes(cast.gothenburg.contributor), batch=batch)
    assert not bookkeeping.present(taken, rows_read=3)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_read) == (ImportState.CANCELLED, 0)


def test_what_was_accepted_is_undone_and_not_cancelled(cast: Cast) -> None:
    batch = imported(cast, THREE)
    with pytest.raises(Conflict, match="Undo it instead"):
        actions.cancel_import(actor=eyes(cast.gothenburg.contributor), batch=batch)


def test_undone_before_the_approval_it_is_taken_back(cast: Cast, series: Series) -> None:
    batch = undo(imported(cast, THREE), cast)
    assert (batch.state, bool(batch.undone_at)) == (ImportState.UNDONE, True)
    assert {(state, revision) for _period, revision, state in states(series)} == {("withdrawn", 1)}
    assert verbs(series) == ["begun", "submitted", "taken_back"]


def test_undone_after_the_approval_its_values_are_retracted_when_a_reviewer_agrees(
    cast: Cast, series: Series
) -> None:
    batch = imported(cast, THREE[:1])
    approve(cast.gothenburg, series)
    undo(batch, cast)
    assert held(series) == {"2024-01": "100"}
    approve(cast.gothenburg, series)
    assert held(series) == {"2024-01": "retracted"}
    assert Observation.objects.approved().get().reason == "Wrong file."


def test_an_undone_correction_brings_back_what_held_by_a_revision(
    cast: Cast, series: Series
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "90.50"}, note="Counted.")
    batch = imported(cast, THREE[:1])
    approve(cast.gothenburg, series)
    undo(batch, cast)
    approve(cast.gothenburg, series)
    found = Observation.objects.approved().get()
    assert (str(found.value), found.note, found.reason) == ("90.50", "Counted.", "Wrong file.")
    assert [state for *_rest, state in states(series)] == ["superseded", "superseded", "approved"]


def test_an_undone_correction_that_waited_leaves_what_held(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "90"})
    undo(imported(cast, THREE[:1]), cast)
    assert states(series) == [("2024-01", 1, "approved"), ("2024-01", 2, "withdrawn")]


def test_what_was_corrected_since_stays_when_the_import_is_undone(
    cast: Cast, series: Series
) -> None:
    batch = imported(cast, THREE[:1])
    approve(cast.gothenburg, series)
    approved(cast.gothenburg, series, {"2024-01": "105"}, reason="Audit.")
    undo(batch, cast)
    assert held(series) == {"2024-01": "105"}
    assert not Observation.objects.waiting().exists()


def test_a_correction_that_waits_since_stays_when_the_import_is_undone(
    cast: Cast, series: Series
) -> None:
    batch = imported(cast, THREE[:1])
    approve(cast.gothenburg, series)
    submitted(cast.gothenburg, series, {"2024-01": "105"}, reason="Audit.")
    undo(batch, cast)
    assert [str(one.value) for one in Observation.objects.waiting()] == ["105"]


def test_what_waited_before_the_import_waits_again_when_it_is_undone(
    cast: Cast, series: Series
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "90"})
    undo(imported(cast, THREE[:1]), cast)
    assert [str(one.value) for one in Observation.objects.waiting()] == ["90"]


def test_undone_twice_it_is_undone_once(cast: Cast, series: Series) -> None:
    batch = imported(cast, THREE)
    approve(cast.gothenburg, series)
    first, second = undo(batch, cast), undo(batch, cast)
    assert first.undone_at == second.undone_at
    assert Counter(state for *_rest, state in states(series)) == {"approved": 3, "submitted": 3}
    assert verbs(series).count("submitted") == 2


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001, "a\0b"])
def test_an_import_is_undone_with_a_reason(cast: Cast, reason: str) -> None:
    batch = imported(cast, THREE)
    with pytest.raises(Invalid) as refused:
        undo(batch, cast, reason=reason)
    assert list(refused.value.errors) == ["reason"]


def test_the_same_file_is_imported_again_after_it_was_undone(cast: Cast, series: Series) -> None:
    undo(imported(cast, THREE[:1]), cast)
    assert counts(imported(cast, THREE[:1])) == {"added": 1}
    assert states(series) == [("2024-01", 1, "withdrawn"), ("2024-01", 2, "submitted")]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7 report", "values.csv", "no table"),
        (b"<html><table></table></html>", "values.xls", "web page"),
        (b"PK\x03\x04 no workbook", "values.xlsx", "damaged"),
        (b"a,b,c\n1,2,3\n", "values.csv", "names the columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    cast: Cast, content: bytes, name: str, words: str
) -> None:
    batch = read_now(send(cast, None, content, name))
    assert batch.state == ImportState.REFUSED
    assert words in batch.refusal


@pytest.mark.parametrize("size", [0, 25_000_001])
def test_a_file_that_is_empty_or_too_large_is_not_taken_in(cast: Cast, size: int) -> None:
    with pytest.raises(Invalid) as refused:
        send(cast, None, b"x" * size)
    assert list(refused.value.errors) == ["file"]
    assert not Import.objects.exists()


def test_a_file_whose_name_cannot_be_stored_is_refused_by_its_field(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        send(cast, None, THREE, "a\0b.csv")
    assert list(refused.value.errors) == ["file"]


@pytest.mark.parametrize("column", ["port_unlocode", "kpi_code", "period", "source_url", "comment"])
def test_a_file_with_a_cell_that_cannot_be_stored_is_refused(cast: Cast, column: str) -> None:
    wrong = {**row("2024-04", "130"), column: "https://example.org/a\0b"}
    batch = read_now(send(cast, None, table([*THREE, wrong]).decode().encode("utf-16")))
    assert (batch.state, batch.refusal[:16]) == (ImportState.REFUSED, "This is no table")


STEPS: dict[str, dict[str, Any]] = {
    "accept_import": {"attempt": 1},
    "cancel_import": {},
    "answer_import": {"asked": {"decimal_sign": "."}},
    "undo_import": {"reason": "Wrong file."},
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["reader", "another port", "its program", "nobody"])
def test_who_does_not_write_for_the_organisation_decides_on_nothing(
    cast: Cast, step: str, who: str
) -> None:
    batch = read_now(send(cast, None, THREE))
    actor = {
        "reader": lambda: eyes(cast.gothenburg.reader),
        "another port": lambda: eyes(cast.los_angeles.coordinator),
        "its program": lambda: client_of(cast.gothenburg, may_write=False),
        "nobody": anonymous,
    }[who]()
    with pytest.raises(Forbidden):
        getattr(actions, step)(actor=actor, batch=batch, **STEPS[step])


def test_a_colleague_accepts_what_somebody_sent(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, THREE))
    assert accept(batch, eyes(cast.gothenburg.coordinator)).state == ImportState.ACCEPTED


def test_a_program_sends_and_accepts(cast: Cast, series: Series) -> None:
    program = client_of(cast.gothenburg)
    batch = actions.send_import(
        actor=program,
        organisation=cast.gothenburg.organisation,
        file_name="values.csv",
        content=table(THREE),
    )
    assert accept(read_now(batch), program).state == ImportState.ACCEPTED
    assert {state for *_rest, state in states(series)} == {"submitted"}


def test_an_import_is_seen_at_home_only(cast: Cast) -> None:
    read_now(send(cast, None, THREE))
    assert Import.objects.visible_to(eyes(cast.gothenburg.reader)).exists()
    for viewer in (eyes(cast.los_angeles.coordinator), client_of(cast.tokyo), anonymous()):
        assert not Import.objects.visible_to(viewer).exists()


@pytest.mark.parametrize("who", ["sender", "organisation", "program"])
def test_who_may_enter_no_more_when_it_is_written_writes_nothing(
    cast: Cast, series: Series, who: str
) -> None:
    client, _token = make_client(cast.gothenburg, may_write=True)
    batch = (
        actions.send_import(
            actor=viewer_of_client(client),
            organisation=cast.gothenburg.organisation,
            file_name="values.csv",
            content=table(THREE),
        )
        if who == "program"
        else send(cast, None, THREE)
    )
    batch = read_now(batch)
    actions.accept_import(actor=eyes(cast.gothenburg.coordinator), batch=batch, attempt=1)
    if who == "sender":
        Membership.objects.filter(user=cast.gothenburg.contributor).update(role=Role.READER)
    elif who == "organisation":
        put_aside(cast.gothenburg.organisation)
    else:
        revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)
    batch = read_now(batch)
    assert (batch.state, states(series)) == (ImportState.REFUSED, [])
    assert batch.refusal.endswith(".")


def test_a_colleague_of_one_port_does_not_see_what_waits_at_the_other(cast: Cast) -> None:
    """Karin writes for Gothenburg and for Tokyo; her file for Gothenburg has a row of Tokyo."""
    tokyos = make_series(cast, cast.tokyo, audience=cast.public)
    submitted(cast.tokyo, tokyos, {"2024-01": "777"})
    Membership.objects.create(
        user=cast.gothenburg.contributor,
        organisation=cast.tokyo.organisation,
        role=Role.CONTRIBUTOR,
    )
    batch = read_now(send(cast, None, [*THREE, row("2024-01", "778", port_unlocode="JPTYO")]))
    assert Import.objects.visible_to(eyes(cast.gothenburg.reader)).filter(pk=batch.pk).exists()
    shown = [*previewed(batch, Outcome.CORRECTED), *previewed(batch, Outcome.UNCHANGED)]
    assert "777" not in str(shown)


ROTTERDAM = row("2024", "13817000", port_unlocode="NLRTM")


def as_operator(rows: Any, **how: Any) -> Import:
    return accept(read_now(send_as_operator(rows)), OPERATOR, **how)


def test_the_operators_values_hold_at_once(cast: Cast, series: Series) -> None:
    as_operator(THREE)
    ray = eyes(cast.los_angeles.reader)
    assert held(series, ray) == {"2024-01": "100", "2024-02": "110", "2024-03": "120"}
    assert verbs(series) == ["begun", "approved"]


def test_the_operators_value_holds_though_the_same_one_waits(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    as_operator(THREE[:1])
    assert held(series) == {"2024-01": "100"}


def test_what_waits_is_withdrawn_where_the_operators_value_holds_alone(
    cast: Cast, series: Series
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100", "2024-07": "170"})
    as_operator(THREE[:1])
    waiting = Observation.objects.waiting().filter(series=series)
    assert [one.period for one in waiting] == ["2024-07"]


def test_reference_ports_and_public_series_are_made_for_the_operator(cast: Cast) -> None:
    batch = as_operator([*THREE, ROTTERDAM])
    assert counts(batch) == {"added": 4}
    rotterdam = Organisation.objects.get(unlocode="NLRTM")
    made = Series.objects.get(organisation=rotterdam)
    assert (rotterdam.is_partner, made.effective_audience) == (False, cast.public)
    assert held(made, anonymous()) == {"2024": "13817000"}


def test_a_series_that_a_partner_lacks_is_made_public_for_the_operator(cast: Cast) -> None:
    as_operator([row(port_unlocode="USLAX")])
    made = Series.objects.get(organisation=cast.los_angeles.organisation)
    assert (made.audience, held(made, anonymous())) == (cast.public, {"2024-01": "100"})


def accepted_before(rows: Any) -> Import:
    """Have the operator accept a preview that nobody has written yet."""
    batch = read_now(send_as_operator(rows))
    return actions.accept_import(actor=OPERATOR, batch=batch, attempt=batch.attempt)


def test_a_preview_that_is_made_anew_leaves_no_port_behind(cast: Cast, series: Series) -> None:
    batch = accepted_before([*THREE, ROTTERDAM])
    approved(cast.gothenburg, series, {"2024-05": "90"})
    assert actions.write_import(actor=OPERATOR, batch=batch).state == "queued"
    assert not Organisation.objects.filter(unlocode="NLRTM").exists()


def test_a_series_that_was_begun_since_the_preview_has_it_made_anew(cast: Cast) -> None:
    batch = accepted_before([row(kpi_code="teu_empty")])
    make_series(cast, code="teu_empty")
    assert actions.write_import(actor=OPERATOR, batch=batch).state == "queued"


def test_a_kpi_that_was_retired_since_the_preview_is_named(cast: Cast) -> None:
    batch = accepted_before([*THREE, ROTTERDAM])
    found = indicator()
    actions.retire_indicator(actor=OPERATOR, indicator=found, lock=found.lock, reason="Out of use.")
    assert read_now(batch).refusal == "The KPI teu_total was retired since the preview."
    assert not Organisation.objects.filter(unlocode="NLRTM").exists()


def test_a_preview_makes_no_port_and_no_series(cast: Cast) -> None:
    read_now(send_as_operator([ROTTERDAM]))
    assert not Organisation.objects.filter(unlocode="NLRTM").exists()


def test_a_port_that_nobody_lists_is_not_made(cast: Cast) -> None:
    batch = read_now(send_as_operator([row(port_unlocode="SEXXX")]))
    assert [column for _line, column, _words in problems(batch)] == ["port_unlocode"]


def test_the_operators_import_for_one_organisation_takes_its_rows_alone(cast: Cast) -> None:
    rows = [*THREE, row(port_unlocode="USLAX"), ROTTERDAM]
    batch = read_now(send_as_operator(rows, cast.gothenburg))
    assert [(line, words) for line, _column, words in problems(batch)] == [
        (5, "This import is for Port of Gothenburg alone."),
        (6, "This import is for Port of Gothenburg alone."),
    ]


def test_partners_decide_on_no_import_of_the_operators(cast: Cast) -> None:
    batch = read_now(send_as_operator(THREE, cast.gothenburg))
    for step, given in STEPS.items():
        with pytest.raises(Forbidden):
            getattr(actions, step)(actor=eyes(cast.gothenburg.coordinator), batch=batch, **given)


def test_undone_by_the_operator_what_held_holds_again_at_once(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "90"})
    undo(as_operator(THREE[:2]), cast, "operator")
    assert held(series) == {"2024-01": "90", "2024-02": "retracted"}
    assert verbs(series)[-1] == "corrected"


def test_after_thirty_days_the_file_is_thrown_away_and_the_outcome_stays(
    cast: Cast, series: Series, settings: Settings
) -> None:
    batch = imported(cast, THREE)
    settings.CLOCK_OFFSET += 31 * 24 * 3600
    assert bookkeeping.forget_old_files() == 1
    assert not ImportFile.objects.exists()
    assert (counts(read_now(batch)), len(states(series))) == ({"added": 3}, 3)


def test_a_preview_that_was_thrown_away_is_not_accepted(
    cast: Cast, series: Series, settings: Settings
) -> None:
    batch = read_now(send(cast, None, THREE))
    settings.CLOCK_OFFSET += 31 * 24 * 3600
    bookkeeping.forget_old_files()
    with pytest.raises(Conflict):
        accept(batch, eyes(cast.gothenburg.contributor))
    assert read_now(batch).state != ImportState.ACCEPTED


def test_a_file_that_was_thrown_away_before_it_was_read_stops_no_worker(
    cast: Cast, settings: Settings
) -> None:
    batch = read_now(send(cast, None, UNCLEAR))
    settings.CLOCK_OFFSET += 31 * 24 * 3600
    bookkeeping.forget_old_files()
    try:
        actions.answer_import(
            actor=eyes(cast.gothenburg.contributor), batch=batch, asked={"decimal_sign": "."}
        )
    except Conflict:
        return
    assert read_now(batch).state == ImportState.REFUSED


def test_a_worker_that_died_leaves_the_import_to_the_next(cast: Cast, settings: Settings) -> None:
    batch = send(cast, None, THREE)
    assert bookkeeping.take(batch.pk)
    assert read_now(batch).state == ImportState.READING
    settings.CLOCK_OFFSET += settings.IMPORT_LEASE_SECONDS + 1
    batch = read_now(batch)
    assert (batch.state, counts(batch)) == (ImportState.READY, {"added": 3})


def test_a_worker_that_died_before_it_wrote_leaves_that_to_the_next(
    cast: Cast, series: Series, settings: Settings
) -> None:
    batch = read_now(send(cast, None, THREE))
    actions.accept_import(actor=eyes(cast.gothenburg.contributor), batch=batch, attempt=1)
    assert bookkeeping.take(batch.pk)
    assert read_now(batch).state == ImportState.ACCEPTING
    settings.CLOCK_OFFSET += settings.IMPORT_LEASE_SECONDS + 1
    assert (read_now(batch).state, len(states(series))) == (ImportState.ACCEPTED, 3)


def test_an_import_written_twice_is_written_once(cast: Cast, series: Series) -> None:
    batch = imported(cast, THREE)
    actions.write_import(actor=eyes(cast.gothenburg.contributor), batch=batch)
    assert (len(states(series)), again(series).revised) == (3, 1)
