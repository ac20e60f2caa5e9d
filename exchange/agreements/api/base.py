"""What the endpoints of agreements and of the work under them have in common."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.response import Response

from exchange.agreements.api.judging import Judge, Text, read
from exchange.agreements.models import Party
from exchange.audiences.viewer import Viewer
from exchange.common.drf.conditional import expected_version, versioned
from exchange.common.drf.idempotency import answer_once
from exchange.common.drf.merging import without_echoes
from exchange.common.drf.parsers import MergePatchParser, StrictJSONParser
from exchange.common.drf.serializers import Input, Sparse
from exchange.common.drf.views import ApiView
from exchange.common.errors import Forbidden
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import ApiClient
from exchange.partners.viewers import viewer_of_client


class Things(ApiView):
    """Endpoints about one kind of thing: how it is reached, and what is told of it."""

    body: ClassVar[type[Sparse]]
    # The name of the route of one thing.
    route: ClassVar[str]

    @abstractmethod
    def rows(self) -> "QuerySet[Any]":
        """Return what the viewer may see of it, with what the body tells."""

    def found(self, pk: UUID) -> Any:
        """Return the thing if the viewer may see it; 404 when there is none for them."""
        return get_object_or_404(self.rows(), pk=pk)

    def told(self, thing: Any) -> Any:
        """Return what the viewer is told of a thing."""
        return self.body(thing, context=self.context).data

    def version(self, thing: Any) -> int:
        """Return the version that a change of the thing names."""
        return int(thing.lock)

    def answer(self, pk: UUID, status: int = 200) -> Response:
        """Answer with a thing as it is now, and its ETag."""
        thing = self.found(pk)
        return versioned(self.request, self.told(thing), self.version(thing), status)

    def make_once(self, make: Callable[[], Any]) -> Response | HttpResponse:
        """Have `make` make a thing, once for each Idempotency-Key, and answer with it.

        Who may no longer see what they made is not told of it again. Raises Forbidden then.
        """

        def answer() -> Response:
            thing = make()
            self.look_anew()
            return self.made(thing)

        response = answer_once(self.request, answer)
        if "Idempotent-Replayed" in response:
            self.look_anew()
            made = UUID(response["Location"].rpartition("/")[2])
            if not self.rows().filter(pk=made).exists():
                raise Forbidden(_("What this request made is not yours to see any more."))
        return response

    def look_anew(self) -> None:
        """Have the eyes of the program as they are now: those of the request may be older than a thing."""
        client = cast(ApiClient, self.request.auth)
        cast(ViewedRequest, self.request).viewer = viewer_of_client(client)

    def made(self, thing: Any) -> Response:
        """Answer with what was made, and its address."""
        response = self.answer(thing.pk, status=201)
        response["Location"] = self.request.build_absolute_uri(self.address(thing.pk))
        return response

    def address(self, pk: UUID) -> str:
        """Return the address of one thing."""
        return reverse(f"api:{self.route}", args=[pk])

    def listed(self, columns: dict[str, str], rows: Any = None) -> Response:
        """Answer with the list of `rows` (of all), filtered by the parameters that name a column."""
        asked = {path: self.query[name] for name, path in columns.items() if name in self.query}
        rows = self.rows() if rows is None else rows
        return self.page(rows.filter(**asked), self.body)


class OneThing(Things):
    """Endpoints about one thing that there is."""

    parser_classes = [StrictJSONParser, MergePatchParser]

    def allowed_actions_now(self) -> list[str]:
        """Return what a refusal by state says is possible instead."""
        told = self.told(self.found(self.kwargs["pk"]))
        return list(told["allowed_actions"])

    def latest_address(self) -> str:
        """Return where to read what a refused change has to be merged with."""
        return self.request.build_absolute_uri(self.address(self.kwargs["pk"]))

    def changed(
        self,
        change: type[Input],
        act: Callable[[Any, int, Text], object],
        judge: Callable[[Any], list[Judge]],
    ) -> Response:
        """Have `act` change the thing by a merge patch, based on the version in If-Match."""
        thing = self.found(self.kwargs["pk"])
        lock = expected_version(self.request)
        is_stale = self.version(thing) != lock
        body = without_echoes(self.request.data, self.told(thing), change, is_stale=is_stale)
        act(thing, lock, read(change, body, *judge(thing)))
        return self.answer(thing.pk)

    def stepped(self, thing: Any, act: Callable[[], object]) -> Response | HttpResponse:
        """Have `act` take a step of the thing, once for each Idempotency-Key."""

        def answer() -> Response:
            act()
            return self.answer(thing.pk)

        return answer_once(self.request, answer)


def with_parties(
    rows: "QuerySet[Any]", viewer: Viewer, agreement: str = "agreement"
) -> "QuerySet[Any]":
    """Load the agreement of each row (`agreement` leads there), whether work goes on, and for whom."""
    parties = Party.objects.visible_to(viewer).confirmed().select_related("organisation")
    prefetch = Prefetch(f"{agreement}__parties", parties, to_attr="standing")
    return rows.select_related(f"{agreement}__current_term").prefetch_related(prefetch)
