"""What happens while somebody types: the text is kept, and shown as readers will see it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from exchange.audiences.viewer import Role
from exchange.common import markdown, time
from exchange.common.errors import Forbidden, Invalid, Message
from exchange.common.once import was_used
from exchange.lessons.bookkeeping import drop_buffer, keep_buffer
from exchange.lessons.forms import LessonForm
from exchange.lessons.forms.layout import MARKDOWN
from exchange.lessons.models import Lesson
from exchange.lessons.policies import can_edit
from exchange.partners.middleware import ViewedRequest

MOST_PREVIEWED = 20_000
SAVED_LESSON = gettext_lazy("This form was saved before. Saving it again compares both texts.")
SAVED_NEW = gettext_lazy(
    "This was saved before, perhaps in another tab. What stands here is kept apart from it: saving "
    "makes another lesson."
)


@login_required
@require_POST
def buffer(request: ViewedRequest, form_key: UUID) -> HttpResponse:
    """Keep what is typed into a form, or forget it; answers with a line of plain text.

    The form of a lesson is known by the lesson's id, the form of a new one by the nonce it sends.
    404 for any other key, 410 when the form was saved already.
    """
    lesson = Lesson.objects.visible_to(request.viewer).filter(pk=form_key).first()
    if "discard" in request.POST:
        drop_buffer(request.viewer, form_key)
        messages.success(request, _("Discarded: what was typed and not saved."))
        return redirect("lessons:edit", lesson.pk) if lesson else redirect("lessons:new")
    nonce = _nonce(request)
    if lesson is None and nonce != form_key:
        raise Http404
    if not _may_type(request, lesson):
        raise PermissionDenied
    # What was saved while this was on its way must not come back as unsaved typing.
    if nonce and was_used(owner=request.viewer.owner_key, key=str(nonce)):
        return _line(SAVED_LESSON if lesson else SAVED_NEW, 410)
    return _keep(request, form_key, lesson)


def _nonce(request: ViewedRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("nonce", ""))
    except ValueError:
        return None


def _line(text: Message, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


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
        return _line(str(error), 422)
    moment = date(kept.changed_at.astimezone(time.zone(request.viewer.timezone)), "H:i")
    return _line(_("Kept at %(time)s") % {"time": moment})


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
