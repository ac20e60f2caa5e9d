"""Who lost their office a moment before does nothing more with a lesson, whatever they saw."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.audiences.viewer import Role
from exchange.common.errors import Forbidden
from exchange.lessons import actions
from exchange.lessons.models import Lesson
from exchange.partners.actions import change_role, end_membership, revoke_api_client
from exchange.partners.viewers import viewer_of_client
from tests.cast import Cast, eyes, make_cast
from tests.lessons.factories import act, make_lesson
from tests.partners.factories import make_client, membership, put_aside
from tests.threads import one_behind_the_other, postgres

__all__ = ["postgres"]
# A step, and a state that it may be taken in.
STEPS = {
    "revise": "captured",
    "submit": "captured",
    "request_changes": "in_review",
    "decline": "in_review",
    "approve": "in_review",
    "publish": "validated",
    "schedule": "validated",
    "withdraw": "published",
    "change_audience": "published",
}


def end_office(cast: Cast, way: str) -> None:
    """End the office of Gothenburg's reviewer."""
    port = cast.gothenburg
    held, siv = membership(port, "reviewer"), eyes(port.coordinator)
    if way in {"suspended", "left"}:
        put_aside(port.organisation, way)
    elif way == "demoted":
        change_role(actor=siv, membership=held, role=Role.READER)
    elif way == "removed":
        end_membership(actor=siv, membership=held)
    else:
        User.objects.filter(pk=port.reviewer.pk).update(is_active=False)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("way", ["demoted", "removed", "closed", "suspended", "left"])
def test_no_step_is_taken_without_the_office(cast: Cast, step: str, way: str) -> None:
    lesson, rolf = make_lesson(cast, state=STEPS[step]), eyes(cast.gothenburg.reviewer)
    end_office(cast, way)
    with pytest.raises(Forbidden):
        act(step, lesson, cast.gothenburg, actor=rolf)


@pytest.mark.parametrize("way", ["demoted", "removed", "closed", "suspended", "left"])
def test_no_draft_is_begun_without_the_office(cast: Cast, way: str) -> None:
    port, rolf = cast.gothenburg, eyes(cast.gothenburg.reviewer)
    end_office(cast, way)
    with pytest.raises(Forbidden):
        actions.draft_lesson(
            actor=rolf, organisation=port.organisation, audience=port.home, text={}
        )


def test_a_program_whose_token_was_revoked_submits_nothing(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    client, _token = make_client(cast.gothenburg, may_write=True)
    program = viewer_of_client(client)
    revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)
    with pytest.raises(Forbidden):
        act("submit", lesson, cast.gothenburg, actor=program)


def test_a_demoted_reviewer_still_writes(cast: Cast) -> None:
    lesson, rolf = make_lesson(cast, state="captured"), eyes(cast.gothenburg.reviewer)
    siv, held = eyes(cast.gothenburg.coordinator), membership(cast.gothenburg, "reviewer")
    change_role(actor=siv, membership=held, role=Role.CONTRIBUTOR)
    assert act("revise", lesson, cast.gothenburg, actor=rolf).state == "captured"


@pytest.mark.parametrize("step", STEPS)
def test_asking_for_the_office_costs_one_query(cast: Cast, step: str) -> None:
    lesson, rolf = make_lesson(cast, state=STEPS[step]), eyes(cast.gothenburg.reviewer)
    with CaptureQueriesContext(connection) as captured:
        act(step, lesson, cast.gothenburg, actor=rolf)
    office = 'SELECT "partners_membership"."role"'
    assert sum(row["sql"].startswith(office) for row in captured) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("step", ["publish", "withdraw"])
@pytest.mark.parametrize("way", ["demoted", "suspended", "left"])
def test_who_loses_the_office_while_waiting_for_the_lock_is_refused(
    postgres: None, step: str, way: str
) -> None:
    cast = make_cast()
    lesson, rolf = make_lesson(cast, state=STEPS[step]), eyes(cast.gothenburg.reviewer)
    late = one_behind_the_other(
        lambda: end_office(cast, way), lambda: act(step, lesson, cast.gothenburg, actor=rolf)
    )[1]
    assert isinstance(late, Forbidden)
    assert Lesson.objects.get(pk=lesson.pk).state == STEPS[step]


@pytest.mark.postgres
@pytest.mark.parametrize("step", ["publish", "submit"])
def test_who_acts_while_the_organisation_is_being_suspended_waits_and_is_refused(
    postgres: None, step: str
) -> None:
    cast = make_cast()
    lesson, rolf = make_lesson(cast, state=STEPS[step]), eyes(cast.gothenburg.reviewer)
    late = one_behind_the_other(
        lambda: put_aside(cast.gothenburg.organisation, "suspended"),
        lambda: act(step, lesson, cast.gothenburg, actor=rolf),
    )[1]
    assert isinstance(late, Forbidden)
    assert Lesson.objects.get(pk=lesson.pk).state == STEPS[step]


@pytest.mark.postgres
def test_a_suspension_waits_for_what_is_being_published(postgres: None) -> None:
    cast = make_cast()
    lesson, rolf = make_lesson(cast, state="validated"), eyes(cast.gothenburg.reviewer)
    published, suspended = one_behind_the_other(
        lambda: act("publish", lesson, cast.gothenburg, actor=rolf),
        lambda: put_aside(cast.gothenburg.organisation, "suspended"),
    )
    assert (published.state, suspended.standing) == ("published", "suspended")
    verbs = Event.objects.order_by("position").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["lesson.published", "organisation.suspended"]
