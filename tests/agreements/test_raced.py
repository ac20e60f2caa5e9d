"""Two people at one thing in the same moment: the end is that of one of two orders."""

import datetime as dt
from functools import partial
from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.agreements import actions
from exchange.agreements.models import Agreement, Party, Term, Workstream
from exchange.audiences.viewer import Viewer
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from tests.agreements.factories import again, ask, make_agreement, party
from tests.agreements.work import milestone, plan
from tests.cast import Cast, eyes, make_cast
from tests.lessons.factories import act, make_lesson
from tests.races import DONE, race
from tests.threads import postgres

__all__ = ["postgres"]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def verbs(thing: Any) -> list[str]:
    events = Event.objects.filter(target_id=thing.pk).order_by("pk")
    return list(events.values_list("verb", flat=True))


def test_a_milestone_finished_by_two_at_once_is_one_event(postgres: None) -> None:
    cast = make_cast()
    set_one = milestone(cast)
    acts = [
        partial(actions.finish_task, actor=eyes(port.coordinator), task=set_one)
        for port in (cast.gothenburg, cast.los_angeles)
    ]
    told, seen = race(*acts, over=set_one.agreement, look=lambda: verbs(set_one))
    assert told == (DONE, DONE)
    assert seen == ["milestone.planned", "milestone.met"]


def test_two_parties_save_one_workstream_at_once_and_one_is_told(postgres: None) -> None:
    cast = make_cast()
    workstream = plan(cast)
    acts = [
        partial(
            actions.revise_workstream,
            actor=eyes(port.coordinator),
            workstream=workstream,
            lock=workstream.lock,
            text={"title": str(port.organisation)},
        )
        for port in (cast.gothenburg, cast.los_angeles)
    ]
    told, _seen = race(
        *acts, over=workstream.agreement, look=lambda: Workstream.objects.get().title
    )
    assert sorted(word == DONE for word in told) == [False, True]


def standing(cast: Cast, agreement: Agreement) -> dict[str, Any]:
    """Return who is party, and who is in the group."""
    group = again(agreement).home_audience.inclusions.values_list("part__name", flat=True)
    states = Party.objects.filter(agreement=agreement).values_list("organisation__name", "state")
    return {"group": sorted(group), "states": sorted(states), "over": again(agreement).is_over}


@pytest.mark.parametrize("other", ["confirm", "leave"])
def test_one_leaves_while_another_answers_and_the_group_is_who_is_party(
    postgres: None, other: str
) -> None:
    cast = make_cast()
    agreement = make_agreement(cast)
    asked = ask(agreement, cast.tokyo, cast.gothenburg)
    leaving = partial(
        actions.leave_agreement,
        actor=eyes(cast.los_angeles.coordinator),
        party=party(agreement, cast.los_angeles),
    )
    answering = {
        "confirm": partial(
            actions.confirm_party,
            actor=eyes(cast.tokyo.coordinator),
            party=asked,
            lock=again(agreement).lock,
        ),
        "leave": partial(
            actions.leave_agreement,
            actor=eyes(cast.gothenburg.coordinator),
            party=party(agreement, cast.gothenburg),
        ),
    }[other]
    _told, seen = race(leaving, answering, over=agreement, look=lambda: standing(cast, agreement))
    confirmed = sorted(name for name, state in seen["states"] if state == "confirmed")
    assert seen["group"] == confirmed


def test_a_lesson_is_not_published_to_an_agreement_that_ends_meanwhile(postgres: None) -> None:
    cast = make_cast()
    agreement = make_agreement(cast)
    lesson = make_lesson(cast.gothenburg, audience=agreement.home_audience, state=State.VALIDATED)
    ending = partial(
        actions.terminate_agreement,
        actor=eyes(cast.los_angeles.coordinator),
        agreement=agreement,
        lock=agreement.lock,
        reason="It was closed.",
    )
    publishing = partial(act, "publish", lesson, cast.gothenburg)

    def look() -> tuple[str, bool]:
        return Lesson.objects.get().state, again(agreement).is_over

    told, _seen = race(ending, publishing, over=agreement.home_audience, look=look)
    assert told[0] == DONE


@pytest.mark.parametrize("other", ["finish", "revise", "leave"])
def test_while_more_are_let_in_others_go_on(postgres: None, other: str) -> None:
    cast = make_cast()
    set_one = milestone(cast)
    agreement, cole = set_one.agreement, eyes(cast.los_angeles.coordinator)
    lock = again(agreement).lock
    opening = partial(
        actions.share_agreement,
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=lock,
        audience=cast.public,
    )
    beside = {
        "finish": partial(actions.finish_task, actor=cole, task=set_one),
        "revise": partial(
            actions.revise_workstream,
            actor=cole,
            workstream=set_one.workstream,
            lock=1,
            text={"title": "Rail"},
        ),
        "leave": partial(
            actions.leave_agreement, actor=cole, party=party(agreement, cast.los_angeles)
        ),
    }[other]
    told, _seen = race(opening, beside, over=agreement, look=lambda: None, queued=True)
    assert told[1] == DONE


def test_two_confirm_a_public_agreement_at_once_and_each_is_told_so_or_to_read_anew(
    postgres: None,
) -> None:
    cast = make_cast()
    agreement = make_agreement(cast, confirmed=False, audience=cast.public)
    asked = ask(agreement, cast.tokyo, cast.gothenburg)
    lock = again(agreement).lock
    acts = [
        partial(actions.confirm_party, actor=eyes(port.coordinator), party=one, lock=lock)
        for port, one in (
            (cast.tokyo, asked),
            (cast.los_angeles, party(agreement, cast.los_angeles)),
        )
    ]
    told, _seen = race(*acts, over=agreement, look=lambda: None)
    assert sorted(word == DONE for word in told) == [False, True]
    assert all("DoesNotExist" not in word for word in told)


def overdue(cast: Cast) -> Agreement:
    """Return an agreement whose term is over, and that nobody has closed yet."""
    agreement = make_agreement(cast, term={"signed": "2020", "ends": "2099"})
    Term.objects.filter(agreement=agreement).update(ends="2021", last_day=dt.date(2021, 12, 31))
    return again(agreement)


@pytest.mark.parametrize("other", ["change", "renew"])
def test_the_sweep_does_not_close_what_somebody_just_prolonged(postgres: None, other: str) -> None:
    cast = make_cast()
    agreement = overdue(cast)
    prolong = {"change": actions.change_term, "renew": actions.renew_agreement}[other]
    prolonging = partial(
        prolong,
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=agreement.lock,
        term={"ends": "2098"},
    )
    sweeping = partial(actions.end_due, actor=Viewer.system())
    told, over = race(
        prolonging, sweeping, over=agreement, look=lambda: again(agreement).is_over, queued=True
    )
    assert (told, over) == ((DONE, DONE), False)
