"""What is due reaches people by the digest that they get anyway, and makes one of its own once a stage."""

import datetime as dt
from email.message import EmailMessage

import pytest
import time_machine

from exchange.agreements import actions
from exchange.agreements.models import Milestone
from tests.agreements.work import milestone, plan
from tests.cast import Cast, eyes
from tests.digests.scenes import run, subscribe

DUE = dt.date(2026, 12, 20)
# Eight in the morning in Gothenburg.
HOUR = dt.time(7, tzinfo=dt.UTC)


def mailed(first: dt.date, days: int) -> list[int]:
    """Let days pass; return how many before DUE a mail left (negative: after it)."""
    found = []
    for number in range(days):
        day = first + dt.timedelta(days=number)
        with time_machine.travel(dt.datetime.combine(day, HOUR), tick=False):
            found += [(DUE - day).days] * run()
    return found


def test_a_milestone_makes_three_mails_of_its_own_and_no_more(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    with time_machine.travel("2026-12-01T12:00Z", tick=False):
        set_one = milestone(cast, plan(cast), due=DUE, title="Zq plugs")
        subscribe(cast.gothenburg.coordinator, cadence="daily", hour=8)
    assert mailed(dt.date(2026, 12, 2), 7) == [14]
    retitled(cast, set_one, lock=1)
    assert mailed(dt.date(2026, 12, 9), 14) == [3, -1]
    retitled(cast, set_one, lock=2)
    assert mailed(dt.date(2026, 12, 23), 4) == []
    assert all(str(mail.body).count("Zq plugs") == 1 for mail in mailoutbox)


def retitled(cast: Cast, task: Milestone, lock: int) -> None:
    """Have another party mend a title, which is no new stage."""
    actions.revise_task(
        actor=eyes(cast.los_angeles.coordinator),
        task=task,
        lock=lock,
        text={"title": f"Zq plugs {lock}"},
    )


def test_a_day_that_is_moved_near_makes_a_mail_again(cast: Cast) -> None:
    with time_machine.travel("2026-12-01T12:00Z", tick=False):
        set_one = milestone(cast, due=dt.date(2027, 6, 1))
        subscribe(cast.gothenburg.coordinator, cadence="daily", hour=8)
    assert mailed(dt.date(2026, 12, 2), 7) == []
    with time_machine.travel("2026-12-09T12:00Z", tick=False):
        siv = eyes(cast.gothenburg.coordinator)
        actions.revise_task(actor=siv, task=set_one, lock=1, text={"due": DUE})
    assert mailed(dt.date(2026, 12, 10), 7) == [10]


@pytest.mark.parametrize("hand", ["another's", "met", "dropped"])
def test_what_is_not_to_be_done_makes_none(cast: Cast, hand: str) -> None:
    with time_machine.travel("2026-12-01T12:00Z", tick=False):
        owner = cast.los_angeles if hand == "another's" else cast.gothenburg
        set_one, siv = milestone(cast, owner=owner, due=DUE), eyes(cast.gothenburg.coordinator)
        if hand != "another's":
            act = actions.finish_task if hand == "met" else actions.drop_task
            act(actor=siv, task=set_one)
        subscribe(cast.gothenburg.coordinator, cadence="daily", hour=8)
    assert mailed(dt.date(2026, 12, 2), 26) == []


def test_an_end_known_to_the_year_is_mailed_without_a_day(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    with time_machine.travel("2026-12-01T12:00Z", tick=False):
        agreement = plan(cast).agreement
        actions.change_term(
            actor=eyes(cast.gothenburg.coordinator),
            agreement=agreement,
            lock=agreement.lock,
            term={"ends": "2027"},
        )
        subscribe(cast.gothenburg.coordinator, cadence="daily", hour=8)
    assert mailed(dt.date(2027, 1, 5), 2)
    assert "ends · 2027" in str(mailoutbox[0].body)
    assert "Dec" not in str(mailoutbox[0].body)
