"""Who is party: asking, answering, leaving, who signed, who coordinates."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from exchange.agreements import actions
from exchange.agreements.choices import PartyState
from exchange.agreements.forms import AskForm, SignatoryForm
from exchange.agreements.models import FEWEST, Agreement, Party
from exchange.agreements.policies import (
    can_answer,
    can_decide,
    can_leave,
    can_take_back,
    speaks_for,
)
from exchange.agreements.views._answers import (
    form_page,
    links_of,
    permitted,
    visible_agreement,
    visible_party,
)
from exchange.audiences.choosing import who_reads
from exchange.common import markdown
from exchange.common.forms import LockMixin, OnceForm
from exchange.common.methods import page
from exchange.partners.answering import press_step
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

OTHERS = 500
LEAVING = gettext_lazy(
    "Your organisation loses at once what its parties share: workstreams, meetings, and the lessons of "
    "others. What it has shared itself stays its own."
)


@login_required
@page
def ask(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Ask another organisation to confirm that it is party."""
    found = visible_agreement(request, pk)
    permitted(request, found, lambda viewer, one: can_decide(viewer, one) and not one.is_over)
    form = AskForm(request.POST or None, initial={"lock": found.lock}, viewer=request.viewer)
    act = partial(actions.ask_party, actor=request.viewer, agreement=found)
    others = Organisation.objects.visible_to(request.viewer).exclude(pk__in=found.party_ids)
    return form_page(
        request,
        form,
        lambda: act(lock=form.cleaned_data["lock"], organisation=form.cleaned_data["organisation"]),
        done=_("Asked. It is party once its coordinators confirm."),
        back=found.get_absolute_url(),
        heading=_("Ask another party"),
        lead=_(
            "Its coordinators are told, and read title, parties, dates and summary to answer. Once they "
            "confirm, it reads all that the parties share, what they shared before as well."
        ),
        thing=found,
        submit=_("Ask it to confirm"),
        known=others.values_list("name", flat=True)[:OTHERS],
    )


@login_required
@require_safe
def party(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show how an organisation stands to an agreement; who is asked answers here."""
    found = visible_party(request, pk)
    # Who is asked reads what they are to confirm, and no more; who has left reads nothing of it.
    asked = found.state == PartyState.PROPOSED and can_answer(request.viewer, found)
    context = {
        "party": found,
        "asked": asked,
        "can_leave": can_leave(request.viewer, found),
        "can_take_back": can_take_back(request.viewer, found),
        "can_decide": found.state == PartyState.CONFIRMED
        and can_decide(request.viewer, found.agreement),
        "can_sign": found.state == PartyState.CONFIRMED
        and speaks_for(request.viewer, found.organisation_id),
        "press": OnceForm(),
    }
    if asked:
        agreement = found.agreement
        context |= {
            "agreement": agreement,
            "term": agreement.current_term,
            "readers": _("its parties alone")
            if agreement.audience_id == agreement.home_audience_id
            else who_reads(agreement.audience, request.viewer),
            "lock": LockMixin(initial={"lock": agreement.lock}),
            "summary": markdown.render(agreement.summary) if agreement.summary else "",
            "links": links_of(agreement),
        }
    return render(request, "agreements/party.html", context)


@login_required
@require_POST
def confirm(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Say that one's organisation is party."""
    found = _answering(request, pk)
    form = LockMixin(request.POST)
    # What was pressed without what it was read at confirms nothing.
    lock = form.cleaned_data["lock"] if form.is_valid() else 0
    act = partial(actions.confirm_party, actor=request.viewer, party=found, lock=lock)
    said = _("Confirmed: your organisation is party, and reads all of it.")
    to = reverse("agreements:agreement", args=[found.agreement_id])
    return press_step(request, act, done=said, to=to, otherwise=found)


@login_required
@require_POST
def decline(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Say that one's organisation is no party."""
    found = _answering(request, pk)
    act = partial(actions.decline_party, actor=request.viewer, party=found)
    return press_step(
        request, act, done=_("Declined. Who asked is told."), to=reverse("agreements:agreements")
    )


@login_required
@page
def leave(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have one's organisation leave an agreement, after saying what that means."""
    found = visible_party(request, pk)
    if found.state != PartyState.CONFIRMED:
        return redirect(found)
    if not can_leave(request.viewer, found):
        raise PermissionDenied(_("Only people who coordinate a party say that it leaves."))
    form = OnceForm(request.POST or None)
    return form_page(
        request,
        form,
        partial(actions.leave_agreement, actor=request.viewer, party=found),
        done=_("Your organisation has left the agreement."),
        back=reverse("agreements:agreements"),
        heading=_("Leave this agreement?"),
        lead=" ".join(filter(None, [str(LEAVING), _ending(found.agreement)])),
        agreement=found.agreement,
        thing=found,
        submit=_("Leave the agreement"),
        danger=True,
    )


def _ending(agreement: Agreement) -> str:
    """Return what leaving does to the agreement, nothing where it goes on."""
    stands = agreement.concluded_at and not agreement.is_over
    if not stands or len(agreement.standing) > FEWEST:
        return ""
    return _(
        "You are one of the last two: the agreement is over, and nothing new is done under it."
    )


@login_required
@require_POST
def take_back(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Take back that an organisation was asked."""
    found = visible_party(request, pk)
    act = partial(actions.take_back_question, actor=request.viewer, party=found)
    to = reverse("agreements:agreement", args=[found.agreement_id])
    return press_step(request, act, done=_("It is asked no more."), to=to)


@login_required
@require_POST
def coordinate(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have a party coordinate the agreement."""
    found = visible_party(request, pk)
    agreement = visible_agreement(request, found.agreement_id)
    permitted(request, agreement, can_decide)

    def choose() -> object:
        return actions.choose_coordinator(
            actor=request.viewer, agreement=agreement, lock=agreement.lock, party=found
        )

    said = _("%(party)s coordinates the agreement now.") % {"party": found.organisation}
    return press_step(request, choose, done=said, to=agreement)


@login_required
@page
def signatory(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Say who signed for one's organisation."""
    found = visible_party(request, pk)
    if found.state != PartyState.CONFIRMED:
        return redirect(found)
    if not speaks_for(request.viewer, found.organisation_id):
        raise PermissionDenied(_("Only the party itself says who signed for it."))
    initial = {"signatory": found.signatory, "lock": found.agreement.lock}
    form = SignatoryForm(request.POST or None, initial=initial)
    act = partial(actions.name_signatory, actor=request.viewer, party=found)

    def saved() -> tuple[dict[str, Any], int]:
        now = visible_party(request, pk)
        return {"signatory": now.signatory}, now.agreement.lock

    return form_page(
        request,
        form,
        lambda: act(lock=form.cleaned_data["lock"], signatory=form.cleaned_data["signatory"]),
        done=_("Saved."),
        saved=saved,
        back=reverse("agreements:agreement", args=[found.agreement_id]),
        heading=_("Who signed for your organisation"),
        agreement=found.agreement,
        thing=found,
        submit=_("Save"),
    )


def _answering(request: ViewedRequest, pk: UUID) -> Party:
    """Return what one's organisation is asked; 403 for its people who do not answer for it."""
    found = visible_party(request, pk)
    if not can_answer(request.viewer, found):
        raise PermissionDenied(
            _("Only people who coordinate the organisation that is asked answer.")
        )
    return found
