from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.common.drf.conditional import expected_version, versioned
from exchange.common.drf.filtering import AnyOf, ListQuery, Query, SortField
from exchange.common.drf.idempotency import answer_once
from exchange.common.drf.merging import without_echoes
from exchange.common.drf.parsers import MergePatchParser, StrictJSONParser
from exchange.common.drf.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH, LOCATION, REPLAYED
from exchange.common.drf.serializers import Choice, Input, Instant, Key, Text, page_of
from exchange.common.drf.views import ApiView
from exchange.common.errors import Invalid
from exchange.lessons import actions, choices
from exchange.lessons.api.bodies import (
    LessonBody,
    LessonChange,
    LessonItemBody,
    NewLesson,
    told,
)
from exchange.lessons.api.judging import audience_of, faults_in, read_text
from exchange.lessons.library import on_the_shelf
from exchange.lessons.models import Lesson
from exchange.lessons.policies import allowed_actions
from exchange.partners.models import Organisation
from exchange.topics.api import KnownTopic


class LessonQuery(ListQuery):
    """Which lessons to list."""

    topic = KnownTopic(
        required=False, help_text="A code of `/topics`; a theme stands for its topics too."
    )
    kind = AnyOf(Choice(choices.Kind.choices))
    language = AnyOf(Choice(choices.LANGUAGES))
    organisation = AnyOf(Key(), help_text="Ids of owners.")
    id = AnyOf(Key(), max_length=100, help_text="Those of these ids that match.")
    external_id = AnyOf(
        Text(max_length=100, trim_whitespace=False),
        help_text="Your own organisation's ids: finds drafts, too, whatever their state.",
    )
    published_after = Instant(required=False, help_text="At this moment or later.")
    published_before = Instant(required=False, help_text="Before this moment.")
    state = Choice(
        choices.State.choices,
        required=False,
        help_text="Lists your own organisation's lessons whose newest text stands so, drafts included.",
    )
    sort = SortField(
        {"published_at": "published_at", "title": "shown_version__sort_key"},
        default="-published_at",
    )
    body: ClassVar = LessonItemBody


COLUMNS = {
    "id": "pk__in",
    "external_id": "external_id__in",
    "kind": "shown_version__kind__in",
    "language": "shown_version__language__in",
    "organisation": "organisation__in",
    "published_after": "published_at__gte",
    "published_before": "published_at__lt",
}


