"""Milestones and actions: two kinds of thing to be done, with the same filters and steps."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from exchange.agreements import actions
from exchange.agreements.api.base import OneThing, Things
from exchange.agreements.api.bodies.work import ActionDone, TaskChange, TaskState
from exchange.agreements.api.judging import Judge, Places, Text, only, read
from exchange.common import time
from exchange.common.drf.filtering import AnyOf, ListQuery, SortField
from exchange.common.drf.schema import ETAG, IDEMPOTENCY_KEY, REPLAYED
from exchange.common.drf.serializers import Choice, Day, Input, Key

Step = TypeVar("Step", bound=Callable[..., Any])
STATES: dict[str, Callable[[Any], Any]] = {
    TaskState.OPEN: lambda rows: rows.open(),
    TaskState.DONE: lambda rows: rows.filter(done_on__isnull=False),
    TaskState.DROPPED: lambda rows: rows.filter(dropped_at__isnull=False),
    "overdue": lambda rows: rows.overdue(time.now().date()),
}


class TaskQuery(ListQuery):
    """Which milestones or actions to list."""

    agreement = AnyOf(Key(), help_text="Ids of agreements.")
    workstream = AnyOf(Key(), help_text="Ids of workstreams.")
    organisation = AnyOf(Key(), help_text="Ids of the parties that have them in hand.")
    state = Choice(
        list(STATES),
        required=False,
        help_text="`overdue`: open, though its day (UTC) has passed.",
    )
    due_after = Day(required=False, help_text="On this day or later.")
    due_before = Day(required=False, help_text="Before this day.")
    id = AnyOf(Key(), max_length=100, help_text="Those of these ids that match.")
    sort = SortField({"created_at": "created_at", "due": "due", "title": "sort_key"}, default="due")


class OfTasks(Things):
    """What is the same of both kinds."""

    names: ClassVar[tuple[str, ...]]

    @abstractmethod
    def judge(self, *names: str) -> Judge:
        """Return a judge of its text, or of these members of it."""


class Tasks(OfTasks):
    """A list of one kind."""

    def shown(self) -> Response:
        """Answer with the list, by day, those without one last."""
        found = self.rows()
        if "state" in self.query:
            found = STATES[self.query["state"]](found)
        columns = {"id": "pk__in", "due_after": "due__gte", "due_before": "due__lt"}
        columns |= {name: f"{name}__in" for name in ("agreement", "workstream", "organisation")}
        return self.listed(columns, found)


class OneTask(OfTasks, OneThing):
    """One milestone or action, and its steps."""

    def revised(self, change: type[TaskChange]) -> Response:
        """Change it by a merge patch; the person that it names stays as long as its owner does."""
        places: list[Places] = []

        def judges(task: Any) -> list[Judge]:
            places.append(Places(self.viewer, task.agreement))
            return [*places, self.judge()]

        def revise(task: Any, lock: int, text: Text) -> None:
            chosen: actions.Hands = {"organisation": places[0].organisation}
            actions.revise_task(
                actor=self.viewer,
                task=task,
                lock=lock,
                text=only(text, *self.names),
                hands=chosen if "organisation" in text else {},
            )

        return self.changed(change, revise, judges)

    def finished(self, pk: UUID, request: type[ActionDone]) -> Response | HttpResponse:
        """Say that it is done."""
        task = self.found(pk)
        body = read(request, self.request.data, self.judge("evidence"))
        return self.stepped(task, lambda: actions.finish_task(actor=self.viewer, task=task, **body))

    def reopened(self, pk: UUID) -> Response | HttpResponse:
        """Have it be open again."""
        task = self.found(pk)
        read(Input, self.request.data)
        return self.stepped(task, lambda: actions.reopen_task(actor=self.viewer, task=task))

    def dropped(self, pk: UUID) -> Response | HttpResponse:
        """Say that it will not be done."""
        task = self.found(pk)
        read(Input, self.request.data)
        return self.stepped(task, lambda: actions.drop_task(actor=self.viewer, task=task))


def step(
    name: str, summary: str, body: Any, request: type[Input] | None = None
) -> Callable[[Step], Step]:
    """Return what the contract says of a step."""
    return extend_schema(
        operation_id=name,
        summary=summary,
        request=request,
        parameters=[IDEMPOTENCY_KEY, ETAG, REPLAYED],
        responses=body,
    )
