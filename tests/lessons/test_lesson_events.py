"""Who is mailed at once, and with what reason."""

from uuid import UUID

import pytest

from exchange.accounts.models import User
from exchange.activity.feed import entries
from exchange.activity.models import Event
from exchange.activity.verbs import news_verbs, target_named, verb_named
from exchange.audiences.viewer import Role
from tests.cast import Cast, eyes, make_person
from tests.lessons.factories import act, make_lesson


def event(verb: str) -> Event:
    found = Event.objects.filter(verb=f"lesson.{verb}").select_related("actor").last()
    assert found
    return found


def mailed(verb: str) -> set[UUID]:
    notify = verb_named(f"lesson.{verb}").notify
    return set(notify(event(verb))) if notify else set()


def test_those_who_may_review_are_mailed_about_a_submission(cast: Cast) -> None:
    make_lesson(cast, state="in_review")
    assert mailed("submitted") == {cast.gothenburg.reviewer.pk, cast.gothenburg.coordinator.pk}


def test_a_reviewer_who_wrote_it_is_not_asked_to_review_it(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    lesson = act("revise", lesson, cast.gothenburg, actor=eyes(cast.gothenburg.reviewer))
    act("submit", lesson, cast.gothenburg)
    assert mailed("submitted") == {cast.gothenburg.coordinator.pk}


@pytest.mark.parametrize("state", ["changes_requested", "declined", "published", "withdrawn"])
def test_the_author_is_mailed_about_what_became_of_it(cast: Cast, state: str) -> None:
    make_lesson(cast, state=state)
    assert mailed(state) == {cast.gothenburg.contributor.pk}


def test_every_author_since_the_last_edition_is_mailed(cast: Cast) -> None:
    second = make_person(cast.gothenburg.organisation, Role.CONTRIBUTOR, "Nora Ny")
    third = make_person(cast.gothenburg.organisation, Role.CONTRIBUTOR, "Olle Ny")
    lesson = make_lesson(cast)
    for person, title in ((second, "Second"), (third, "Third")):
        lesson = act("revise", lesson, cast.gothenburg, actor=eyes(person), text={"title": title})
    for step in ("submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
    assert mailed("published") == {second.pk, third.pk}


def test_nobody_is_mailed_about_what_they_did_themselves(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    act("submit", lesson, cast.gothenburg, actor=eyes(cast.gothenburg.reviewer))
    assert mailed("submitted") == {cast.gothenburg.coordinator.pk}


def test_a_closed_account_is_not_mailed(cast: Cast) -> None:
    make_lesson(cast, state="changes_requested")
    User.objects.filter(pk=cast.gothenburg.contributor.pk).update(is_active=False)
    assert cast.gothenburg.contributor.pk not in mailed("changes_requested")


@pytest.mark.parametrize("state", ["changes_requested", "declined", "withdrawn"])
def test_the_mail_tells_the_reason(cast: Cast, state: str) -> None:
    make_lesson(cast, state=state)
    detail = verb_named(f"lesson.{state}").detail
    assert detail
    assert detail(event(state)) in {
        "Name the voltage.",
        "We have this one.",
        "The figures were wrong.",
    }


def test_each_mail_tells_its_own_reason(cast: Cast) -> None:
    lesson = make_lesson(cast, state="changes_requested")
    lesson = act("submit", lesson, cast.gothenburg)
    act("request_changes", lesson, cast.gothenburg, reason="And the connector.")
    detail = verb_named("lesson.changes_requested").detail
    assert detail
    told = Event.objects.filter(verb="lesson.changes_requested").order_by("pk")
    assert [detail(one) for one in told] == ["Name the voltage.", "And the connector."]


def test_what_readers_are_to_hear_of_is_news() -> None:
    ours = {name for name in news_verbs() if name.startswith("lesson.")}
    assert ours == {
        "lesson.published",
        "lesson.widened",
        "lesson.withdrawn",
        "lesson.moved",
        "lesson.superseded",
    }


def test_a_feed_tells_what_happened_to_whom_it_concerns(cast: Cast) -> None:
    make_lesson(cast)
    for port, told in ((cast.gothenburg, 4), (cast.los_angeles, 1), (cast.tokyo, 0)):
        viewer = eyes(port.reader)
        events = Event.objects.visible_to(viewer).filter(target_type="lesson")
        assert len(entries(events.select_related("actor"), viewer)) == told


def test_a_digest_gets_summary_and_byline(cast: Cast) -> None:
    lesson = make_lesson(cast)
    kind = target_named("lesson")
    thing = next(iter(kind.visible(eyes(cast.los_angeles.reader), [lesson.pk])))
    assert kind.summary(thing).startswith("Shore power works")
    assert kind.byline(thing) == "Port of Gothenburg"
