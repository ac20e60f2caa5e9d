import datetime as dt
import random
from itertools import pairwise

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.activity.sequencer import last_position, place_events
from exchange.audiences.viewer import Role, Viewer
from exchange.digests import actions, planning
from exchange.digests.models import Digest, State
from exchange.partners.actions import create_organisation
from tests.cast import Cast, eyes, make_person
from tests.digests.scenes import (
    DUE_IN_GOTHENBURG,
    DUE_IN_LOS_ANGELES,
    WEEK,
    only,
    publish,
    run,
    states,
    subscribe,
)

HOUR = dt.timedelta(hours=1)


def test_nothing_is_planned_before_the_hour(cast: Cast, clock: Traveller) -> None:
    subscribe(cast.los_angeles.reader)
    clock.move_to(DUE_IN_LOS_ANGELES - dt.timedelta(seconds=1))
    assert planning.plan() == 0


def test_one_row_however_often_it_is_planned(cast: Cast, clock: Traveller) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert [planning.plan(), planning.plan()] == [1, 0]
    assert only(subscription).period_key == "2026-W48"


@pytest.mark.parametrize(("state", "key"), [(State.EMPTY, "2026-W48"), (State.PLANNED, "2026-W49")])
def test_the_database_refuses_a_second_row_of_a_period_and_a_second_open_one(
    cast: Cast, clock: Traveller, state: State, key: str
) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    window = {"subscription": subscription, "from_position": 0, "to_position": 0}
    Digest.objects.create(period_key="2026-W48", state=state, **window)
    with pytest.raises(IntegrityError):
        Digest.objects.create(period_key=key, **window)


def test_a_moment_before_the_wish_is_not_made_up_for(cast: Cast, clock: Traveller) -> None:
    subscribe(cast.los_angeles.reader, weekday=1)
    assert planning.plan() == 0


def test_what_is_younger_than_the_grace_time_waits(cast: Cast, clock: Traveller) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "Old enough")
    old = last_position()
    clock.move_to(DUE_IN_LOS_ANGELES - dt.timedelta(minutes=5))
    publish(cast, "Too young")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    assert only(subscription).to_position == old < last_position()


def test_after_an_outage_only_the_newest_period_is_planned(cast: Cast, clock: Traveller) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "Long ago")
    clock.move_to(DUE_IN_LOS_ANGELES + 3 * WEEK)
    planning.plan()
    row = only(subscription)
    assert row.period_key == "2026-W51"
    assert (row.from_position, row.to_position) == (subscription.started_position, last_position())


def test_a_newly_due_period_takes_over_the_open_one(cast: Cast, clock: Traveller) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "Long ago")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    planning.plan()
    assert states(subscription) == [("2026-W48", "folded"), ("2026-W49", "planned")]
    newest = Digest.objects.get(state=State.PLANNED)
    assert newest.from_position == subscription.started_position


def test_a_row_that_is_being_sent_is_left_alone(cast: Cast, clock: Traveller) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    lease = DUE_IN_LOS_ANGELES + WEEK + HOUR
    Digest.objects.update(state=State.SENDING, lease_until=lease)
    assert planning.plan() == 0
    assert states(subscription) == [("2026-W48", "sending")]


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.EMPTY])
def test_the_next_window_begins_after_what_was_told(
    cast: Cast, clock: Traveller, state: State
) -> None:
    subscribe(cast.los_angeles.reader)
    publish(cast, "Long ago")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    Digest.objects.update(state=state)
    told = last_position()
    publish(cast, "And again")
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    planning.plan()
    assert Digest.objects.get(state=State.PLANNED).from_position == told


@pytest.mark.parametrize("state", [State.FAILED, State.SUPPRESSED, State.FOLDED])
def test_what_was_not_told_is_in_the_next_window(
    cast: Cast, clock: Traveller, state: State
) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "Long ago")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    Digest.objects.update(state=state)
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    planning.plan()
    planned = Digest.objects.get(state=State.PLANNED)
    assert planned.from_position == subscription.started_position


def test_who_comes_back_hears_nothing_of_the_time_between(cast: Cast, clock: Traveller) -> None:
    subscribe(cast.los_angeles.reader)
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    Digest.objects.update(state=State.SENT)
    actions.unsubscribe(actor=eyes(cast.los_angeles.reader))
    publish(cast, "While away")
    back = subscribe(cast.los_angeles.reader)
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    planning.plan()
    assert Digest.objects.get(state=State.PLANNED).from_position == back.started_position