class Lessons(ApiView):
    query_class: ClassVar = LessonQuery

    @extend_schema(
        operation_id="lessons_list",
        summary="Published lessons you may see",
        responses=page_of("LessonPage", LessonItemBody),
    )
    def get(self, request: Request) -> Response:
        """List published lessons, newest first.

        With `state` or `external_id` those of your own organisation, drafts too.
        """
        shelf = on_the_shelf(self.viewer, self.query)
        filters = {path: self.query[name] for name, path in COLUMNS.items() if name in self.query}
        return self.page(shelf.filter(**filters).with_shown(), LessonItemBody)

    @extend_schema(
        operation_id="lessons_create",
        summary="Push a new draft",
        request=NewLesson,
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION, REPLAYED],
        responses={201: LessonBody},
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Make a draft of your organisation; its reviewers publish it after `submit`."""
        return answer_once(request, self._draft)

    def _draft(self) -> Response:
        viewer = self.viewer
        text = read_text(NewLesson, self.request.data, viewer)
        organisation = Organisation.objects.visible_to(viewer).get(pk=viewer.organisation_id)
        audience = audience_of(text["audience"], viewer)
        if audience is None:
            raise Invalid(faults_in(text, viewer))
        del text["audience"]
        external_id = text.pop("external_id", None)
        lesson = actions.draft_lesson(
            actor=viewer,
            organisation=organisation,
            audience=audience,
            text=text,
            external_id=external_id,
        )
        response = answer(self, lesson.pk, status=201)
        address = reverse("api:lesson", args=[lesson.pk])
        response["Location"] = self.request.build_absolute_uri(address)
        return response


class LessonTextQuery(Query):
    """Which text of a lesson to read."""

    text = Choice(
        ["shown", "latest"],
        default="shown",
        help_text="`latest`: at home the text in work, which you see before readers do.",
    )
    body: ClassVar = LessonBody


class ChangesALesson(ApiView):
    """What a refused change says besides."""

    def allowed_actions_now(self) -> list[str]:
        """Return what a refusal by state says is possible instead."""
        return allowed_actions(self.viewer, lesson_of(self, self.kwargs["pk"]))

    def latest_address(self) -> str:
        """Return where to read what a refused change has to be merged with."""
        address = reverse("api:lesson", args=[self.kwargs["pk"]])
        return self.request.build_absolute_uri(f"{address}?text=latest")


class OneLesson(ChangesALesson):
    query_class: ClassVar = LessonTextQuery
    parser_classes = [StrictJSONParser, MergePatchParser]

    @extend_schema(
        operation_id="lessons_read",
        summary="One lesson",
        parameters=[ETAG],
        responses={200: LessonBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a lesson as readers see it now."""
        return answer(self, pk, latest=self.query["text"] == "latest")

    @extend_schema(
        operation_id="lessons_update",
        summary="Change a draft's text",
        request=LessonChange,
        parameters=[IF_MATCH, ETAG],
        responses=LessonBody,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Save a new version of the text; of a published lesson readers keep the old one."""
        lesson = lesson_of(self, pk)
        lock = expected_version(request)
        latest = lesson.latest_version
        present = LessonBody(told(lesson, self.viewer, latest=True), context=self.context).data
        stale = lesson.lock != lock
        body = without_echoes(request.data, present, LessonChange, is_stale=stale)
        text = read_text(LessonChange, body, self.viewer, latest)
        if latest and text.get("titles") is not None:
            text["titles"] = {**latest.titles, **text["titles"]}
        actions.revise_lesson(actor=self.viewer, lesson=lesson, text=text, lock=lock)
        return answer(self, pk, latest=True)

    @extend_schema(
        operation_id="lessons_discard",
        summary="Discard a draft",
        request=None,
        parameters=[IF_MATCH],
        responses={204: None},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Throw away a draft that never was published; people can restore it on its page.

        Its external id is free again.
        """
        lesson, lock = lesson_of(self, pk), expected_version(request)
        read_nothing(request.data)
        actions.discard_lesson(actor=self.viewer, lesson=lesson, lock=lock)
        return Response(status=204)


class SubmitLesson(ChangesALesson):
    @extend_schema(
        operation_id="lessons_submit",
        summary="Hand a draft to the reviewers",
        request=None,
        parameters=[IF_MATCH, IDEMPOTENCY_KEY, ETAG, REPLAYED],
        responses=LessonBody,
    )
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Submit the latest text; programs never review or publish."""
        lesson = lesson_of(self, pk)
        lock = expected_version(request)
        read_nothing(request.data)

        def submit() -> Response:
            actions.submit_lesson(actor=self.viewer, lesson=lesson, lock=lock)
            return answer(self, pk, latest=True)

        return answer_once(request, submit)


def lesson_of(view: ApiView, pk: UUID) -> Lesson:
    """Return a lesson that the viewer may see; 404 when there is none for them."""
    visible = Lesson.objects.visible_to(view.viewer).with_shown()
    found: Lesson = get_object_or_404(
        visible.select_related("latest_version").prefetch_related("latest_version__topics"), pk=pk
    )
    return found


def answer(view: ApiView, pk: UUID, *, latest: bool = False, status: int = 200) -> Response:
    """Answer with a lesson as it is now, and its ETag."""
    shown = told(lesson_of(view, pk), view.viewer, latest=latest)
    body = LessonBody(shown, context=view.context).data
    return versioned(view.request, body, shown.version, status)


def read_nothing(body: Any) -> None:
    """Refuse a body where none is asked for: ValidationError (422)."""
    Input(data=body).is_valid(raise_exception=True)
