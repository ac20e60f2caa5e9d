"""What can happen to a lesson, in words."""

from django.utils.translation import gettext_lazy as _

from exchange.activity.verbs import Verb
from exchange.lessons.events.whom import (
    approver,
    concerned,
    hindrance,
    reason,
    reviewers,
    writers,
)

# Recorded at home: nobody else ever hears of them.
DRAFT_VERBS = (
    Verb(
        name="lesson.captured",
        label=_("draft begun"),
        sentence=_("{actor} began the draft “{title}”"),
    ),
    Verb(
        name="lesson.revised",
        label=_("draft saved"),
        sentence=_("{actor} worked on “{title}”"),
    ),
    Verb(
        name="lesson.submitted",
        label=_("submitted for review"),
        sentence=_("{actor} asks for a review of “{title}”"),
        notify=reviewers,
    ),
    Verb(
        name="lesson.recalled",
        label=_("taken back from review"),
        sentence=_("{actor} took “{title}” back from review"),
    ),
    Verb(
        name="lesson.changes_requested",
        label=_("changes requested"),
        sentence=_("{actor} asks you to change “{title}”"),
        notify=writers,
        detail=reason,
    ),
    Verb(
        name="lesson.declined",
        label=_("declined"),
        sentence=_("{actor} declined “{title}”"),
        notify=writers,
        detail=reason,
    ),
    Verb(
        name="lesson.approved",
        label=_("approved"),
        sentence=_("{actor} approved “{title}”"),
        detail=reason,
    ),
    Verb(
        name="lesson.discarded",
        label=_("draft discarded"),
        sentence=_("{actor} discarded the draft of “{title}”"),
        notify=writers,
    ),
    Verb(
        name="lesson.restored",
        label=_("draft restored"),
        sentence=_("{actor} restored the draft “{title}”"),
    ),
    Verb(
        name="lesson.scheduled",
        label=_("publication planned"),
        sentence=_("{actor} chose a day on which “{title}” is published"),
    ),
    Verb(
        name="lesson.unscheduled",
        label=_("publication called off"),
        sentence=_("{actor} called off the publication of “{title}”"),
        notify=approver,
    ),
    Verb(
        name="lesson.release_failed",
        label=_("not published on its day"),
        sentence=_("“{title}” was not published on its day"),
        notify=concerned,
        detail=hindrance,
    ),
)

# Recorded for those who may see the lesson then.
READER_VERBS = (
    Verb(
        name="lesson.published",
        label=_("published"),
        sentence=_("{actor} published “{title}”"),
        on_behalf=_("{actor} published “{title}” on behalf of {whom}"),
        is_news=True,
        notify=writers,
    ),
    Verb(
        name="lesson.widened",
        label=_("shared more widely"),
        sentence=_("{actor} shared “{title}” with more readers"),
        is_news=True,
    ),
    Verb(
        name="lesson.moved",
        label=_("shared anew"),
        sentence=_("{actor} shared “{title}” with other readers than before"),
        is_news=True,
    ),
    Verb(
        name="lesson.narrowed",
        label=_("shared with fewer"),
        sentence=_("{actor} shared “{title}” with fewer readers"),
    ),
    Verb(
        name="lesson.withdrawn",
        label=_("withdrawn"),
        sentence=_("{actor} withdrew “{title}”"),
        is_news=True,
        notify=writers,
        detail=reason,
    ),
    Verb(
        name="lesson.superseded",
        label=_("replaced"),
        sentence=_("{actor} says that another lesson replaces “{title}”"),
        is_news=True,
    ),
    Verb(
        name="lesson.reinstated",
        label=_("not replaced after all"),
        sentence=_("{actor} says that “{title}” is not replaced after all"),
    ),
)

# Recorded for the parties of an agreement, when they see the lesson; else at home.
PARTY_VERBS = (
    Verb(
        name="lesson.linked",
        label=_("workstreams chosen"),
        sentence=_("{actor} chose to which workstreams “{title}” belongs"),
    ),
)
