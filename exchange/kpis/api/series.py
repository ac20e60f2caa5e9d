from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.common.drf.filtering import AnyOf, ListQuery, Query, SortField
from exchange.common.drf.schema import ETAG
from exchange.common.drf.serializers import Choice, Key, Text, page_of
from exchange.kpis.api.base import Things
from exchange.kpis.api.bodies.series import SeriesBody, TargetBody
from exchange.kpis.choices import Aim
from exchange.kpis.models import Series, Target
from exchange.kpis.models.indicator import CODE_LENGTH


class SeriesQuery(ListQuery):
    """Which series to list."""

    organisation = AnyOf(Key(), help_text="Ids of those who report.")
    indicator = AnyOf(Key(), help_text="Ids of indicators.")
    kpi_code = AnyOf(Text(max_length=CODE_LENGTH), help_text="Codes of indicators.")
    closed = Choice(
        ["false", "true"],
        required=False,
        help_text="`false`: those that values are taken for; `true`: those that are closed.",
    )
    id = AnyOf(Key(), max_length=100, help_text="Those of these ids that match.")
    sort = SortField(
        {"created_at": "created_at", "updated_at": "changed_at"}, default="-created_at"
    )
    body: ClassVar = SeriesBody


class OneSeriesQuery(Query):
    """What to read of a series."""

    body: ClassVar = SeriesBody


class OfSeries(Things):
    body: ClassVar = SeriesBody

    def rows(self) -> Any:
        """Return the series that the viewer may see, with what is told of them."""
        targets = Target.objects.visible_to(self.viewer).filter(series=OuterRef("pk"))
        counted = targets.order_by().values("series").annotate(number=Count("pk")).values("number")
        number = Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
        seen = Series.objects.visible_to(self.viewer).annotate(number_of_targets=number)
        return seen.select_related("definition__indicator", "organisation", "audience")


class ManySeries(OfSeries):
    query_class: ClassVar = SeriesQuery

    @extend_schema(
        operation_id="series_list",
        summary="Series you may see",
        responses=page_of("SeriesPage", SeriesBody),
    )
    def get(self, request: Request) -> Response:
        """List who reports which indicator, and how, the series begun last first."""
        found = self.rows()
        if closed := self.query.get("closed"):
            found = found.filter(closed_at__isnull=closed == "false")
        columns = {
            "id": "pk__in",
            "organisation": "organisation__in",
            "indicator": "definition__indicator__in",
            "kpi_code": "definition__indicator__code__in",
        }
        return self.listed(columns, found)


class OneSeries(OfSeries):
    query_class: ClassVar = OneSeriesQuery

    @extend_schema(
        operation_id="series_read",
        summary="One series",
        parameters=[ETAG],
        responses={200: SeriesBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read what is said of a series; people begin and change it."""
        return self.answer(pk)


class TargetQuery(ListQuery):
    """Which targets and baselines to list."""

    series = AnyOf(Key(), help_text="Ids of series.")
    organisation = AnyOf(Key(), help_text="Ids of those who report.")
    kpi_code = AnyOf(Text(max_length=CODE_LENGTH), help_text="Codes of indicators.")
    aim = AnyOf(Choice(Aim.choices))
    sort = SortField({"period": "first", "updated_at": "changed_at"}, default="period")
    body: ClassVar = TargetBody


class Targets(Things):
    body: ClassVar = TargetBody
    query_class: ClassVar = TargetQuery

    def rows(self) -> Any:
        """Return the targets and baselines of the series that the viewer may see."""
        seen = Target.objects.visible_to(self.viewer)
        return seen.select_related("series__definition__indicator", "series__organisation")

    @extend_schema(
        operation_id="targets_list",
        summary="Targets and baselines you may see",
        responses=page_of("TargetPage", TargetBody),
    )
    def get(self, request: Request) -> Response:
        """List what series aim at and are measured against, by period; people set them."""
        columns = {
            "series": "series__in",
            "organisation": "series__organisation__in",
            "kpi_code": "series__definition__indicator__code__in",
            "aim": "aim__in",
        }
        return self.listed(columns)
