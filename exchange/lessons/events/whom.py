"""Who is mailed at once, and the reason for them."""

from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from exchange.activity.models import Event
from exchange.audiences.viewer import Role, Viewer
from exchange.lessons.choices import Decision, State
from exchange.lessons.models import Lesson, LessonVersion, Review
from exchange.lessons.models.version import LessonVersionQuerySet
from exchange.partners.models import Membership
from exchange.partners.models.membership import MembershipQuerySet

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
