"""To which workstreams a lesson belongs."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.agreements.models import Agreement, Workstream
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Invalid, Message
from exchange.lessons import policies
from exchange.lessons.actions import _steps
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, WorkstreamLink

NOT_OPEN: Message = gettext_lazy(
    "Nothing new of yours belongs to “%(name)s”: its agreement is over, or you are no party to it."
)


@transaction.atomic
def link_lesson(
    *,
    actor: Viewer,
    lesson: Lesson,
    workstreams: Collection[Workstream],
    seen: Collection[Workstream] | None = None,
) -> Lesson:
    """Have a lesson belong to these workstreams, and to no other that the actor can see.

    `seen`: the links that the actor was shown; then what others changed since stays as it is. The
    same choice changes nothing. Raises Forbidden, Conflict for a discarded lesson, Invalid for a
    workstream of others' agreements, or of one that is over.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(policies.can_edit(actor, lesson), _("Only who writes for its owner does this."))
    if lesson.state == State.DISCARDED:
        raise Conflict(_steps.RESTORE_FIRST)
    links = WorkstreamLink.objects.visible_to(actor).filter(lesson=lesson)
    present = set(links.values_list("workstream", flat=True))
    shown = present if seen is None else {one.pk for one in seen}
    wanted = {one.pk for one in workstreams}
    added, removed = wanted - shown - present, (shown - wanted) & present
    agreements = _held(added | removed)
    _link(lesson, added, agreements)
    WorkstreamLink.objects.filter(lesson=lesson, workstream__in=removed).delete()
    for agreement in agreements.values():
        _steps.record_for_parties(
            "lesson.linked", actor=actor, lesson=lesson, parties=agreement.home_audience
        )
    return lesson


def _link(lesson: Lesson, added: set[UUID], agreements: Mapping[UUID, Agreement]) -> None:
    """Have the lesson belong to these workstreams too; raise Invalid unless it may to each of them."""
    chosen = Workstream.objects.filter(pk__in=added).order_by("pk")
    for workstream in chosen:
        if not policies.can_link_to(lesson, agreements[workstream.agreement_id]):
            raise Invalid({"workstreams": [str(NOT_OPEN) % {"name": workstream}]})
    WorkstreamLink.objects.bulk_create(
        WorkstreamLink(lesson=lesson, workstream=workstream, organisation=lesson.organisation)
        for workstream in chosen
    )


def _held(workstreams: Collection[UUID]) -> dict[UUID, Agreement]:
    """Return the agreements of workstreams, whose parties nobody changes until the transaction ends."""
    wanted = Workstream.objects.filter(pk__in=workstreams).values("agreement")
    rows = Agreement.objects.filter(pk__in=wanted).order_by("pk")
    # Read after they are locked: a statement that waits joins what was there before.
    list(rows.select_for_update(no_key=True).values_list("pk"))
    found = rows.select_related("home_audience", "current_term")
    return {agreement.pk: agreement for agreement in found}
