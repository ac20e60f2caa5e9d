"""The address in a mail that ends these mails."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from exchange.audiences.viewer import Viewer
from exchange.digests import actions
from exchange.digests.views._mine import when_next
from exchange.partners.middleware import ViewedRequest


@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def unsubscribe(request: ViewedRequest, token: str) -> HttpResponse:
    """End mails by the token in one: a POST does (RFC 8058), a GET only shows the button.

    Who is signed in does not matter, and a token that nobody has is answered alike.
    """
    came = _act(request, token) if request.method == "POST" else {}
    # A program that sent something else is not to believe that it ended anything.
    status = 400 if request.method == "POST" and not came else 200
    context = {**came, "standing": actions.standing(token=token)}
    return render(request, "digests/unsubscribe.html", context, status=status)


def _act(request: ViewedRequest, token: str) -> dict[str, str]:
    """Do what was asked for; tell what came of it, nothing when it was none of the buttons."""
    if request.POST.get("List-Unsubscribe") == "One-Click":
        actions.unsubscribe_by_token(actor=Viewer(), token=token)
        return {"done": "ended"}
    if "undo" in request.POST:
        resumed = actions.resume_by_token(actor=Viewer(), token=token)
        return {"done": "resumed" if resumed else "too-late"}
    if "cadence" in request.POST:
        cadence = request.POST["cadence"]
        lowered = actions.lower_by_token(actor=Viewer(), token=token, cadence=cadence)
        return {"done": "lowered", "next": when_next(lowered)} if lowered else {"done": "too-late"}
    return {}
