"""The base of every endpoint."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from exchange.common.drf import paging
from exchange.common.drf.filtering import NoQuery, Query
from exchange.common.drf.parsers import check_framing


class ApiView(APIView):
    """An endpoint: JSON in and out, no OPTIONS, answers that no shared cache keeps.

    Who may come in is the default permission's decision; no endpoint opens itself but those that
    set `permission_classes = []`. `query_class` declares the parameters of GET, read into `query`;
    other methods have none.
    """

    http_method_names = ["get", "head", "post", "patch", "delete"]
    query_class: ClassVar[type[Query]] = NoQuery
    query: Mapping[str, Any]

    @property
    def viewer(self) -> Any:
        """Return whose eyes: the `Viewer` that authentication has set."""
        return self.request.viewer  # type: ignore[attr-defined]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate and check permission; then refuse what no endpoint reads."""
        super().initial(request, *args, **kwargs)
        check_framing(request)
        reads = request.method in {"GET", "HEAD"}
        if not reads:
            # Kept by Django once read, so that an Idempotency-Key can be bound to the very bytes.
            _ = request.body
        self.query = (self.query_class if reads else NoQuery).read(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add what every answer says: it depends on the token."""
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Authorization"])
        return response

    def page(self, rows: "QuerySet[Any]", serializer: type[BaseSerializer[Any]]) -> Response:
        """Answer with the page of `rows` that `query` (of a ListQuery) asks for."""
        found = paging.page(rows, self.request, self.query)
        return Response(
            {
                "items": serializer(found.rows, many=True, context=self.context).data,
                "next": self.link(cursor=found.next) if found.next else None,
                "prev": self.link(cursor=found.prev) if found.prev else None,
            }
        )

    @property
    def context(self) -> dict[str, Any]:
        """Return what output serializers need: the request, the viewer, and `fields` if asked for."""
        wanted = {"fields": self.query["fields"]} if "fields" in self.query else {}
        return {"request": self.request, "viewer": self.viewer, **wanted}

    def link(self, **changes: object) -> str:
        """Return this request's address with some parameters changed."""
        parameters = self.request.query_params.copy()
        for name, value in changes.items():
            parameters[name] = str(value)
        return self.request.build_absolute_uri(f"{self.request.path}?{parameters.urlencode()}")
