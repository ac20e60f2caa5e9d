from django.urls import path

from exchange.agreements import api as agreements
from exchange.api import views
from exchange.kpis import api as kpis
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
    path("api/v1/agreements", agreements.Agreements.as_view(), name="agreements"),
    path("api/v1/agreements/<uuid:pk>", agreements.OneAgreement.as_view(), name="agreement"),
    path("api/v1/workstreams", agreements.Workstreams.as_view(), name="workstreams"),
    path("api/v1/workstreams/<uuid:pk>", agreements.OneWorkstream.as_view(), name="workstream"),
    path("api/v1/updates", agreements.Updates.as_view(), name="updates"),
    path("api/v1/updates/<uuid:pk>", agreements.OneUpdate.as_view(), name="update"),
    path("api/v1/milestones", agreements.Milestones.as_view(), name="milestones"),
    path("api/v1/milestones/<uuid:pk>", agreements.OneMilestone.as_view(), name="milestone"),
    path(
        "api/v1/milestones/<uuid:pk>/finish",
        agreements.FinishMilestone.as_view(),
        name="finish_milestone",
    ),
    path(
        "api/v1/milestones/<uuid:pk>/reopen",
        agreements.ReopenMilestone.as_view(),
        name="reopen_milestone",
    ),
    path(
        "api/v1/milestones/<uuid:pk>/drop",
        agreements.DropMilestone.as_view(),
        name="drop_milestone",
    ),
    path("api/v1/actions", agreements.Actions.as_view(), name="actions"),
    path("api/v1/actions/<uuid:pk>", agreements.OneAction.as_view(), name="action"),
    path(
        "api/v1/actions/<uuid:pk>/finish", agreements.FinishAction.as_view(), name="finish_action"
    ),
    path(
        "api/v1/actions/<uuid:pk>/reopen", agreements.ReopenAction.as_view(), name="reopen_action"
    ),
    path("api/v1/actions/<uuid:pk>/drop", agreements.DropAction.as_view(), name="drop_action"),
    path("api/v1/meetings", agreements.Meetings.as_view(), name="meetings"),
    path("api/v1/meetings/<uuid:pk>", agreements.OneMeeting.as_view(), name="meeting"),
    path("api/v1/meetings/<uuid:pk>/hold", agreements.HoldMeeting.as_view(), name="hold_meeting"),
    path(
        "api/v1/meetings/<uuid:pk>/cancel",
        agreements.CancelMeeting.as_view(),
        name="cancel_meeting",
    ),
    path("api/v1/indicators", kpis.Indicators.as_view(), name="indicators"),
    path("api/v1/indicators/<uuid:pk>", kpis.OneIndicator.as_view(), name="indicator"),
    path("api/v1/series", kpis.ManySeries.as_view(), name="many_series"),
    path("api/v1/series/<uuid:pk>", kpis.OneSeries.as_view(), name="one_series"),
    path("api/v1/observations", kpis.Observations.as_view(), name="observations"),
    path("api/v1/observations/revisions", kpis.Revisions.as_view(), name="revisions"),
    path("api/v1/targets", kpis.Targets.as_view(), name="targets"),
    path("api/v1/imports", kpis.Imports.as_view(), name="imports"),
    path("api/v1/imports/<uuid:pk>", kpis.OneImport.as_view(), name="import"),
    path("api/v1/imports/<uuid:pk>/rejected", kpis.RejectedRows.as_view(), name="rejected"),
    path("api/v1/imports/<uuid:pk>/answer", kpis.AnswerImport.as_view(), name="answer_import"),
    path("api/v1/imports/<uuid:pk>/accept", kpis.AcceptImport.as_view(), name="accept_import"),
    path("api/v1/imports/<uuid:pk>/cancel", kpis.CancelImport.as_view(), name="cancel_import"),
    path("api/v1/imports/<uuid:pk>/undo", kpis.UndoImport.as_view(), name="undo_import"),
    path("api/v1/search", Search.as_view(), name="search"),
]
