"""The feeds, and the page about the address of one's own."""

import datetime as dt
import hashlib
from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.accounts.asking import asks_again
from exchange.accounts.bookkeeping import note
from exchange.accounts.models import SecurityKind
from exchange.audiences.viewer import Viewer
from exchange.common import languages, time
from exchange.common.buttons import press
from exchange.common.forms import OnceForm, print_of
from exchange.common.mail import absolute
from exchange.common.methods import page
from exchange.common.once import once
from exchange.digests.feeds import actions
from exchange.digests.feeds.atom import atom, newest_news
from exchange.digests.feeds.eyes import reader_at
from exchange.digests.models import FeedAddress
from exchange.partners.middleware import ViewedRequest
from exchange.partners.viewers import anonymous

# The day of the memorandum that all this is for: no news is older.
BEGUN = dt.datetime(2023, 3, 6, tzinfo=dt.UTC)


@require_safe
def public_news(request: ViewedRequest) -> HttpResponseBase:
    """Tell the news that is for everybody, whoever asks."""
    address = absolute(reverse("digests:public_news"))
    with languages.reading("en"):
        items = newest_news(anonymous())
        title = _("Port Exchange: lessons for everybody")
        text = atom(items, title=title, identity=address, address=address, begun=BEGUN)
    return _answer(request, text)


@require_safe
def private_news(request: ViewedRequest, token: str) -> HttpResponseBase:
    """Tell the news of whoever has this address, as they may see them now; the token is all it takes."""
    found = reader_at(token)
    if found is None:
        return _nothing_here()
    address, viewer = found
    with languages.reading(viewer.language), timezone.override(time.zone(viewer.timezone)):
        text = _own_news(address, viewer)
    response = _answer(request, text)
    response["X-Robots-Tag"] = "noindex"
    return response


def _own_news(address: FeedAddress, viewer: Viewer) -> str:
    title = _("Port Exchange: news for %(name)s") % {"name": viewer.name}
    identity = f"urn:uuid:{address.pk}"
    return atom(
        newest_news(viewer), title=title, identity=identity, address=None, begun=address.made_at
    )


def _answer(request: ViewedRequest, text: str) -> HttpResponseBase:
    """Answer with the feed, or 304 when the reader has it.

    There is no Last-Modified: what is withdrawn or narrowed changes a feed and leaves no newer date.
    """
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response = HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
    response["ETag"] = tag
    answer = get_conditional_response(request, etag=tag, response=response)
    return answer or response


def _nothing_here() -> HttpResponse:
    """Answer in the same bytes for an address of nobody and one that has ended."""
    said = _("There is no feed at this address. It may have been reset, or its account closed.\n")
    return HttpResponse(said, status=404, content_type="text/plain; charset=utf-8")


@login_required
@page
@asks_again()
def address(request: ViewedRequest) -> HttpResponse:
    """Show whether one's feed has an address; make one, or another, and show it this once."""
    form = OnceForm(request.POST or None)
    token = _made(request, form) if form.is_bound and form.is_valid() else None
    if token:
        shown = absolute(reverse("digests:private_news", args=[token]))
        response = render(request, "digests/feed_address.html", {"address": shown})
        response["Cache-Control"] = "no-store, private"
        return response
    context = {
        "present": FeedAddress.objects.for_viewer(request.viewer).first(),
        "public": absolute(reverse("digests:public_news")),
        "form": form,
        "end": OnceForm(auto_id=False),
    }
    return render(request, "digests/feed.html", context)


def _made(request: ViewedRequest, form: OnceForm) -> str | None:
    """Return the token of a new address; None, and a word in the form, when it was shown already."""
    owner, mark = request.viewer.owner_key, print_of(request)
    with once(owner=owner, key=form.key, fingerprint=mark) as claim:
        if claim.first:
            note(request.user, SecurityKind.FEED_MADE, request)
            return actions.make_feed_address(actor=request.viewer)
    form.add_error(None, _("This address was shown once already. If you missed it, reset it."))
    form.renew()
    return None


@login_required
@require_POST
def end(request: ViewedRequest) -> HttpResponse:
    """End the address of one's feed."""
    act = partial(actions.end_feed_address, actor=request.viewer)
    said = _("Your feed has no address any more.")
    press(request, OnceForm(request.POST), act, said, owner=request.viewer.owner_key)
    return redirect("digests:feed")
