from django.urls import path

from exchange.agreements.views import (
    agreement,
    calendars,
    listing,
    meetings,
    parties,
    reports,
    timeline,
    work,
    workstream,
)

app_name = "agreements"
urlpatterns = [
    path("agreements/", listing.agreements, name="agreements"),
    path("agreements/new/", agreement.new, name="new"),
    path("agreements/<uuid:pk>/", agreement.agreement, name="agreement"),
    path("agreements/<uuid:pk>/edit/", agreement.edit, name="edit"),
    path("agreements/<uuid:pk>/term/", agreement.term, name="term"),
    path("agreements/<uuid:pk>/renew/", agreement.renew, name="renew"),
    path("agreements/<uuid:pk>/terminate/", agreement.terminate, name="terminate"),
    path("agreements/<uuid:pk>/share/", agreement.share, name="share"),
    path("agreements/<uuid:pk>/ask/", parties.ask, name="ask"),
    path("agreements/<uuid:pk>/report/", reports.report, name="report"),
    path("agreements/<uuid:pk>/report/document/", reports.document, name="report_document"),
    path("agreements/<uuid:pk>/report/<slug:name>/", reports.figure, name="figure"),
    path("agreements/<uuid:pk>/timeline/", timeline.timeline, name="timeline"),
    path("agreements/<uuid:pk>/board/", work.board, name="board"),
    path("agreements/<uuid:pk>/workstreams/new/", workstream.new, name="new_workstream"),
    path("agreements/<uuid:pk>/actions/new/", work.new_action, name="new_action"),
    path("agreements/<uuid:pk>/meetings/", meetings.meetings, name="meetings"),
    path("agreements/<uuid:pk>/meetings/new/", meetings.new, name="new_meeting"),
    path("parties/<uuid:pk>/", parties.party, name="party"),
    path("parties/<uuid:pk>/confirm/", parties.confirm, name="confirm"),
    path("parties/<uuid:pk>/decline/", parties.decline, name="decline"),
    path("parties/<uuid:pk>/leave/", parties.leave, name="leave"),
    path("parties/<uuid:pk>/take-back/", parties.take_back, name="take_back"),
    path("parties/<uuid:pk>/coordinate/", parties.coordinate, name="coordinate"),
    path("parties/<uuid:pk>/signatory/", parties.signatory, name="signatory"),
    path("workstreams/<uuid:pk>/", workstream.workstream, name="workstream"),
    path("workstreams/<uuid:pk>/edit/", workstream.edit, name="edit_workstream"),
    path("workstreams/<uuid:pk>/report/", workstream.report, name="report_progress"),
    path("updates/<uuid:pk>/edit/", workstream.correct, name="correct_update"),
    path("workstreams/<uuid:pk>/leads/<uuid:organisation>/", workstream.lead, name="lead"),
    path("workstreams/<uuid:pk>/milestones/new/", work.new_milestone, name="new_milestone"),
    *(
        path(f"{kind}/<uuid:pk>/{step}/", view, {"kind": kind}, name=f"{step}_{kind[:-1]}")
        for kind in work.KINDS
        for step, view in (
            ("edit", work.edit),
            ("finish", work.finish),
            ("reopen", work.reopen),
            ("drop", work.drop),
        )
    ),
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/end/", calendars.end, name="end_calendar"),
    path("calendars/<str:token>.ics", calendars.feed, name="calendar_feed"),
    path("agreements/<uuid:pk>/calendar/", calendars.calendar, name="agreement_calendar"),
    path("agreements/<uuid:pk>/calendar/end/", calendars.end, name="end_agreement_calendar"),
    path("meetings/<uuid:pk>/meeting.ics", calendars.meeting, name="meeting_file"),
    path("meetings/<uuid:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:pk>/edit/", meetings.edit, name="edit_meeting"),
    path("meetings/<uuid:pk>/hold/", meetings.hold, name="hold_meeting"),
    path("meetings/<uuid:pk>/cancel/", meetings.cancel, name="cancel_meeting"),
]
