"""Values that are submitted: who may, who sees them, what a correction leaves behind, what is recorded."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from msgspec.structs import replace

from exchange.activity.models import Event
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Forbidden, Invalid
from exchange.kpis import actions
from exchange.kpis.choices import State
from exchange.kpis.models import Observation, Series
from tests.cast import Cast, anonymous, eyes
from tests.kpis.factories import (
    OPERATOR,
    again,
    approved,
    client_of,
    entry,
    held,
    make_series,
    states,
    submitted,
    verbs,
)
from tests.partners.factories import put_aside


def everybody(cast: Cast) -> dict[str, Viewer]:
    """Return the whole cast, each port's people and program, and a passer-by."""
    ports = {"segot": cast.gothenburg, "uslax": cast.los_angeles, "jptyo": cast.tokyo}
    people = {
        f"{name} {role}": eyes(getattr(port, role))
        for name, port in ports.items()
        for role in ("reader", "contributor", "reviewer", "coordinator")
    }
    programs = {f"{name} program": client_of(port) for name, port in ports.items()}
    return {**people, **programs, "anonymous": anonymous()}


def who_sees(cast: Cast, **rows: Any) -> set[str]:
    """Return who of the whole cast sees such observations."""
    return {
        name
        for name, viewer in everybody(cast).items()
        if Observation.objects.visible_to(viewer).filter(**rows).exists()
    }


def test_a_submitted_value_is_seen_at_home_only(cast: Cast) -> None:
    series = make_series(cast, audience=cast.public)
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    home = {name for name in everybody(cast) if name.startswith("segot")}
    assert who_sees(cast, series=series) == home


@pytest.mark.parametrize("audience", ["agreement", "partners", "public"])
def test_an_approved_value_is_seen_by_who_sees_the_series(cast: Cast, audience: str) -> None:
    series = make_series(cast, audience=getattr(cast, audience))
    approved(cast.gothenburg, series, {"2024-01": "100"})
    outside = {"agreement": ("jptyo", "anonymous"), "partners": ("anonymous",), "public": ()}
    seen_by = {one for one in everybody(cast) if not one.startswith(outside[audience] or "-")}
    assert who_sees(cast, series=series) == seen_by


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN])
def test_what_was_sent_or_taken_back_stays_at_home(cast: Cast, state: str) -> None:
    series = make_series(cast, audience=cast.public)
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    given: dict[str, Any] = {
        "actor": eyes(cast.gothenburg.reviewer),
        "series": series,
    }
    if state == State.REJECTED:
        actions.reject_values(**given, revisions={"2024-01": 1}, reason="Where from?")
    else:
        actions.take_back_values(**given, periods=["2024-01"])
    assert all(name.startswith("segot") for name in who_sees(cast, state=state))


@pytest.mark.parametrize(
    ("role", "may"),
    [("reader", False), ("contributor", True), ("reviewer", True), ("coordinator", True)],
)
def test_who_writes_for_the_owner_submits(cast: Cast, series: Series, role: str, may: bool) -> None:
    if may:
        assert submitted(cast.gothenburg, series, {"2024": "1"}, by=role).added == 1
        return
    with pytest.raises(Forbidden):
        submitted(cast.gothenburg, series, {"2024": "1"}, by=role)


def test_who_only_sees_the_series_submits_nothing(cast: Cast, series: Series) -> None:
    with pytest.raises(Forbidden):
        submitted(cast.los_angeles, series, {"2024": "1"}, by="coordinator")


def test_a_program_submits_for_a_reviewer(cast: Cast, series: Series) -> None:
    program = client_of(cast.gothenburg)
    entries = [entry(series, "2024", "1")]
    actions.submit_values(actor=program, series=series, entries=entries, way="api")
    found = Observation.objects.get()
    assert (found.state, found.way, found.submitted_by) == (State.SUBMITTED, "api", None)


@pytest.mark.parametrize("whose", ["its own, to read", "another's"])
def test_a_program_that_may_not_write_here_submits_nothing(
    cast: Cast, series: Series, whose: str
) -> None:
    port = cast.los_angeles if whose == "another's" else cast.gothenburg
    program = client_of(port, may_write=whose == "another's")
    with pytest.raises(Forbidden):
        actions.submit_values(actor=program, series=series, entries=[entry(series, "2024", "1")])


def test_a_suspended_organisation_submits_nothing(cast: Cast, series: Series) -> None:
    early = eyes(cast.gothenburg.contributor)
    put_aside(cast.gothenburg.organisation)
    for viewer in (early, eyes(cast.gothenburg.contributor)):
        with pytest.raises(Forbidden, match="suspended"):
            actions.submit_values(actor=viewer, series=series, entries=[entry(series, "2024", "1")])


def test_the_operators_values_hold_at_once(cast: Cast, series: Series) -> None:
    actions.submit_values(actor=OPERATOR, series=series, entries=[entry(series, "2024", "1")])
    assert held(series, eyes(cast.los_angeles.reader)) == {"2024": "1"}


