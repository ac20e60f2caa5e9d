"""The calendar as a page, the private address to subscribe to it, and a meeting as a file."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.accounts.asking import asks_again
from exchange.accounts.bookkeeping import note
from exchange.accounts.models import SecurityKind
from exchange.agreements import actions
from exchange.agreements.calendars import icalendar, of_meeting
from exchange.agreements.eyes import calendar_at
from exchange.agreements.models import Agreement, CalendarAddress
from exchange.agreements.views._answers import parties_only, visible_agreement
from exchange.agreements.views.meetings import visible_meeting
from exchange.common import languages, time
from exchange.common.buttons import press
from exchange.common.forms import OnceForm, print_of
from exchange.common.mail import absolute
from exchange.common.methods import page
from exchange.common.once import once
from exchange.common.providers import CalendarEntry, calendar_for
from exchange.partners.middleware import ViewedRequest

# So far back a subscribed calendar goes.
BACK = dt.timedelta(days=90)
SHOWN, LATE = 100, 20


@login_required
@page
@asks_again()
def calendar(request: ViewedRequest, pk: UUID | None = None) -> HttpResponse:
    """Show what is coming up, and make (this once) the address to subscribe to it."""
    agreement = _agreement(request, pk)
    form = OnceForm(request.POST or None)
    token = _made(request, form, agreement) if form.is_bound and form.is_valid() else None
    names = ("agreement_calendar", "end_agreement_calendar") if pk else ("calendar", "end_calendar")
    here, end = (reverse(f"agreements:{name}", args=[pk] if pk else []) for name in names)
    if token:
        address = absolute(reverse("agreements:calendar_feed", args=[token]))
        shown = render(
            request, "agreements/calendar_address.html", {"address": address, "here": here}
        )
        shown["Cache-Control"] = "no-store, private"
        return shown
    zone, today = time.zone(request.viewer.timezone), time.today(request.viewer.timezone)
    found = calendar_for(request.viewer, today, agreement)
    # Whatever is late leaves room for what is coming.
    late, coming = _parted(found, today, zone)
    own = CalendarAddress.objects.for_viewer(request.viewer).of(agreement)
    context = {
        "agreement": agreement,
        "today": today,
        "months": list(_by_month([*late[:LATE], *coming[:SHOWN]], zone)),
        "more": max(0, len(late) - LATE) + max(0, len(coming) - SHOWN),
        "present": own.first(),
        "form": form,
        "press": OnceForm(auto_id=False),
        "end": end,
    }
    return render(request, "agreements/calendar.html", context)


def _parted(
    found: list[CalendarEntry], today: dt.date, zone: dt.tzinfo
) -> tuple[list[CalendarEntry], list[CalendarEntry]]:
    """Return what is late, then what is coming."""
    is_late = [not entry.ends and _day(entry, zone) < today for entry in found]
    late = [entry for entry, was in zip(found, is_late, strict=True) if was]
    return late, [entry for entry, was in zip(found, is_late, strict=True) if not was]


def _by_month(
    found: list[CalendarEntry], zone: dt.tzinfo
) -> Iterator[tuple[dt.date, list[tuple[dt.date, CalendarEntry]]]]:
    """Give each month with its entries, each with its day by the reader's clock."""
    dated = [(_day(entry, zone), entry) for entry in found]
    for month, rows in groupby(dated, key=lambda row: row[0].replace(day=1)):
        yield month, list(rows)


def _day(entry: CalendarEntry, zone: dt.tzinfo) -> dt.date:
    moment = entry.starts
    return moment.astimezone(zone).date() if isinstance(moment, dt.datetime) else moment


def _made(request: ViewedRequest, form: OnceForm, agreement: Agreement | None) -> str | None:
    """Return the token of a new address; None, and a word in the form, when it was shown already."""
    owner, mark = request.viewer.owner_key, print_of(request)
    with once(owner=owner, key=form.key, fingerprint=mark) as claim:
        if claim.first:
            note(request.user, SecurityKind.CALENDAR_MADE, request)
            return actions.make_calendar_address(actor=request.viewer, agreement=agreement)
    form.add_error(None, _("This address was shown once already. If you missed it, reset it."))
    form.renew()
    return None


@login_required
@require_POST
def end(request: ViewedRequest, pk: UUID | None = None) -> HttpResponse:
    """End the address of one's calendar."""
    agreement = _agreement(request, pk)
    act = partial(actions.end_calendar_address, actor=request.viewer, agreement=agreement)
    said = _("This calendar has no address any more.")
    press(request, OnceForm(request.POST), act, said, owner=request.viewer.owner_key)
    return redirect("agreements:agreement_calendar", pk) if pk else redirect("agreements:calendar")


@require_safe
def feed(request: ViewedRequest, token: str) -> HttpResponseBase:
    """Tell what is in the calendar of whoever has this address, as they may see it now."""
    found = calendar_at(token)
    if found is None:
        said = _("There is no calendar at this address. It may have been reset, or have ended.\n")
        return HttpResponse(said, status=404, content_type="text/plain; charset=utf-8")
    agreement, viewer = found
    with languages.reading(viewer.language):
        name = agreement.title if agreement else _("Port Exchange")
        entries = calendar_for(viewer, (time.now() - BACK).date(), agreement)
        text = icalendar(entries, name=name)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    response["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response


@login_required
@require_safe
def meeting(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Answer with one meeting as an iCalendar file."""
    found = visible_meeting(request, pk)
    text = icalendar([of_meeting(found)], name=found.title)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    name = slugify(found.title)[:60] or "meeting"
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def _agreement(request: ViewedRequest, pk: UUID | None) -> Agreement | None:
    """Return the agreement that the calendar is of, for its parties; None for one's whole calendar."""
    if pk is None:
        return None
    found = visible_agreement(request, pk)
    parties_only(request, found)
    return found
