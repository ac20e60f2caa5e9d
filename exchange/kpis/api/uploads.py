"""Files that are sent: as a part of a form, or as the whole body."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from exchange.common.drf.filtering import NoQuery, Query
from exchange.common.drf.parsers import check_framing
from exchange.common.drf.problems import Refused
from exchange.common.drf.serializers import Choice, Text
from exchange.kpis.actions.importing import MOST_BYTES
from exchange.kpis.api.bodies.batch import LONGEST_NAME, LONGEST_SHEET, HowWritten
from exchange.kpis.reading import choices

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARTS = "multipart/form-data"
NAMES = {CSV: "values.csv", XLSX: "values.xlsx"}
# What a form needs besides the file in it.
ENVELOPE = 100_000


@dataclass(frozen=True)
class Upload:
    """A file, and how its sender says that it is written. A program may leave out its name."""

    file_name: str
    content: bytes
    asked: dict[str, str]

    @property
    def print(self) -> bytes:
        """Return what tells two uploads apart: not how they were packed."""
        said = json.dumps([self.file_name, self.asked], sort_keys=True)
        return hashlib.sha256(self.content).digest() + said.encode()


class FileRequest(Request):
    """A request with a file; an Idempotency-Key is bound to what it says."""

    @property
    def body(self) -> bytes:
        """Return what tells the request from others: each form has another boundary."""
        return self.data.print if isinstance(self.data, Upload) else b""


class FileForm(HowWritten):
    """A file of values as a part of a form, and what is known of how it is written."""

    file = serializers.FileField(
        allow_empty_file=True,
        error_messages={
            "required": "Send the file as the part `file`.",
            "invalid": "Send the file as a part with a filename.",
        },
        help_text="CSV or XLSX with the columns of the template, at most 25 MB.",
    )


class RawFile(serializers.Serializer[Any]):
    """A file of values as the whole body."""


class RawFileSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """How the contract tells of a file that is the whole body."""

    target_class = "exchange.kpis.api.uploads.RawFile"

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of any bytes."""
        return {"type": "string", "format": "binary", "description": str(RawFile.__doc__)}


class RawQuery(Query):
    """What goes with a file that is the whole body."""

    file_name = Text(max_length=LONGEST_NAME, required=False)
    encoding = Choice([value for value, _words in choices("encoding")], required=False)
    delimiter = Choice([value for value, _words in choices("delimiter")], required=False)
    decimal_sign = Choice([value for value, _words in choices("decimal_sign")], required=False)
    sheet = Text(max_length=LONGEST_SHEET, required=False)


class FormParser(MultiPartParser):
    """A form with a file: parts that are not declared are refused."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the Upload; raise Refused or ValidationError (400, 413, 422)."""
        try:
            found = super().parse(stream, media_type, parser_context)
        except (ParseError, SuspiciousOperation) as error:
            raise Refused("bad_request", _("The body is no form as it says.")) from error
        parts = [*found.data.lists(), *found.files.lists()]
        twice = [name for name, values in parts if len(values) > 1]
        if twice:
            raise ValidationError({name: [_("Send it once.")] for name in twice})
        form = FileForm(data={name: values[0] for name, values in parts})
        form.is_valid(raise_exception=True)
        said = dict(form.validated_data)
        with said.pop("file") as file:
            if file.size > MOST_BYTES:
                raise too_large()
            return Upload(file.name[:LONGEST_NAME], file.read(), said)


class RawParser(BaseParser):
    """A file that is the whole body; the address says how it is written."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the Upload; raise Refused (413)."""
        content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise too_large()
        said = dict((parser_context or {})["view"].query)
        return Upload(said.pop("file_name", NAMES[self.media_type]), content, said)


class CsvParser(RawParser):
    media_type = CSV


class XlsxParser(RawParser):
    media_type = XLSX


def too_large() -> Refused:
    """Return the refusal of a file that is too large."""
    most = {"megabytes": MOST_BYTES // 1_000_000}
    return Refused(
        "content_too_large", _("Send a file of at most %(megabytes)s MB, or several.") % most
    )


def check_file(request: Request) -> None:
    """Refuse what is no file that is read (415), in chunks (411) or too large (413), unread."""
    parsers, negotiator = request.parsers or [], request.negotiator
    if negotiator is None or negotiator.select_parser(request, parsers) is None:
        words = _("Send the file as %(kinds)s.")
        kinds = ", ".join([PARTS, CSV, XLSX])
        raise Refused("unsupported_media_type", words % {"kinds": kinds})
    try:
        check_framing(request)
    except Refused as refusal:
        if refusal.problem.code != "content_too_large":
            raise
        if int(request.headers["Content-Length"]) > MOST_BYTES + ENVELOPE:
            raise too_large() from refusal


def query_of(request: Request) -> type[Query]:
    """Return which parameters go with a file: none with a form, which has parts for them."""
    is_form = request.content_type.startswith(PARTS)
    return NoQuery if is_form else RawQuery
