"""Which workstreams a lesson belongs to: who says so, who learns of it, and what it leaves alone."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from exchange.activity.feed import entries
from exchange.activity.models import Event
from exchange.agreements.actions import terminate_agreement
from exchange.agreements.models import Agreement, Workstream
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, WorkstreamLink
from exchange.partners.actions import create_api_client
from exchange.partners.viewers import anonymous, viewer_of_client
from tests.agreements.factories import again, leave, make_agreement
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson
from tests.lessons.links import link, make_workstream


@pytest.fixture
def agreement(cast: Cast) -> Agreement:
    """The agreement of Gothenburg and Los Angeles."""
    return make_agreement(cast)


@pytest.fixture
def workstream(agreement: Agreement) -> Workstream:
    return make_workstream(agreement)


@pytest.fixture
def lesson(cast: Cast) -> Lesson:
    """A lesson of Gothenburg that everybody reads."""
    return make_lesson(cast, audience=cast.public)


def links_seen(viewer: Viewer) -> int:
    return WorkstreamLink.objects.visible_to(viewer).count()


def told(lesson: Lesson) -> list[Event]:
    return list(Event.objects.filter(target_id=lesson.pk, verb="lesson.linked").order_by("pk"))


# --- the action


def test_who_writes_for_the_owner_links(cast: Cast, lesson: Lesson, workstream: Workstream) -> None:
    link(lesson, cast.gothenburg, workstream)
    row = WorkstreamLink.objects.get()
    assert (row.lesson, row.workstream) == (lesson, workstream)
    assert row.organisation == cast.gothenburg.organisation


def test_a_program_that_may_write_links(cast: Cast, lesson: Lesson, workstream: Workstream) -> None:
    client, _token = create_api_client(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        name="Port system",
        may_write=True,
    )
    link(lesson, cast.gothenburg, workstream, actor=viewer_of_client(client))
    assert WorkstreamLink.objects.filter(lesson=lesson).exists()


@pytest.mark.parametrize("who", ["gothenburg.reader", "los_angeles.coordinator", "tokyo.reviewer"])
def test_nobody_else_links(cast: Cast, lesson: Lesson, workstream: Workstream, who: str) -> None:
    port, role = who.split(".")
    actor = eyes(getattr(getattr(cast, port), role))
    with pytest.raises(Forbidden):
        link(lesson, cast.gothenburg, workstream, actor=actor)


def test_only_a_partys_own_lesson_is_linked(cast: Cast, workstream: Workstream) -> None:
    foreign = make_lesson(cast.tokyo, audience=cast.public)
    with pytest.raises(Invalid, match="no party"):
        link(foreign, cast.tokyo, workstream)


def test_nothing_new_is_linked_once_the_agreement_is_over(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    end(cast, agreement)
    with pytest.raises(Invalid, match="over"):
        link(lesson, cast.gothenburg, workstream)


def test_what_was_linked_is_taken_away_though_the_agreement_is_over(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    end(cast, agreement)
    link(lesson, cast.gothenburg)
    assert not WorkstreamLink.objects.exists()


def end(cast: Cast, agreement: Agreement) -> None:
    terminate_agreement(
        actor=eyes(cast.los_angeles.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        reason="The work is done.",
    )


def test_a_discarded_draft_is_not_linked(cast: Cast, workstream: Workstream) -> None:
    draft = make_lesson(cast, state=State.DISCARDED)
    with pytest.raises(Conflict, match="Restore"):
        link(draft, cast.gothenburg, workstream)


def test_the_choice_is_the_whole_set(cast: Cast, lesson: Lesson, agreement: Agreement) -> None:
    first, second = make_workstream(agreement), make_workstream(agreement, "Rail")
    link(lesson, cast.gothenburg, first)
    link(lesson, cast.gothenburg, second)
    assert [row.workstream for row in WorkstreamLink.objects.all()] == [second]


def test_what_a_colleague_chose_meanwhile_stays(
    cast: Cast, lesson: Lesson, agreement: Agreement
) -> None:
    first, second = make_workstream(agreement), make_workstream(agreement, "Rail")
    link(lesson, cast.gothenburg, first)
    link(lesson, cast.gothenburg, second, seen=[])
    assert WorkstreamLink.objects.count() == 2


def test_links_that_the_actor_cannot_see_stay(cast: Cast, lesson: Lesson) -> None:
    other = make_agreement(cast)
    link(lesson, cast.gothenburg, make_workstream(other))
    leave(other, cast.gothenburg)
    link(lesson, cast.gothenburg)
    assert WorkstreamLink.objects.count() == 1


def test_the_same_choice_again_changes_and_records_nothing(
    cast: Cast, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    before = WorkstreamLink.objects.values().get(), Event.objects.count()
    link(lesson, cast.gothenburg, workstream)
    assert (WorkstreamLink.objects.values().get(), Event.objects.count()) == before


def test_the_text_and_its_counter_stay_as_they_are(
    cast: Cast, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    assert Lesson.objects.get(pk=lesson.pk).lock == lesson.lock


def test_a_link_stands_once(cast: Cast, lesson: Lesson, workstream: Workstream) -> None:
    link(lesson, cast.gothenburg, workstream)
    row = WorkstreamLink.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


# --- who learns of it


def test_the_parties_see_the_link_and_nobody_else(
    cast: Cast, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    people = [cast.gothenburg.reader, cast.los_angeles.reader, cast.tokyo.coordinator]
    assert [links_seen(eyes(person)) for person in people] == [1, 1, 0]
    assert links_seen(anonymous()) == 0


def test_a_party_that_does_not_see_the_lesson_does_not_see_the_link(
    cast: Cast, workstream: Workstream
) -> None:
    draft = make_lesson(cast, state=State.CAPTURED)
    link(draft, cast.gothenburg, workstream)
    assert links_seen(eyes(cast.gothenburg.reader)) == 1
    assert links_seen(eyes(cast.los_angeles.coordinator)) == 0


def test_a_party_that_leaves_loses_sight_of_the_links_at_once(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    leave(agreement, cast.los_angeles)
    assert links_seen(eyes(cast.los_angeles.coordinator)) == 0
    assert links_seen(eyes(cast.gothenburg.reader)) == 1


def test_what_the_lesson_loses_its_readers_lose_the_link_of(
    cast: Cast, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    act("withdraw", lesson, cast.gothenburg)
    assert links_seen(eyes(cast.los_angeles.coordinator)) == 0


# --- the log


def test_the_parties_hear_of_it_and_nobody_else(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    [event] = told(lesson)
    assert (event.audience, event.home_audience) == (agreement.home_audience, cast.gothenburg.home)
    hears = Event.objects.filter(pk=event.pk).visible_to
    people = [cast.los_angeles.reader, cast.gothenburg.reader, cast.tokyo.coordinator]
    assert [hears(eyes(person)).exists() for person in people] == [True, True, False]
    assert not hears(anonymous()).exists()


@pytest.mark.parametrize("state", [State.CAPTURED, State.PUBLISHED])
def test_of_what_the_parties_do_not_see_its_owner_hears_alone(
    cast: Cast, workstream: Workstream, state: str
) -> None:
    lesson = make_lesson(cast, state=state, audience=cast.gothenburg.home)
    link(lesson, cast.gothenburg, workstream)
    assert [event.audience for event in told(lesson)] == [cast.gothenburg.home]


def test_the_event_names_no_agreement_and_no_workstream(
    cast: Cast, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    [entry] = entries(told(lesson), eyes(cast.los_angeles.reader))
    assert entry.event.data == {}
    assert entry.sentence == f"Karin Skrift chose to which workstreams “{lesson}” belongs"


def test_it_does_not_count_the_drafts_since_the_published_text(
    cast: Cast, lesson: Lesson, workstream: Workstream
) -> None:
    lesson = act("revise", lesson, cast.gothenburg)
    link(lesson, cast.gothenburg, workstream)
    assert [event.target_version for event in told(lesson)] == [1]


def test_each_agreement_has_an_event_of_its_own(cast: Cast, lesson: Lesson) -> None:
    first, second = make_agreement(cast), make_agreement(cast)
    link(lesson, cast.gothenburg, make_workstream(first), make_workstream(second))
    assert {event.audience for event in told(lesson)} == {
        first.home_audience,
        second.home_audience,
    }


# --- which lessons are under an agreement


def test_lessons_are_found_by_workstream(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    other = make_workstream(agreement, "Rail")
    assert list(Lesson.objects.for_workstream(workstream.pk)) == [lesson]
    assert not Lesson.objects.for_workstream(other.pk).exists()


def test_lessons_are_found_by_agreement_once_each(
    cast: Cast, lesson: Lesson, agreement: Agreement
) -> None:
    link(lesson, cast.gothenburg, make_workstream(agreement), make_workstream(agreement, "Rail"))
    make_lesson(cast, audience=cast.public)
    assert list(Lesson.objects.for_agreement(agreement.pk)) == [lesson]


@pytest.mark.parametrize("several", [False, True])
def test_what_is_shared_with_its_parties_is_under_an_agreement_too(
    cast: Cast, agreement: Agreement, several: bool
) -> None:
    groups = [agreement.home_audience, *([cast.agreement] if several else [])]
    shared_with: Any = audiences.union_of(actor=Viewer.system(), groups=groups)
    shared = make_lesson(cast, audience=shared_with)
    assert list(Lesson.objects.for_agreement(agreement.pk)) == [shared]
