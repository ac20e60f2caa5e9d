"""The pages that belong to no slice."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from exchange.partners.middleware import ViewedRequest


@require_GET
def home(request: ViewedRequest) -> HttpResponse:
    """Show the dashboard to who has signed in, and to everybody else what this is."""
    return render(request, "home/landing.html")


@require_GET
def about(request: ViewedRequest) -> HttpResponse:
    """Say how visibility works, and whom figures and software are owed to."""
    return render(request, "home/about.html")
