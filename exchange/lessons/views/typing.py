"""What happens while somebody types: the text is kept, and shown as readers will see it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.audiences.viewer import Role
from exchange.common import markdown, time
from exchange.common.errors import Forbidden, Invalid
from exchange.common.once import was_used
from exchange.lessons.bookkeeping import drop_buffer, keep_buffer
from exchange.lessons.forms import LessonForm
from exchange.lessons.forms.layout import MARKDOWN
from exchange.lessons.models import Lesson
from exchange.lessons.policies import can_edit
from exchange.partners.middleware import ViewedRequest

MOST_PREVIEWED = 20_000


@login_required
@require_POST
def buffer(request: ViewedRequest, form_key: UUID) -> HttpResponse:
    """Keep what is typed into a form, or forget it; answers with a line of plain text."""
    lesson = Lesson.objects.visible_to(request.viewer).filter(pk=form_key).first()
    if "discard" in request.POST:
        drop_buffer(request.viewer, form_key)
        return redirect("lessons:edit", lesson.pk) if lesson else redirect("lessons:new")
    if not _may_type(request, lesson):
        raise PermissionDenied
    # What was saved while this was on its way must not come back as unsaved typing.
    if _was_sent(request):
        return HttpResponse(status=204)
    return _keep(request, form_key, lesson)


def _was_sent(request: ViewedRequest) -> bool:
    try:
        nonce = UUID(request.POST.get("nonce", ""))
    except ValueError:
        return False
    return was_used(owner=request.viewer.owner_key, key=str(nonce))


def _may_type(request: ViewedRequest, lesson: Lesson | None) -> bool:
    if lesson:
        return can_edit(request.viewer, lesson)
    return bool(request.viewer.organisations_as(Role.CONTRIBUTOR))


def _keep(request: ViewedRequest, form_key: UUID, lesson: Lesson | None) -> HttpResponse:
    lock = request.POST.get("lock", "")
    opened_at = int(lock) if lock.isascii() and lock.isdecimal() and len(lock) < 10 else 0
    typed = LessonForm.typed_in(request.POST)
    try:
        kept = keep_buffer(
            request.viewer, form_key, lesson.pk if lesson else None, opened_at, typed
        )
    except Forbidden as error:
        raise PermissionDenied(str(error.message)) from error
    except Invalid as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    moment = date(kept.changed_at.astimezone(time.zone(request.viewer.timezone)), "H:i")
    said = _("Kept at %(time)s") % {"time": moment}
    return HttpResponse(said, content_type="text/plain; charset=utf-8")


@login_required
@require_POST
def preview(request: ViewedRequest) -> HttpResponse:
    """Show one text of the form as readers will see it."""
    name = request.GET.get("field", "")
    text = request.POST.get(name, "")[:MOST_PREVIEWED] if name in MARKDOWN else ""
    template = (
        "lessons/_preview.html" if request.headers.get("HX-Request") else "lessons/preview.html"
    )
    return render(request, template, {"html": markdown.render(text)})
