"""What is typed is kept for the one who types, and told to nobody."""

import datetime as dt

import pytest
import time_machine

from exchange.activity.models import Event
from exchange.common import time
from exchange.common.errors import Forbidden, Invalid
from exchange.common.ids import uuid7
from exchange.lessons import bookkeeping
from exchange.lessons.bookkeeping import drop_buffer, keep_buffer
from exchange.lessons.models import DraftBuffer
from exchange.partners.viewers import anonymous
from tests.cast import Cast, eyes
from tests.lessons.factories import make_lesson


def test_the_last_typing_replaces_the_one_before(cast: Cast) -> None:
    viewer, key = eyes(cast.gothenburg.contributor), uuid7()
    for title in ("A", "Ag"):
        keep_buffer(viewer, key, None, 0, {"title": title})
    assert DraftBuffer.objects.get().data == {"title": "Ag"}


def test_nobody_else_reads_or_drops_it(cast: Cast) -> None:
    key = uuid7()
    keep_buffer(eyes(cast.gothenburg.contributor), key, None, 0, {})
    other = eyes(cast.gothenburg.coordinator)
    drop_buffer(other, key)
    assert not DraftBuffer.objects.for_viewer(other).exists()
    assert DraftBuffer.objects.count() == 1


def test_two_people_type_into_the_same_form_apart(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    for person in (cast.gothenburg.contributor, cast.gothenburg.reviewer):
        keep_buffer(eyes(person), lesson.pk, lesson.pk, lesson.lock, {"title": person.full_name})
    assert DraftBuffer.objects.count() == 2


def test_saving_forgets_it(cast: Cast) -> None:
    viewer, key = eyes(cast.gothenburg.contributor), uuid7()
    keep_buffer(viewer, key, None, 0, {})
    drop_buffer(viewer, key)
    assert not DraftBuffer.objects.exists()


def test_typing_is_no_event(cast: Cast) -> None:
    before = Event.objects.count()
    keep_buffer(eyes(cast.gothenburg.contributor), uuid7(), None, 0, {"title": "A"})
    assert Event.objects.count() == before


@pytest.mark.parametrize("data", [{"situation": "å" * 1_000_000}, {"title": "\x00"}])
def test_what_cannot_be_kept_is_refused(cast: Cast, data: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        keep_buffer(eyes(cast.gothenburg.contributor), uuid7(), None, 0, data)


def test_passers_by_keep_nothing(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        keep_buffer(anonymous(), uuid7(), None, 0, {})


def test_nobody_types_into_a_lesson_out_of_their_sight(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    with pytest.raises(Forbidden):
        keep_buffer(eyes(cast.tokyo.contributor), lesson.pk, lesson.pk, 1, {})


def test_what_lies_for_ninety_days_is_forgotten(cast: Cast) -> None:
    keep_buffer(eyes(cast.gothenburg.contributor), uuid7(), None, 0, {})
    assert bookkeeping.forget_old_buffers() == 0
    with time_machine.travel(time.now() + dt.timedelta(days=91)):
        assert bookkeeping.forget_old_buffers() == 1
