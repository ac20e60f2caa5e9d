"""The front door: dashboard, about, help, and the mailbox of an exchange without a mail server."""

from django.urls import path

from exchange.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("news/", views.news, name="news"),
    path("about/", views.about, name="about"),
    path("help/", views.help_index, name="help"),
    path("help/<slug:name>/", views.help_page, name="help_page"),
    path("mailbox/", views.mails, name="mailbox"),
    path("mailbox/<uuid:pk>/", views.mail, name="mail"),
    path("mailbox/<uuid:pk>/html/", views.mail_html, name="mail_html"),
    path("mailbox/<uuid:pk>/source/", views.mail_source, name="mail_source"),
]
