"""Which workstreams a lesson belongs to, and could, as one viewer sees it."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from exchange.agreements.models import Agreement, Workstream
from exchange.audiences.viewer import Viewer
from exchange.lessons.models import Lesson, WorkstreamLink


@dataclass(frozen=True)
class Offer:
    """A workstream that a lesson belongs to (`is_linked`), or may be linked to."""

    workstream: Workstream
    is_linked: bool


def offers(lesson: Lesson, viewer: Viewer) -> list[Offer]:
    """Return what is shown of a lesson's workstreams, agreement by agreement; one query.

    Those of agreements that its owner is party to, while these are not over, and all that it belongs
    to already.
    """
    links = WorkstreamLink.objects.visible_to(viewer).filter(lesson=lesson)
    own = Agreement.objects.visible_to(viewer).of_parties([lesson.organisation_id])
    rows = (
        Workstream.objects.visible_to(viewer)
        .annotate(is_linked=Exists(links.filter(workstream=OuterRef("pk"))))
        .filter(Q(is_linked=True) | Q(agreement__in=own))
        .select_related("agreement__current_term")
        .order_by("agreement__sort_key", "agreement", "number")
    )
    found = [Offer(row, vars(row)["is_linked"]) for row in rows]
    return [one for one in found if one.is_linked or not one.workstream.agreement.is_over]