def test_the_operators_value_holds_though_the_same_one_waits(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024": "1"})
    actions.submit_values(actor=OPERATOR, series=series, entries=[entry(series, "2024", "1")])
    assert held(series) == {"2024": "1"}


def test_who_never_saw_what_waited_hears_of_no_correction(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024": "1"})
    actions.submit_values(actor=OPERATOR, series=series, entries=[entry(series, "2024", "2")])
    event = Event.objects.filter(target_id=series.pk, audience=cast.agreement).latest("pk")
    assert (event.verb, event.data["added"], event.data["periods"]) == ("series.approved", 1, [])


@pytest.mark.parametrize("written", ["100", "100.0", "100.00", "0.10", "123456789012345.123456789"])
def test_a_value_keeps_the_decimals_that_were_published(
    cast: Cast, series: Series, written: str
) -> None:
    approved(cast.gothenburg, series, {"2024-01": written})
    found = Observation.objects.get()
    assert (str(found.value), found.decimals) == (written, len(written.partition(".")[2]))


def test_a_missing_value_is_never_zero(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": ""}, status="not_collected")
    found = Observation.objects.get()
    assert (found.value, found.missing) == (None, "not_collected")


def test_zero_is_a_value(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "0"})
    found = Observation.objects.get()
    assert (found.value, found.missing) == (Decimal(0), "")


def test_a_row_without_a_value_or_a_reason_is_refused_by_the_database(
    cast: Cast, series: Series
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "1"})
    for values in ({"value": None}, {"missing": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Observation.objects.update(**values)


def test_the_same_value_again_writes_and_records_nothing(cast: Cast, series: Series) -> None:
    for _time in range(2):
        submitted(cast.gothenburg, series, {"2024-01": "100"})
    assert states(series) == [("2024-01", 1, "submitted")]
    assert (again(series).revised, verbs(series)) == (1, ["begun", "submitted"])


def test_the_same_value_as_holds_needs_no_reason(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    assert submitted(cast.gothenburg, series, {"2024-01": "100"}).unchanged == 1


@pytest.mark.parametrize(
    "cells", [{"status": "provisional"}, {"note": "First count."}, {"precision": "thousand"}]
)
def test_another_word_beside_the_same_number_is_a_correction(
    cast: Cast, series: Series, cells: dict[str, str]
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    told = submitted(cast.gothenburg, series, {"2024-01": "100"}, reason="Said more.", **cells)
    assert told.corrected == ["2024-01"]


def test_what_waits_is_replaced_without_a_reason(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    submitted(cast.gothenburg, series, {"2024-01": "110"})
    assert states(series) == [("2024-01", 1, "withdrawn"), ("2024-01", 2, "submitted")]


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_value_that_holds_is_corrected_with_a_reason(
    cast: Cast, series: Series, reason: str
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    with pytest.raises(Invalid) as refused:
        submitted(cast.gothenburg, series, {"2024-01": "110"}, reason=reason)
    assert list(refused.value.errors) == ["reason"]
    assert states(series) == [("2024-01", 1, "approved")]


@pytest.mark.parametrize("reason", ["x" * 1001, "a\0b"])
def test_a_reason_that_cannot_be_stored_is_refused_by_its_field(
    cast: Cast, series: Series, reason: str
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    with pytest.raises(Invalid) as refused:
        submitted(cast.gothenburg, series, {"2024-01": "110"}, reason=reason)
    assert list(refused.value.errors) == ["reason"]


def test_an_entrys_own_reason_goes_before_the_one_for_all(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    own = entry(series, "2024-01", "110", reason="A typing error.")
    actions.submit_values(
        actor=eyes(cast.gothenburg.contributor), series=series, entries=[own], reason="Audit."
    )
    assert Observation.objects.waiting().get().reason == "A typing error."


def test_while_a_correction_waits_everybody_else_sees_what_held(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    submitted(cast.gothenburg, series, {"2024-01": "110"}, reason="Audit.")
    assert states(series) == [("2024-01", 1, "approved"), ("2024-01", 2, "submitted")]
    ray = Observation.objects.visible_to(eyes(cast.los_angeles.reader))
    assert [str(value) for value in ray.values_list("value", flat=True)] == ["100"]
    assert Observation.objects.visible_to(eyes(cast.gothenburg.reader)).count() == 2


def test_one_event_tells_the_range_and_the_counts(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    values = {"2023-11": "90", "2024-01": "110", "2024-Q2": "300"}
    submitted(cast.gothenburg, series, values, reason="Audit.")
    event = Event.objects.filter(verb="series.submitted").latest("pk")
    assert event.data == {
        "from": "2023-11-01",
        "to": "2024-06-30",
        "added": 2,
        "corrected": 1,
        "periods": ["2024-01"],
    }


def test_what_waits_is_told_at_home_only(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    event = Event.objects.get(verb="series.submitted")
    assert event.audience == event.home_audience == cast.gothenburg.home


def test_a_quarter_and_its_months_stand_beside_each_other(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-Q1": "300", "2024-01": "100"})
    assert held(series) == {"2024-Q1": "300", "2024-01": "100"}


def test_two_names_of_one_period_are_one_value(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-M01": "100"})
    assert submitted(cast.gothenburg, series, {"2024-01": "100"}).unchanged == 1


def test_one_period_twice_at_once_is_refused_in_words(cast: Cast, series: Series) -> None:
    first = entry(series, "2024-01", "100")
    with pytest.raises(Invalid):
        actions.submit_values(
            actor=eyes(cast.gothenburg.contributor),
            series=series,
            entries=[first, replace(first, value=Decimal(200))],
        )


@pytest.mark.parametrize("state", [State.APPROVED, State.SUBMITTED])
def test_the_database_refuses_two_such_rows_of_one_period(
    cast: Cast, series: Series, state: str
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    submitted(cast.gothenburg, series, {"2024-01": "110"}, reason="Audit.")
    decided_at = (
        None if state == State.SUBMITTED else Observation.objects.get(revision=1).decided_at
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Observation.objects.update(state=state, decided_at=decided_at)


def test_the_database_refuses_a_revision_twice(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    submitted(cast.gothenburg, series, {"2024-01": "110"}, reason="Audit.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Observation.objects.update(revision=1)
