import pytest

from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from tests.cast import Cast, eyes
from tests.lessons.factories import make_lesson


@pytest.mark.parametrize("state", State.values)
def test_a_lesson_can_be_brought_into_every_state(cast: Cast, state: str) -> None:
    assert Lesson.objects.get(pk=make_lesson(cast, state=state).pk).state == state


def test_a_published_lesson_reaches_its_audience_only(cast: Cast) -> None:
    lesson = make_lesson(cast)
    sees = [
        Lesson.objects.visible_to(eyes(port.reader)).filter(pk=lesson.pk).exists()
        for port in (cast.gothenburg, cast.los_angeles, cast.tokyo)
    ]
    assert sees == [True, True, False]
