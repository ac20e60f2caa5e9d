"""One's own preferences, and pages of allauth that stay closed."""

from django.urls import path

from exchange.accounts import views

app_name = "accounts"
urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    # Stands before allauth's own route of that path.
    path("accounts/email/", views.closed, name="no_email_change"),
]
