"""The contract as the page for people shows it: plain rows made from the OpenAPI document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exchange.common.markdown import render

METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A parameter, or a field of a body."""

    name: str
    kind: str
    required: bool
    html: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method at one address."""

    id: str
    method: str
    path: str
    summary: str
    html: str
    public: bool
    parameters: list[Row]
    request: list[Row]
    is_form: bool
    response: list[Row]
    same_answer_as: str
    statuses: list[str]

    @property
    def curl(self) -> str:
        """Return how to try it from a shell."""
        verb = "curl" if self.method == "GET" else f"curl -X {self.method}"
        parts = [f'{verb} "$EXCHANGE{self.path}"']
        if not self.public:
            parts.append('-H "Authorization: Bearer $TOKEN"')
        parts += [f"-H '{row.name}: …'" for row in self.parameters if row.kind.startswith("header")]
        if self.is_form:
            parts += ["-F 'file=@…'"]
        elif self.request:
            parts += ["-H 'Content-Type: application/json'", "-d '{…}'"]
        return " \\\n  ".join(parts)


def operations(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """Return the operations of an OpenAPI document by tag, in its order.

    An answer that has been shown is not shown again: `same_answer_as` is the id of who shows it.
    """
    groups: dict[str, list[Operation]] = {}
    shown: dict[str, str] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if operation := methods.get(method):
                tag = operation.get("tags", [""])[0]
                made = _operation(document, path, method, operation, shown)
                groups.setdefault(tag, []).append(made)
    return groups


def _operation(
    document: Mapping[str, Any],
    path: str,
    method: str,
    operation: Mapping[str, Any],
    shown: dict[str, str],
) -> Operation:
    answers = operation["responses"]
    success: Mapping[str, Any] = answers[min(answers)]
    first = shown.setdefault(str(success.get("content")), operation["operationId"])
    repeated = first != operation["operationId"]
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        html=render(operation.get("description", "")),
        public={} in operation.get("security", [{}]),
        parameters=[_parameter(document, entry) for entry in operation.get("parameters", [])],
        request=list(_fields(document, operation.get("requestBody", {}))),
        is_form="multipart/form-data" in operation.get("requestBody", {}).get("content", {}),
        response=[] if repeated else list(_fields(document, success)),
        same_answer_as=first if repeated else "",
        statuses=sorted(answers),
    )


def _parameter(document: Mapping[str, Any], entry: Mapping[str, Any]) -> Row:
    return Row(
        name=entry["name"],
        kind=", ".join([entry["in"], _kind(document, entry["schema"]), *_bounds(entry["schema"])]),
        required=entry.get("required", False),
        html=render(entry.get("description", "")),
    )


def _fields(
    document: Mapping[str, Any], body: Mapping[str, Any], prefix: str = ""
) -> Iterator[Row]:
    """Yield the fields of a body, those of objects inside it with a dotted name."""
    for content in list(body.get("content", {}).values())[:1]:
        yield from _properties(document, content["schema"], prefix)


def _properties(
    document: Mapping[str, Any], schema: Mapping[str, Any], prefix: str
) -> Iterator[Row]:
    schema = _resolved(document, schema)
    if "items" in schema:
        yield from _properties(document, schema["items"], prefix)
    for name, part in schema.get("properties", {}).items():
        resolved = _resolved(document, part)
        yield Row(
            name=f"{prefix}{name}",
            kind=", ".join([_kind(document, part), *_bounds(part)]),
            required=name in schema.get("required", []),
            html=render(part.get("description", "") or resolved.get("description", "")),
        )
        yield from _properties(document, part, f"{prefix}{name}.")


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a schema points at, through $ref, a single allOf, a oneOf with null, the first anyOf."""
    while True:
        inner = [
            part
            for part in (
                *schema.get("allOf", []),
                *schema.get("oneOf", []),
                *schema.get("anyOf", []),
            )
            if "NullEnum" not in part.get("$ref", "")
        ]
        if reference := schema.get("$ref"):
            schema = document["components"]["schemas"][reference.rpartition("/")[2]]
        elif inner:
            schema = inner[0]
        else:
            return schema


def _bounds(schema: Mapping[str, Any]) -> list[str]:
    """Return in words how large a value may be, and which one holds when none is sent."""
    said = []
    if "minimum" in schema and "maximum" in schema:
        said.append(f"{schema['minimum']} to {schema['maximum']}")
    if "maxLength" in schema:
        said.append(f"up to {schema['maxLength']} characters")
    if "maxItems" in schema:
        said.append(f"up to {schema['maxItems']}")
    if schema.get("default", "") != "":
        said.append(f"{schema['default']} unless sent")
    return said


def _kind(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    resolved = _resolved(document, schema)
    if choices := resolved.get("enum"):
        return " | ".join(str(choice) for choice in choices)
    kinds = resolved.get("type", "object")
    kind = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if "items" in resolved:
        return f"list of {_kind(document, resolved['items'])}"
    return f"{kind} ({resolved['format']})" if "format" in resolved else kind
