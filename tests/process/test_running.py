"""What people notice while everything runs, and after something was lost."""

import time

import pytest

from tests.cast import PASSWORD
from tests.process import steps
from tests.process.fixtures import embedded
from tests.process.world import World, wait_for

pytestmark = pytest.mark.process


def test_what_is_published_is_found_within_5_seconds(settled: World) -> None:
    settled.start(EXCHANGE_SWEEP_SECONDS="600")
    reader = settled.visitor(steps.COLLEAGUE, PASSWORD)
    settled.do(steps.publish, title="Warming up")
    wait_for(lambda: reader.finds("Warming up"), 30, "the index to be there")
    settled.do(steps.publish, title="Plugs first")
    published = time.monotonic()
    wait_for(lambda: reader.finds("Plugs first"), 30, "the lesson")
    assert time.monotonic() - published < 5


def test_who_has_to_review_is_mailed_within_seconds(settled: World) -> None:
    settled.start("worker", "beat", EXCHANGE_SWEEP_SECONDS="600")
    lesson = settled.do(steps.write, title="Plugs first")
    settled.do(steps.submit, lesson=lesson)
    (letter,) = wait_for(lambda: settled.mail.to(steps.REVIEWER), 10, "the mail")
    assert "Plugs first" in letter.get_body(("plain",)).get_content()
    assert "Plugs first" in letter.get_body(("html",)).get_content()


def test_a_lesson_is_published_on_its_day(settled: World) -> None:
    lesson = settled.do(steps.schedule, title="Plugs first")
    settled.start("worker", "beat")
    wait_for(lambda: settled.mail.to(steps.REVIEWER), what="the worker to be at work")
    assert settled.do(steps.lesson_state, lesson=lesson) == "validated"
    settled.move_clock(24 * 3600 + 30)
    wait_for(lambda: settled.do(steps.lesson_state, lesson=lesson) == "published", what="its day")
    assert settled.do(steps.log)["verbs"].count("lesson.published") == 1


def test_the_digest_comes_once_at_the_readers_hour(settled: World) -> None:
    settled.begin_on_wednesday()
    zone = settled.do(steps.subscribe, email=steps.COLLEAGUE)
    settled.do(steps.publish, title="Plugs first")
    settled.start("worker", "beat")
    wait_for(lambda: not settled.do(steps.log)["unplaced"], what="the log")
    assert settled.do(steps.mails, kind="digest") == []
    settled.move_clock(settled.do(steps.seconds_until_due, email=steps.COLLEAGUE))
    wait_for(lambda: settled.mail.to(steps.COLLEAGUE), what="the digest")
    wait_for(lambda: settled.do(steps.mails, kind="digest") == [(steps.COLLEAGUE, "sent")])
    assert settled.do(steps.plan) == 0
    (letter,) = settled.mail.to(steps.COLLEAGUE)
    assert zone == "America/Los_Angeles"
    assert "Plugs first" in letter.get_body(("plain",)).get_content()


@embedded
def test_what_happens_while_nobody_works_is_caught_up(settled: World) -> None:
    settled.do(steps.publish, title="Plugs first")
    settled.start()
    reader = settled.visitor(steps.COLLEAGUE, PASSWORD)
    wait_for(lambda: reader.finds("Plugs first"), 30, "the lesson")
    wait_for(lambda: settled.mail.to(steps.REVIEWER), 30, "the mail")
