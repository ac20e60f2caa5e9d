from django.urls import path

from exchange.search import views

app_name = "search"
urlpatterns = [
    path("", views.search, name="search"),
    path("forget/", views.forget, name="forget"),
    path("suggest/", views.suggest, name="suggest"),
]
