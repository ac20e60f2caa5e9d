"""The scorecard and report of an agreement: as a page, as a document, and the lists behind it."""

import datetime as dt
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from exchange.agreements.forms import PeriodForm
from exchange.agreements.reporting import ALSO_TOGETHER, NOTHING, Report, docx
from exchange.agreements.views._answers import visible_agreement
from exchange.common import time
from exchange.common.mail import absolute
from exchange.partners.middleware import ViewedRequest

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def report(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show what an agreement came to in a period, as the reader may see it."""
    form, made = _report(request, pk)
    context = {"form": form, "report": made, "agreement": made.agreement, "period": _period(made)}
    context |= {"also_together": ALSO_TOGETHER, "nothing": NOTHING}
    return render(request, "agreements/report.html", context)


@require_safe
def document(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Answer with the same report as a Word document; for a period that means nothing, with the page."""
    form, made = _report(request, pk)
    page = reverse("agreements:report", args=[pk])
    if form.errors:
        return redirect(f"{page}?{request.GET.urlencode()}")
    answer = HttpResponse(docx(made, absolute(f"{page}?{_period(made)}")), content_type=DOCX)
    name = slugify(made.agreement.title)[:60] or "report"
    answer["Content-Disposition"] = f'attachment; filename="{name}-{made.last.year}.docx"'
    return answer


@require_safe
def figure(request: ViewedRequest, pk: UUID, name: str) -> HttpResponse:
    """List the very things that a figure of the report counts, of all parties or of one."""
    _form, made = _report(request, pk)
    found = made.figure(name)
    if found is None:
        raise Http404
    asked = request.GET.get("party", "")
    party = next((one for one in made.parties if str(one.organisation_id) == asked), None)
    context = {
        "report": made,
        "agreement": made.agreement,
        "figure": found.of(party.organisation_id) if party else found,
        "party": party,
        "period": _period(made),
    }
    return render(request, "agreements/figure.html", context)


def _report(request: ViewedRequest, pk: UUID) -> tuple[PeriodForm, Report]:
    """Return the form and the report of the period in the address: this year, unless it says another."""
    agreement = visible_agreement(request, pk)
    today = time.today(request.viewer.timezone)
    form = PeriodForm(request.GET, first=dt.date(today.year, 1, 1), last=today)
    form.full_clean()
    first, last = form.period
    return form, Report(agreement, request.viewer, first, last)


def _period(made: Report) -> str:
    """Return the period as an address has it."""
    return f"from={made.first.isoformat()}&to={made.last.isoformat()}"
