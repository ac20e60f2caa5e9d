"""What the endpoints of KPIs have in common."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from exchange.common.drf.conditional import versioned
from exchange.common.drf.serializers import Sparse
from exchange.common.drf.views import ApiView


class Things(ApiView):
    """Endpoints about one kind of thing: how it is reached, and what is told of it."""

    body: ClassVar[type[Sparse]]

    @abstractmethod
    def rows(self) -> "QuerySet[Any]":
        """Return what the viewer may see of it, with what the body tells."""

    def found(self, pk: UUID) -> Any:
        """Return the thing if the viewer may see it; 404 when there is none for them."""
        return get_object_or_404(self.rows(), pk=pk)

    def version(self, thing: Any) -> int:
        """Return how many changes of the thing there were, as its ETag says it."""
        return int(thing.lock)

    def told(self, thing: Any) -> Any:
        """Return what the viewer is told of a thing."""
        return self.body(thing, context=self.context).data

    def answer(self, pk: UUID, status: int = 200) -> Response:
        """Answer with a thing as it is now, and its ETag."""
        thing = self.found(pk)
        return versioned(self.request, self.told(thing), self.version(thing), status)

    def listed(self, columns: Mapping[str, str], rows: Any = None) -> Response:
        """Answer with the list of `rows` (of all), filtered by the parameters that name a column."""
        asked = {path: self.query[name] for name, path in columns.items() if name in self.query}
        rows = self.rows() if rows is None else rows
        return self.page(rows.filter(**asked), self.body)
