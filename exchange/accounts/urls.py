"""One's own preferences, sessions and security log; the rest under accounts/ is allauth's."""

from django.urls import path

from exchange.accounts import views

app_name = "accounts"
urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/sessions/", views.sessions, name="sessions"),
    path("preferences/sessions/end/", views.end_others, name="end_others"),
    path("preferences/sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("preferences/security/", views.security_log, name="security_log"),
]
