"""What a mail would tell, and what one told."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from exchange.common import time
from exchange.common.forms import OnceForm
from exchange.digests.choice import choice_of
from exchange.digests.compose import compose
from exchange.digests.letters import chosen_words, digest_parts
from exchange.digests.models import Digest
from exchange.digests.planning import trial_window
from exchange.digests.sharing import Shelf, write_news
from exchange.digests.views._mine import mine, zone_of
from exchange.partners.middleware import ViewedRequest

ON_A_PAGE = 500


@login_required
@require_safe
def preview(request: ViewedRequest) -> HttpResponse:
    """Show what a mail would tell now, in both its forms; nothing is sent."""
    subscription = mine(request)
    start, end = trial_window(subscription)
    choice = choice_of(subscription, request.viewer)
    contents = compose(request.viewer, choice, start=start, end=end)
    zone = zone_of(request, subscription)
    news = write_news(contents.news, zone)
    mail = digest_parts(
        news,
        contents.todos,
        choice,
        language=request.viewer.language,
        zone=zone,
        moment=time.now(),
        reader=request.user,
        shelf=Shelf(),
    )
    with timezone.override(zone):
        shown = {"contents": contents, "mail": mail, "once": OnceForm(auto_id=False)}
        is_active = subscription is not None and subscription.active
        return render(
            request,
            "digests/preview.html",
            {**shown, **chosen_words(choice), "is_active": is_active},
        )


@login_required
@require_safe
def digest(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show one's digest again, whole, with what one may see and follows now."""
    mine = Digest.objects.for_viewer(request.viewer).select_related("subscription__user")
    row = get_object_or_404(mine, pk=pk)
    window = {"start": row.from_position, "end": row.to_position}
    choice = choice_of(row.subscription, request.viewer)
    contents = compose(request.viewer, choice, **window, limit=ON_A_PAGE)
    with timezone.override(row.subscription.zone_name):
        shown = {"digest": row, "contents": contents, **chosen_words(choice)}
        return render(request, "digests/digest.html", shown)
