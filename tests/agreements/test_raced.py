"""Two people at one thing in the same moment: the end is that of one of two orders."""

from functools import partial
from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.agreements import actions
from exchange.agreements.models import Agreement, Party, Workstream
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
