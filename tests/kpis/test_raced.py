"""Two at one series, import or definition in the same moment: the end is that of one of two orders."""

from functools import partial
from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.audiences.actions import make_group, set_group_members
from exchange.audiences.models import Audience
from exchange.common.errors import Conflict
from exchange.kpis import actions
from exchange.kpis.choices import ImportState
from exchange.kpis.importing import job
from exchange.kpis.models import Definition, Import, Observation, Series
from tests.cast import Cast, Port, eyes, make_cast
from tests.kpis.factories import (
    OPERATOR,
    again,
    approve,
    approved,
    definition,
    entry,
    held,
    imported,
    indicator,
    make_series,
    read_now,
    row,
    seen,
    send,
    send_as_operator,
    states,
    submitted,
    verbs,
)
from tests.races import DONE, Act, race
from tests.threads import one_behind_the_other, postgres, together

__all__ = ["postgres"]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROWS = [row("2024-01", "100"), row("2024-02", "110")]


def submit(cast: Cast, series: Series, value: str, by: str = "contributor") -> Act:
    """Return the act of submitting a value for January 2024."""
    return partial(
        actions.submit_values,
        actor=eyes(getattr(cast.gothenburg, by)),
        series=series,
        entries=[entry(series, "2024-01", value)],
        reason="Audit.",
    )


def approving(cast: Cast, series: Series, by: str = "reviewer") -> Act:
    """Return the act of approving January and February 2024."""
    return partial(
        actions.approve_values,
        actor=eyes(getattr(cast.gothenburg, by)),
        series=series,
        revisions=seen(series, "2024-01", "2024-02"),
    )


def look(series: Series) -> list[Any]:
    """Return what stands in a series, and what was told of it."""
    return [states(series), held(series), verbs(series), again(series).revised]


def accepted(cast: Cast) -> Import:
    """Return an import that was accepted, and that no worker has taken up yet."""
    batch = read_now(send(cast, None, ROWS))
    contributor = eyes(cast.gothenburg.contributor)
    return actions.accept_import(actor=contributor, batch=batch, attempt=batch.attempt)


def writing(cast: Cast, batch: Import) -> Act:
    """Return what a worker does with it."""
    contributor = cast.gothenburg.contributor
    return partial(actions.write_import, actor=eyes(contributor), batch=batch)


@pytest.mark.parametrize("values", [("100", "110"), ("100", "100")])
def test_of_two_who_submit_one_period_at_once_one_value_waits(
    postgres: None, values: tuple[str, str]
) -> None:
    cast = make_cast()
    series = make_series(cast)
    acts = submit(cast, series, values[0]), submit(cast, series, values[1], "coordinator")
    told, _seen = race(*acts, over=series, look=lambda: look(series))
    assert told == (DONE, DONE)
    assert Observation.objects.waiting().count() == 1


def test_two_first_values_at_once_are_two_revisions_of_one_period(postgres: None) -> None:
    cast = make_cast()
    series = make_series(cast)
    answers = together(lambda number: submit(cast, series, str(100 + number))(), 4)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert [revision for _period, revision, _state in states(series)] == [1, 2, 3, 4]
    assert Observation.objects.waiting().count() == 1


@pytest.mark.parametrize("queued", [False, True])
def test_approved_and_corrected_at_once_one_value_holds(postgres: None, queued: bool) -> None:
    cast = make_cast()
    series = make_series(cast)
    approved(cast.gothenburg, series, {"2024-01": "100"})
    submitted(cast.gothenburg, series, {"2024-01": "110"}, reason="Audit.")
    acts = approving(cast, series), submit(cast, series, "120")
    told, _seen = race(*acts, over=series, look=lambda: look(series), queued=queued)
    # Who approves what was replaced meanwhile has not seen what takes its place.
    assert told[1] == DONE
    assert told[0] == DONE or told[0].startswith("Conflict")
    assert Observation.objects.approved().count() == 1


def test_two_who_approve_at_once_approve_once(postgres: None) -> None:
    cast = make_cast()
    series = make_series(cast)
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    acts = approving(cast, series), approving(cast, series, "coordinator")
    race(*acts, over=series, look=lambda: look(series))
    assert verbs(series).count("approved") == 1


def test_what_is_approved_and_sent_back_at_once_is_one_of_the_two(postgres: None) -> None:
    cast = make_cast()
    series = make_series(cast)
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    rejecting = partial(
        actions.reject_values,
        actor=eyes(cast.gothenburg.coordinator),
        series=series,
        revisions={"2024-01": 1},
        reason="Where from?",
    )
    race(approving(cast, series), rejecting, over=series, look=lambda: look(series))
    assert len(verbs(series)) == 3


