"""The pages that belong to no slice."""

import datetime as dt
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from exchange.audiences.viewer import Role
from exchange.common import mailbox as post
from exchange.common import time
from exchange.common.providers import Step, grouped, steps_for, todos_for
from exchange.home import help as help_pages
from exchange.home import mailbox
from exchange.home.news import BeforeForm, news_for
from exchange.lessons.models import DraftBuffer, Lesson
from exchange.partners.middleware import ViewedRequest

DRAFTS = 5
FEW, PAGE = 6, 20
LATEST = 6
# For so long after joining the start page lists the first steps; then who left one out meant to.
NEW_FOR = dt.timedelta(days=30)
SEALED = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


@require_safe
def home(request: ViewedRequest) -> HttpResponse:
    """Show the dashboard to who has signed in, and to everybody else what this is."""
    if not request.viewer.is_person:
        published = Lesson.objects.visible_to(request.viewer).published().current().with_shown()
        latest = published.order_by("-published_at", "-pk")[:LATEST]
        return render(request, "home/landing.html", {"latest": latest})
    typed = DraftBuffer.objects.for_viewer(request.viewer).that_can_go_on()
    drafts = Lesson.objects.visible_to(request.viewer).being_written_by(request.viewer)
    context = {
        "todos": grouped(todos_for(request.viewer)),
        "steps": first_steps(request),
        "may_write": bool(request.viewer.organisations_as(Role.CONTRIBUTOR)),
        "drafts": drafts.with_latest()
        .annotate(has_typing=Exists(typed.filter(lesson=OuterRef("pk"))))
        .order_by("-changed_at")[:DRAFTS],
    }
    return render(request, "home/dashboard.html", context)


def first_steps(request: ViewedRequest) -> list[Step]:
    """Return what a newcomer does first, done or not; nothing once all is done or a month has gone."""
    if time.now() - request.user.date_joined > NEW_FOR:
        return []
    steps = steps_for(request.viewer)
    return steps if not all(step.done for step in steps) else []


@login_required
@require_safe
@vary_on_headers("HX-Request")
def news(request: ViewedRequest) -> HttpResponse:
    """List the news the reader may see, newest first, each thing once a page; the start page the first few.

    `before` in the address is the event that the page before ended with.
    """
    form = BeforeForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    if request.headers.get("HX-Request"):
        return render(request, "home/_news.html", {"news": news_for(request.viewer, FEW)})
    found = news_for(request.viewer, PAGE, before)
    context = {"news": found, "before": before, "more": len(found) == PAGE}
    return render(request, "home/news.html", context)


@require_safe
def about(request: ViewedRequest) -> HttpResponse:
    """Say how visibility works, and whom figures and software are owed to."""
    return render(request, "home/about.html")


@require_safe
def help_index(request: ViewedRequest) -> HttpResponse:
    """List the pages of the documentation that are for users and partners."""
    return render(request, "home/help.html", {"pages": help_pages.pages()})


@require_safe
def help_page(request: ViewedRequest, name: str) -> HttpResponse:
    """Show one of them; 404 for others."""
    page = help_pages.page(name)
    if page is None:
        raise Http404
    html = page.html(request.build_absolute_uri)
    return render(request, "home/help_page.html", {"page": page, "html": html})


@require_safe
def mails(request: ViewedRequest) -> HttpResponse:
    """List the letters that went to files; 404 unless the mailbox is open."""
    _require_open(request)
    context = {"mails": post.messages()[:100], "for_everybody": mailbox.is_open_for_everybody()}
    return render(request, "home/mailbox.html", context)


@require_safe
def mail(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show one letter: headers, text, and links to its HTML and its source."""
    return render(request, "home/mail.html", {"mail": _mail(request, pk)})


@require_safe
def mail_html(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Answer with the HTML part alone, sealed off: no script, no request, no origin."""
    response = HttpResponse(_mail(request, pk).html)
    response.headers["Content-Security-Policy"] = SEALED
    return response


@require_safe
def mail_source(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Answer with the letter as it would have left."""
    return HttpResponse(_mail(request, pk).raw, content_type="text/plain; charset=utf-8")


def _mail(request: ViewedRequest, pk: UUID) -> post.StoredMail:
    _require_open(request)
    found = post.message(pk)
    if found is None:
        raise Http404
    return found


def _require_open(request: ViewedRequest) -> None:
    if not mailbox.is_open_for(request):
        raise Http404
