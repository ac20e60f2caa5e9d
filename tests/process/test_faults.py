"""Killed at each fault point: nothing that was committed is lost, nothing is done twice."""

import pytest

from exchange.common.faults import POINTS
from tests.process import steps
from tests.process.world import Died, World, wait_for

pytestmark = pytest.mark.process

# Who is asked to review what Karin of Gothenburg submits.
REVIEWERS = ["rolf@segot.example.org", "siv@segot.example.org"]
IN_ACTION = ["event_committed", "sequenced"]
IN_MAIL = ["after_claim", "rendered", "sending_committed", "after_250"]
IN_SEARCH = ["index_committed"]
# Here nobody can know whether the server has the mail: it is told so, and not sent again.
NOBODY_KNOWS = ["sending_committed", "after_250"]


def log_is_whole(world: World) -> bool:
    log = world.do(steps.log)
    return bool(log["dense"] and not log["unplaced"])


def all_mail_is_done(world: World) -> bool:
    states = [state for _address, state in world.do(steps.mails, kind="notice")]
    return len(states) == len(REVIEWERS) and not set(states) & {"planned", "claimed", "sending"}


def test_every_point_is_tried() -> None:
    assert set(IN_ACTION + IN_MAIL + IN_SEARCH) == set(POINTS)


@pytest.mark.parametrize("point", IN_ACTION)
def test_what_a_dying_action_committed_is_told(settled: World, point: str) -> None:
    lesson = settled.do(steps.write, title="Plugs first")
    settled.arm_driver(point)
    with pytest.raises(Died):
        settled.do(steps.submit, lesson=lesson)
    settled.start("worker", "beat")
    wait_for(lambda: log_is_whole(settled), what="the log to be whole")
    wait_for(lambda: all_mail_is_done(settled), what="the reviewers to be told")
    assert settled.do(steps.lesson_state, lesson=lesson) == "in_review"
    assert sorted(to for to, _content in settled.mail.letters) == REVIEWERS


@pytest.mark.parametrize("point", IN_MAIL)
def test_a_mail_under_way_is_sent_once_or_said_to_be_unknown(settled: World, point: str) -> None:
    settled.start("worker", "beat", **settled.arm(point))
    lesson = settled.do(steps.write, title="Plugs first")
    settled.do(steps.submit, lesson=lesson)
    settled.wait_until_dead("worker")
    settled.start("worker")
    wait_for(lambda: all_mail_is_done(settled), 40, "every mail to be done")
    arrived = [to for to, _content in settled.mail.letters]
    mails = settled.do(steps.mails, kind="notice")
    states = {state for _address, state in mails}
    assert len(arrived) == len(set(arrived))
    if point in NOBODY_KNOWS:
        # Another thread may have been at the same place when the process died.
        assert "unknown" in states
        assert set(arrived) >= {address for address, state in mails if state == "sent"}
    else:
        assert states == {"sent"}
        assert sorted(arrived) == REVIEWERS


@pytest.mark.parametrize("point", IN_SEARCH)
def test_an_indexer_that_dies_leaves_no_double_and_no_gap(settled: World, point: str) -> None:
    settled.start("worker", "beat", **settled.arm(point))
    settled.do(steps.publish, title="Plugs first")
    settled.wait_until_dead("worker")
    settled.start("worker")
    whole = (["Plugs first"], True)
    wait_for(
        lambda: settled.do(steps.found, email=steps.COLLEAGUE, words="plugs") == whole,
        what="the index to answer with the lesson, once",
    )
