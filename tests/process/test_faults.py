"""Killed at each fault point: nothing that was committed is lost, nothing is done twice."""

import re
from collections import Counter
from email.message import EmailMessage

import pytest

from exchange.common.faults import POINTS
from tests.process import steps
from tests.process.world import ROOT, Died, World, wait_for

pytestmark = pytest.mark.process

# Who is asked to review what Karin of Gothenburg submits.
REVIEWERS = ["rolf@segot.example.org", "siv@segot.example.org"]
IN_ACTION = ["event_committed", "sequenced"]
IN_SWEEP = ["sequenced"]
IN_MAIL = ["after_claim", "rendered", "sending_committed", "after_250"]
IN_LETTER = ["sending_committed", "after_250"]
IN_SEARCH = ["index_committed"]
IN_IMPORT = ["import_read", "import_written"]
# Where each point stands; a place that passes it twice is tried both ways.
PLACES = Counter(
    [
        *(("activity/log.py", point) for point in ["event_committed"]),
        *(("activity/sequencer.py", point) for point in IN_SWEEP),
        *(("digests/sending.py", point) for point in IN_MAIL),
        *(("partners/letters.py", point) for point in IN_LETTER),
        *(("search/follow.py", point) for point in IN_SEARCH * 2),
        ("kpis/importing/job.py", "import_read"),
        ("kpis/actions/importing.py", "import_written"),
        ("kpis/actions/undoing.py", "import_undone"),
    ]
)
# Here nobody can know whether the server has the mail: it is told so, and not sent again.
NOBODY_KNOWS = ["sending_committed", "after_250"]


def log_is_whole(world: World) -> bool:
    log = world.do(steps.log)
    return bool(log["dense"] and not log["unplaced"])


def all_mail_is_done(world: World) -> bool:
    states = [state for _address, state in world.do(steps.mails, kind="notice")]
    return len(states) == len(REVIEWERS) and not set(states) & {"planned", "claimed", "sending"}


def let_a_digest_fall_due(world: World, title: str) -> None:
    """Have a lesson published while nobody works, and the digest that tells of it fall due."""
    world.do(steps.subscribe, email=steps.COLLEAGUE)
    world.do(steps.publish, title=title)
    assert log_is_whole(world)
    world.move_clock(world.do(steps.seconds_until_due, email=steps.COLLEAGUE))


def digest_is_done(world: World) -> bool:
    states = [state for _address, state in world.do(steps.mails, kind="digest")]
    return bool(states) and not set(states) & {"planned", "claimed", "sending"}


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_every_point_is_tried_wherever_it_stands() -> None:
    product = ROOT / "exchange"
    found = [
        (file.relative_to(product).as_posix(), point)
        for file in product.rglob("*.py")
        for point in re.findall(r'\bfaultpoint\("(\w+)"\)', file.read_text())
    ]
    assert Counter(found) == PLACES
    assert {point for _file, point in found} == set(POINTS)


@pytest.mark.parametrize("point", IN_ACTION)
def test_what_a_dying_action_committed_is_told(settled: World, point: str) -> None:
    lesson = settled.do(steps.write, title="Plugs first")
    settled.arm_driver(point)
    with pytest.raises(Died):
        settled.do(steps.submit, lesson=lesson)
    settled.lose_broker()  # What was rung for the draft would have this told, too.
    settled.start("worker", "beat")
    wait_for(lambda: log_is_whole(settled), what="the log to be whole")
    wait_for(lambda: all_mail_is_done(settled), what="the reviewers to be told")
    assert settled.do(steps.lesson_state, lesson=lesson) == "in_review"
    assert sorted(to for to, _content in settled.mail.letters) == REVIEWERS


@pytest.mark.parametrize("point", IN_SWEEP)
def test_what_a_dying_sweep_placed_is_told(settled: World, point: str) -> None:
    lesson = settled.do(steps.write, title="Plugs first")
    settled.arm_driver("event_committed")
    with pytest.raises(Died):
        settled.do(steps.submit, lesson=lesson)
    settled.start("worker", "beat", **settled.arm(point))
    settled.wait_until_dead("worker")
    settled.start("worker")
    wait_for(lambda: all_mail_is_done(settled), 40, "the reviewers to be told")
    assert log_is_whole(settled)
    assert sorted(to for to, _content in settled.mail.letters) == REVIEWERS