def test_of_two_who_accept_an_import_at_once_one_is_told(postgres: None) -> None:
    cast = make_cast()
    make_series(cast)
    batch = read_now(send(cast, None, ROWS))
    acts = [
        partial(actions.accept_import, actor=eyes(user), batch=batch, attempt=batch.attempt)
        for user in (cast.gothenburg.contributor, cast.gothenburg.coordinator)
    ]
    told, state = race(*acts, over=batch, look=lambda: Import.objects.get().state)
    assert (sorted(word == DONE for word in told), state) == ([False, True], "accepting")


def test_accepted_and_cancelled_at_once_it_is_one_of_the_two(postgres: None) -> None:
    cast = make_cast()
    make_series(cast)
    batch = read_now(send(cast, None, ROWS))
    given = {"actor": eyes(cast.gothenburg.contributor), "batch": batch}
    accept = partial(actions.accept_import, attempt=batch.attempt, **given)
    acts = accept, partial(actions.cancel_import, **given)
    told, _state = race(*acts, over=batch, look=lambda: Import.objects.get().state)
    assert sorted(word == DONE for word in told) == [False, True]


def test_two_workers_read_a_file_once(postgres: None) -> None:
    cast = make_cast()
    make_series(cast)
    batch = send(cast, None, ROWS)
    assert sorted(together(lambda _number: job.work(), 2)) == [0, 1]  # type: ignore[type-var]
    batch.refresh_from_db()
    assert (batch.state, batch.attempt) == (ImportState.READY, 1)


def test_two_workers_write_an_import_once(postgres: None) -> None:
    cast = make_cast()
    series = make_series(cast)
    batch = accepted(cast)
    acts = writing(cast, batch), writing(cast, batch)
    race(*acts, over=batch, look=lambda: look(series))
    assert again(series).revised == 1


@pytest.mark.parametrize("first", ["the import", "the person"])
def test_an_import_is_written_while_somebody_submits_a_value(postgres: None, first: str) -> None:
    cast = make_cast()
    series = make_series(cast)
    batch = accepted(cast)
    acts = [writing(cast, batch), submit(cast, series, "90", "coordinator")]

    def after() -> list[Any]:
        return [Import.objects.get().state, *look(series)]

    ordered = acts if first == "the import" else acts[::-1]
    told, _seen = race(*ordered, over=series, look=after, queued=True)
    assert told == (DONE, DONE)


@pytest.mark.parametrize("queued", [False, True])
def test_undone_and_approved_at_once_nothing_of_it_is_left_to_hold(
    postgres: None, queued: bool
) -> None:
    cast = make_cast()
    series = make_series(cast)
    batch = imported(cast, ROWS)
    karin = eyes(cast.gothenburg.contributor)
    actions.undo_import(actor=karin, batch=batch, reason="Wrong file.")
    undoing = partial(actions.revert_import, actor=karin, batch=batch)
    acts = undoing, approving(cast, series)
    told, _seen = race(*acts, over=series, look=lambda: look(series), queued=queued)
    assert told == (DONE, DONE)
    waiting = Observation.objects.waiting().count()
    assert waiting == Observation.objects.approved().count()


def test_two_who_undo_an_import_at_once_undo_it_once(postgres: None) -> None:
    cast = make_cast()
    series = make_series(cast)
    batch = imported(cast, ROWS)
    approve(cast.gothenburg, series)
    acts = [
        partial(actions.undo_import, actor=eyes(user), batch=batch, reason="Wrong file.")
        for user in (cast.gothenburg.contributor, cast.gothenburg.coordinator)
    ]
    told, state = race(*acts, over=batch, look=lambda: Import.objects.get().state)
    assert (told, state) == ((DONE, DONE), "undoing")
    job.work()
    assert verbs(series).count("submitted") == 2


def test_two_workers_undo_an_import_once(postgres: None) -> None:
    cast = make_cast()
    series = make_series(cast)
    batch = imported(cast, ROWS)
    approve(cast.gothenburg, series)
    karin = eyes(cast.gothenburg.contributor)
    actions.undo_import(actor=karin, batch=batch, reason="Wrong file.")
    acts = [partial(actions.revert_import, actor=karin, batch=batch) for _worker in range(2)]
    race(*acts, over=batch, look=lambda: look(series))
    assert verbs(series).count("submitted") == 2


def test_no_value_is_approved_for_a_group_that_its_owner_leaves_meanwhile(postgres: None) -> None:
    cast = make_cast()
    series = make_series(cast)
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    leaving = partial(
        set_group_members,
        actor=OPERATOR,
        group=cast.agreement,
        members=[cast.los_angeles.home, cast.tokyo.home],
    )
    acts = leaving, approving(cast, series)
    told, after = race(*acts, over=cast.agreement, look=lambda: held(series), queued=True)
    assert (told[0], after) == (DONE, {})


def test_of_two_versions_made_at_once_each_has_its_number(postgres: None) -> None:
    found = indicator()
    revising = partial(
        actions.revise_indicator,
        actor=OPERATOR,
        indicator=found,
        lock=found.lock,
        text=definition(),
    )
    versions = Definition.objects.filter(indicator=found).order_by("version")
    told, seen = race(
        revising,
        revising,
        over=found,
        look=lambda: list(versions.values_list("version", flat=True)),
    )
    assert (sorted(word == DONE for word in told), seen) == ([False, True], [1, 2])


