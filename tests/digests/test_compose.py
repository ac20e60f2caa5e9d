"""What a window of the log holds for somebody, however much happened, and why they are told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.activity.models import Event
from exchange.activity.sequencer import last_position, place_events
from exchange.audiences.viewer import Viewer
from exchange.digests import compose
from exchange.digests.choice import EVERYTHING
from exchange.digests.compose import News
from exchange.digests.sharing import Shelf
from tests.activity.things import repeat
from tests.cast import Cast, eyes
from tests.digests.scenes import log_now, publish
from tests.lessons.factories import act


def news(viewer: Viewer, **limit: int) -> News:
    return compose.compose(viewer, EVERYTHING, start=0, end=last_position(), **limit).news


def told(found: News) -> list[tuple[str, int]]:
    """Return (title, others) of what is told of lessons."""
    return [(i.title, i.others) for i in found.items if i.entry.event.target_type == "lesson"]


def reason(viewer: Viewer, title: str) -> str:
    return next(item.why for item in news(viewer).items if item.title == title)


def test_a_thing_with_thousands_of_events_hides_nothing_older(cast: Cast) -> None:
    publish(cast, "Older news")
    lesson = publish(cast, "Loud news")
    repeat(Event.objects.get(target_id=lesson.pk, verb="lesson.published"), times=2_100)
    place_events()
    assert told(news(eyes(cast.los_angeles.reader))) == [("Loud news", 2_100), ("Older news", 0)]


def test_more_things_than_are_looked_up_at_once_are_all_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = eyes(cast.los_angeles.reader)
    place_events()
    before = news(ray).count
    titles = [f"Lesson {number}" for number in range(5)]
    for title in titles:
        publish(cast, title)
    act("withdraw", publish(cast, "Taken back"), cast.gothenburg)
    monkeypatch.setattr(compose, "AT_ONCE", 2)
    found = news(ray, limit=3)
    assert told(found) == [("Lesson 4", 0), ("Lesson 3", 0), ("Lesson 2", 0)]
    assert found.count == before + 5


def test_what_others_did_to_a_thing_is_told_where_one_acted_last(cast: Cast) -> None:
    lesson = publish(cast, "Wider and wider")
    published = Event.objects.get(target_id=lesson.pk, verb="lesson.published")
    act("change_audience", lesson, cast.gothenburg, audience=cast.public)
    place_events()
    Event.objects.filter(pk=published.pk).update(actor=_label_of_somebody_else(published))
    rolf = eyes(cast.gothenburg.reviewer)
    (item,) = [item for item in news(rolf).items if item.title == "Wider and wider"]
    assert (item.happened, item.others) == ("published", 0)
    shelf = Shelf()
    assert "shared more widely" in _shelved(shelf, eyes(cast.gothenburg.reader))
    assert "shared more widely" not in _shelved(shelf, rolf)


def test_what_was_done_out_of_sight_is_not_counted(cast: Cast) -> None:
    lesson = publish(cast, "Among two at first")
    act("change_audience", lesson, cast.gothenburg, audience=cast.public)
    place_events()
    assert told(news(eyes(cast.los_angeles.reader))) == [("Among two at first", 1)]
    assert told(news(eyes(cast.tokyo.reader))) == [("Among two at first", 0)]


def test_a_window_costs_the_same_for_one_thing_and_for_many(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            news(eyes(cast.los_angeles.reader))
        return len(captured)

    publish(cast, "One")
    for_one = cost()
    for number in range(6):
        publish(cast, f"Lesson {number}")
    assert cost() == for_one


def test_a_lesson_that_was_narrowed_is_no_longer_called_open(cast: Cast) -> None:
    lesson = publish(cast, "For all at first", cast.public)
    ray = eyes(cast.los_angeles.reader)
    assert "open to everybody" in reason(ray, "For all at first")
    act("change_audience", lesson, cast.gothenburg, audience=cast.agreement)
    assert "shared with “Los Angeles–Gothenburg MOU”" in reason(ray, "For all at first")


def test_a_withdrawn_lesson_is_told_as_such_at_home_alone(cast: Cast) -> None:
    act("withdraw", publish(cast, "Open for a day", cast.public), cast.gothenburg)
    place_events()
    (item,) = [i for i in news(eyes(cast.gothenburg.reader)).items if i.title == "Open for a day"]
    assert (item.happened, item.others) == ("withdrawn", 1)
    assert told(news(eyes(cast.tokyo.reader))) == []


def test_a_withdrawn_lesson_is_called_the_organisations_own(cast: Cast) -> None:
    act("withdraw", publish(cast, "Open for a day", cast.public), cast.gothenburg)
    assert "from your organisation" in reason(eyes(cast.gothenburg.reader), "Open for a day")


def test_no_organisation_takes_the_place_of_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "OF_ONE", 2)
    ray = eyes(cast.los_angeles.reader)
    publish(cast.tokyo, "Quiet Tokyo", cast.public)
    for number in range(4):
        publish(cast, f"Loud {number}")
    assert told(news(ray, limit=3)) == [("Loud 3", 0), ("Loud 2", 0), ("Quiet Tokyo", 0)]


def _label_of_somebody_else(event: Event) -> int:
    others = Event.objects.filter(actor__kind="person").exclude(actor=event.actor_id)
    return others.values_list("actor", flat=True)[0]


def _shelved(shelf: Shelf, viewer: Viewer) -> str:
    shelf.as_of(log_now())
    return shelf.news(viewer, EVERYTHING, start=0, end=last_position(), zone="UTC").text
