"""Undoing an import: in whose name it is done, what waits again, and what is left when it cannot be."""

import pytest
from pytest_django.fixtures import Settings

from exchange.audiences.viewer import Role
from exchange.common.errors import Forbidden
from exchange.kpis import actions, bookkeeping
from exchange.kpis.choices import ImportState
from exchange.kpis.models import Import, Observation, Series
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    OPERATOR,
    approve,
    approved,
    client_of,
    held,
    imported,
    read_now,
    row,
    states,
    submitted,
    verbs,
)
from tests.partners.factories import membership

ROWS = [row("2024-01", "100"), row("2024-02", "110")]


@pytest.fixture(autouse=True)
def _series(series: Series) -> None:
    """Gothenburg reports containers."""


def undo(batch: Import, cast: Cast, by: str = "contributor") -> Import:
    """Have somebody ask for an undo; nobody has done it yet."""
    actor = OPERATOR if by == "operator" else eyes(getattr(cast.gothenburg, by))
    return actions.undo_import(actor=actor, batch=batch, reason="Wrong file.")


def test_an_undo_is_asked_for_and_done_by_a_worker(cast: Cast, series: Series) -> None:
    batch = undo(imported(cast, ROWS), cast)
    assert (batch.state, batch.undone_at) == (ImportState.UNDOING, None)
    assert {state for *_rest, state in states(series)} == {"submitted"}
    assert read_now(batch).state == ImportState.UNDONE
    assert {state for *_rest, state in states(series)} == {"withdrawn"}


def test_a_worker_that_died_leaves_the_undo_to_the_next(
    cast: Cast, series: Series, settings: Settings
) -> None:
    batch = undo(imported(cast, ROWS), cast)
    assert bookkeeping.take(batch.pk)
    assert read_now(batch).state == ImportState.UNDOING
    settings.CLOCK_OFFSET += settings.IMPORT_LEASE_SECONDS + 1
    assert read_now(batch).state == ImportState.UNDONE


def test_what_is_said_again_is_told_in_the_name_of_who_undid_it(cast: Cast, series: Series) -> None:
    batch = imported(cast, ROWS)
    approve(cast.gothenburg, series)
    read_now(undo(batch, cast, by="reviewer"))
    waiting = Observation.objects.waiting()
    assert {one.submitted_by for one in waiting} == {cast.gothenburg.reviewer}


def test_who_undid_it_does_not_approve_what_is_said_again(cast: Cast, series: Series) -> None:
    batch = imported(cast, ROWS)
    approve(cast.gothenburg, series)
    read_now(undo(batch, cast, by="reviewer"))
    with pytest.raises(Forbidden):
        approve(cast.gothenburg, series)
    assert approve(cast.gothenburg, series, by="coordinator") == 2


def test_what_waited_before_waits_again_from_whoever_sent_it(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "80"})
    submitted(cast.gothenburg, series, {"2024-01": "90"}, by="reviewer", reason="Audit.")
    read_now(undo(imported(cast, ROWS), cast))
    found = Observation.objects.waiting().get()
    assert (str(found.value), found.reason, found.way) == ("90", "Audit.", "form")
    assert found.submitted_by == cast.gothenburg.reviewer


def test_what_waited_before_holds_at_once_by_no_undo_of_the_operator(
    cast: Cast, series: Series
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "90"})
    read_now(undo(imported(cast, ROWS), cast, by="operator"))
    assert [str(one.value) for one in Observation.objects.waiting()] == ["90"]
    assert held(series) == {}


def test_what_waits_again_is_of_the_import_that_brought_it(cast: Cast, series: Series) -> None:
    first = imported(cast, ROWS[:1])
    second = imported(cast, [row("2024-01", "105")])
    read_now(undo(second, cast))
    assert Observation.objects.waiting().get().batch == first


def test_what_an_import_brought_that_is_undone_itself_does_not_wait_again(
    cast: Cast, series: Series
) -> None:
    first, second = imported(cast, ROWS[:1]), imported(cast, [row("2024-01", "105")])
    for batch in (first, second):
        read_now(undo(batch, cast))
    assert not Observation.objects.waiting().exists()


def test_what_an_import_brought_that_is_undone_itself_is_not_said_again(
    cast: Cast, series: Series
) -> None:
    first = imported(cast, ROWS[:1])
    approve(cast.gothenburg, series)
    second = imported(cast, [row("2024-01", "105")])
    approve(cast.gothenburg, series)
    for batch in (first, second):
        read_now(undo(batch, cast))
    assert [one.missing for one in Observation.objects.waiting()] == ["retracted"]


def test_more_rows_than_are_held_in_memory_are_taken_back(
    cast: Cast, series: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.kpis.actions.undoing.ROWS", 2)
    batch = imported(cast, [row(f"2024-{month:02}", str(month)) for month in range(1, 6)])
    approve(cast.gothenburg, series, "2024-01", "2024-03", "2024-05")
    read_now(undo(batch, cast))
    kept = {(period, state) for period, _revision, state in states(series) if state != "approved"}
    assert kept == {
        ("2024-01", "submitted"),
        ("2024-02", "withdrawn"),
        ("2024-03", "submitted"),
        ("2024-04", "withdrawn"),
        ("2024-05", "submitted"),
    }


def test_who_may_write_no_more_when_it_is_undone_undoes_nothing(cast: Cast, series: Series) -> None:
    batch = undo(imported(cast, ROWS), cast)
    here = membership(cast.gothenburg, "contributor")
    here.role = Role.READER
    here.save(update_fields=["role"])
    batch = read_now(batch)
    assert (batch.state, batch.refusal != "") == (ImportState.ACCEPTED, True)
    assert {state for *_rest, state in states(series)} == {"submitted"}


def test_a_program_has_an_import_be_undone(cast: Cast, series: Series) -> None:
    batch = imported(cast, ROWS)
    program = client_of(cast.gothenburg)
    actions.undo_import(actor=program, batch=batch, reason="Wrong file.")
    assert read_now(batch).state == ImportState.UNDONE
    assert verbs(series)[-1] == "taken_back"


def test_an_undo_of_a_person_who_was_erased_is_not_the_operators(
    cast: Cast, series: Series
) -> None:
    batch = undo(imported(cast, ROWS), cast)
    Import.objects.filter(pk=batch.pk).update(undone_by=None)
    assert read_now(batch).state == ImportState.ACCEPTED
