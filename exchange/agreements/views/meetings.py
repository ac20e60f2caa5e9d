"""The pages of meetings."""

import re
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exchange.agreements import actions
from exchange.agreements.choices import MeetingState
from exchange.agreements.forms import CancelForm, HoldForm, MeetingForm, NewMeetingForm
from exchange.agreements.models import Action, Meeting, Workstream
from exchange.agreements.policies import can_edit
from exchange.agreements.views._answers import (
    form_page,
    parties_only,
    permitted,
    tended,
    visible_agreement,
    with_parties,
)
from exchange.common import markdown, time
from exchange.common.forms import OnceForm
from exchange.common.methods import page
from exchange.common.text import lines
from exchange.partners.answering import as_saved
from exchange.partners.middleware import ViewedRequest

PAGE_SIZE = 25
NUMBERED = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")


def visible_meeting(request: ViewedRequest, pk: UUID) -> Meeting:
    """Return the meeting and its agreement with its parties; 404 for whoever does not see it."""
    rows = Meeting.objects.visible_to(request.viewer).with_place()
    meeting: Meeting = get_object_or_404(rows.select_related("agreement__current_term"), pk=pk)
    with_parties(meeting.agreement, request.viewer)
    return meeting


@login_required
@require_safe
def meeting(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show a meeting: when it is for each party, what it is about, and what came of it."""
    found = visible_meeting(request, pk)
    rows = Action.objects.visible_to(request.viewer).filter(meeting=found)
    born = list(rows.select_related("organisation").with_people().soonest_first())
    for one in born:
        one.agreement = found.agreement
    editor = can_edit(request.viewer, found.agreement)
    planned = found.state == MeetingState.PLANNED
    context = {
        "meeting": found,
        "agreement": found.agreement,
        "clocks": clocks(found, request.viewer.timezone),
        "agenda": markdown.render(found.agenda) if found.agenda else "",
        "minutes": markdown.render(found.minutes) if found.minutes else "",
        "attendees": lines(found.attendees),
        "decisions": unnumbered(lines(found.decisions)),
        "actions": born,
        "tended": tended(request.viewer, found.agreement, born),
        "press": OnceForm(),
        "can_edit": editor,
        "can_hold": editor and found.state != MeetingState.CANCELLED and has_begun(found),
        "can_cancel": editor and planned,
    }
    return render(request, "agreements/meeting.html", context)


def unnumbered(said: list[str]) -> list[str]:
    """Return lines without the numbers 1, 2, 3 that all of them begin with: the page has its own."""
    found = [NUMBERED.match(line) for line in said]
    numbers = [int(one[1]) for one in found if one]
    if numbers != list(range(1, len(said) + 1)):
        return said
    return [line[one.end() :] for line, one in zip(said, found, strict=True) if one]


def has_begun(meeting: Meeting) -> bool:
    """Tell whether the hour of a meeting has come."""
    return meeting.starts_at <= time.now()


def clocks(meeting: Meeting, own: str) -> list[tuple[str, Any, Any]]:
    """Return when a meeting begins and ends by the reader's clock, then by those of its parties.

    Each zone once: whose clock it is, the beginning and the end there.
    """
    zones: dict[str, list[str]] = {own: [_("your clock")]}
    zones.setdefault(meeting.timezone, [])
    for party in meeting.agreement.standing:
        zones.setdefault(party.organisation.timezone, []).append(str(party.organisation))
    return [
        (
            " · ".join([name, *whose]),
            meeting.starts_at.astimezone(time.zone(name)),
            meeting.ends_at.astimezone(time.zone(name)),
        )
        for name, whose in zones.items()
    ]


@login_required
@require_safe
def meetings(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """List all meetings of an agreement, the latest first."""
    agreement = visible_agreement(request, pk)
    parties_only(request, agreement)
    rows = Meeting.objects.visible_to(request.viewer).filter(agreement=agreement).with_place()
    context = {
        "agreement": agreement,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_edit": can_edit(request.viewer, agreement),
    }
    return render(request, "agreements/meeting_list.html", context)


@login_required
@page
def new(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Call a meeting of the parties."""
    agreement = visible_agreement(request, pk)
    permitted(request, agreement, can_edit)
    form = NewMeetingForm(
        request.POST or None,
        initial={
            "lock": 0,
            "timezone": request.viewer.timezone,
            "workstream": request.GET.get("workstream", ""),
        },
        workstreams=Workstream.objects.visible_to(request.viewer).filter(agreement=agreement),
    )
    call = partial(actions.call_meeting, actor=request.viewer, agreement=agreement)
    return form_page(
        request,
        form,
        lambda: call(text=form.text, workstream=form.chosen_workstream),
        done=_("Called. The parties read of it, and find it in their calendars."),
        heading=_("Call a meeting"),
        thing=agreement,
        submit=_("Call it"),
    )


@login_required
@page
def edit(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Change when and where a meeting is, and what it is about."""
    found = visible_meeting(request, pk)
    permitted(request, found.agreement, can_edit)
    initial = {**MeetingForm.values_of(found), "lock": found.lock}
    form = MeetingForm(request.POST or None, initial=initial)
    return _revised(
        request,
        found,
        form,
        actions.revise_meeting,
        heading=_("Edit the meeting"),
        submit=_("Save"),
    )


@login_required
@page
def hold(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Write down what came of a meeting."""
    found = visible_meeting(request, pk)
    permitted(request, found.agreement, can_edit)
    initial = {**HoldForm.values_of(found), "lock": found.lock}
    form = HoldForm(request.POST or None, initial=initial)
    return _revised(
        request,
        found,
        form,
        actions.hold_meeting,
        heading=_("What the meeting came to"),
        lead=_("Actions are noted on the meeting’s page, once this is saved."),
        submit=_("Save"),
    )


@login_required
@page
def cancel(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Call a meeting off."""
    found = visible_meeting(request, pk)
    permitted(request, found.agreement, can_edit)
    form = CancelForm(request.POST or None, initial={"lock": found.lock})
    act = partial(actions.cancel_meeting, actor=request.viewer, meeting=found)
    return form_page(
        request,
        form,
        lambda: act(lock=form.cleaned_data["lock"]),
        done=_("Called off."),
        heading=_("Call this meeting off?"),
        lead=_("The parties are told, and calendars show it as called off."),
        agreement=found.agreement,
        thing=found,
        submit=_("Call it off"),
        danger=True,
    )


def _revised(
    request: ViewedRequest,
    meeting: Meeting,
    form: MeetingForm | HoldForm,
    action: Any,
    **context: Any,
) -> HttpResponse:
    """Save a form about a meeting; what another party saved meanwhile is brought together with it."""
    act = partial(action, actor=request.viewer, meeting=meeting)
    return form_page(
        request,
        form,
        lambda: act(lock=form.cleaned_data["lock"], text=form.text),
        done=_("Saved."),
        saved=lambda: as_saved(visible_meeting(request, meeting.pk), form.values_of),
        agreement=meeting.agreement,
        thing=meeting,
        **context,
    )
