"""Every address of the exchange."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path


def _slice(prefix: str, module: str) -> list[URLPattern | URLResolver]:
    # Interim, while slices are being written: a slice without urls.py has no addresses yet.
    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    *_slice("", "exchange.home.urls"),
    *_slice("", "exchange.accounts.urls"),
    *_slice("", "exchange.partners.urls"),
    *_slice("", "exchange.digests.urls"),
    *_slice("", "exchange.api.urls"),
    *_slice("lessons/", "exchange.lessons.urls"),
    *_slice("search/", "exchange.search.urls"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
