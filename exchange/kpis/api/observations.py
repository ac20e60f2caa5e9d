from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Field

from exchange.common.drf.filtering import AnyOf, ListQuery, SortField
from exchange.common.drf.idempotency import answer_once
from exchange.common.drf.schema import IDEMPOTENCY_KEY, REPLAYED
from exchange.common.drf.serializers import Choice, Key, Text, page_of
from exchange.kpis.api.base import Things
from exchange.kpis.api.bodies.observation import (
    HOLDING,
    NewValues,
    ObservationBody,
    ResultsBody,
    RevisionBody,
)
from exchange.kpis.api.periods import AnyYearsPeriod, CalendarPeriod
from exchange.kpis.api.submitting import Submission
from exchange.kpis.choices import State
from exchange.kpis.models import Observation
from exchange.kpis.models.indicator import CODE_LENGTH
from exchange.kpis.models.observation import OPEN
from exchange.kpis.periods import PeriodKind

# Of the series and its definition a list needs little, and a definition is long.
SHOWN = (
    "series__organisation__unlocode",
    "series__definition__unit",
    "series__definition__indicator__code",
)


# By these a list becomes a short one.
NARROWING = {"series", "organisation", "kpi_code", "period", "period_type"}


class ValueQuery(ListQuery):
    """Which values to list."""

    series = AnyOf(Key(), help_text="Ids of series.")
    organisation = AnyOf(Key(), help_text="Ids of those who report.")
    kpi_code = AnyOf(Text(max_length=CODE_LENGTH), help_text="Codes of indicators.")
    period = AnyYearsPeriod(help_text="This period, as each series reckons its years.")
    period_type = AnyOf(Choice(PeriodKind.choices))

    def get_fields(self) -> dict[str, Field[Any, Any, Any, Any]]:
        """Return the parameters; the name of one is a word of Python's own."""
        after = (
            "Periods that begin when this one of the calendar does, or later: `2023`, `2023-Q3`."
        )
        before = "Periods that end when this one of the calendar does, or earlier."
        ends = {"from": CalendarPeriod(help_text=after), "to": CalendarPeriod(help_text=before)}
        return {**super().get_fields(), **ends}


class ObservationQuery(ValueQuery):
    """Which values that hold to list."""

    state = AnyOf(
        Choice(HOLDING),
        help_text="`approved` unless sent; `submitted` values are your own organisation's.",
    )
    sort = SortField({"period": "first", "series": "series_id"}, default="period")
    body: ClassVar = ObservationBody


class RevisionQuery(ValueQuery):
    """Which revisions to list."""

    state = AnyOf(Choice(State.choices))
    sort = SortField(
        # A cursor tells by what it sorts; revisions of a period are written one after the other.
        {"period": "first", "series": "series_id", "revision": "id"},
        default="period,revision",
    )
    body: ClassVar = RevisionBody


class Values(Things):
    """What is the same of values and of their revisions."""

    def rows(self) -> Any:
        """Return the revisions that the viewer may see, with what is told of their series."""
        states = set(self.query.get("state", OPEN))
        is_long = not NARROWING & self.query.keys() and bool(states & set(OPEN))
        seen = Observation.objects.visible_to(self.viewer, walking=is_long)
        related = ("series__organisation", "series__definition__indicator")
        own = [field.attname for field in Observation._meta.concrete_fields]
        keys = ("series__organisation_id", "series__definition_id", "series__definition__indicator")
        return seen.select_related(*related).only(*own, *keys, *SHOWN)

    def shown(self, rows: Any) -> Response:
        """Answer with the list of those of the rows that are asked for."""
        if period := self.query.get("period"):
            rows = rows.filter(period)
        if since := self.query.get("from"):
            rows = rows.filter(first__gte=since.first)
        if until := self.query.get("to"):
            rows = rows.filter(last__lte=until.last)
        columns = {
            "series": "series__in",
            "organisation": "series__organisation__in",
            "kpi_code": "series__definition__indicator__code__in",
            "period_type": "kind__in",
            "state": "state__in",
        }
        return self.listed(columns, rows)


class Observations(Values):
    body: ClassVar = ObservationBody
    query_class: ClassVar = ObservationQuery

    @extend_schema(
        operation_id="observations_list",
        summary="Values that hold",
        responses=page_of("ObservationPage", ObservationBody),
    )
    def get(self, request: Request) -> Response:
        """List the values that hold, by period. With `state=submitted` your own that wait."""
        rows = self.rows()
        return self.shown(rows if "state" in self.query else rows.approved())

    @extend_schema(
        operation_id="observations_submit",
        summary="Submit values of your organisation",
        request=NewValues,
        parameters=[IDEMPOTENCY_KEY, REPLAYED],
        responses=ResultsBody,
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Submit values for review, up to a hundred: all of them are taken, or none.

        What says the same as before changes nothing. What was approved is corrected by a revision
        that waits for a reviewer; until then everybody else reads the old value.
        """

        def submit() -> Response:
            told = Submission(self.viewer, request.data).submit()
            return Response(ResultsBody({"items": told}).data)

        return answer_once(request, submit)


class Revisions(Values):
    body: ClassVar = RevisionBody
    query_class: ClassVar = RevisionQuery

    @extend_schema(
        operation_id="revisions_list",
        summary="How values came about",
        responses=page_of("RevisionPage", RevisionBody),
    )
    def get(self, request: Request) -> Response:
        """List revisions by period, each from the first on.

        Of others those that were approved once; of your own organisation also those that wait, that
        were sent back, and that were taken back.
        """
        return self.shown(self.rows())
