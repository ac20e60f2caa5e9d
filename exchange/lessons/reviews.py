"""What the reviews of a lesson say now; each takes them loaded, or as a query asked only when needed."""

from collections.abc import Iterable

from exchange.lessons.choices import Decision, State
from exchange.lessons.models import Lesson, Review


def that_sent_back(lesson: Lesson, reviews: Iterable[Review]) -> Review | None:
    """Return the "no" or "not yet" that stands now, or None."""
    stands = lesson.state in {State.CHANGES_REQUESTED, State.DECLINED}
    return _last_on_text(reviews) if stands else None


def that_withdrew(lesson: Lesson, reviews: Iterable[Review]) -> Review | None:
    """Return the withdrawal for which readers have no text now, whatever became of it since."""
    if lesson.is_published or not lesson.edition:
        return None
    return _last(review for review in reviews if review.decision == Decision.WITHDRAWN)


def that_asked(reviews: Iterable[Review]) -> Review | None:
    """Return the last decision on a text if it asked for changes."""
    last = _last_on_text(reviews)
    return last if last and last.decision == Decision.CHANGES_REQUESTED else None


def _last_on_text(reviews: Iterable[Review]) -> Review | None:
    return _last(review for review in reviews if review.decision != Decision.WITHDRAWN)


def _last(reviews: Iterable[Review]) -> Review | None:
    return max(reviews, key=lambda review: review.decided_at, default=None)
