"""The only writers of lessons, their versions and their reviews.

`lock` is the lesson's counter that the caller saw; Stale when somebody was faster. Each action
returns the lesson as it is afterwards and raises Forbidden, Stale, Conflict or Invalid.
"""

from exchange.lessons.actions.discarding import discard_lesson, drop_newer, restore_lesson
from exchange.lessons.actions.linking import link_lesson
from exchange.lessons.actions.publishing import (
    change_audience,
    publish_lesson,
    withdraw_lesson,
)
from exchange.lessons.actions.releasing import release_due, schedule_lesson, unschedule_lesson
from exchange.lessons.actions.reviewing import (
    approve_lesson,
    decline_lesson,
    request_changes,
)
from exchange.lessons.actions.superseding import reinstate_lesson, supersede_lesson
from exchange.lessons.actions.writing import (
    draft_lesson,
    recall_lesson,
    revise_lesson,
    submit_lesson,
)

__all__ = [
    "approve_lesson",
    "change_audience",
    "decline_lesson",
    "discard_lesson",
    "draft_lesson",
    "drop_newer",
    "link_lesson",
    "publish_lesson",
    "recall_lesson",
    "reinstate_lesson",
    "release_due",
    "request_changes",
    "restore_lesson",
    "revise_lesson",
    "schedule_lesson",
    "submit_lesson",
    "supersede_lesson",
    "unschedule_lesson",
    "withdraw_lesson",
]
