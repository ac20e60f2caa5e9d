from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.common.drf.conditional import expected_version
from exchange.common.drf.idempotency import answer_once
from exchange.common.drf.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH, REPLAYED
from exchange.common.drf.serializers import Input
from exchange.kpis import actions
from exchange.kpis.api.bodies.batch import ImportAnswer, ImportBody, ImportDecision, ImportUndoing
from exchange.kpis.api.imports import OfImports
from exchange.kpis.models import Import
from exchange.kpis.tasks import ring_for_imports

Step = TypeVar("Step", bound=Callable[..., Any])


def step(
    name: str,
    summary: str,
    request: type[Input] | None = None,
    more: Sequence[OpenApiParameter] = (),
) -> Callable[[Step], Step]:
    """Return what the contract says of a step."""
    return extend_schema(
        operation_id=name,
        summary=summary,
        request=request,
        parameters=[*more, IDEMPOTENCY_KEY, ETAG, REPLAYED],
        responses=ImportBody,
    )


class StepOfImport(OfImports):
    """A step of an import."""

    def allowed_actions_now(self) -> list[str]:
        """Return what a refusal by state says is possible instead."""
        return list(self.told(self.found(self.kwargs["pk"]))["allowed_actions"])

    def stepped(
        self,
        pk: UUID,
        body: type[Input],
        act: Callable[..., object],
        *,
        works: bool,
        matches: bool = False,
    ) -> Response | HttpResponse:
        """Have `act` take a step with what the body says; `works` when a worker goes on from there.

        With `matches` it is of the preview that If-Match names.
        """
        batch = self.found(pk)
        seen = {"attempt": expected_version(self.request)} if matches else {}
        said = body(data=self.request.data)
        said.is_valid(raise_exception=True)

        def answer() -> Response:
            act(actor=self.viewer, batch=batch, **seen, **said.validated_data)
            if works:
                ring_for_imports()
            return self.answer(pk)

        return answer_once(self.request, answer)


class AnswerImport(StepOfImport):
    @step("imports_answer", "Say how a file is written", ImportAnswer)
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Answer what was asked, or say how else the file is to be read: it is read again."""

        def answer(*, actor: Any, batch: Import, **asked: str) -> object:
            return actions.answer_import(actor=actor, batch=batch, asked=asked)

        return self.stepped(pk, ImportAnswer, answer, works=True)


class AcceptImport(StepOfImport):
    @step("imports_accept", "Accept what the preview shows", ImportDecision, [IF_MATCH])
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Have the rows be written, all in one; they wait for a reviewer of your organisation.

        If-Match names the preview that you have read. It is made anew when values of its series
        change before they are written: read it again then.
        """
        return self.stepped(pk, ImportDecision, actions.accept_import, works=True, matches=True)


class CancelImport(StepOfImport):
    @step("imports_cancel", "Have nothing come of an import")
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Cancel an import that was not accepted. Said again, it changes nothing."""
        return self.stepped(pk, Input, actions.cancel_import, works=False)


class UndoImport(StepOfImport):
    @step("imports_undo", "Take back what an import wrote", ImportUndoing)
    def post(self, request: Request, pk: UUID) -> Response | HttpResponse:
        """Undo an import, in the background.

        What waits is withdrawn, what was approved gets a revision that waits for a reviewer.
        """
        return self.stepped(pk, ImportUndoing, actions.undo_import, works=True)
