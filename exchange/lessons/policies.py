"""Who may do what with a lesson. Visibility is not decided here but by `visible_to`."""

from exchange.agreements.models import Agreement
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, LessonVersion
from exchange.lessons.states import TRANSITIONS, next_state
from exchange.partners.models import Membership, Organisation
from exchange.partners.policies import may_reach


def can_write(viewer: Viewer, organisation: Organisation) -> bool:
    """Contributors write for their organisation, and so do its programs that may write."""
    return (
        organisation.is_partner
        and viewer.may_write
        and viewer.acts_as(Role.CONTRIBUTOR, organisation.pk)
    )


def can_edit(viewer: Viewer, lesson: Lesson) -> bool:
    """Whoever writes for the owner edits every lesson of the owner."""
    return can_write(viewer, lesson.organisation)


def can_submit(viewer: Viewer, lesson: Lesson) -> bool:
    """Whoever may edit a lesson may hand it to the reviewers."""
    return can_edit(viewer, lesson)


def can_discard(viewer: Viewer, lesson: Lesson) -> bool:
    """Whoever may edit a draft may throw it away."""
    return can_edit(viewer, lesson)


def can_drop_newer(viewer: Viewer, lesson: Lesson) -> bool:
    """People who write for the owner throw the newer text of a published lesson away."""
    return viewer.is_person and can_edit(viewer, lesson)


def can_restore(viewer: Viewer, lesson: Lesson) -> bool:
    """People who write for the owner bring back what was thrown away, whoever did it."""
    return viewer.is_person and can_edit(viewer, lesson)


def can_recall(viewer: Viewer, lesson: Lesson) -> bool:
    """People who write for the owner take a text back from review; who may review it says why not."""
    return viewer.is_person and can_edit(viewer, lesson) and not can_review(viewer, lesson)


def can_link(viewer: Viewer, lesson: Lesson) -> bool:
    """Whoever may edit a lesson says to which workstreams it belongs, until it is thrown away."""
    return can_edit(viewer, lesson) and lesson.state != State.DISCARDED


def can_link_to(lesson: Lesson, agreement: Agreement) -> bool:
    """Only what is a party's own is linked to its work, and nothing new once that is over."""
    return lesson.organisation_id in agreement.party_ids and not agreement.is_over


def can_review(viewer: Viewer, lesson: Lesson) -> bool:
    """A reviewer of the owner who wrote none of what is under review; never a program."""
    return _is_reviewer(viewer, lesson) and not _wrote_it(viewer, lesson)


def somebody_can_review(lesson: Lesson) -> bool:
    """Tell whether the owner has anybody at all who may review the lesson now. One query."""
    wrote = LessonVersion.objects.in_work().filter(lesson=lesson, author__isnull=False)
    reviewers = Membership.objects.active().with_role(Role.REVIEWER)
    others = reviewers.filter(organisation=lesson.organisation_id)
    return others.exclude(user__in=wrote.values("author")).exists()


def can_publish(viewer: Viewer, lesson: Lesson) -> bool:
    """Whoever may review a lesson may publish it."""
    return can_review(viewer, lesson)


def can_withdraw(viewer: Viewer, lesson: Lesson) -> bool:
    """Any reviewer of the owner takes a lesson back from its readers, their own too."""
    return _is_reviewer(viewer, lesson)


def can_supersede(viewer: Viewer, lesson: Lesson) -> bool:
    """Any reviewer of the owner says which lesson replaces another, their own too."""
    return _is_reviewer(viewer, lesson)


def can_share_with(viewer: Viewer, organisation: Organisation, audience: Audience) -> bool:
    """An organisation shares with everybody, all partners, itself, and groups that it is in.

    Of a union it must be in every group.
    """
    return can_write(viewer, organisation) and may_reach(organisation, audience)


def can_change_audience(viewer: Viewer, lesson: Lesson, audience: Audience) -> bool:
    """People who edit choose the audience of what is unpublished; then a reviewer does.

    Others may take a published lesson home only. Programs never change an audience.
    """
    if not viewer.is_person or not can_share_with(viewer, lesson.organisation, audience):
        return False
    kept_or_home = {lesson.audience_id, lesson.home_audience_id}
    return can_share(viewer, lesson) or audience.pk in kept_or_home


def can_share(viewer: Viewer, lesson: Lesson) -> bool:
    """What is published a reviewer of the owner shares with others; what is not, who edits it."""
    return can_edit(viewer, lesson) and (not lesson.is_published or _is_reviewer(viewer, lesson))


def allowed_actions(viewer: Viewer, lesson: Lesson) -> list[str]:
    """Return what the viewer may do now: names of `states.TRANSITIONS`, in that order.

    At most one query.
    """
    reviews = can_review(viewer, lesson)
    edits = can_edit(viewer, lesson)
    rights = {
        "revise": edits,
        "submit": edits,
        "recall": edits and viewer.is_person and not reviews,
        "request_changes": reviews,
        "decline": reviews,
        "approve": reviews,
        "publish": reviews,
        "schedule": reviews,
        "unschedule": lesson.is_scheduled and reviews,
        "discard": edits and not lesson.edition,
        "restore": edits and viewer.is_person,
        "drop_newer": lesson.has_working_version and can_drop_newer(viewer, lesson),
        "withdraw": lesson.is_published and can_withdraw(viewer, lesson),
        "supersede": lesson.is_published and can_supersede(viewer, lesson),
        "reinstate": lesson.is_superseded and can_supersede(viewer, lesson),
        "change_audience": edits and viewer.is_person,
    }
    return [name for name in TRANSITIONS if rights[name] and next_state(name, lesson.state)]


def _is_reviewer(viewer: Viewer, lesson: Lesson) -> bool:
    return viewer.is_person and viewer.acts_as(Role.REVIEWER, lesson.organisation_id)


def _wrote_it(viewer: Viewer, lesson: Lesson) -> bool:
    return LessonVersion.objects.in_work().filter(lesson=lesson, author=viewer.user_id).exists()
