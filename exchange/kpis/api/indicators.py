from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch, Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.common.drf.filtering import AnyOf, ListQuery, Query, SortField
from exchange.common.drf.schema import ETAG
from exchange.common.drf.serializers import Choice, Key, Text, page_of
from exchange.kpis.api.base import Things
from exchange.kpis.api.bodies.indicator import IndicatorBody
from exchange.kpis.choices import Direction
from exchange.kpis.models import Definition, Indicator
from exchange.kpis.models.indicator import CODE_LENGTH
from exchange.topics.api import KnownTopic


class IndicatorQuery(ListQuery):
    """Which indicators to list."""

    code = AnyOf(Text(max_length=CODE_LENGTH))
    topic = KnownTopic(
        required=False, help_text="A code of `/topics`; a theme stands for its topics too."
    )
    direction = AnyOf(Choice(Direction.choices))
    id = AnyOf(Key(), max_length=100, help_text="Those of these ids that match.")
    sort = SortField(
        {"code": "code", "name": "sort_key", "updated_at": "changed_at"}, default="name"
    )
    body: ClassVar = IndicatorBody


class OneIndicatorQuery(Query):
    """What to read of an indicator."""

    body: ClassVar = IndicatorBody


class OfIndicators(Things):
    body: ClassVar = IndicatorBody

    def rows(self) -> Any:
        """Return the indicators that the viewer may see, with the versions of their definitions."""
        definitions = Definition.objects.visible_to(self.viewer).order_by("-version")
        seen = Indicator.objects.visible_to(self.viewer).select_related("current")
        return seen.prefetch_related(Prefetch("definitions", definitions, to_attr="known"))


class Indicators(OfIndicators):
    query_class: ClassVar = IndicatorQuery

    @extend_schema(
        operation_id="indicators_list",
        summary="The catalogue of KPIs",
        responses=page_of("IndicatorPage", IndicatorBody),
    )
    def get(self, request: Request) -> Response:
        """List indicators by name, those that your organisation proposes among them."""
        found = self.rows()
        if topic := self.query.get("topic"):
            found = found.filter(Q(topic=topic) | Q(topic__parent=topic))
        columns = {"id": "pk__in", "code": "code__in", "direction": "current__direction__in"}
        return self.listed(columns, found)


class OneIndicator(OfIndicators):
    query_class: ClassVar = OneIndicatorQuery

    @extend_schema(
        operation_id="indicators_read",
        summary="One indicator",
        parameters=[ETAG],
        responses={200: IndicatorBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read what an indicator means."""
        return self.answer(pk)
