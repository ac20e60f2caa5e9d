"""The front door: dashboard, about, the mailbox of the demo."""

from django.urls import path

from exchange.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
]
