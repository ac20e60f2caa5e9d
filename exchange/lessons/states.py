"""What may happen to a lesson in which state: the one table that actions and pages read."""

from typing import Final

from exchange.lessons.choices import State

ALIVE: Final = [state for state in State if state != State.DISCARDED]
# Action → state it starts from → state it leads to. Who may do it is in `policies`.
TRANSITIONS: Final[dict[str, dict[str, State]]] = {
    "revise": {
        State.CAPTURED: State.CAPTURED,
        State.CHANGES_REQUESTED: State.CHANGES_REQUESTED,
        State.PUBLISHED: State.CAPTURED,
        State.DECLINED: State.CAPTURED,
        State.WITHDRAWN: State.CAPTURED,
    },
    "submit": {
        State.CAPTURED: State.IN_REVIEW,
        State.CHANGES_REQUESTED: State.IN_REVIEW,
        State.WITHDRAWN: State.IN_REVIEW,
    },
    "recall": {State.IN_REVIEW: State.CAPTURED},
    "request_changes": {
        State.IN_REVIEW: State.CHANGES_REQUESTED,
        State.VALIDATED: State.CHANGES_REQUESTED,
    },
    "decline": {State.IN_REVIEW: State.DECLINED},
    "approve": {State.IN_REVIEW: State.VALIDATED},
    "publish": {State.VALIDATED: State.PUBLISHED},
    "schedule": {State.VALIDATED: State.VALIDATED},
    # While a day is chosen.
    "unschedule": {State.VALIDATED: State.VALIDATED},
    # While it never was published.
    "discard": {
        State.CAPTURED: State.DISCARDED,
        State.CHANGES_REQUESTED: State.DISCARDED,
    },
    "restore": {State.DISCARDED: State.CAPTURED},
    # While readers have a published version: the newer text goes, theirs stays.
    "drop_newer": {
        State.CAPTURED: State.PUBLISHED,
        State.CHANGES_REQUESTED: State.PUBLISHED,
        State.DECLINED: State.PUBLISHED,
    },
    # While readers have a published version, in whatever state a newer text may be.
    "withdraw": {state: State.WITHDRAWN for state in ALIVE if state != State.WITHDRAWN},
    # While readers have a published version, in whatever state a newer text may be.
    "supersede": {state: state for state in ALIVE if state != State.WITHDRAWN},
    # While it counts as replaced.
    "reinstate": {state: state for state in ALIVE},
    "change_audience": {state: state for state in ALIVE},
}


def next_state(action: str, state: str) -> State | None:
    """Return the state that `action` leads to from `state`, or None when the state excludes it.

    So does a state that only a newer release knows.
    """
    return TRANSITIONS[action].get(state)
