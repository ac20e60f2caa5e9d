"""Every address of the exchange."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("exchange.home.urls")),
    path("", include("exchange.accounts.urls")),
    path("", include("exchange.partners.urls")),
    path("", include("exchange.digests.urls")),
    path("", include("exchange.api.urls")),
    path("lessons/", include("exchange.lessons.urls")),
    path("search/", include("exchange.search.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "exchange.common.refusals.bad_request"
