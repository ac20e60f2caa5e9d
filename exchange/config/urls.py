"""Every address of the exchange."""

from allauth.mfa.webauthn.views import remove_webauthn
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from exchange.accounts.views import AddressView, NewPasswordView
from exchange.common.methods import page

NEW_PASSWORD = re_path(
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    page(NewPasswordView.as_view()),
    name="account_reset_password_from_key",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("exchange.home.urls")),
    path("", include("exchange.accounts.urls")),
    path("", include("exchange.partners.urls")),
    path("", include("exchange.digests.urls")),
    path("", include("exchange.api.urls")),
    path("", include("exchange.agreements.urls")),
    path("", include("exchange.kpis.urls")),
    path("lessons/", include("exchange.lessons.urls")),
    path("search/", include("exchange.search.urls")),
    path("accounts/email/", page(AddressView.as_view()), name="account_email"),
    path("accounts/", include([NEW_PASSWORD])),
    path("accounts/", include("allauth.account.urls")),
    # A DELETE there would pass by the security log.
    path(
        "accounts/factors/webauthn/keys/<int:pk>/remove/",
        page(remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("accounts/factors/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "exchange.common.refusals.bad_request"
