from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.agreements import actions
from exchange.agreements.api.base import with_parties
from exchange.agreements.api.bodies.work import (
    MilestoneBody,
    MilestoneChange,
    MilestoneMet,
    NewMilestone,
)
from exchange.agreements.api.judging import Judge, Places, cleaned_by, only, read
from exchange.agreements.api.tasks import OfTasks, OneTask, TaskQuery, Tasks, step
from exchange.agreements.models import Milestone
from exchange.agreements.texts import MILESTONE_FIELDS, clean_milestone
from exchange.common.drf.filtering import Query
from exchange.common.drf.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH, LOCATION, REPLAYED
from exchange.common.drf.serializers import page_of


class MilestoneQuery(TaskQuery):
    """Which milestones to list."""

    body: ClassVar = MilestoneBody


class OneMilestoneQuery(Query):
    """What to read of a milestone."""

    body: ClassVar = MilestoneBody


class OfMilestones(OfTasks):
    body: ClassVar = MilestoneBody
    route: ClassVar = "milestone"
    names: ClassVar = MILESTONE_FIELDS

    def rows(self) -> "QuerySet[Milestone]":
        """Return the milestones that the viewer may see, with what is told of them."""
        seen = Milestone.objects.visible_to(self.viewer).with_place()
        return with_parties(seen, self.viewer)

    def judge(self, *names: str) -> Judge:
        """Return a judge of its text, or of these members of it."""
        return cleaned_by(clean_milestone, *(names or MILESTONE_FIELDS))


class Milestones(Tasks, OfMilestones):
    query_class: ClassVar = MilestoneQuery

    @extend_schema(
        operation_id="milestones_list",
        summary="Milestones of your agreements",
        responses=page_of("MilestonePage", MilestoneBody),
    )
    def get(self, request: Request) -> Response:
        """List milestones by their day, those without one last."""
        return self.shown()

    @extend_schema(
        operation_id="milestones_create",
        summary="Set a milestone",
        request=NewMilestone,
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION, REPLAYED],
        responses={201: MilestoneBody},
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Set a milestone of a workstream."""
        return self.make_once(self._make)

    def _make(self) -> Milestone:
        places = Places(self.viewer)
        body = read(NewMilestone, self.request.data, places, self.judge())
        return actions.plan_milestone(
            actor=self.viewer,
            workstream=places.workstream_named,
            text=only(body, *MILESTONE_FIELDS),
            organisation=places.organisation,
        )


class OneMilestone(OneTask, OfMilestones):
    query_class: ClassVar = OneMilestoneQuery

    @extend_schema(
        operation_id="milestones_read",
        summary="One milestone",
        parameters=[ETAG],
        responses={200: MilestoneBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a milestone."""
        return self.answer(pk)

    @extend_schema(
        operation_id="milestones_update",
        summary="Change a milestone",
        request=MilestoneChange,
        parameters=[IF_MATCH, ETAG],
        responses=MilestoneBody,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change a milestone: the party that has it in hand may; what is all parties', any of them."""
        return self.revised(MilestoneChange)


class FinishMilestone(OneTask, OfMilestones):
    @step("milestones_finish", "Say that a milestone is met", MilestoneBody, MilestoneMet)
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Say that it is met. Said again, it changes nothing."""
        return self.finished(pk, MilestoneMet)


class ReopenMilestone(OneTask, OfMilestones):
    @step("milestones_reopen", "Open a milestone again", MilestoneBody)
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Have what was met or dropped be open again. What is open stays."""
        return self.reopened(pk)


class DropMilestone(OneTask, OfMilestones):
    @step("milestones_drop", "Say that a milestone will not be done", MilestoneBody)
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Say that it will not be done. What is met is opened again first."""
        return self.dropped(pk)
