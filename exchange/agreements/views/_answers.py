"""What the pages share: fetching through the rule, and telling people what came of a form."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from exchange.agreements.actions._steps import NO_PARTY, OVER
from exchange.agreements.models import Action, Agreement, Lead, Milestone, Party
from exchange.agreements.policies import at_work, can_tend
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Message
from exchange.common.text import lines
from exchange.partners import answering
from exchange.partners.middleware import ViewedRequest

NO_LEAD: Message = gettext_lazy(
    "Only its leads, and people who coordinate the party that has it in hand, do this."
)


def visible_agreement(request: ViewedRequest, pk: UUID) -> Agreement:
    """Return the agreement with what its page shows; 404 for whoever does not see it."""
    found = Agreement.objects.visible_to(request.viewer).with_shown()
    agreement: Agreement = get_object_or_404(found.select_related("effective_audience"), pk=pk)
    return agreement


def permitted(
    request: ViewedRequest, agreement: Agreement, policy: Callable[[Viewer, Any], bool]
) -> None:
    """Refuse (403) whoever may not do this under an agreement that they see."""
    if not policy(request.viewer, agreement):
        party = bool(agreement.party_ids & set(request.viewer.roles))
        raise PermissionDenied(str(OVER if party and agreement.is_over else NO_PARTY))


def permitted_to_work(request: ViewedRequest, agreement: Agreement, allowed: bool) -> None:
    """Refuse (403) who sees the work of an agreement but may not do this."""
    if not allowed:
        raise PermissionDenied(str(OVER if agreement.is_over else NO_LEAD))


def parties_only(request: ViewedRequest, agreement: Agreement) -> None:
    """Answer 404 to who sees an agreement but is no party: what is under it is not theirs."""
    if agreement.home_audience_id not in request.viewer.audience_ids:
        raise Http404


def with_parties(agreement: Agreement, viewer: Viewer) -> Agreement:
    """Return the agreement with its parties loaded as the viewer sees them; one query."""
    rows = Party.objects.visible_to(viewer).confirmed().filter(agreement=agreement)
    agreement.standing = list(rows.select_related("organisation"))
    return agreement


def visible_party(request: ViewedRequest, pk: UUID) -> Party:
    """Return how an organisation stands to an agreement; 404 for whoever does not see it."""
    found = Party.objects.visible_to(request.viewer).select_related("organisation", "proposed_by")
    party: Party = get_object_or_404(found, pk=pk)
    return party


def links_of(agreement: Agreement) -> list[tuple[str, str]]:
    """Return the agreement's links: each an address, and the words that follow it."""
    return [(one[0], one[2]) for one in (line.partition(" ") for line in lines(agreement.links))]


def tended(viewer: Viewer, agreement: Agreement, tasks: Iterable[Milestone | Action]) -> set[UUID]:
    """Return which of the agreement's milestones and actions the viewer may tend; one query."""
    mine = Lead.objects.visible_to(viewer).filter(
        workstream__agreement=agreement, person=viewer.user_id, organisation__in=at_work(viewer)
    )
    leading: dict[UUID | None, set[UUID]] = {}
    for workstream, party in mine.values_list("workstream", "organisation"):
        leading.setdefault(workstream, set()).add(party)
    return {
        task.pk for task in tasks if can_tend(viewer, task, leading.get(task.workstream_id, set()))
    }


form_page = partial(answering.form_page, template="agreements/form.html")
