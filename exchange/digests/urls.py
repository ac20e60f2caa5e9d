"""One's mails, and the short address that ends them."""

from django.urls import path

from exchange.digests import views
from exchange.digests.feeds import views as feeds

app_name = "digests"
urlpatterns = [
    path("digests/", views.settings_page, name="settings"),
    path("digests/choice/", views.choice, name="choice"),
    path("digests/stop/", views.stop, name="stop"),
    path("digests/resume/", views.resume, name="resume"),
    path("digests/send-now/", views.send_now, name="send_now"),
    path("digests/preview/", views.preview, name="preview"),
    path("digests/<uuid:pk>/", views.digest, name="digest"),
    path("digests/feed/", feeds.address, name="feed"),
    path("digests/feed/end/", feeds.end, name="end_feed"),
    path("news.atom", feeds.public_news, name="public_news"),
    path("news/<str:token>.atom", feeds.private_news, name="private_news"),
    # Short: a mail's header must carry the whole address in one piece (74 characters).
    path("u/<str:token>", views.unsubscribe, name="unsubscribe"),
]
