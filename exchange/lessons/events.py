"""What the log tells of lessons, and who is mailed at once."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from exchange.activity.models import Event
from exchange.activity.verbs import TargetType, Verb, register_target, register_verbs
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.lessons.choices import Decision, State
from exchange.lessons.models import Lesson, LessonVersion, Review
from exchange.lessons.models.version import LessonVersionQuerySet
from exchange.partners.models import Membership
from exchange.partners.models.membership import MembershipQuerySet


def visible(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Lesson]:
    """Return those of the lessons that the viewer may see now, with what they show."""
    return Lesson.objects.visible_to(viewer).filter(pk__in=ids).with_shown()


def title(lesson: Lesson) -> str:
    return lesson.shown_version.title_here if lesson.shown_version else str(lesson)


def summary(lesson: Lesson) -> str:
    return lesson.shown_version.summary if lesson.shown_version else ""


def languages(lesson: Lesson) -> tuple[str, str]:
    version = lesson.shown_version
    return (version.title_language, version.language) if version else ("", "")


def byline(lesson: Lesson) -> str:
    return str(lesson.organisation)


def audience(lesson: Lesson) -> Audience | None:
    """Return who may read the lesson now, None while that is its home only."""
    return lesson.audience if lesson.is_published else None


def topics(lesson: Lesson) -> list[str]:
    version = lesson.shown_version
    return [topic.code for topic in version.topics.all()] if version else []


def organisations(lesson: Lesson) -> list[UUID]:
    return [lesson.organisation_id]


def writers(event: Event) -> set[UUID]:
    """Return whose text an event is about: who wrote it, while they write for its owner.

    It is in the hands of the owner's coordinators when its last author does so no longer.
    """
    wrote = _texts(event)
    last = wrote.filter(number=event.target_version).values_list("author", flat=True).first()
    people = set(wrote.values_list("author", flat=True))
    found = _members(event, Role.CONTRIBUTOR).filter(user__in=people - {None})
    told = set(found.values_list("user", flat=True))
    if last not in told:
        told |= set(_members(event, Role.COORDINATOR).values_list("user", flat=True))
    return told - {_actor(event)}


def approver(event: Event) -> set[UUID]:
    """Return who chose the day that an event is about."""
    return {UUID(event.data["user"])} if "user" in event.data else set()


def concerned(event: Event) -> set[UUID]:
    """Return who must hear that a lesson was not published: who chose the day, wrote it, coordinates."""
    coordinators = _members(event, Role.COORDINATOR).values_list("user", flat=True)
    return approver(event) | writers(event) | set(coordinators)


def hindrance(event: Event) -> str:
    """Return why a lesson was not published on its day, and what to do."""
    return str(HINDRANCES[event.data["why"]])


def failed_release(lesson: Lesson, viewer: Viewer) -> str:
    """Return why the lesson was not published on its day, while nothing has happened since."""
    if lesson.state != State.VALIDATED or lesson.is_scheduled:
        return ""
    told = Event.objects.visible_to(viewer).filter(target_type="lesson", target_id=lesson.pk)
    last = told.order_by("-pk").first()
    return hindrance(last) if last and last.verb == "lesson.release_failed" else ""


def reviewers(event: Event) -> set[UUID]:
    """Return who may review what was submitted: reviewers of the owner who did not write it."""
    members = set(_members(event, Role.REVIEWER).values_list("user", flat=True))
    return members - set(_texts(event).values_list("author", flat=True)) - {_actor(event)}


def _texts(event: Event) -> LessonVersionQuerySet:
    """Return the versions that an event is about: each since the last published one."""
    published = Event.objects.filter(
        target_type="lesson",
        target_id=event.target_id,
        verb="lesson.published",
        pk__lt=event.pk,
    ).aggregate(last=Max("target_version"))["last"]
    return LessonVersion.objects.filter(
        Q(number=event.target_version)
        | Q(number__gt=published or 0, number__lt=event.target_version),
        lesson=event.target_id,
    )


def _members(event: Event, role: Role) -> MembershipQuerySet:
    members = Membership.objects.active().filter(organisation=event.organisation_id)
    return members.with_role(role)


def reason(event: Event) -> str:
    """Return the reviewer's reason; it goes to people of the owner only."""
    decision = {
        "lesson.changes_requested": Decision.CHANGES_REQUESTED,
        "lesson.declined": Decision.DECLINED,
        "lesson.approved": Decision.APPROVED,
        "lesson.withdrawn": Decision.WITHDRAWN,
    }[event.verb]
    review = (
        Review.objects.filter(
            lesson=event.target_id,
            version__number=event.target_version,
            decision=decision,
            decided_at__lte=event.occurred_at,
        )
        .order_by("-decided_at")
        .first()
    )
    return review.reason if review else ""


def _actor(event: Event) -> UUID | None:
    return event.actor.actor_id


def register() -> None:
    """Register the kind of thing and its verbs."""
    register_target(
        TargetType(
            name="lesson",
            label=_("lesson"),
            visible=visible,
            title=title,
            summary=summary,
            languages=languages,
            byline=byline,
            audience=audience,
            topics=topics,
            organisations=organisations,
        )
    )
    register_verbs(*DRAFT_VERBS, *READER_VERBS)


# Why a lesson was not published on its day.
HINDRANCES = {
    "standing": _("Your organisation takes no part in the exchange now. Ask the operator."),
    "right": _(
        "Who chose the day may not publish it any more. Another reviewer can "
        "publish it now or choose the day anew."
    ),
    "text": _("Its text lacks something. Open its page to publish and see what."),
    "audience": _(
        "Your organisation is not in the group it is meant for. Choose another audience."
    ),
}

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
