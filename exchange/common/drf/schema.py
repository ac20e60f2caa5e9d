"""The contract as a file: what every operation says besides its own answer."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from exchange.common.drf.codes import BY_STATUS, PROBLEMS
from exchange.common.drf.problems import MEDIA_TYPE

ALWAYS = (400, 405, 406, 500, 503)
WRITING = (403, 409, 411, 413, 415, 422)

IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^(W/)?"v[0-9]{1,9}(-[0-9a-f]+)?"$'},
    OpenApiParameter.HEADER,
    required=True,
    description='The version the change is based on, as in the ETag: `"v7"`.',
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="A new random value for each new request; kept for 24 hours.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    required=True,
    response=[200, 201, 304],
    description='The version and a hash of the representation, such as `"v7-0123456789abcdef"`.',
)
REPLAYED = OpenApiParameter(
    "Idempotent-Replayed",
    {"type": "string", "const": "true"},
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="Present when this is the kept answer of an earlier request with the same key.",
)
LOCATION = OpenApiParameter(
    "Location",
    {"type": "string", "format": "uri"},
    OpenApiParameter.HEADER,
    required=True,
    response=[201],
    description="The address of what was made.",
)


def _header(name: str, description: str, *, required: bool = True) -> dict[str, Any]:
    schema = {"type": "string"}
    return {name: {"schema": schema, "required": required, "description": description}}


REQUEST_ID = _header(
    "X-Request-Id",
    "The id of the request: yours when it had 8 to 64 letters, digits and hyphens, else ours.",
)
RETRY_AFTER = _header(
    "Retry-After", "How many seconds to wait before the next try.", required=False
)
OF_PROBLEMS = {
    401: _header("WWW-Authenticate", "How to authenticate: with a Bearer token."),
    405: _header("Allow", "The methods that there are."),
    409: RETRY_AFTER,
    503: RETRY_AFTER,
}


@extend_schema_field({"type": "string", "x-extensible-enum": list(PROBLEMS)})
class ProblemCode(serializers.CharField):
    """A code of the register."""


class ProblemEntry(serializers.Serializer[Any]):
    """One fault in a request: at a pointer in the body, or at a query parameter."""

    pointer = serializers.CharField(
        required=False, allow_blank=True, help_text="A JSON pointer (RFC 6901) into the body."
    )
    parameter = serializers.CharField(required=False, help_text="The name of a query parameter.")
    code = serializers.CharField(help_text="A stable word for programs.")
    detail = serializers.CharField(help_text="What to do, for people.")


class ProblemBody(serializers.Serializer[Any]):
    """What every failure looks like (RFC 9457)."""

    type = serializers.CharField(help_text="The address of a page with cause and remedy.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = ProblemCode(help_text="A stable word for programs; new ones may come.")
    detail = serializers.CharField(allow_blank=True)
    errors = ProblemEntry(many=True)  # type: ignore[assignment]
    request_id = serializers.CharField()
    current_version = serializers.IntegerField(
        required=False, help_text="With 412: the version that holds now."
    )
    latest = serializers.URLField(
        required=False, help_text="With 412: where to read it, to merge the change with it."
    )
    allowed_actions = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="With 409: what is possible now."
    )


class ProblemSchema(AutoSchema):
    """Documents each operation's parameters and problems, and the headers of every answer."""

    def get_override_parameters(self) -> list[Any]:
        """Return the declared query of a GET, beside what the operation adds."""
        declared = super().get_override_parameters()
        query = self.view.query_class  # type: ignore[attr-defined]
        return [*declared, query] if self.method == "GET" and query().fields else declared

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Return the name of a component: what a client library calls its class."""
        return str(super().get_serializer_name(serializer, direction)).removesuffix("Body")

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction)
        body = self.resolve_serializer(ProblemBody, direction).ref
        for status in sorted(self._problem_statuses()):
            responses[str(status)] = {
                "description": str(BY_STATUS[status].title),
                "content": {MEDIA_TYPE: {"schema": body}},
                "headers": OF_PROBLEMS.get(status, {}),
            }
        for response in responses.values():
            response["headers"] = {**response.get("headers", {}), **REQUEST_ID}
        return responses

    def _problem_statuses(self) -> set[int]:
        statuses = set(ALWAYS)
        names = {
            parameter.name
            for parameter in self.get_override_parameters()
            if isinstance(parameter, OpenApiParameter)
        }
        if self.view.permission_classes:
            statuses |= {401}
        if "{" in self.path:
            statuses |= {404}
        if self.method not in {"GET", "HEAD"}:
            statuses |= set(WRITING)
        if IF_MATCH.name in names:
            statuses |= {412, 428}
        return statuses


def tell_of_parts(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Have each answer that `fields` may shorten be the whole body, or a part of it.

    A hook of drf-spectacular: `Lesson` keeps its required members, `LessonPart` requires none.
    """
    for methods in result["paths"].values():
        operation = methods.get("get", {})
        if any(parameter["name"] == "fields" for parameter in operation.get("parameters", [])):
            place = operation["responses"]["200"]["content"]["application/json"]
            _allow_parts(place, result["components"]["schemas"])
    return result


def tell_of_strictness(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Have each body of a request be closed: a member that is not declared is refused.

    A hook of drf-spectacular.
    """
    for methods in result["paths"].values():
        for operation in methods.values():
            body = operation.get("requestBody", {})
            if len(body.get("content", {})) > 1:
                # Told of as optional where there are several types to choose from.
                body["required"] = True
            for content in body.get("content", {}).values():
                name = _name_in(content["schema"])
                result["components"]["schemas"][name]["additionalProperties"] = False
    return result


def _allow_parts(place: dict[str, Any], schemas: dict[str, Any]) -> None:
    name = _name_in(place["schema"])
    if items := schemas[name]["properties"].get("items"):
        place, name = items, _name_in(items["items"])
    schemas[f"{name}Part"] = {
        member: value for member, value in schemas[name].items() if member != "required"
    }
    whole_or_part = {"anyOf": [_reference(name), _reference(f"{name}Part")]}
    place["items" if "items" in place else "schema"] = whole_or_part


def _name_in(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
