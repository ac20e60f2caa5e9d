"""Every action in every state by every role: one table says what happens."""

import itertools

import pytest

from exchange.activity.models import Event
from exchange.common.errors import Conflict, Forbidden
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from exchange.lessons.policies import allowed_actions
from exchange.lessons.states import TRANSITIONS, next_state
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson

C, R, CH, V, P, D, W, X = (
    State.CAPTURED,
    State.IN_REVIEW,
    State.CHANGES_REQUESTED,
    State.VALIDATED,
    State.PUBLISHED,
    State.DECLINED,
    State.WITHDRAWN,
    State.DISCARDED,
)
# Written out a second time, apart from the table in the code.
LEADS_TO = {
    "revise": {C: C, CH: CH, P: C, D: C, W: C},
    "submit": {C: R, CH: R, W: R},
    "recall": {R: C},
    "request_changes": {R: CH, V: CH},
    "decline": {R: D},
    "approve": {R: V},
    "publish": {V: P},
    "schedule": {V: V},
    "discard": {C: X, CH: X},
    "restore": {X: C},
    "withdraw": {P: W},
    "supersede": {P: P},
}
WRITERS = {"contributor", "reviewer", "coordinator"}
REVIEWERS = {"reviewer", "coordinator"}
MAY = {
    "revise": WRITERS,
    "submit": WRITERS,
    "recall": {"contributor"},
    "request_changes": REVIEWERS,
    "decline": REVIEWERS,
    "approve": REVIEWERS,
    "publish": REVIEWERS,
    "schedule": REVIEWERS,
    "discard": WRITERS,
    "restore": WRITERS,
    "withdraw": REVIEWERS,
    "supersede": REVIEWERS,
}
ROLES = ["reader", "contributor", "reviewer", "coordinator"]


@pytest.mark.parametrize(
    ("action", "state"), list(itertools.product(LEADS_TO, State)), ids=lambda value: str(value)
)
def test_a_state_lets_through_what_the_table_says(cast: Cast, action: str, state: State) -> None:
    lesson = make_lesson(cast, state=state)
    leads_to = LEADS_TO[action].get(state)
    if leads_to:
        assert act(action, lesson, cast.gothenburg).state == leads_to
    else:
        with pytest.raises(Conflict, match=r"\.$"):
            act(action, lesson, cast.gothenburg)


@pytest.mark.parametrize(("action", "role"), list(itertools.product(LEADS_TO, ROLES)))
def test_a_role_may_what_the_table_says(cast: Cast, action: str, role: str) -> None:
    start = next(iter(LEADS_TO[action]))
    lesson = make_lesson(cast, state=start)
    actor = eyes(getattr(cast.gothenburg, role))
    if role in MAY[action]:
        assert act(action, lesson, cast.gothenburg, actor=actor).lock > lesson.lock
    else:
        with pytest.raises(Forbidden):
            act(action, lesson, cast.gothenburg, actor=actor)


@pytest.mark.parametrize("action", LEADS_TO)
def test_nobody_of_another_port_may(cast: Cast, action: str) -> None:
    lesson = make_lesson(cast, state=next(iter(LEADS_TO[action])))
    with pytest.raises(Forbidden):
        act(action, lesson, cast.gothenburg, actor=eyes(cast.los_angeles.coordinator))


@pytest.mark.parametrize(("state", "role"), list(itertools.product(State, ROLES)))
def test_what_is_offered_is_what_is_allowed(cast: Cast, state: State, role: str) -> None:
    lesson = make_lesson(cast, state=state)
    offered = allowed_actions(eyes(getattr(cast.gothenburg, role)), lesson)
    expected = [name for name in LEADS_TO if state in LEADS_TO[name] and role in MAY[name]]
    assert [name for name in offered if name != "change_audience"] == expected


@pytest.mark.parametrize("action", LEADS_TO)
def test_what_is_refused_leaves_no_trace(cast: Cast, action: str) -> None:
    state = next(state for state in State if state not in LEADS_TO[action])
    lesson = make_lesson(cast, state=state)
    told = Event.objects.filter(target_id=lesson.pk)
    events = told.count()
    with pytest.raises(Conflict):
        act(action, lesson, cast.gothenburg)
    after = Lesson.objects.get(pk=lesson.pk)
    assert (told.count(), after.lock, after.reviews.count()) == (
        events,
        lesson.lock,
        lesson.reviews.count(),
    )


@pytest.mark.parametrize("state", [C, R, CH, V, D])
def test_a_published_lesson_is_withdrawn_whatever_its_newer_text_does(
    cast: Cast, state: State
) -> None:
    steps = {C: [], R: ["submit"], CH: ["submit", "request_changes"]}
    steps |= {V: ["submit", "approve"], D: ["submit", "decline"]}
    lesson = act("revise", make_lesson(cast), cast.gothenburg)
    for step in steps[state]:
        lesson = act(step, lesson, cast.gothenburg)
    withdrawn = act("withdraw", lesson, cast.gothenburg)
    assert (withdrawn.state, withdrawn.effective_audience) == (W, cast.gothenburg.home)


def test_a_state_that_only_a_newer_release_knows_excludes_everything() -> None:
    assert {next_state(action, "to_be_proven") for action in TRANSITIONS} == {None}


def test_a_withdrawn_lesson_is_published_again_after_a_review(cast: Cast) -> None:
    lesson = make_lesson(cast, state=W)
    for step in ("submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
    assert (lesson.state, lesson.edition, lesson.effective_audience) == (P, 2, cast.agreement)
