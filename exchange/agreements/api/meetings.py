from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.agreements import actions
from exchange.agreements.api.base import OneThing, Things, with_parties
from exchange.agreements.api.bodies.meeting import (
    MeetingBody,
    MeetingChange,
    MeetingResult,
    NewMeeting,
)
from exchange.agreements.api.judging import Places, Text, cleaned_by, only, read
from exchange.agreements.choices import MeetingState
from exchange.agreements.models import Meeting
from exchange.agreements.texts import MEETING_FIELDS, clean_meeting
from exchange.common.drf.conditional import expected_version
from exchange.common.drf.filtering import AnyOf, ListQuery, Query, SortField
from exchange.common.drf.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH, LOCATION, REPLAYED
from exchange.common.drf.serializers import Choice, Input, Instant, Key, page_of

JUDGE = cleaned_by(clean_meeting, *MEETING_FIELDS)


class MeetingQuery(ListQuery):
    """Which meetings to list."""

    agreement = AnyOf(Key(), help_text="Ids of agreements.")
    workstream = AnyOf(Key(), help_text="Ids of workstreams.")
    state = AnyOf(Choice(MeetingState.choices))
    starts_after = Instant(required=False, help_text="At this moment or later.")
    starts_before = Instant(required=False, help_text="Before this moment.")
    id = AnyOf(Key(), max_length=100, help_text="Those of these ids that match.")
    sort = SortField({"starts_at": "starts_at", "title": "sort_key"}, default="-starts_at")
    body: ClassVar = MeetingBody


class OneMeetingQuery(Query):
    """What to read of a meeting."""

    body: ClassVar = MeetingBody


class OfMeetings(Things):
    body: ClassVar = MeetingBody
    route: ClassVar = "meeting"

    def rows(self) -> "QuerySet[Meeting]":
        """Return the meetings that the viewer may see, with what is told of them."""
        return with_parties(Meeting.objects.visible_to(self.viewer), self.viewer)


class Meetings(OfMeetings):
    query_class: ClassVar = MeetingQuery

    @extend_schema(
        operation_id="meetings_list",
        summary="Meetings under your agreements",
        responses=page_of("MeetingPage", MeetingBody),
    )
    def get(self, request: Request) -> Response:
        """List meetings, the last first."""
        columns = {name: f"{name}__in" for name in ("agreement", "workstream", "state")}
        moments = {"starts_after": "starts_at__gte", "starts_before": "starts_at__lt"}
        return self.listed({"id": "pk__in", **columns, **moments})

    @extend_schema(
        operation_id="meetings_create",
        summary="Call a meeting",
        request=NewMeeting,
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION, REPLAYED],
        responses={201: MeetingBody},
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Call a meeting of the parties of an agreement, or about one workstream of it."""
        return self.make_once(self._call)

    def _call(self) -> Meeting:
        places = Places(self.viewer)
        body = read(NewMeeting, self.request.data, places, JUDGE)
        return actions.call_meeting(
            actor=self.viewer,
            agreement=places.agreement_named,
            workstream=places.workstream,
            text=only(body, *MEETING_FIELDS),
        )


class OneMeeting(OfMeetings, OneThing):
    query_class: ClassVar = OneMeetingQuery

    @extend_schema(
        operation_id="meetings_read",
        summary="One meeting",
        parameters=[ETAG],
        responses={200: MeetingBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a meeting."""
        return self.answer(pk)

    @extend_schema(
        operation_id="meetings_update",
        summary="Change a meeting",
        request=MeetingChange,
        parameters=[IF_MATCH, ETAG],
        responses=MeetingBody,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change what is said of a meeting, or move it."""

        def revise(meeting: Any, lock: int, text: Text) -> None:
            actions.revise_meeting(actor=self.viewer, meeting=meeting, lock=lock, text=text)

        return self.changed(MeetingChange, revise, lambda _meeting: [JUDGE])


class HoldMeeting(OfMeetings, OneThing):
    @extend_schema(
        operation_id="meetings_hold",
        summary="Say that a meeting was held",
        request=MeetingResult,
        parameters=[IF_MATCH, IDEMPOTENCY_KEY, ETAG, REPLAYED],
        responses=MeetingBody,
    )
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Say that a meeting was held, who was there and what it came to."""
        meeting, lock = self.found(pk), expected_version(request)
        text = read(MeetingResult, request.data, JUDGE)

        def hold() -> object:
            return actions.hold_meeting(actor=self.viewer, meeting=meeting, lock=lock, text=text)

        return self.stepped(meeting, hold)


class CancelMeeting(OfMeetings, OneThing):
    @extend_schema(
        operation_id="meetings_cancel",
        summary="Call a meeting off",
        request=None,
        parameters=[IF_MATCH, IDEMPOTENCY_KEY, ETAG, REPLAYED],
        responses=MeetingBody,
    )
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Call a meeting off; it stays in the list as such."""
        meeting, lock = self.found(pk), expected_version(request)
        read(Input, request.data)

        def cancel() -> object:
            return actions.cancel_meeting(actor=self.viewer, meeting=meeting, lock=lock)

        return self.stepped(meeting, cancel)
