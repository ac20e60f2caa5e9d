"""Values that wait: who decides, what an approval and a refusal come to, and who hears of it."""

from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.audiences.viewer import Role
from exchange.common.errors import Forbidden, Invalid
from exchange.kpis import actions
from exchange.kpis.choices import State
from exchange.kpis.models import Observation, Series
from tests.cast import Cast, Port, eyes
from tests.kpis.factories import (
    again,
    approve,
    approved,
    client_of,
    entry,
    held,
    make_series,
    seen,
    states,
    submitted,
    verbs,
)
from tests.partners.factories import membership, put_aside


def reject(port: Port, series: Series, *periods: str, reason: str = "Where from?") -> int:
    return actions.reject_values(
        actor=eyes(port.reviewer), series=series, revisions=seen(series, *periods), reason=reason
    )


def take_back(port: Port, series: Series, *periods: str, by: str = "contributor") -> int:
    return actions.take_back_values(actor=eyes(getattr(port, by)), series=series, periods=periods)


def test_a_reviewer_approves_what_somebody_else_submitted(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    assert approve(cast.gothenburg, series, "2024-01") == 1
    found = Observation.objects.get()
    assert (found.state, found.submitted_by, found.decided_by) == (
        State.APPROVED,
        cast.gothenburg.contributor,
        cast.gothenburg.reviewer,
    )


@pytest.mark.parametrize("step", ["approve_values", "reject_values"])
def test_nobody_decides_on_their_own_values(cast: Cast, series: Series, step: str) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"}, by="reviewer")
    given = {"reason": "No."} if step == "reject_values" else {}
    with pytest.raises(Forbidden):
        getattr(actions, step)(
            actor=eyes(cast.gothenburg.reviewer), series=series, revisions={"2024-01": 1}, **given
        )
    assert states(series) == [("2024-01", 1, "submitted")]


def test_one_own_value_among_others_has_none_of_them_approved(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    submitted(cast.gothenburg, series, {"2024-02": "100"}, by="reviewer")
    with pytest.raises(Forbidden):
        approve(cast.gothenburg, series, "2024-01", "2024-02")
    assert held(series) == {}


def test_another_reviewer_decides_on_a_reviewers_value(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"}, by="reviewer")
    assert approve(cast.gothenburg, series, "2024-01", by="coordinator") == 1


@pytest.mark.parametrize("role", ["reader", "contributor"])
def test_who_does_not_review_approves_nothing(cast: Cast, series: Series, role: str) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"}, by="coordinator")
    with pytest.raises(Forbidden):
        approve(cast.gothenburg, series, "2024-01", by=role)


def test_reviewers_of_others_approve_nothing(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    with pytest.raises(Forbidden):
        approve(cast.los_angeles, series, "2024-01", by="coordinator")


@pytest.mark.parametrize("step", ["approve_values", "reject_values"])
def test_a_program_decides_on_nothing(cast: Cast, series: Series, step: str) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    given = {"reason": "No."} if step == "reject_values" else {}
    with pytest.raises(Forbidden):
        getattr(actions, step)(
            actor=client_of(cast.gothenburg), series=series, revisions={"2024-01": 1}, **given
        )


def test_a_reviewer_approves_what_a_program_sent(cast: Cast, series: Series) -> None:
    actions.submit_values(
        actor=client_of(cast.gothenburg), series=series, entries=[entry(series, "2024", "1")]
    )
    assert approve(cast.gothenburg, series, "2024") == 1


def test_who_ceased_to_review_while_waiting_approves_nothing(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    late = eyes(cast.gothenburg.reviewer)
    here = membership(cast.gothenburg, "reviewer")
    here.role = Role.CONTRIBUTOR
    here.save(update_fields=["role"])
    with pytest.raises(Forbidden):
        actions.approve_values(actor=late, series=series, revisions={"2024-01": 1})


def test_a_suspended_organisation_approves_nothing(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    put_aside(cast.gothenburg.organisation)
    with pytest.raises(Forbidden, match="suspended"):
        approve(cast.gothenburg, series, "2024-01")


def test_only_the_periods_that_were_named_are_approved(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100", "2024-02": "110"})
    approve(cast.gothenburg, series, "2024-02")
    assert held(series) == {"2024-02": "110"}


def test_what_does_not_wait_is_approved_by_nobody_and_not_told(cast: Cast, series: Series) -> None:
    assert approve(cast.gothenburg, series, "2024-01") == 0
    assert verbs(series) == ["begun"]


def test_an_approved_correction_takes_the_place_of_what_held(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    approved(cast.gothenburg, series, {"2024-01": "110"}, reason="Audit.")
    assert states(series) == [("2024-01", 1, "superseded"), ("2024-01", 2, "approved")]
    assert held(series, eyes(cast.los_angeles.reader)) == {"2024-01": "110"}


def test_the_value_that_was_corrected_stays_readable_with_the_reason(
    cast: Cast, series: Series
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    approved(cast.gothenburg, series, {"2024-01": "110"}, reason="Audit.")
    rows = Observation.objects.visible_to(eyes(cast.los_angeles.reader)).in_order()
    assert [(str(one.value), one.reason) for one in rows] == [("100", ""), ("110", "Audit.")]


def test_an_approval_is_told_to_who_sees_the_series(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100", "2024-03": "120"})
    event = Event.objects.get(verb="series.approved")
    assert (event.audience, event.home_audience) == (cast.agreement, cast.gothenburg.home)
    assert event.data == {
        "from": "2024-01-01",
        "to": "2024-03-31",
        "added": 2,
        "corrected": 0,
        "periods": [],
    }


def test_who_cites_a_value_is_told_which_period_was_corrected(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    approved(cast.gothenburg, series, {"2024-01": "110", "2024-02": "90"}, reason="Audit.")
    event = Event.objects.get(verb="series.corrected")
    assert (event.data["added"], event.data["periods"]) == (1, ["2024-01"])


def test_a_correction_of_another_period_with_the_same_first_day_supersedes_nothing(
    cast: Cast, series: Series
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    approved(cast.gothenburg, series, {"2024-Q1": "300"})
    assert held(series) == {"2024-01": "100", "2024-Q1": "300"}


def test_a_rejected_value_stays_at_home_with_the_reason(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    assert reject(cast.gothenburg, series, "2024-01") == 1
    found = Observation.objects.visible_to(eyes(cast.gothenburg.reader)).get()
    assert (found.state, found.decision) == (State.REJECTED, "Where from?")
    assert not Observation.objects.visible_to(eyes(cast.los_angeles.reader)).exists()


def test_a_rejection_is_told_at_home_only(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    reject(cast.gothenburg, series, "2024-01")
    event = Event.objects.get(verb="series.sent_back")
    assert (event.audience, event.data["count"]) == (cast.gothenburg.home, 1)
    assert "Where from?" not in str(event.data)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001, "a\0b"])
def test_a_rejection_says_why_in_a_few_words(cast: Cast, series: Series, reason: str) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    with pytest.raises(Invalid) as refused:
        reject(cast.gothenburg, series, "2024-01", reason=reason)
    assert list(refused.value.errors) == ["reason"]


def test_a_rejected_correction_leaves_what_held(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    submitted(cast.gothenburg, series, {"2024-01": "110"}, reason="Audit.")
    reject(cast.gothenburg, series, "2024-01")
    assert held(series) == {"2024-01": "100"}


def test_after_a_rejection_the_value_is_sent_anew(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    reject(cast.gothenburg, series, "2024-01")
    assert submitted(cast.gothenburg, series, {"2024-01": "100"}).added == 1
    assert states(series) == [("2024-01", 1, "rejected"), ("2024-01", 2, "submitted")]


def test_what_waits_is_taken_back(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100", "2024-02": "110"})
    assert take_back(cast.gothenburg, series, "2024-01") == 1
    assert states(series) == [("2024-01", 1, "withdrawn"), ("2024-02", 1, "submitted")]
    assert Event.objects.get(verb="series.taken_back").audience == cast.gothenburg.home


def test_what_was_approved_is_not_taken_back(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    assert take_back(cast.gothenburg, series, "2024-01") == 0
    assert held(series) == {"2024-01": "100"}


@pytest.mark.parametrize("who", ["reader", "another port"])
def test_who_does_not_write_for_the_owner_takes_nothing_back(
    cast: Cast, series: Series, who: str
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    port, by = (cast.gothenburg, "reader") if who == "reader" else (cast.los_angeles, "coordinator")
    with pytest.raises(Forbidden):
        take_back(port, series, "2024-01", by=by)


def test_each_decision_counts_as_a_change_of_the_values(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "1", "2024-02": "1", "2024-03": "1"})
    approve(cast.gothenburg, series, "2024-01")
    reject(cast.gothenburg, series, "2024-02")
    take_back(cast.gothenburg, series, "2024-03")
    assert again(series).revised == 4


def test_a_value_of_a_series_is_not_decided_on_through_another(cast: Cast, series: Series) -> None:
    other: Any = make_series(cast, code="passengers")
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    assert approve(cast.gothenburg, other, "2024-01") == 0
    assert states(series) == [("2024-01", 1, "submitted")]
