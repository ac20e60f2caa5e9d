"""What is new goes to nobody by a group that its owner has left, or whose agreement is over."""

from collections.abc import Callable
from typing import Any

import pytest

from exchange.common.errors import Conflict
from exchange.kpis import actions
from exchange.kpis.choices import Outcome
from exchange.kpis.models import Series, Target
from tests.agreements.factories import ask, confirm, leave, make_agreement
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    OPERATOR,
    accept,
    again,
    approve,
    held,
    imported,
    make_series,
    previewed,
    read_now,
    row,
    send_as_operator,
    states,
    submitted,
)

Ending = Callable[[Cast], Series]


def left(cast: Cast) -> Series:
    """Return a series for an agreement of three that Gothenburg has left, with a value that waits."""
    agreement = make_agreement(cast)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    series = _waiting(cast, agreement)
    leave(agreement, cast.gothenburg)
    return series


def over(cast: Cast) -> Series:
    """Return a series for an agreement that is over, with a value that waits."""
    agreement = make_agreement(cast)
    series = _waiting(cast, agreement)
    leave(agreement, cast.los_angeles)
    return series


def _waiting(cast: Cast, agreement: Any) -> Series:
    series = make_series(cast, audience=agreement.home_audience)
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    return series


ENDINGS = pytest.mark.parametrize("ended", [left, over])


@ENDINGS
def test_no_value_is_approved(cast: Cast, ended: Ending) -> None:
    series = ended(cast)
    with pytest.raises(Conflict, match="another audience"):
        approve(cast.gothenburg, series)
    assert states(series) == [("2024-01", 1, "submitted")]


@ENDINGS
def test_no_import_is_approved(cast: Cast, ended: Ending) -> None:
    series = ended(cast)
    batch = imported(cast, [row("2024-02", "110")])
    with pytest.raises(Conflict, match="another audience"):
        actions.decide_import(actor=eyes(cast.gothenburg.reviewer), batch=batch, accept=True)
    assert held(series) == {}


@ENDINGS
def test_the_operator_brings_no_value_either(cast: Cast, ended: Ending) -> None:
    ended(cast)
    batch = read_now(send_as_operator([row("2024-02", "110")]))
    (rejected,) = previewed(batch, Outcome.REJECTED)
    assert "another audience" in rejected.problems[0].words


def test_nor_one_whose_preview_was_made_before(cast: Cast) -> None:
    agreement = make_agreement(cast)
    series = make_series(cast, audience=agreement.home_audience)
    batch = read_now(send_as_operator([row("2024-02", "110")]))
    leave(agreement, cast.los_angeles)
    accepted = accept(batch, OPERATOR)
    assert (accepted.state, "another audience" in accepted.refusal) == ("refused", True)
    assert held(series) == {}


@ENDINGS
def test_no_target_is_set(cast: Cast, ended: Ending) -> None:
    series = ended(cast)
    with pytest.raises(Conflict, match="another audience"):
        actions.set_target(
            actor=eyes(cast.gothenburg.reviewer), series=series, period="2030", text={"value": "5"}
        )
    assert not Target.objects.exists()


@ENDINGS
def test_a_value_is_approved_once_the_series_is_shared_with_others(
    cast: Cast, ended: Ending
) -> None:
    series = ended(cast)
    actions.share_series(
        actor=eyes(cast.gothenburg.reviewer),
        series=series,
        lock=again(series).lock,
        audience=cast.partners,
    )
    assert approve(cast.gothenburg, series) == 1


@ENDINGS
def test_a_value_is_sent_back_all_the_same(cast: Cast, ended: Ending) -> None:
    series = ended(cast)
    sent_back = actions.reject_values(
        actor=eyes(cast.gothenburg.reviewer),
        series=series,
        revisions={"2024-01": 1},
        reason="Where from?",
    )
    assert sent_back == 1
