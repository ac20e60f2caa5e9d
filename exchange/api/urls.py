from django.urls import path

from exchange.api import views
from exchange.lessons.api import Lessons, OneLesson, SubmitLesson
from exchange.partners.api import OneOrganisation, Organisations
from exchange.search.api import Search
from exchange.topics.api import Topics

app_name = "api"
urlpatterns = [
    path("problems/<slug:code>/", views.problem, name="problem"),
    path("api/v1/docs/", views.docs, name="docs"),
    path("api/v1/schema", views.schema, name="schema"),
    path("api/v1/status", views.Status.as_view(), name="status"),
    path("api/v1/me", views.Me.as_view(), name="me"),
    path("api/v1/topics", Topics.as_view(), name="topics"),
    path("api/v1/organisations", Organisations.as_view(), name="organisations"),
    path("api/v1/organisations/<uuid:pk>", OneOrganisation.as_view(), name="organisation"),
    path("api/v1/lessons", Lessons.as_view(), name="lessons"),
    path("api/v1/lessons/<uuid:pk>", OneLesson.as_view(), name="lesson"),
    path("api/v1/lessons/<uuid:pk>/submit", SubmitLesson.as_view(), name="submit"),
    path("api/v1/search", Search.as_view(), name="search"),
]
