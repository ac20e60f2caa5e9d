"""What the pages share: fetching through the rule, and telling people what came of a form."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.agreements.actions._steps import NO_PARTY, OVER
from exchange.agreements.models import Action, Agreement, Lead, Milestone, Party
from exchange.agreements.policies import at_work, can_tend
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid, Message, Stale
from exchange.common.forms import NonceMixin, OnceForm, add_errors, print_of
from exchange.common.merging import MergingForm
from exchange.common.once import once
from exchange.common.text import lines
from exchange.partners.middleware import ViewedRequest

SENT_BEFORE: Message = gettext_lazy(
    "This was sent before. Look at what came of it, then decide anew."
)
NO_LEAD: Message = gettext_lazy(
    "Only its leads, and people who coordinate the party that has it in hand, do this."
)
CHANGED: Message = gettext_lazy(
    "This has changed meanwhile, so nothing was done. Look again, then decide."
)


class Addressed(Protocol):
    """What has a page."""

    def get_absolute_url(self) -> str: ...


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


def as_saved(thing: Any, read: Callable[[Any], Mapping[str, Any]]) -> tuple[Mapping[str, Any], int]:
    """Return what a form that was sent over something older is merged with; `thing` is read anew."""
    return read(thing), thing.lock


def form_page(
    request: ViewedRequest,
    form: NonceMixin,
    act: Callable[[], Addressed],
    *,
    done: Message,
    saved: Callable[[], tuple[Mapping[str, Any], int]] | None = None,
    back: str = "",
    **context: Any,
) -> HttpResponse:
    """Do what a valid form asks for, once; go to what came of it (or `back`), and say `done`.

    Else show the form (again) on a page of its own, with what was refused: `context` is what the
    page says. `saved` gives what is saved now, and its lock, for a form that merges.
    """
    answer = _act_once(request, form, act, done=done, saved=saved, back=back)
    return answer or _show_form(request, form, **context)


def _act_once(
    request: ViewedRequest,
    form: NonceMixin,
    act: Callable[[], Addressed],
    *,
    done: Message,
    saved: Callable[[], tuple[Mapping[str, Any], int]] | None,
    back: str,
) -> HttpResponse | None:
    """Return where to go, None when the page is to be shown: before the form is sent, or refused."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        mark = print_of(request)
        with once(owner=request.viewer.owner_key, key=form.key, fingerprint=mark) as claim:
            address = claim.outcome
            if claim.first:
                address = act().get_absolute_url()
                claim.keep(address)
    except Forbidden as error:
        raise PermissionDenied(str(error.message)) from error
    except Stale as error:
        _tell_stale(form, saved, error)
    except Conflict as error:
        form.add_error(None, str(error.message))
    except Invalid as error:
        if error.code == "key_reused":
            form.renew()
            form.add_error(None, str(SENT_BEFORE))
        else:
            add_errors(form, error.errors)
    else:
        messages.success(request, str(done))
        return HttpResponseRedirect(back or address)
    return None


def _tell_stale(
    form: forms.Form, saved: Callable[[], tuple[Mapping[str, Any], int]] | None, error: Stale
) -> None:
    if isinstance(form, MergingForm) and saved:
        form.merge(*saved())
        return
    form.data = {**dict(form.data.items()), "lock": str(error.current)}
    if isinstance(form, NonceMixin):
        form.renew()
    form.add_error(None, str(CHANGED))


def press_step(
    request: ViewedRequest,
    act: Callable[[], object],
    *,
    done: Message,
    to: Addressed | str,
    otherwise: Addressed | None = None,
) -> HttpResponse:
    """Do what a button is for, once; say `done` and go to `to`, or why not and go there or `otherwise`."""
    form = OnceForm(request.POST)
    try:
        if not form.is_valid():
            raise Conflict(_("Part of this form got lost on the way. Nothing was done: try again."))
        mark = print_of(request)
        with once(owner=request.viewer.owner_key, key=form.key, fingerprint=mark) as claim:
            if claim.first:
                act()
    except Forbidden as error:
        raise PermissionDenied(str(error.message)) from error
    except (Conflict, Stale) as error:
        messages.error(request, str(error.message))
        to = otherwise or to
    except Invalid as error:
        messages.error(request, str(error))
        to = otherwise or to
    else:
        messages.success(request, str(done))
    return HttpResponseRedirect(to) if isinstance(to, str) else redirect(to.get_absolute_url())


def _show_form(request: ViewedRequest, form: NonceMixin, **context: Any) -> HttpResponse:
    """Show a form on a page of its own; 409 when somebody else saved meanwhile."""
    merged = isinstance(form, MergingForm) and form.was_merged
    return render(
        request,
        "agreements/form.html",
        {"form": form, "merged": merged, **context},
        status=409 if merged else 200,
    )
