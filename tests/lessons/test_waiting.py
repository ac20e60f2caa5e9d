"""What waits for whom, and what an organisation's page shows."""

import pytest

from exchange.audiences.viewer import Role
from exchange.common.providers import panels_for, todos_for
from exchange.lessons.bookkeeping import keep_buffer
from exchange.lessons.models import DraftBuffer, Lesson
from exchange.partners.actions import end_membership
from exchange.partners.models import Membership
from exchange.partners.viewers import anonymous
from tests.cast import Cast, eyes, make_person
from tests.lessons.factories import act, make_lesson
from tests.lessons.pages import browser, page


def test_a_review_waits_for_reviewers_who_did_not_write_it(cast: Cast) -> None:
    make_lesson(cast, state="in_review")
    port = cast.gothenburg
    kinds = [
        [todo.kind for todo in todos_for(eyes(person))]
        for person in (port.reader, port.contributor, port.reviewer, port.coordinator)
    ]
    assert kinds == [[], [], ["review"], ["review"]]


def test_what_was_sent_back_waits_for_its_author(cast: Cast) -> None:
    lesson = make_lesson(cast, state="changes_requested")
    [todo] = todos_for(eyes(cast.gothenburg.contributor))
    assert (todo.kind, todo.title, todo.url) == ("mend", str(lesson), lesson.get_absolute_url())


def test_the_page_tells_first_what_was_sent_back(cast: Cast) -> None:
    lesson = make_lesson(cast, state="changes_requested")
    text = page(browser(cast.gothenburg.contributor).get("/lessons/waiting/"))
    _before, _heading, after = text.partition("Changes requested of you")
    assert lesson.get_absolute_url() in after.partition("My texts on their way")[0]
    assert "To review or publish" not in text


def test_a_reviewer_is_told_that_nothing_is_to_be_reviewed(cast: Cast) -> None:
    text = page(browser(cast.gothenburg.reviewer).get("/lessons/waiting/"))
    assert "There is nothing to review or publish" in text
    assert "Changes requested of you" not in text


def test_nothing_waits_for_other_ports_and_passers_by(cast: Cast) -> None:
    make_lesson(cast, state="in_review")
    make_lesson(cast, state="changes_requested")
    assert todos_for(eyes(cast.los_angeles.coordinator)) == []
    assert todos_for(anonymous()) == []


def test_an_organisations_page_shows_what_the_reader_may_see(cast: Cast) -> None:
    lesson = make_lesson(cast)
    make_lesson(cast, state="captured")

    def shown(port: object) -> list[object]:
        panels = panels_for("organisation", port, cast.gothenburg.organisation)
        return [found for panel in panels for found in panel.context.get("lessons", [])]

    assert shown(eyes(cast.los_angeles.reader)) == [lesson]
    assert shown(eyes(cast.tokyo.reader)) == []


def test_who_has_left_hears_nothing_of_the_work_on_what_they_wrote(cast: Cast) -> None:
    port, author = cast.gothenburg, cast.gothenburg.contributor
    lesson = make_lesson(cast, audience=cast.public)
    for step in ("revise", "submit"):
        lesson = act(step, lesson, port)
    keep_buffer(eyes(author), lesson.pk, lesson.pk, lesson.lock, {"title": "typed"})
    end_membership(actor=eyes(author), membership=author.memberships.get())
    act("request_changes", lesson, port)
    viewer = eyes(author)
    assert not todos_for(viewer)
    assert not Lesson.objects.visible_to(viewer).being_written_by(viewer)
    assert not DraftBuffer.objects.for_viewer(viewer)


def test_withdrawing_hides_no_newer_text_from_its_author(cast: Cast) -> None:
    mine = Lesson.objects.being_written_by(eyes(cast.gothenburg.contributor))
    lesson = make_lesson(cast, state="withdrawn")
    assert list(mine.all()) == []
    act("revise", lesson, cast.gothenburg)
    assert list(mine.all()) == [lesson]
    newer = act("revise", make_lesson(cast), cast.gothenburg)
    act("withdraw", newer, cast.gothenburg)
    assert set(mine.all()) == {lesson, newer}


def test_a_declined_text_does_not_come_back_when_readers_lose_the_lesson(cast: Cast) -> None:
    lesson = make_lesson(cast)
    for step in ("revise", "submit", "decline", "withdraw"):
        lesson = act(step, lesson, cast.gothenburg)
    mine = Lesson.objects.being_written_by(eyes(cast.gothenburg.contributor))
    assert list(mine.all()) == []
    act("revise", lesson, cast.gothenburg, text={"title": "Another way"})
    assert list(mine.all()) == [lesson]


@pytest.mark.parametrize("state", ["captured", "in_review", "changes_requested", "validated"])
def test_authors_keep_sight_of_their_texts_until_these_are_published(
    cast: Cast, state: str
) -> None:
    lesson = make_lesson(cast, state=state)
    mine = Lesson.objects.being_written_by(eyes(cast.gothenburg.contributor))
    assert list(mine) == [lesson]


def test_a_day_that_comes_to_nothing_is_told_to_whom_it_waits_for(cast: Cast) -> None:
    lesson = make_lesson(cast, state="validated")
    act("schedule", lesson, cast.gothenburg)
    other = make_person(cast.gothenburg.organisation, Role.REVIEWER, "Ragna Granskare")
    Membership.objects.filter(user=cast.gothenburg.reviewer).update(role=Role.READER)
    [todo] = todos_for(eyes(other))
    assert "Who chose the day may not publish it any more" in todo.detail


def test_what_has_a_day_of_its_own_waits_for_nobody(cast: Cast) -> None:
    lesson = make_lesson(cast, state="validated")
    reviewer = cast.gothenburg.reviewer
    assert todos_for(eyes(reviewer))
    act("schedule", lesson, cast.gothenburg)
    assert not todos_for(eyes(reviewer))
