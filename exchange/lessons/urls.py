from django.urls import path

from exchange.lessons.views import (
    discarding,
    history,
    lesson,
    library,
    linking,
    releasing,
    review,
    steps,
    superseding,
    typing,
    writing,
)

app_name = "lessons"
urlpatterns = [
    path("", library.library, name="library"),
    path("capture/", writing.capture, name="capture"),
    path("new/", writing.new, name="new"),
    path("new/<uuid:typed>/", writing.go_on, name="go_on"),
    path("waiting/", library.waiting, name="waiting"),
    path("preview/", typing.preview, name="preview"),
    path("buffer/<uuid:form_key>/", typing.buffer, name="buffer"),
    path("<uuid:pk>/", lesson.lesson, name="lesson"),
    path("<uuid:pk>/history/", history.history, name="history"),
    path("<uuid:pk>/compare/", history.compare, name="compare"),
    path("<uuid:pk>/edit/", writing.edit, name="edit"),
    path("<uuid:pk>/submit/", steps.submit, name="submit"),
    path("<uuid:pk>/review/", review.review, name="review"),
    path("<uuid:pk>/recall/", steps.recall, name="recall"),
    path("<uuid:pk>/discard/", discarding.discard, name="discard"),
    path("<uuid:pk>/restore/", discarding.restore, name="restore"),
    path("<uuid:pk>/publish/", steps.publish, name="publish"),
    path("<uuid:pk>/schedule/", releasing.schedule, name="schedule"),
    path("<uuid:pk>/unschedule/", releasing.unschedule, name="unschedule"),
    path("<uuid:pk>/supersede/", superseding.supersede, name="supersede"),
    path("<uuid:pk>/reinstate/", superseding.reinstate, name="reinstate"),
    path("<uuid:pk>/audience/", steps.audience, name="audience"),
    path("<uuid:pk>/workstreams/", linking.workstreams, name="workstreams"),
    path("<uuid:pk>/withdraw/", steps.withdraw, name="withdraw"),
]