@pytest.mark.parametrize("point", IN_LETTER)
def test_an_invitation_under_way_is_said_to_be_unknown(settled: World, point: str) -> None:
    settled.start("worker", "beat", **settled.arm(point))
    settled.do(steps.invite, email="nina@example.org")
    settled.wait_until_dead("worker")
    settled.move_clock(settled.do(steps.seconds_until_a_letter_is_lost))
    settled.start("worker")
    wait_for(lambda: settled.do(steps.invitations) == ["unknown"], 40, "it to be unknown")
    assert len(settled.mail.to("nina@example.org")) == (0 if point == "sending_committed" else 1)


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


@pytest.mark.parametrize("point", IN_MAIL)
def test_a_digest_under_way_tells_of_its_window_once(settled: World, point: str) -> None:
    # From Wednesday to Monday the reviewers' notices grow too old: the digest is the only mail.
    settled.begin_on_wednesday()
    let_a_digest_fall_due(settled, "Plugs first")
    settled.start("worker", "beat", **settled.arm(point))
    settled.wait_until_dead("worker")
    settled.start("worker")
    wait_for(lambda: digest_is_done(settled), what="the digest to be done")
    ((state, began, ended),) = settled.do(steps.windows, email=steps.COLLEAGUE)
    assert state == ("unknown" if point in NOBODY_KNOWS else "sent")
    assert len(settled.mail.to(steps.COLLEAGUE)) == (0 if point == "sending_committed" else 1)
    # The log has gone on, so that a window which begins too early or too late shows.
    settled.kill("worker", "beat")
    let_a_digest_fall_due(settled, "Rails second")
    assert settled.do(steps.plan) == 1
    after = settled.do(steps.windows, email=steps.COLLEAGUE)
    assert after[0] == (state, began, ended)
    assert after[1][:2] == ("planned", ended)
    assert began < ended < after[1][2]
    assert settled.do(steps.send) == 1
    text = plain(settled.mail.to(steps.COLLEAGUE)[-1])
    assert ("Plugs first" in text, "Rails second" in text) == (False, True)


@pytest.mark.parametrize("beginning", ["no index", "an index"])
@pytest.mark.parametrize("point", IN_SEARCH)
def test_an_indexer_that_dies_leaves_no_double_and_no_gap(
    settled: World, point: str, beginning: str
) -> None:
    def is_whole(title: str) -> bool:
        found = settled.do(steps.found, email=steps.COLLEAGUE, words=title.split()[0])
        return bool(found == ([title], True))

    if beginning == "an index":
        settled.start("worker", "beat")
        settled.do(steps.publish, title="Rails second")
        wait_for(lambda: is_whole("Rails second"), 40, "an index")
        settled.stop()
    settled.start("worker", "beat", **settled.arm(point))
    settled.do(steps.publish, title="Plugs first")
    settled.wait_until_dead("worker")
    settled.start("worker")
    wait_for(lambda: is_whole("Plugs first"), 40, "the index to answer with the lesson, once")


@pytest.mark.parametrize("point", IN_IMPORT)
def test_an_import_whose_worker_dies_comes_whole_or_not_at_all(settled: World, point: str) -> None:
    batch = settled.do(steps.send_values, rows=300)
    settled.start("worker", "beat", **settled.arm(point))
    if point == "import_written":
        wait_for(lambda: settled.do(steps.import_state, batch=batch) == "ready", 40, "a preview")
        settled.do(steps.accept_values, batch=batch)
    settled.wait_until_dead("worker")
    assert settled.do(steps.values_of, batch=batch) == 0
    settled.start("worker")
    if point == "import_read":
        wait_for(lambda: settled.do(steps.import_state, batch=batch) == "ready", 40, "a preview")
        settled.do(steps.accept_values, batch=batch)
    wait_for(lambda: settled.do(steps.import_state, batch=batch) == "accepted", 40, "the values")
    assert settled.do(steps.values_of, batch=batch) == 300
    assert log_is_whole(settled)


def test_an_undo_whose_worker_dies_takes_all_back_or_nothing(settled: World) -> None:
    def is_now(state: str) -> bool:
        return bool(settled.do(steps.import_state, batch=batch) == state)

    batch = settled.do(steps.send_values, rows=300)
    settled.start("worker", "beat", **settled.arm("import_undone"))
    wait_for(lambda: is_now("ready"), 40, "a preview")
    settled.do(steps.accept_values, batch=batch)
    wait_for(lambda: is_now("accepted"), 40, "the values")
    settled.do(steps.undo_values, batch=batch)
    settled.wait_until_dead("worker")
    assert settled.do(steps.waiting_of, batch=batch) == 300
    settled.start("worker")
    wait_for(lambda: is_now("undone"), 40, "the undo")
    assert settled.do(steps.waiting_of, batch=batch) == 0
    assert log_is_whole(settled)
