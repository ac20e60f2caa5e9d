"""Workstreams, milestones, actions and meetings: who does what with them, and what is told."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
import time_machine

from exchange.activity.models import Event
from exchange.agreements import actions
from exchange.agreements.choices import Health, MeetingState
from exchange.agreements.models import Action, Meeting, Milestone, ProgressUpdate, Workstream
from exchange.audiences.viewer import Role
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid, Stale
from exchange.partners.models import Membership
from tests.agreements.factories import OPERATOR, make_agreement, today
from tests.agreements.work import HOUR, action, held, meeting, milestone, name_lead, plan, report
from tests.cast import Cast, eyes, make_person
from tests.partners.factories import put_aside


def verbs(thing: Any) -> list[str]:
    events = Event.objects.filter(target_id=thing.pk).order_by("pk")
    return [verb.partition(".")[2] for verb in events.values_list("verb", flat=True)]


def test_its_health_is_what_the_latest_update_says(cast: Cast) -> None:
    workstream = plan(cast)
    report(cast, workstream, health="at_risk", reason="The barge is late.")
    found = Workstream.objects.get()
    assert (found.health, found.health_reason) == (Health.AT_RISK, "The barge is late.")
    report(cast, workstream)
    assert Workstream.objects.get().health == Health.ON_TRACK
    assert ProgressUpdate.objects.count() == 2


@pytest.mark.parametrize(("period", "health"), [("2026-Q1", "on_track"), ("2026-Q3", "at_risk")])
def test_an_update_that_is_made_up_for_changes_no_later_health(
    cast: Cast, period: str, health: str
) -> None:
    with time_machine.travel("2026-11-15T12:00Z"):
        workstream = plan(cast)
        report(cast, workstream, period="2026-Q2")
        report(cast, workstream, period=period, health="at_risk", reason="The barge is late.")
        assert Workstream.objects.get().health == health


def test_a_year_under_way_speaks_of_no_later_day_than_its_own(cast: Cast) -> None:
    workstream = plan(cast)
    with time_machine.travel("2026-03-15T12:00Z"):
        report(cast, workstream, period="2026")
    with time_machine.travel("2026-04-10T12:00Z"):
        report(cast, workstream, period="2026-Q1", health="at_risk", reason="The barge is late.")
    assert Workstream.objects.get().health == "at_risk"


@pytest.mark.parametrize(
    ("update", "field"),
    [
        ({"health": "off_track"}, "reason"),
        ({"period": "2026-Q5"}, "period"),
        ({"period": "0001"}, "period"),
        ({"done": ""}, "done"),
        ({"health": ""}, "health"),
    ],
)
def test_an_update_says_why_and_for_when(cast: Cast, update: dict[str, str], field: str) -> None:
    workstream = plan(cast)
    with pytest.raises(Invalid) as refused:
        report(cast, workstream, **update)
    assert field in refused.value.errors


def test_each_party_names_its_own_lead(cast: Cast) -> None:
    workstream = plan(cast)
    given = {"workstream": workstream, "organisation": cast.los_angeles.organisation}
    with pytest.raises(Forbidden):
        actions.name_lead(actor=eyes(cast.gothenburg.coordinator), function="Head", lock=1, **given)
    cole = eyes(cast.los_angeles.coordinator)
    actions.name_lead(actor=cole, person=cast.los_angeles.contributor, lock=1, **given)
    with pytest.raises(Conflict):
        actions.name_lead(actor=cole, person=cast.tokyo.reader, lock=2, **given)


def test_a_lead_reports_and_sets_milestones_though_they_do_not_coordinate(cast: Cast) -> None:
    workstream = plan(cast)
    carla = cast.los_angeles.contributor
    given = {"workstream": workstream, "text": {"title": "Plugs"}}
    with pytest.raises(Forbidden):
        actions.plan_milestone(actor=eyes(carla), **given)
    name_lead(workstream, cast.los_angeles, carla)
    assert actions.plan_milestone(actor=eyes(carla), **given)


def test_a_milestone_of_another_party_is_not_ones_own_to_finish(cast: Cast) -> None:
    set_one = milestone(cast, owner=cast.los_angeles)
    with pytest.raises(Forbidden):
        actions.finish_task(actor=eyes(cast.gothenburg.coordinator), task=set_one)
    actions.finish_task(actor=eyes(cast.los_angeles.coordinator), task=set_one)
    assert Milestone.objects.get().done_on


def test_finished_twice_it_is_one_event(cast: Cast) -> None:
    set_one = milestone(cast)
    for port in (cast.gothenburg, cast.los_angeles):
        actions.finish_task(actor=eyes(port.coordinator), task=set_one)
    assert verbs(set_one) == ["planned", "met"]


def test_it_was_done_on_the_day_of_who_says_so(cast: Cast) -> None:
    with time_machine.travel("2026-11-30T20:00Z"):
        set_one = actions.finish_task(actor=eyes(cast.tokyo.coordinator), task=_tokyos(cast))
    assert set_one.done_on == dt.date(2026, 12, 1)


def _tokyos(cast: Cast) -> Milestone:
    """A milestone of Gothenburg and Tokyo."""
    agreement = actions.register_agreement(
        actor=OPERATOR,
        organisation=None,
        parties=[cast.gothenburg.organisation, cast.tokyo.organisation],
        text={"title": "Gothenburg–Tokyo"},
        term={},
    )
    return milestone(cast, plan(cast, agreement, topics=[]))


def test_a_day_to_come_is_no_day_it_was_done_on(cast: Cast) -> None:
    with pytest.raises(Invalid):
        actions.finish_task(
            actor=eyes(cast.gothenburg.coordinator),
            task=milestone(cast),
            done_on=today() + dt.timedelta(days=3),
        )


@pytest.mark.parametrize("day", [dt.date(1, 1, 5), dt.date(9999, 12, 31)])
def test_a_day_that_nobody_means_is_refused(cast: Cast, day: dt.date) -> None:
    set_one = milestone(cast)
    with pytest.raises(Invalid, match="between the years"):
        milestone(cast, due=day)
    with pytest.raises(Invalid, match="between the years"):
        actions.finish_task(actor=eyes(cast.gothenburg.coordinator), task=set_one, done_on=day)


def test_what_was_dropped_is_opened_again_before_it_is_done(cast: Cast) -> None:
    siv, set_one = eyes(cast.gothenburg.coordinator), milestone(cast)
    actions.drop_task(actor=siv, task=set_one)
    with pytest.raises(Conflict):
        actions.finish_task(actor=siv, task=set_one)
    actions.reopen_task(actor=siv, task=set_one)
    actions.finish_task(actor=siv, task=set_one)
    assert verbs(set_one) == ["planned", "dropped", "reopened", "met"]


def test_whom_an_action_names_does_it_whatever_their_role(cast: Cast) -> None:
    ray = cast.los_angeles.reader
    named = action(cast, owner=cast.los_angeles, person=ray)
    with pytest.raises(Forbidden):
        actions.finish_task(actor=eyes(cast.los_angeles.contributor), task=named)
    actions.finish_task(actor=eyes(ray), task=named)
    assert Action.objects.get().done_on


def test_an_action_names_a_member_of_a_party(cast: Cast) -> None:
    with pytest.raises(Conflict):
        action(cast, owner=cast.los_angeles, person=cast.gothenburg.reader)
    with pytest.raises(Conflict):
        action(cast, owner=cast.tokyo)


def test_two_parties_save_one_workstream_and_the_second_is_told(cast: Cast) -> None:
    workstream = plan(cast)
    change = {"workstream": workstream, "lock": workstream.lock}
    siv, cole = eyes(cast.gothenburg.coordinator), eyes(cast.los_angeles.coordinator)
    actions.revise_workstream(actor=siv, text={"title": "First"}, **change)
    with pytest.raises(Stale):
        actions.revise_workstream(actor=cole, text={"objective": "Second"}, **change)


@pytest.mark.parametrize("text", [{"starts": "2027", "ends": "2026-12"}, {"status": "lost"}])
def test_a_workstream_in_no_order_is_refused(cast: Cast, text: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        plan(cast, **text)


def test_a_meeting_keeps_its_moment_and_its_zone(cast: Cast) -> None:
    moment = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    called = meeting(cast, starts_at=moment, timezone="Europe/Stockholm", minutes_long=90)
    found = Meeting.objects.get()
    assert (found.starts_at, found.ends_at) == (moment, moment + 1.5 * HOUR)
    assert verbs(called) == ["called"]


def test_a_meeting_is_held_when_its_hour_has_come(cast: Cast) -> None:
    assert held(cast).state == MeetingState.HELD
    to_come = meeting(cast, starts_at=time.now() + HOUR)
    with pytest.raises(Conflict):
        actions.hold_meeting(
            actor=eyes(cast.gothenburg.coordinator), meeting=to_come, lock=1, text={}
        )


def test_a_meeting_that_moves_is_news_and_one_that_is_over_is_not(cast: Cast) -> None:
    siv, to_come = eyes(cast.gothenburg.coordinator), meeting(cast, starts_at=time.now() + HOUR)
    later = {"starts_at": time.now() + 2 * HOUR}
    moved = actions.revise_meeting(actor=siv, meeting=to_come, lock=1, text=later)
    actions.revise_meeting(actor=siv, meeting=to_come, lock=moved.lock, text={"agenda": "More"})
    assert verbs(to_come) == ["called", "moved", "changed"]


def test_what_was_held_is_not_called_off(cast: Cast) -> None:
    siv, done = eyes(cast.gothenburg.coordinator), held(cast)
    with pytest.raises(Conflict):
        actions.cancel_meeting(actor=siv, meeting=done, lock=done.lock)


def test_who_ceased_to_coordinate_while_waiting_does_nothing(cast: Cast) -> None:
    agreement = make_agreement(cast)
    nils = make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Nils")
    late = eyes(nils)
    nils.memberships.update(role=Role.READER)
    with pytest.raises(Forbidden):
        actions.plan_workstream(actor=late, agreement=agreement, text={"title": "x"})


def test_a_lead_of_a_suspended_port_does_nothing_more(cast: Cast) -> None:
    workstream, carla = plan(cast), cast.los_angeles.contributor
    Membership.objects.create(user=carla, organisation=cast.gothenburg.organisation, role="reader")
    name_lead(workstream, cast.los_angeles, carla)
    before = eyes(carla)
    put_aside(cast.los_angeles.organisation)
    for viewer in (before, eyes(carla)):
        with pytest.raises(Forbidden):
            actions.plan_milestone(actor=viewer, workstream=workstream, text={"title": "Plugs"})


def test_the_second_to_name_a_lead_is_told(cast: Cast) -> None:
    workstream, cole = plan(cast), eyes(cast.los_angeles.coordinator)
    name = partial(
        actions.name_lead,
        actor=cole,
        workstream=workstream,
        lock=1,
        organisation=cast.los_angeles.organisation,
    )
    name(function="Head of energy")
    with pytest.raises(Stale):
        name(function="Head of rail")


def test_what_was_held_does_not_move_into_the_future(cast: Cast) -> None:
    found = held(cast)
    with pytest.raises(Invalid):
        actions.revise_meeting(
            actor=eyes(cast.gothenburg.coordinator),
            meeting=found,
            lock=found.lock,
            text={"starts_at": time.now() + HOUR},
        )


def test_a_meeting_of_which_nothing_is_said_was_not_held(cast: Cast) -> None:
    called = meeting(cast)
    with pytest.raises(Invalid):
        actions.hold_meeting(
            actor=eyes(cast.gothenburg.coordinator), meeting=called, lock=1, text={"minutes": " "}
        )
    assert Meeting.objects.get().state == MeetingState.PLANNED


def test_a_period_that_has_not_begun_is_no_period_of_an_update(cast: Cast) -> None:
    workstream = plan(cast)
    with time_machine.travel("2026-11-15T12:00Z"):
        for period in ("2027", "2027-Q1", "2026-12"):
            with pytest.raises(Invalid):
                report(cast, workstream, period=period)
        assert report(cast, workstream, period="2026-Q4")


def test_a_person_goes_with_the_owner_and_else_stays(cast: Cast) -> None:
    noted = action(cast, owner=cast.gothenburg, person=cast.gothenburg.contributor)
    Membership.objects.filter(user=cast.gothenburg.contributor).delete()
    siv = eyes(cast.gothenburg.coordinator)
    revise = partial(actions.revise_task, actor=siv, task=noted)
    assert revise(lock=1, text={"title": "Others"}).person == cast.gothenburg.contributor
    handed = revise(lock=2, text={}, hands={"organisation": cast.los_angeles.organisation})
    assert handed.person is None
