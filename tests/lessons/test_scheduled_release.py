"""An approved lesson with a day: it waits at home, and is published then, or not, with a reason."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError

from exchange.activity.feed import entries
from exchange.activity.models import Event
from exchange.activity.verbs import verb_named
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.lessons import actions
from exchange.lessons.actions import releasing
from exchange.lessons.actions.releasing import release_lesson
from exchange.lessons.models import Lesson
from exchange.partners.actions import suspend_organisation
from exchange.partners.models import Membership
from tests.cast import Cast, eyes
from tests.lessons.factories import TOMORROW, act, bring_to, make_lesson
from tests.lessons.pages import browser, page
from tests.lessons.test_publishing_actions import last_event, readers

SYSTEM = Viewer.system()


def planned(cast: Cast, **options: Any) -> Lesson:
    """Return an approved lesson that Rolf has published tomorrow."""
    lesson = make_lesson(cast, state="validated", **options)
    return act("schedule", lesson, cast.gothenburg)


def pass_a_day(settings: Any) -> None:
    settings.CLOCK_OFFSET += 24 * 3600 + 60


def sweep(settings: Any) -> Lesson:
    """Let a day pass, sweep, and return the one lesson that is there."""
    pass_a_day(settings)
    actions.release_due(actor=SYSTEM)
    lesson: Lesson = Lesson.objects.get()
    return lesson


def test_it_stays_at_home_until_then(cast: Cast) -> None:
    lesson = planned(cast, audience=cast.public)
    assert actions.release_due(actor=SYSTEM) == 0
    assert readers(cast, lesson) == [True, False, False]


def test_on_its_day_its_readers_have_it(cast: Cast, settings: Any) -> None:
    planned(cast)
    lesson = sweep(settings)
    assert (lesson.state, lesson.release_at, lesson.released_by) == ("published", None, None)
    assert readers(cast, lesson) == [True, True, False]


def test_the_history_says_on_whose_behalf(cast: Cast, settings: Any) -> None:
    planned(cast)
    address = f"{sweep(settings).get_absolute_url()}history/"
    text = page(browser(cast.gothenburg.reader).get(address))
    assert "Port Exchange on behalf of Rolf Granskare" in text


def test_the_system_publishes_it_on_behalf_of_who_chose_the_day(cast: Cast, settings: Any) -> None:
    planned(cast)
    sweep(settings)
    viewer = eyes(cast.los_angeles.reader)
    told = entries(Event.objects.visible_to(viewer).filter(verb="lesson.published"), viewer)
    assert [entry.event.actor.kind for entry in told] == ["system"]
    assert told[0].sentence.endswith("on behalf of Rolf Granskare")


def test_a_person_who_publishes_does_it_on_nobodys_behalf(cast: Cast) -> None:
    viewer = eyes(make_lesson(cast) and cast.los_angeles.reader)
    told = entries(Event.objects.visible_to(viewer).filter(verb="lesson.published"), viewer)
    assert "behalf" not in told[0].sentence


def test_a_second_sweep_changes_nothing(cast: Cast, settings: Any) -> None:
    planned(cast)
    sweep(settings)
    count = Event.objects.count()
    sweep(settings)
    assert Event.objects.count() == count


def test_a_sweep_that_comes_with_the_old_day_keeps_to_the_new_one(
    cast: Cast, settings: Any
) -> None:
    due = planned(cast)
    pass_a_day(settings)
    act("schedule", due, cast.gothenburg, release_at=time.now() + TOMORROW)
    assert not release_lesson(actor=SYSTEM, lesson=due)
    assert Lesson.objects.get().is_scheduled


def lose_the_role(cast: Cast) -> None:
    mine = Membership.objects.filter(user=cast.gothenburg.reviewer)
    mine.update(role=Role.CONTRIBUTOR)


def leave(cast: Cast) -> None:
    Membership.objects.filter(user=cast.gothenburg.reviewer).delete()


def close_the_account(cast: Cast) -> None:
    cast.gothenburg.reviewer.is_active = False
    cast.gothenburg.reviewer.save()


def delete_the_account(cast: Cast) -> None:
    Membership.objects.filter(user=cast.gothenburg.reviewer).delete()
    cast.gothenburg.reviewer.delete()


def leave_the_group(cast: Cast) -> None:
    rest = [cast.los_angeles.home, cast.tokyo.home]
    audiences.set_group_members(actor=SYSTEM, group=cast.agreement, members=rest)


def be_suspended(cast: Cast) -> None:
    suspend_organisation(actor=SYSTEM, organisation=cast.gothenburg.organisation, reason="Fees.")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lose_the_role, "right"),
        (leave, "right"),
        (close_the_account, "right"),
        (delete_the_account, "right"),
        (leave_the_group, "audience"),
        (be_suspended, "standing"),
    ],
)
def test_what_changed_meanwhile_keeps_it_at_home(
    cast: Cast, settings: Any, change: Any, why: str
) -> None:
    planned(cast)
    change(cast)
    lesson = sweep(settings)
    event = last_event()
    assert (lesson.state, lesson.release_at, lesson.edition) == ("validated", None, 0)
    assert (event.verb, event.data["why"]) == ("lesson.release_failed", why)
    assert event.audience == event.home_audience == cast.gothenburg.home


def test_those_concerned_are_told_why_nothing_was_published(cast: Cast, settings: Any) -> None:
    planned(cast)
    lose_the_role(cast)
    sweep(settings)
    verb, port = verb_named("lesson.release_failed"), cast.gothenburg
    assert verb.notify
    assert verb.detail
    told = set(verb.notify(last_event()))
    assert told == {port.reviewer.pk, port.contributor.pk, port.coordinator.pk}
    assert "may not publish it any more" in verb.detail(last_event())


def test_a_text_without_the_licence_it_needs_stays_at_home(cast: Cast, settings: Any) -> None:
    planned(cast, text={"licence": ""})
    # No action leads here: the day is called off when the audience changes.
    Lesson.objects.update(audience=cast.public)
    sweep(settings)
    assert last_event().data["why"] == "text"


@pytest.mark.parametrize(
    "moment",
    [
        dt.timedelta(0),
        -TOMORROW,
        dt.timedelta(days=367),
    ],
)
def test_a_day_lies_ahead_and_within_a_year(cast: Cast, moment: dt.timedelta) -> None:
    lesson = make_lesson(cast, state="validated")
    with pytest.raises(Invalid, match="within a year"):
        act("schedule", lesson, cast.gothenburg, release_at=time.now() + moment)


def test_what_cannot_be_published_gets_no_day(cast: Cast) -> None:
    lesson = make_lesson(cast, state="validated")
    leave_the_group(cast)
    with pytest.raises(Conflict, match="another audience"):
        act("schedule", lesson, cast.gothenburg)


def test_another_reviewer_changes_the_day_and_answers_for_it(cast: Cast) -> None:
    siv = cast.gothenburg.coordinator
    lesson = act("schedule", planned(cast), cast.gothenburg, actor=eyes(siv))
    assert lesson.released_by == siv


def test_it_is_called_off_by_whoever_may_publish(cast: Cast, settings: Any) -> None:
    lesson = planned(cast)
    with pytest.raises(Forbidden):
        act("unschedule", lesson, cast.gothenburg, actor=eyes(cast.gothenburg.contributor))
    act("unschedule", lesson, cast.gothenburg, actor=eyes(cast.gothenburg.coordinator))
    notify = verb_named("lesson.unscheduled").notify
    assert notify
    assert set(notify(last_event())) == {cast.gothenburg.reviewer.pk}
    assert sweep(settings).state == "validated"


def test_without_a_day_there_is_nothing_to_call_off(cast: Cast) -> None:
    with pytest.raises(Conflict, match="No day is chosen"):
        act("unschedule", make_lesson(cast, state="validated"), cast.gothenburg)


def test_publishing_at_once_does_away_with_the_day(cast: Cast, settings: Any) -> None:
    act("publish", planned(cast), cast.gothenburg)
    assert sweep(settings).edition == 1


@pytest.mark.parametrize("step", ["request_changes", "change_audience"])
def test_what_changes_its_ground_calls_it_off(cast: Cast, settings: Any, step: str) -> None:
    act(step, planned(cast), cast.gothenburg)
    assert not Lesson.objects.get().is_scheduled
    assert sweep(settings).edition == 0


def newer(cast: Cast) -> Lesson:
    """Return a published lesson with a newer text that is to be published tomorrow."""
    lesson = act("revise", make_lesson(cast), cast.gothenburg)
    return act("schedule", bring_to(lesson, cast.gothenburg, "validated"), cast.gothenburg)


def test_a_newer_text_is_published_on_its_day(cast: Cast, settings: Any) -> None:
    assert str(newer(cast)) == "Agree the plug before you order the ship"
    lesson = sweep(settings)
    assert (str(lesson), lesson.edition) == ("A better title", 2)


def test_withdrawing_calls_the_newer_text_off(cast: Cast, settings: Any) -> None:
    act("withdraw", newer(cast), cast.gothenburg)
    assert sweep(settings).state == "withdrawn"


def test_readers_do_not_learn_of_a_day_that_was_called_off(cast: Cast) -> None:
    act("change_audience", newer(cast), cast.gothenburg, audience=cast.partners)
    assert (last_event().verb, last_event().data) == ("lesson.widened", {})
    assert not Lesson.objects.get().is_scheduled


def test_one_that_fails_keeps_no_other_back(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = planned(cast), planned(cast)
    real = releasing.give_to_readers

    def give(lesson: Lesson, **rest: Any) -> None:
        if lesson.pk == broken.pk:
            raise RuntimeError("a fault of ours")
        real(lesson, **rest)

    monkeypatch.setattr(releasing, "give_to_readers", give)
    pass_a_day(settings)
    assert actions.release_due(actor=SYSTEM) == 1
    assert list(Lesson.objects.due()) == [broken]
    assert Lesson.objects.get(pk=whole.pk).is_published


def test_nobody_but_the_system_publishes_by_the_calendar(cast: Cast, settings: Any) -> None:
    lesson = planned(cast)
    pass_a_day(settings)
    with pytest.raises(Forbidden):
        release_lesson(actor=eyes(cast.gothenburg.reviewer), lesson=lesson)


@pytest.mark.parametrize(
    "change", [{"state": "in_review"}, {"release_at": None}], ids=["not approved", "no day"]
)
def test_the_database_keeps_day_state_and_person_together(
    cast: Cast, change: dict[str, Any]
) -> None:
    planned(cast)
    with pytest.raises(IntegrityError):
        Lesson.objects.update(**change)
