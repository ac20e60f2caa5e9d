"""What somebody wrote who writes no longer is in the hands of their organisation's coordinators."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.activity.verbs import verb_named
from exchange.audiences.viewer import Role, Viewer
from exchange.common.providers import todos_for
from exchange.lessons import actions
from exchange.lessons.bookkeeping import keep_buffer
from exchange.lessons.models import DraftBuffer, Lesson
from exchange.partners.actions import change_role, end_membership
from exchange.partners.viewers import viewer_of_client
from tests.cast import Cast, eyes, long_here, make_person
from tests.lessons.factories import act, full_text, make_lesson, make_topics
from tests.lessons.pages import browser, page
from tests.partners.factories import make_client, membership

WAYS = ["left", "demoted", "closed", "deleted"]


def end_writing(cast: Cast, way: str) -> None:
    """Let Gothenburg's contributor write there no longer."""
    port = cast.gothenburg
    held, siv = membership(port, "contributor"), eyes(port.coordinator)
    if way == "left":
        end_membership(actor=siv, membership=held)
    elif way == "demoted":
        change_role(actor=siv, membership=held, role=Role.READER)
    elif way == "closed":
        User.objects.filter(pk=held.user_id).update(is_active=False)
    else:
        User.objects.get(pk=held.user_id).delete()


def in_hands_of(viewer: Viewer) -> list[Lesson]:
    return list(Lesson.objects.visible_to(viewer).being_written_by(viewer))


def mailed(verb: str) -> set[UUID]:
    event = Event.objects.filter(verb=f"lesson.{verb}").select_related("actor").latest("pk")
    notify = verb_named(event.verb).notify
    return set(notify(event)) if notify else set()


def by_program(cast: Cast, *steps: str) -> Lesson:
    """Let a program of Gothenburg push a lesson, and take further steps with it."""
    make_topics()
    client, _token = make_client(cast.gothenburg, may_write=True)
    lesson = actions.draft_lesson(
        actor=viewer_of_client(client),
        organisation=cast.gothenburg.organisation,
        audience=cast.gothenburg.home,
        text=full_text(),
    )
    for step in steps:
        lesson = act(step, lesson, cast.gothenburg)
    return lesson


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("state", ["captured", "changes_requested"])
def test_a_text_whose_author_writes_no_longer_is_the_coordinators(
    cast: Cast, way: str, state: str
) -> None:
    lesson, port = make_lesson(cast, state=state), cast.gothenburg
    assert in_hands_of(eyes(port.coordinator)) == []
    end_writing(cast, way)
    people = [port.coordinator, port.reviewer, port.reader, cast.los_angeles.coordinator]
    assert [in_hands_of(eyes(user)) for user in people] == [[lesson], [], [], []]


def test_a_text_whose_author_still_writes_is_theirs_alone(cast: Cast) -> None:
    lesson = make_lesson(cast, state="changes_requested")
    make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Stina Samordnare")
    end_membership(
        actor=eyes(cast.gothenburg.coordinator), membership=membership(cast.gothenburg, "reviewer")
    )
    assert in_hands_of(eyes(cast.gothenburg.contributor)) == [lesson]
    assert in_hands_of(eyes(cast.gothenburg.coordinator)) == []


def test_who_writes_elsewhere_only_has_left_all_the_same(cast: Cast) -> None:
    make_lesson(cast, state="captured")
    karin = cast.gothenburg.contributor
    karin.memberships.create(organisation=cast.tokyo.organisation, role=Role.COORDINATOR)
    end_writing(cast, "left")
    assert in_hands_of(eyes(karin)) == []
    assert len(in_hands_of(eyes(cast.gothenburg.coordinator))) == 1


def test_pages_say_why_it_stands_among_the_coordinators_own(cast: Cast) -> None:
    make_lesson(cast, state="changes_requested")
    siv = browser(cast.gothenburg.coordinator)
    end_writing(cast, "left")
    for address in ("/lessons/waiting/", "/"):
        assert "its author writes here no longer" in page(siv.get(address)), address