def test_an_organisation_that_proposes_twice_at_once_has_one_proposal(postgres: None) -> None:
    cast = make_cast()
    found = indicator()
    proposing = partial(
        actions.propose_version,
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        indicator=found,
        text=definition(),
    )
    told, seen = race(
        proposing,
        proposing,
        over=found,
        look=lambda: Definition.objects.filter(standing="proposed").count(),
    )
    assert (sorted(word == DONE for word in told), seen) == ([False, True], 1)


def test_a_series_begun_twice_at_once_is_one(postgres: None) -> None:
    cast = make_cast()
    answers = together(lambda _number: make_series(cast), 2)
    assert sorted(type(answer) for answer in answers if isinstance(answer, Exception)) == [Conflict]
    assert Series.objects.count() == 1


def test_a_series_is_not_shared_with_a_group_that_its_owner_leaves_meanwhile(
    postgres: None,
) -> None:
    cast = make_cast()
    series = make_series(cast, audience=cast.gothenburg.home)
    leaving = partial(
        set_group_members,
        actor=OPERATOR,
        group=cast.agreement,
        members=[cast.los_angeles.home, cast.tokyo.home],
    )
    sharing = partial(
        actions.share_series,
        actor=eyes(cast.gothenburg.reviewer),
        series=series,
        lock=series.lock,
        audience=cast.agreement,
    )
    told, audience = race(
        leaving,
        sharing,
        over=cast.agreement,
        look=lambda: again(series).audience_id,
        queued=True,
    )
    assert (told[0], audience) == (DONE, cast.gothenburg.home.pk)


def second_group(cast: Cast) -> Audience:
    """Return another group of the three ports, whose key comes after the agreement's."""
    ports = (cast.gothenburg, cast.los_angeles, cast.tokyo)
    return make_group(actor=OPERATOR, name="Corridor", members=[port.home for port in ports])


def sent_of_two(cast: Cast, port: Port, first: Audience, second: Audience) -> Import:
    """Return an import of a port with values of two series, the first of them for `first`."""
    code = port.organisation.unlocode or ""
    make_series(cast, port, audience=first)
    make_series(cast, port, "passengers", audience=second)
    rows = [row(), row(kpi_code="passengers", unit="passengers")]
    return imported(cast, [{**one, "port_unlocode": code} for one in rows], port)


def deciding(port: Port, batch: Import) -> Act:
    return partial(actions.decide_import, actor=eyes(port.reviewer), batch=batch, accept=True)


def test_two_who_approve_imports_of_the_same_groups_wait_for_each_other_and_both_end(
    postgres: None,
) -> None:
    cast = make_cast()
    groups = cast.agreement, second_group(cast)
    acts = (
        deciding(cast.gothenburg, sent_of_two(cast, cast.gothenburg, *groups)),
        deciding(cast.los_angeles, sent_of_two(cast, cast.los_angeles, *groups[::-1])),
    )
    told, number = race(
        *acts, over=groups[0], look=lambda: Observation.objects.approved().count(), queued=True
    )
    assert (told, number) == ((DONE, DONE), 4)


def test_the_operators_import_and_a_new_series_by_the_next_definition_both_end(
    postgres: None,
) -> None:
    cast = make_cast()
    series = make_series(cast)
    now = indicator()
    actions.revise_indicator(actor=OPERATOR, indicator=now, lock=now.lock, text=definition())
    batch = read_now(send_as_operator(ROWS))
    actions.accept_import(actor=OPERATOR, batch=batch, attempt=batch.attempt)
    writing_it = partial(actions.write_import, actor=OPERATOR, batch=batch)
    told, _seen = race(
        partial(make_series, cast),
        writing_it,
        over=cast.agreement,
        look=lambda: [Import.objects.get().state, states(series), again(series).revised],
        queued=True,
    )
    assert told == (DONE, DONE)


def test_who_sent_a_file_hears_of_it_though_its_first_series_waits_no_more(
    postgres: None,
) -> None:
    cast = make_cast()
    batch = sent_of_two(cast, cast.gothenburg, cast.agreement, cast.agreement)
    first, second = Series.objects.order_by("pk")
    taking = partial(
        actions.take_back_values,
        actor=eyes(cast.gothenburg.contributor),
        series=first,
        periods=["2024-01"],
    )
    rejecting = partial(
        actions.decide_import,
        actor=eyes(cast.gothenburg.reviewer),
        batch=batch,
        accept=False,
        reason="Another year.",
    )
    assert one_behind_the_other(taking, rejecting) == [1, 1]
    event = Event.objects.get(verb="series.sent_back")
    assert (event.target_id, "users" in event.data) == (second.pk, True)
