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
    ActionBody,
    ActionChange,
    ActionDone,
    NewAction,
)
from exchange.agreements.api.judging import Judge, Places, cleaned_by, only, read
from exchange.agreements.api.tasks import OfTasks, OneTask, TaskQuery, Tasks, step
from exchange.agreements.models import Action
from exchange.agreements.texts import ACTION_FIELDS, clean_action
from exchange.common.drf.filtering import Query
from exchange.common.drf.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH, LOCATION, REPLAYED
from exchange.common.drf.serializers import page_of


class ActionQuery(TaskQuery):
    """Which actions to list."""

    body: ClassVar = ActionBody


class OneActionQuery(Query):
    """What to read of an action."""

    body: ClassVar = ActionBody


class OfActions(OfTasks):
    body: ClassVar = ActionBody
    route: ClassVar = "action"
    names: ClassVar = ACTION_FIELDS

    def rows(self) -> "QuerySet[Action]":
        """Return the actions that the viewer may see, with what is told of them."""
        seen = Action.objects.visible_to(self.viewer).with_place().select_related("person")
        return with_parties(seen, self.viewer)

    def judge(self, *names: str) -> Judge:
        """Return a judge of its text, or of these members of it."""
        return cleaned_by(clean_action, *(names or ACTION_FIELDS))


class Actions(Tasks, OfActions):
    query_class: ClassVar = ActionQuery

    @extend_schema(
        operation_id="actions_list",
        summary="Actions of your agreements",
        responses=page_of("ActionPage", ActionBody),
    )
    def get(self, request: Request) -> Response:
        """List actions by their day, those without one last."""
        return self.shown()

    @extend_schema(
        operation_id="actions_create",
        summary="Note an action",
        request=NewAction,
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION, REPLAYED],
        responses={201: ActionBody},
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Note something that a party, or all of them together, will do."""
        return self.make_once(self._make)

    def _make(self) -> Action:
        places = Places(self.viewer)
        body = read(NewAction, self.request.data, places, self.judge())
        return actions.agree_action(
            actor=self.viewer,
            agreement=places.agreement_named,
            text=only(body, *ACTION_FIELDS),
            workstream=places.workstream,
            meeting=places.meeting,
            organisation=places.organisation,
        )


class OneAction(OneTask, OfActions):
    query_class: ClassVar = OneActionQuery

    @extend_schema(
        operation_id="actions_read",
        summary="One action",
        parameters=[ETAG],
        responses={200: ActionBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read an action."""
        return self.answer(pk)

    @extend_schema(
        operation_id="actions_update",
        summary="Change an action",
        request=ActionChange,
        parameters=[IF_MATCH, ETAG],
        responses=ActionBody,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change an action: the party that has it in hand may; what is all parties', any of them."""
        return self.revised(ActionChange)


class FinishAction(OneTask, OfActions):
    @step("actions_finish", "Say that an action is done", ActionBody, ActionDone)
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Say that it is done. Said again, it changes nothing."""
        return self.finished(pk, ActionDone)


class ReopenAction(OneTask, OfActions):
    @step("actions_reopen", "Open an action again", ActionBody)
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Have what was done or dropped be open again. What is open stays."""
        return self.reopened(pk)


class DropAction(OneTask, OfActions):
    @step("actions_drop", "Say that an action will not be done", ActionBody)
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Say that it will not be done. What is done is opened again first."""
        return self.dropped(pk)