def test_a_mail_on_request_moves_no_window(cast: Cast, clock: Traveller) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "Told twice, and asked for once")
    actions.send_now(actor=eyes(cast.los_angeles.reader))
    assert run() == 1
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    assert Digest.objects.get(on_request=False).from_position == subscription.started_position


def test_an_ended_subscription_is_not_planned(cast: Cast, clock: Traveller) -> None:
    subscribe(cast.los_angeles.reader)
    actions.unsubscribe(actor=eyes(cast.los_angeles.reader))
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert planning.plan() == 0


def test_who_comes_back_later_begins_anew(cast: Cast, clock: Traveller) -> None:
    subscribe(cast.los_angeles.reader)
    actions.unsubscribe(actor=eyes(cast.los_angeles.reader))
    publish(cast, "While away")
    clock.move_to(DUE_IN_LOS_ANGELES)
    again = subscribe(cast.los_angeles.reader)
    assert planning.window_starts([again]) == {again.pk: last_position()}


def test_the_page_promises_what_the_planner_does(cast: Cast, clock: Traveller) -> None:
    person = cast.gothenburg.reader
    subscribe(person)
    clock.move_to(DUE_IN_GOTHENBURG)
    planning.plan()
    Digest.objects.update(state=State.EMPTY)
    subscription = subscribe(person, weekday=3)
    promised = planning.next_times(subscription, DUE_IN_GOTHENBURG)
    for moment in promised:
        clock.move_to(moment - dt.timedelta(seconds=1))
        assert planning.plan() == 0
        clock.move_to(moment)
        assert planning.plan() == 1
        Digest.objects.update(state=State.EMPTY)


def test_a_batch_costs_the_same_for_one_and_for_twenty(cast: Cast, clock: Traveller) -> None:
    def queries(moment: dt.datetime) -> int:
        clock.move_to(moment)
        with CaptureQueriesContext(connection) as captured:
            planning.plan()
        return len(captured)

    subscribe(cast.los_angeles.reader)
    for_one = queries(DUE_IN_LOS_ANGELES)
    Digest.objects.update(state=State.EMPTY)
    for number in range(20):
        subscribe(make_person(cast.los_angeles.organisation, Role.READER, f"P{number} Person"))
    assert queries(DUE_IN_LOS_ANGELES + WEEK) == for_one
    assert Digest.objects.filter(period_key="2026-W49").count() == 21


@pytest.mark.parametrize("seed", range(4))
def test_every_event_is_told_in_exactly_one_mail(
    cast: Cast, clock: Traveller, mailoutbox: list[EmailMessage], seed: int
) -> None:
    chance = random.Random(seed)
    person = cast.tokyo.reader
    subscription = subscribe(person, cadence="daily")
    for step in range(60):
        clock.shift(dt.timedelta(hours=chance.choice([1, 5, 13, 26, 60])))
        _step(chance, person, f"City {seed}-{step}")
    clock.shift(dt.timedelta(days=40))
    run()
    rows = list(
        Digest.objects.told()
        .filter(subscription=subscription)
        .order_by("to_position", "from_position")
    )
    assert rows[0].from_position == subscription.started_position
    assert all(one.to_position == two.from_position for one, two in pairwise(rows))
    told = [pk for row in rows for pk in row.items]
    happened = Event.objects.filter(position__gt=subscription.started_position)
    assert sorted(told) == sorted(happened.values_list("pk", flat=True))


def _step(chance: random.Random, person: User, name: str) -> None:
    what = chance.choice(["event", "event", "wish", "plan", "run"])
    if what == "event":
        create_organisation(actor=Viewer.system(), name=name, kind="city")
        place_events()
    elif what == "wish":
        subscribe(
            person,
            cadence=chance.choice(["daily", "daily", "weekly", "monthly"]),
            weekday=chance.randint(1, 7),
            hour=chance.randint(0, 23),
            zone=chance.choice(["", "Pacific/Chatham", "America/Los_Angeles"]),
        )
    elif what == "plan":
        planning.plan()
    else:
        run()