def test_it_is_said_of_nobodys_own_text(cast: Cast) -> None:
    make_lesson(cast, state="changes_requested")
    karin = browser(cast.gothenburg.contributor)
    for address in ("/lessons/waiting/", "/"):
        assert "writes here no longer" not in page(karin.get(address)), address


def test_what_was_sent_back_waits_for_the_coordinators(cast: Cast) -> None:
    lesson = make_lesson(cast, state="changes_requested")
    end_writing(cast, "left")
    [todo] = todos_for(eyes(cast.gothenburg.coordinator))
    assert (todo.kind, todo.title) == ("mend", str(lesson))
    assert "its author writes here no longer" in todo.detail


def test_a_coordinator_mends_it_and_a_reviewer_goes_on(cast: Cast) -> None:
    lesson, siv = make_lesson(cast, state="changes_requested"), eyes(cast.gothenburg.coordinator)
    end_writing(cast, "left")
    for step, actor in (("revise", siv), ("submit", siv), ("approve", None)):
        lesson = act(step, lesson, cast.gothenburg, **({"actor": actor} if actor else {}))
    assert lesson.state == "validated"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("step", ["request_changes", "decline", "publish", "withdraw"])
def test_coordinators_are_mailed_what_the_author_would_have_been(
    cast: Cast, way: str, step: str
) -> None:
    before = {"publish": "validated", "withdraw": "published"}.get(step, "in_review")
    verb = {"request_changes": "changes_requested", "decline": "declined", "publish": "published"}
    lesson = make_lesson(cast, state=before)
    end_writing(cast, way)
    act(step, lesson, cast.gothenburg)
    assert mailed(verb.get(step, "withdrawn")) == {cast.gothenburg.coordinator.pk}


def test_a_coordinator_is_asked_to_review_what_was_left(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    end_writing(cast, "demoted")
    act("submit", lesson, cast.gothenburg, actor=eyes(cast.gothenburg.reviewer))
    assert mailed("submitted") == {cast.gothenburg.coordinator.pk}


def test_a_draft_of_a_program_is_the_programs_until_it_is_sent_back(cast: Cast) -> None:
    siv = eyes(cast.gothenburg.coordinator)
    by_program(cast, "submit")
    by_program(cast)
    assert in_hands_of(siv) == []
    lesson = by_program(cast, "submit", "request_changes")
    assert in_hands_of(siv) == [lesson]
    assert mailed("changes_requested") == {siv.user_id}
    assert "from a program" in page(browser(cast.gothenburg.coordinator).get("/lessons/waiting/"))


def test_a_program_has_nothing_in_its_hands(cast: Cast) -> None:
    by_program(cast, "submit", "request_changes")
    client, _token = make_client(cast.gothenburg)
    assert in_hands_of(viewer_of_client(client)) == []


def test_what_they_typed_and_did_not_save_stays_private(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    keep_buffer(
        eyes(cast.gothenburg.contributor), lesson.pk, lesson.pk, lesson.lock, {"title": ["secret"]}
    )
    end_writing(cast, "left")
    assert not DraftBuffer.objects.for_viewer(eyes(cast.gothenburg.coordinator))
    siv = browser(cast.gothenburg.coordinator)
    assert "secret" not in page(siv.get(f"/lessons/{lesson.pk}/edit/"))


@pytest.mark.parametrize("address", ["/lessons/waiting/", "/"])
def test_many_cost_as_few_queries_as_one(cast: Cast, address: str) -> None:
    siv, counts = browser(long_here(cast.gothenburg.coordinator)), []
    lessons = [make_lesson(cast, state="changes_requested") for _number in range(6)]
    end_writing(cast, "left")
    for shown in (lessons[:1], lessons):
        hidden = Lesson.objects.exclude(pk__in=[lesson.pk for lesson in shown])
        hidden.update(state="declined")
        Lesson.objects.filter(pk__in=[lesson.pk for lesson in shown]).update(
            state="changes_requested"
        )
        page(siv.get(address))
        with CaptureQueriesContext(connection) as captured:
            assert page(siv.get(address)).count("its author writes here no longer") >= len(shown)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
