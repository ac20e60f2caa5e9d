"""The time line of an agreement, as a picture and as a table."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.agreements.choices import MeetingState
from exchange.agreements.models import Meeting, Milestone, Term, Workstream
from exchange.agreements.picture import draw
from exchange.agreements.views._answers import parties_only, visible_agreement
from exchange.common import time
from exchange.partners.middleware import ViewedRequest


@login_required
@require_safe
def timeline(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show terms, workstreams, milestones and meetings of an agreement over time."""
    found = visible_agreement(request, pk)
    parties_only(request, found)
    viewer, inside = request.viewer, {"agreement": found}
    milestones = list(
        Milestone.objects.visible_to(viewer)
        .filter(dropped_at=None, **inside)
        .only("title", "due", "done_on", "dropped_at", "workstream")
        .soonest_first()
    )
    meetings = list(
        Meeting.objects.visible_to(viewer)
        .filter(**inside)
        .exclude(state=MeetingState.CANCELLED)
        .order_by("starts_at", "pk")
    )
    workstreams = list(Workstream.objects.visible_to(viewer).filter(**inside))
    at_hand: dict[UUID | None, Workstream] = {one.pk: one for one in workstreams}
    for milestone in milestones:
        milestone.workstream = at_hand[milestone.workstream_id]
    terms = list(Term.objects.visible_to(viewer).filter(**inside))
    context = {
        "agreement": found,
        "picture": draw(terms, workstreams, milestones, meetings, time.today(viewer.timezone)),
        "terms": terms,
        "workstreams": workstreams,
        "milestones": milestones,
        "meetings": meetings,
    }
    return render(request, "agreements/timeline.html", context)
