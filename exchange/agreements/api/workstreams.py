from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.agreements import actions
from exchange.agreements.api.base import OneThing, Things, with_parties
from exchange.agreements.api.bodies.work import (
    NewUpdate,
    NewWorkstream,
    UpdateBody,
    UpdateChange,
    WorkstreamBody,
    WorkstreamChange,
)
from exchange.agreements.api.judging import Judge, Places, cleaned_by, only, read
from exchange.agreements.choices import Health, WorkStatus
from exchange.agreements.models import Lead, ProgressUpdate, Workstream
from exchange.agreements.texts import (
    UPDATE_FIELDS,
    WORKSTREAM_FIELDS,
    clean_update,
    clean_workstream,
)
from exchange.common.drf.filtering import AnyOf, ListQuery, Query, SortField
from exchange.common.drf.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH, LOCATION, REPLAYED
from exchange.common.drf.serializers import Choice, Key, page_of


class WorkstreamQuery(ListQuery):
    """Which workstreams to list."""

    agreement = AnyOf(Key(), help_text="Ids of agreements.")
    status = AnyOf(Choice(WorkStatus.choices))
    health = AnyOf(Choice(Health.choices))
    id = AnyOf(Key(), max_length=100, help_text="Those of these ids that match.")
    sort = SortField({"created_at": "created_at", "title": "sort_key"}, default="-created_at")
    body: ClassVar = WorkstreamBody


class OneWorkstreamQuery(Query):
    """What to read of a workstream."""

    body: ClassVar = WorkstreamBody


class OfWorkstreams(Things):
    body: ClassVar = WorkstreamBody
    route: ClassVar = "workstream"

    def rows(self) -> "QuerySet[Workstream]":
        """Return the workstreams that the viewer may see, with what is told of them."""
        seen = with_parties(Workstream.objects.visible_to(self.viewer), self.viewer)
        leads = Lead.objects.visible_to(self.viewer)
        return seen.prefetch_related("topics", Prefetch("leads", leads, to_attr="led"))


class Workstreams(OfWorkstreams):
    query_class: ClassVar = WorkstreamQuery

    @extend_schema(
        operation_id="workstreams_list",
        summary="Workstreams of your agreements",
        responses=page_of("WorkstreamPage", WorkstreamBody),
    )
    def get(self, request: Request) -> Response:
        """List the workstreams of the agreements that your organisation is party to."""
        names = ("agreement", "status", "health")
        return self.listed({"id": "pk__in", **{name: f"{name}__in" for name in names}})

    @extend_schema(
        operation_id="workstreams_create",
        summary="Plan a workstream",
        request=NewWorkstream,
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION, REPLAYED],
        responses={201: WorkstreamBody},
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Begin a line of work under an agreement."""
        return self.make_once(self._plan)

    def _plan(self) -> Workstream:
        places = Places(self.viewer)
        judge = cleaned_by(clean_workstream, *WORKSTREAM_FIELDS)
        body = read(NewWorkstream, self.request.data, places, judge)
        return actions.plan_workstream(
            actor=self.viewer,
            agreement=places.agreement_named,
            text=only(body, *WORKSTREAM_FIELDS),
        )


class OneWorkstream(OfWorkstreams, OneThing):
    query_class: ClassVar = OneWorkstreamQuery

    @extend_schema(
        operation_id="workstreams_read",
        summary="One workstream",
        parameters=[ETAG],
        responses={200: WorkstreamBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a workstream."""
        return self.answer(pk)

    @extend_schema(
        operation_id="workstreams_update",
        summary="Change a workstream",
        request=WorkstreamChange,
        parameters=[IF_MATCH, ETAG],
        responses=WorkstreamBody,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change a workstream; how it stands is said by progress updates."""

        def revise(workstream: Any, lock: int, text: dict[str, Any]) -> None:
            actions.revise_workstream(
                actor=self.viewer, workstream=workstream, lock=lock, text=text
            )

        def judges(workstream: Any) -> list[Judge]:
            clean = partial(clean_workstream, base=workstream)
            return [cleaned_by(clean, *WORKSTREAM_FIELDS)]

        return self.changed(WorkstreamChange, revise, judges)


class UpdateQuery(ListQuery):
    """Which progress updates to list."""

    agreement = AnyOf(Key(), help_text="Ids of agreements.")
    workstream = AnyOf(Key(), help_text="Ids of workstreams.")
    organisation = AnyOf(Key(), help_text="Ids of the parties that say so.")
    health = AnyOf(Choice(Health.choices))
    id = AnyOf(Key(), max_length=100, help_text="Those of these ids that match.")
    sort = SortField({"made_at": "made_at"}, default="-made_at")
    body: ClassVar = UpdateBody


class OneUpdateQuery(Query):
    """What to read of a progress update."""

    body: ClassVar = UpdateBody


class OfUpdates(Things):
    body: ClassVar = UpdateBody
    route: ClassVar = "update"

    def rows(self) -> "QuerySet[ProgressUpdate]":
        """Return the progress updates that the viewer may see."""
        seen = ProgressUpdate.objects.visible_to(self.viewer)
        return with_parties(seen, self.viewer, "workstream__agreement")


class Updates(OfUpdates):
    query_class: ClassVar = UpdateQuery

    @extend_schema(
        operation_id="updates_list",
        summary="Progress updates of your agreements",
        responses=page_of("UpdatePage", UpdateBody),
    )
    def get(self, request: Request) -> Response:
        """List the progress updates of workstreams, the latest first."""
        names = ("workstream", "organisation", "health")
        columns = {"id": "pk__in", "agreement": "workstream__agreement__in"}
        return self.listed({**columns, **{name: f"{name}__in" for name in names}})

    @extend_schema(
        operation_id="updates_create",
        summary="Say how a workstream stands",
        request=NewUpdate,
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION, REPLAYED],
        responses={201: UpdateBody},
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Say how a workstream stands; a later update takes its place."""
        return self.make_once(self._report)

    def _report(self) -> ProgressUpdate:
        places = Places(self.viewer)
        judge = cleaned_by(clean_update, *UPDATE_FIELDS)
        body = read(NewUpdate, self.request.data, places, judge)
        return actions.report_progress(
            actor=self.viewer,
            workstream=places.workstream_named,
            update=only(body, *UPDATE_FIELDS),
        )


class OneUpdate(OfUpdates, OneThing):
    query_class: ClassVar = OneUpdateQuery

    @extend_schema(
        operation_id="updates_read",
        summary="One progress update",
        parameters=[ETAG],
        responses={200: UpdateBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a progress update."""
        return self.answer(pk)

    @extend_schema(
        operation_id="updates_update",
        summary="Correct a progress update",
        request=UpdateChange,
        parameters=[IF_MATCH, ETAG],
        responses=UpdateBody,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Correct what your organisation said; what the others read then is the corrected text."""

        def correct(update: Any, lock: int, text: dict[str, Any]) -> None:
            actions.correct_update(actor=self.viewer, update=update, lock=lock, text=text)

        def judges(update: Any) -> list[Judge]:
            return [cleaned_by(partial(clean_update, base=update), *UPDATE_FIELDS)]

        return self.changed(UpdateChange, correct, judges)
