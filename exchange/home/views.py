"""The pages that belong to no slice."""

import datetime as dt
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Exists, Max, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.activity.feed import Entry, entries
from exchange.activity.models import Event
from exchange.activity.verbs import news_verbs
from exchange.audiences.viewer import Role, Viewer
from exchange.common import mailbox as post
from exchange.common import time
from exchange.common.providers import Step, Todo, steps_for, todos_for
from exchange.home import help as help_pages
from exchange.home import mailbox
from exchange.lessons.models import DraftBuffer, Lesson
from exchange.partners.middleware import ViewedRequest

DRAFTS = 5
NEWS = 6
LATEST = 6
# For so long after joining the start page lists the first steps; then who left one out meant to.
NEW_FOR = dt.timedelta(days=30)
# Several events may be of one thing, and some of things that are gone: more are read than shown.
READ = 40
# Where these do not suffice, things are gone through by their newest event, this many at a time.
READ_ON = 500
READ_AT_MOST = 5_000
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
        "news": news_for(request.viewer),
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


def grouped(todos: Iterable[Todo]) -> list[tuple[str, list[Todo]]]:
    """Return the entries under their headings, the heading with the oldest entry first."""
    groups: dict[str, list[Todo]] = {}
    for todo in todos:
        groups.setdefault(str(todo.heading), []).append(todo)
    return list(groups.items())


def news_for(viewer: Viewer) -> list[Entry]:
    """Return the newest news the viewer may see, each thing once, newest first."""
    found: dict[tuple[str, UUID], Entry] = {}
    for events in _newest_first(viewer):
        for entry in entries(events, viewer):
            found.setdefault((entry.event.target_type, entry.event.target_id), entry)
        if len(found) >= NEWS:
            break
    return list(found.values())[:NEWS]


def _newest_first(viewer: Viewer) -> Iterator[list[Event]]:
    """Yield news in batches: first simply the newest, then the newest of each further thing."""
    events = Event.objects.visible_to(viewer).filter(verb__in=news_verbs()).order_by("-pk")
    shown = events.select_related("actor")
    first = list(shown[:READ])
    yield first
    if len(first) < READ:
        return
    things = events.order_by().values("target_type", "target_id").annotate(newest=Max("pk"))
    further = things.filter(newest__lt=first[-1].pk).order_by("-newest")
    keys = list(further.values_list("newest", flat=True)[:READ_AT_MOST])
    for start in range(0, len(keys), READ_ON):
        yield list(shown.filter(pk__in=keys[start : start + READ_ON]))


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
