from copy import copy
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.common.drf import paging
from exchange.common.drf.filtering import AnyOf, ListQuery, Query, SortField
from exchange.common.drf.idempotency import answer_once
from exchange.common.drf.schema import ETAG, IDEMPOTENCY_KEY, LOCATION, REPLAYED
from exchange.common.drf.serializers import Choice, Key, Text, page_of
from exchange.common.drf.views import ApiView
from exchange.common.errors import Invalid
from exchange.kpis import actions
from exchange.kpis.api.base import Things
from exchange.kpis.api.bodies.batch import ImportBody, RejectedBody
from exchange.kpis.api.uploads import (
    CSV,
    PARTS,
    XLSX,
    CsvParser,
    FileForm,
    FileRequest,
    FormParser,
    RawFile,
    RawQuery,
    Upload,
    XlsxParser,
    check_file,
    query_of,
)
from exchange.kpis.choices import ImportState, Outcome, Way
from exchange.kpis.importing.staged import rows_of
from exchange.kpis.models import Import, ImportPage
from exchange.kpis.tasks import ring_for_imports
from exchange.partners.models import Organisation


class ImportQuery(ListQuery):
    """Which imports to list."""

    state = AnyOf(Choice(ImportState.choices))
    id = AnyOf(Key(), max_length=100, help_text="Those of these ids that match.")
    sort = SortField({"created_at": "made_at"}, default="-created_at")
    body: ClassVar = ImportBody


class OneImportQuery(Query):
    """What to read of an import."""

    body: ClassVar = ImportBody


class RejectedQuery(Query):
    """Which part of the rejected rows to list."""

    cursor = Text(
        required=False, max_length=2000, help_text="From a `next` or `prev` link; valid 24 hours."
    )
    body: ClassVar = RejectedBody


class OfImports(Things):
    body: ClassVar = ImportBody

    def rows(self) -> Any:
        """Return the imports of the viewer's organisation."""
        return Import.objects.visible_to(self.viewer).select_related("organisation")

    def version(self, thing: Import) -> int:
        """Return which preview it has: it goes on by itself, and other changes name no version."""
        return thing.attempt


def in_202(known: OpenApiParameter) -> OpenApiParameter:
    """Return a header as one of the answer to what goes on in the background."""
    made = copy(known)
    made.response = [202]
    return made


class Imports(OfImports):
    query_class: ClassVar = ImportQuery
    parser_classes = [FormParser, CsvParser, XlsxParser]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Return a POST as a request that brings a file."""
        if request.method != "POST":
            return super().initialize_request(request, *args, **kwargs)
        return FileRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let a file in that is larger than any JSON; it is read when the key is there."""
        if request.method != "POST":
            super().initial(request, *args, **kwargs)
            return
        super(ApiView, self).initial(request, *args, **kwargs)
        check_file(request)
        self.query = query_of(request).read(request)

    @extend_schema(
        operation_id="imports_list",
        summary="Imports of your organisation",
        responses=page_of("ImportPage", ImportBody),
    )
    def get(self, request: Request) -> Response:
        """List imports, whoever sent them, the last first."""
        return self.listed({"id": "pk__in", "state": "state__in"})

    @extend_schema(
        operation_id="imports_send",
        summary="Send a file of values",
        request={PARTS: FileForm, CSV: RawFile, XLSX: RawFile},
        parameters=[
            IDEMPOTENCY_KEY,
            *(in_202(one) for one in (ETAG, LOCATION, REPLAYED)),
            RawQuery,
        ],
        responses={202: ImportBody},
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Send a CSV or XLSX file of values, of at most 25 MB.

        It is read in the background, and nothing is written before you accept what would become of
        its rows. The parameters in the address go with a file that is the whole body.
        """
        return answer_once(request, self._send)

    def _send(self) -> Response:
        upload, viewer = self.request.data, self.viewer
        if not isinstance(upload, Upload):
            raise Invalid({"file": [_("This file is empty.")]})
        batch = actions.send_import(
            actor=viewer,
            organisation=Organisation.objects.visible_to(viewer).get(pk=viewer.organisation_id),
            file_name=upload.file_name,
            content=upload.content,
            asked=upload.asked,
            way=Way.API,
        )
        ring_for_imports()
        response = self.answer(batch.pk, status=202)
        address = reverse("api:import", args=[batch.pk])
        response["Location"] = self.request.build_absolute_uri(address)
        return response


class OneImport(OfImports):
    query_class: ClassVar = OneImportQuery

    @extend_schema(
        operation_id="imports_read",
        summary="One import",
        parameters=[ETAG],
        responses={200: ImportBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read how far an import is, and what would become of its rows, or has."""
        return self.answer(pk)


class RejectedRows(OfImports):
    query_class: ClassVar = RejectedQuery

    @extend_schema(
        operation_id="imports_rejected",
        summary="The rejected rows of an import",
        responses=page_of("RejectedPage", RejectedBody),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List what is wrong with the rows that cannot be taken, of a hundred rows at a time."""
        kept = ImportPage.objects.visible_to(self.viewer).filter(
            batch=self.found(pk), outcome=Outcome.REJECTED
        )
        asked = {**self.query, "sort": [("number", False)], "limit": 1}
        found = paging.page(kept, self.request, asked)
        told = [
            {"row": row.line, "column": one.column, "value": one.value, "reason": one.words}
            for page in found.rows
            for row in rows_of(page)
            for one in row.problems
        ]
        return Response(
            {
                "items": RejectedBody(told, many=True, context=self.context).data,
                "next": self.link(cursor=found.next) if found.next else None,
                "prev": self.link(cursor=found.prev) if found.prev else None,
            }
        )
