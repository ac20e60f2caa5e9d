"""What waits for whom under agreements: each thing once, by the clock of who is reminded."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from exchange.accounts.models import User
from exchange.agreements import actions, reminders, whom
from exchange.agreements.models import Workstream
from exchange.common import dates, time
from exchange.common.errors import Forbidden
from exchange.common.providers import Todo
from exchange.partners.models import Membership
from tests.agreements.factories import ask, confirm, leave, make_agreement, today
from tests.agreements.work import action, milestone, name_lead, plan, report
from tests.cast import Cast, Port, eyes

DUE = dt.date(2026, 12, 20)


def waiting(user: User) -> list[Todo]:
    return list(reminders.todos(eyes(user)))


def kinds(user: User) -> list[str]:
    return sorted(todo.kind for todo in waiting(user))


def on(port: Port, days_before: int, hour: int) -> dt.datetime:
    """Return the moment at which clocks in the port show that hour, so many days before DUE."""
    day = DUE - dt.timedelta(days=days_before)
    return dt.datetime.combine(day, dt.time(hour), time.zone(port.organisation.timezone))


@pytest.mark.parametrize("port", ["gothenburg", "los_angeles"])
@pytest.mark.parametrize(
    ("days_before", "reminded_since"),
    [(15, None), (14, 14), (13, 14), (4, 14), (3, 3), (0, 3), (-1, -1), (-9, -1)],
)
def test_a_milestone_waits_from_14_days_before_by_ones_own_clock(
    cast: Cast, port: str, days_before: int, reminded_since: int | None
) -> None:
    milestone(cast, due=DUE)
    place: Port = getattr(cast, port)
    for hour in (0, 23):
        with time_machine.travel(on(place, days_before, hour), tick=False):
            since = [todo.since for todo in waiting(place.coordinator)]
        wanted = [on(place, reminded_since, 0)] if reminded_since is not None else []
        assert since == wanted


def test_it_waits_for_who_has_it_in_hand_alone(cast: Cast) -> None:
    milestone(cast, owner=cast.los_angeles, due=today())
    assert kinds(cast.los_angeles.coordinator) == ["milestone"]
    for person in (cast.los_angeles.reviewer, cast.gothenburg.coordinator, cast.tokyo.coordinator):
        assert kinds(person) == []


def test_it_waits_for_the_lead_as_well(cast: Cast) -> None:
    workstream, carla = plan(cast), cast.los_angeles.contributor
    name_lead(workstream, cast.los_angeles, carla)
    milestone(cast, workstream, owner=cast.los_angeles, due=today())
    milestone(cast, workstream, owner=cast.gothenburg, due=today())
    milestone(cast, workstream, due=today())
    assert kinds(carla) == ["milestone", "milestone"]


def test_an_action_waits_for_whom_it_names_and_for_no_other(cast: Cast) -> None:
    action(cast, owner=cast.los_angeles, person=cast.los_angeles.reader, text={"due": today()})
    assert kinds(cast.los_angeles.reader) == ["action"]
    assert kinds(cast.los_angeles.coordinator) == []


@pytest.mark.parametrize("step", [actions.finish_task, actions.drop_task])
def test_what_is_done_or_dropped_waits_for_nobody(cast: Cast, step: Callable[..., Any]) -> None:
    set_one = milestone(cast, due=today())
    step(actor=eyes(cast.gothenburg.coordinator), task=set_one)
    assert kinds(cast.gothenburg.coordinator) == []


@pytest.mark.parametrize(
    ("months", "reminded"),
    [(13, None), (12, 12), (11, 12), (6, 6), (5, 6), (3, 3), (1, 3)],
)
def test_an_end_is_told_12_6_and_3_months_before(
    cast: Cast, months: int, reminded: int | None
) -> None:
    ends = dates.after(today().replace(day=1).isoformat(), months)
    with time_machine.travel(today() - dt.timedelta(days=500), tick=False):
        make_agreement(cast, term={"ends": ends})
    with time_machine.travel(today().replace(day=1), tick=False):
        found = [todo.since.date().isoformat() for todo in waiting(cast.gothenburg.coordinator)]
    assert found == ([dates.after(ends, -reminded)] if reminded else [])


def test_a_workstream_without_an_update_for_a_quarter_waits_until_there_is_one(cast: Cast) -> None:
    workstream = plan(cast)
    assert kinds(cast.los_angeles.coordinator) == []
    long_ago = time.now() - reminders.QUARTER
    Workstream.objects.update(created_at=long_ago)
    assert kinds(cast.los_angeles.coordinator) == ["silent"]
    report(cast, workstream)
    assert kinds(cast.los_angeles.coordinator) == []


def test_an_end_on_the_29th_of_february_is_told_a_year_before(cast: Cast) -> None:
    with time_machine.travel("2026-01-01", tick=False):
        make_agreement(cast, term={"ends": "2028-02"})
    for day, told in (("2027-02-27", []), ("2027-02-28", ["2027-02-28"])):
        with time_machine.travel(f"{day}T12:00Z", tick=False):
            since = [todo.since.date().isoformat() for todo in waiting(cast.gothenburg.coordinator)]
        assert since == told


def test_an_end_that_is_set_late_has_waited_since_then(cast: Cast) -> None:
    agreement, now = make_agreement(cast), time.now()
    actions.change_term(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=agreement.lock,
        term={"ends": (today() + dt.timedelta(days=20)).isoformat()},
    )
    [todo] = waiting(cast.gothenburg.coordinator)
    assert (todo.kind, todo.since >= now) == ("ending", True)


def test_another_word_on_a_term_is_no_new_reminder_of_its_end(cast: Cast) -> None:
    ends = dates.after(today().isoformat(), 5)
    with time_machine.travel(today() - dt.timedelta(days=500), tick=False):
        agreement = make_agreement(cast, term={"ends": ends})
    [before] = waiting(cast.gothenburg.coordinator)
    siv = eyes(cast.gothenburg.coordinator)
    term = {"note": "As both ports wrote it."}
    actions.change_term(actor=siv, agreement=agreement, lock=agreement.lock, term=term)
    assert waiting(cast.gothenburg.coordinator) == [before]


def test_a_workstream_is_silent_a_quarter_after_it_became_active(cast: Cast) -> None:
    workstream, begun = plan(cast, status="planned"), time.now()
    Workstream.objects.update(created_at=begun - 2 * reminders.QUARTER)
    actions.revise_workstream(
        actor=eyes(cast.gothenburg.coordinator),
        workstream=workstream,
        lock=workstream.lock,
        text={"status": "active"},
    )
    assert kinds(cast.gothenburg.coordinator) == []
    with time_machine.travel(time.now() + reminders.QUARTER, tick=False):
        [todo] = waiting(cast.gothenburg.coordinator)
    assert todo.since >= begun + reminders.QUARTER


def test_who_is_asked_is_reminded_of_the_question(cast: Cast) -> None:
    ask(make_agreement(cast), cast.tokyo, cast.gothenburg)
    assert kinds(cast.tokyo.coordinator) == ["party"]
    assert kinds(cast.tokyo.reviewer) == []


def test_nothing_waits_under_what_is_over(cast: Cast) -> None:
    set_one = milestone(cast, due=today())
    agreement = set_one.agreement
    actions.terminate_agreement(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=agreement.lock,
        reason="Done.",
    )
    assert kinds(cast.gothenburg.coordinator) == []


def test_who_writes_to_many_asks_for_who_leads_is_named_or_coordinates(cast: Cast) -> None:
    port = cast.los_angeles
    name_lead(plan(cast), port, port.contributor)
    action(cast, owner=port, person=port.reader)
    is_concerned = whom.concerned()
    for person in (port.contributor, port.reader, port.coordinator):
        assert is_concerned(eyes(person))
    for person in (port.reviewer, cast.tokyo.coordinator):
        assert not is_concerned(eyes(person))


@pytest.mark.parametrize(("who", "queries"), [("coordinator", 3), ("reader", 1)])
def test_all_of_it_costs_three_queries_and_one_for_who_answers_for_nothing(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, who: str, queries: int
) -> None:
    workstream = plan(cast)
    for _number in range(5):
        milestone(cast, workstream, due=today())
        action(cast, workstream.agreement, text={"due": today()})
    viewer = eyes(getattr(cast.gothenburg, who))
    with django_assert_num_queries(queries):
        assert len(list(reminders.todos(viewer))) == (10 if queries == 3 else 0)


@pytest.mark.parametrize(
    ("ends", "told", "due"),
    [("2027", "2027", None), ("2027-06", "June 2027", None), ("2027-06-30", "", "2027-06-30")],
)
def test_an_end_is_told_as_exact_as_it_is_known(
    cast: Cast, ends: str, told: str, due: str | None
) -> None:
    make_agreement(cast, term={"signed": "2023", "ends": ends})
    with time_machine.travel("2027-02-01T12:00Z"):
        [todo] = waiting(cast.gothenburg.coordinator)
    assert told in todo.detail
    assert todo.due == (dt.date.fromisoformat(due) if due else None)


def test_a_reckoned_end_is_as_exact_as_its_start(cast: Cast) -> None:
    make_agreement(cast, term={"signed": "2023-03", "months": 48})
    with time_machine.travel("2027-02-01T12:00Z"):
        [todo] = waiting(cast.gothenburg.coordinator)
    assert (todo.due, "March 2027" in todo.detail) == (None, True)


def test_what_a_party_left_behind_waits_for_those_who_stay(cast: Cast) -> None:
    set_one = milestone(cast, owner=cast.los_angeles, due=today())
    confirm(ask(set_one.agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    assert kinds(cast.gothenburg.coordinator) == []
    leave(set_one.agreement, cast.los_angeles)
    assert kinds(cast.gothenburg.coordinator) == kinds(cast.tokyo.coordinator) == ["milestone"]


def test_an_action_of_somebody_who_left_waits_for_their_coordinator(cast: Cast) -> None:
    karin, text = cast.gothenburg.contributor, {"due": today()}
    action(cast, owner=cast.gothenburg, person=karin, text=text)
    assert (kinds(karin), kinds(cast.gothenburg.coordinator)) == (["action"], [])
    Membership.objects.filter(user=karin).delete()
    assert (kinds(karin), kinds(cast.gothenburg.coordinator)) == ([], ["action"])


def test_what_is_noted_late_waits_from_then_on(cast: Cast) -> None:
    with time_machine.travel("2026-11-30T12:00Z", tick=False):
        action(cast, text={"due": dt.date(2026, 12, 2)})
        [todo] = waiting(cast.gothenburg.coordinator)
    assert todo.since == dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)


def test_a_milestone_of_a_dropped_workstream_waits_for_nobody(cast: Cast) -> None:
    workstream = plan(cast)
    milestone(cast, workstream, due=today())
    actions.revise_workstream(
        actor=eyes(cast.gothenburg.coordinator),
        workstream=workstream,
        lock=1,
        text={"status": "dropped"},
    )
    assert kinds(cast.gothenburg.coordinator) == []


def test_a_lead_of_a_party_that_left_is_reminded_of_nothing(cast: Cast) -> None:
    workstream, carla = plan(cast), cast.los_angeles.contributor
    Membership.objects.create(user=carla, organisation=cast.gothenburg.organisation, role="reader")
    name_lead(workstream, cast.los_angeles, carla)
    milestone(cast, workstream, due=today())
    confirm(ask(workstream.agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    assert kinds(carla) == ["milestone"]
    leave(workstream.agreement, cast.los_angeles)
    assert kinds(carla) == []


def test_who_moved_to_another_party_leaves_the_action_where_it_was(cast: Cast) -> None:
    karin = cast.gothenburg.contributor
    noted = action(cast, owner=cast.gothenburg, person=karin, text={"due": today()})
    Membership.objects.filter(user=karin).update(organisation=cast.los_angeles.organisation)
    assert (kinds(karin), kinds(cast.gothenburg.coordinator)) == ([], ["action"])
    with pytest.raises(Forbidden):
        actions.finish_task(actor=eyes(karin), task=noted)
