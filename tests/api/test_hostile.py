"""What no program of good will sends: never a 500, never a half-written state, and lists live on."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse

from exchange.api.views import document
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from tests.api.contract import operation_at
from tests.api.program import Program
from tests.api.routes import ROUTES, there_is
from tests.architecture.routes import Route
from tests.architecture.trials import noting_writes, rows, undone
from tests.cast import Cast
from tests.corpus import SHORT, TEXTS, rounds, share
from tests.lessons.factories import make_lesson, make_topics

pytestmark = pytest.mark.exhaustive

LESSONS = "/api/v1/lessons"

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b"   ",
    "no JSON": b"title=x",
    "cut off": b'{"title": "x"',
    "two values": b'{"title": "x"} {}',
    "not UTF-8": b'{"title": "\xff\xfe"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"title": "x"}',
    "NaN": b'{"title": NaN}',
    "Infinity": b'{"sdgs": [Infinity]}',
    "too large a number": b'{"sdgs": [1e999]}',
    "5,000 digits": b'{"sdgs": [' + b"9" * 5000 + b"]}",
    "name twice": b'{"title": "x", "title": "y"}',
    "name twice inside": b'{"title": "x", "titles": {"sv": "a", "sv": "b"}}',
    "odd name twice": b'{"\\ud800": 1, "\\ud800": 2}',
    "NUL": b'{"title": "a\\u0000b"}',
    "NUL in a name": b'{"title": "x", "a\\u0000": 1}',
    "NUL deep inside": b'{"title": "x", "titles": {"sv": "\\u0000"}}',
    "lone surrogate": b'{"title": "\\ud800"}',
    "lone surrogate in a list": b'{"title": "x", "tags": ["\\udfff"]}',
    "lone surrogate in a name": b'{"title": "x", "titles": {"\\udfff": "x"}}',
    "100,000 brackets": b"[" * 100_000 + b"]" * 100_000,
    "100,000 braces": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "33 levels": b'{"titles": ' + b"[" * 32 + b"]" * 32 + b"}",
    "32 levels": b'{"titles": ' + b"[" * 31 + b"]" * 31 + b"}",
    "too large": b'{"title": "' + b"x" * 1_000_000 + b'"}',
    "many names": json.dumps({str(number): 1 for number in range(20_000)}).encode(),
    "open quotes": b'"\\"' * 100_000,
    "huge list": b'{"tags": [' + b'"x",' * 100_000 + b'"x"]}',
    "bool for text": b'{"title": true}',
    "object for text": b'{"title": {"$ne": ""}}',
    "text for list": b'{"title": "x", "tags": "x"}',
    "number for object": b'{"title": "x", "titles": 1}',
    "nested titles": b'{"title": "x", "titles": {"sv": {"sv": "x"}}}',
    "float for goal": b'{"title": "x", "sdgs": [1.5]}',
    "control characters": b'{"title": "a\\u0007\\u001b[31m"}',
    "direction override": '{"title": "abc\u202egnp.exe"}'.encode(),
    "emoji": '{"title": "⚓️ 𝒫ort"}'.encode(),
    "markup": b'{"title": "<script>alert(1)</script>"}',
    "template": b'{"title": "{{ 7|add:7 }} {% debug %}"}',
    "path": b'{"title": "x", "external_id": "../../etc/passwd"}',
    "SQL": b'{"title": "\'; DROP TABLE lessons_lesson; --"}',
}
STATUSES = {201, 200, 400, 413, 422}


WAYS = {
    "draft": ("post", "", {}),
    "change": ("patch", "/{pk}", {"if-match": '"v1"'}),
    "submit": ("post", "/{pk}/submit", {"if-match": '"v1"'}),
}


@pytest.mark.parametrize("way", WAYS)
def test_hostile_bodies_harm_nothing(cast: Cast, way: str) -> None:
    program = Program(cast.gothenburg)
    method, address, headers = WAYS[way]
    for name in BODIES if way == "draft" else share(way, BODIES):
        body = BODIES[name]
        path = LESSONS + address.format(pk=make_lesson(cast, state=State.CAPTURED).pk)
        key = {"idempotency-key": name.replace(" ", "-")}
        response = program.send(method, path, body, None, {**headers, **key})
        assert response.status_code in STATUSES, name
        if response.status_code < 300:
            lists_live_on(program)
    for lesson in Lesson.objects.all():
        assert program.get(f"{LESSONS}/{lesson.pk}").status_code == 200


def lists_live_on(program: Program, address: str = LESSONS) -> None:
    """Fail when the list that an address belongs to is not answered any more."""
    collection = "/".join(address.split("/")[:4])
    drafts = [{"state": state} for state in (State.CAPTURED, State.IN_REVIEW)]
    for parameters in drafts if collection == LESSONS else [{}]:
        assert program.get(collection, limit=200, **parameters).status_code == 200


# Each text by itself, in a list and in an object; what is as large as a whole body goes as one.
VALUES: dict[str, Any] = {
    f"{name} as {shape}": value
    for name, text in TEXTS.items()
    if len(text) < 100_000
    for shape, value in (("text", text), ("list", [text]), ("object", {text: text}))
}
WRITES = [
    pytest.param(route, method, id=f"{route.name}-{method}-{route.make.__name__}")
    for route in ROUTES
    for method in ("post", "put", "patch")
    if route.statuses(method).get("owner", 403) < 300 and "owner" in route.changes
]


def fields_of(method: str, address: str) -> set[str]:
    """Return the members that the contract names in the body of an operation."""
    operation = operation_at(method, address) or {}
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = schema.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return set(document()["components"]["schemas"].get(name, {}).get("properties", {}))


@pytest.mark.parametrize(("route", "method"), WRITES)
def test_every_member_withstands_the_corpus(cast: Cast, route: Route, method: str) -> None:
    program = Program(cast.gothenburg)
    kwargs = route.make(cast)
    address = reverse(route.name, kwargs=kwargs)
    fields, valid = fields_of(method, address), route.data(cast, kwargs)
    before, headers = rows(), route.headers(cast, kwargs)
    shares = {field: share(f"{route.name} {method} {field}", VALUES) for field in sorted(fields)}
    for bad in rounds(shares):
        for _round in range(len(fields)):
            with undone():
                texts = {field: VALUES[name] for field, name in bad.items()}
                body = json.dumps({**valid, **texts}).encode()
                with noting_writes() as written:
                    answer = program.send(method, address, body, None, headers)
                if answer.status_code < 300:
                    lists_live_on(program, address)
                elif written:
                    assert rows() == before, f"{bad} was refused, and yet something written"
            if answer.status_code != 422:
                assert answer.status_code in STATUSES, bad
                break
            named = {error["pointer"].split("/")[1] for error in answer.json()["errors"]}
            assert named & bad.keys(), (bad, answer.json())
            bad = {field: name for field, name in bad.items() if field not in named}


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("NaN", 400, "malformed_json"),
        ("not UTF-8", 400, "malformed_json"),
        ("100,000 brackets", 400, "malformed_json"),
        ("33 levels", 400, "malformed_json"),
        ("32 levels", 422, "invalid"),
        ("name twice", 400, "duplicate_key"),
        ("NUL", 422, "unstorable_text"),
        ("lone surrogate in a list", 422, "unstorable_text"),
        ("lone surrogate in a name", 422, "unstorable_text"),
        ("too large", 413, "content_too_large"),
    ],
)
def test_a_hostile_body_is_called_by_its_name(
    cast: Cast, name: str, status: int, code: str
) -> None:
    response = Program(cast.gothenburg).post(LESSONS, BODIES[name])
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_the_place_of_what_cannot_be_stored_is_named(cast: Cast) -> None:
    response = Program(cast.gothenburg).post(LESSONS, BODIES["lone surrogate in a list"])
    assert response.json()["errors"][0]["pointer"] == "/tags/0"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"content-type": "text/plain"}, "unsupported_media_type"),
        ({"content-type": "application/x-www-form-urlencoded"}, "unsupported_media_type"),
        ({"content-type": "multipart/form-data; boundary=x"}, "unsupported_media_type"),
        ({"content-type": ""}, "unsupported_media_type"),
        ({"content-encoding": "gzip"}, "unsupported_media_type"),
        ({"content-encoding": "br, gzip"}, "unsupported_media_type"),
        ({"content-length": "", "transfer-encoding": "chunked"}, "length_required"),
        ({"content-length": "99999999999"}, "content_too_large"),
    ],
)
def test_a_body_in_another_dress_is_refused(cast: Cast, headers: dict[str, str], code: str) -> None:
    make_topics()
    response = Program(cast.gothenburg).send(
        "post", LESSONS, {"title": "x"}, None, {"idempotency-key": "k", **headers}
    )
    assert response.json()["code"] == code


HOSTILE = (
    "", " ", "x", "-1", "0", "201", "1e9", "9" * 30, "9" * 5000, "nan", "null", "true", "[]", "{}",
    "\x00", "a\x00b", "\ud800", "é", "%", "%00", "'", '"', "';--", "../..", "x" * 3000,
    "published_at__lt", "-", "--title", "title,title", ",", "2026-13-45", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-11-23T00:00:00", "a.b", "eyJhIjoxfQ:x", "W10:1:x",
)  # fmt: skip
TRIED = {**{repr(value): value for value in HOSTILE}, **SHORT}
UNKNOWN = ("format", "field", "Limit", "organisation__name", "", "a\x00", "é", "limit[]")
LISTS = tuple(
    path
    for path, methods in document()["paths"].items()
    if "{" not in path and "parameters" in methods.get("get", {})
)
DETAILS = tuple(
    path
    for path, methods in document()["paths"].items()
    if path.endswith("/{id}") and "get" in methods
)
READING = (*LISTS, *DETAILS, "/api/v1/me", "/api/v1/status")


def filled(path: str, cast: Cast) -> str:
    """Return an address with the id of a thing that is there."""
    return path.format(id=there_is(cast, path)) if "{" in path else path


@pytest.mark.parametrize("path", [*LISTS, *DETAILS])
def test_hostile_values_are_refused_or_find_little(cast: Cast, path: str) -> None:
    program, where = Program(cast.gothenburg), filled(path, cast)
    operation = operation_at("get", where)
    assert operation
    asked = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
    assert asked
    for name in asked:
        for tried in share(f"{path} {name}", TRIED):
            raw = quote(TRIED[tried].encode("utf-8", "surrogatepass"))
            response = program.get(f"{where}?{name}={raw}")
            assert response.status_code in {200, 400}, (name, tried)


@pytest.mark.parametrize("path", READING)
def test_unknown_names_are_refused(cast: Cast, path: str) -> None:
    program, where = Program(cast.gothenburg), filled(path, cast)
    for name in UNKNOWN:
        assert program.get(f"{where}?{quote(name)}=x").status_code == 400, name


@pytest.mark.parametrize("path", READING)
def test_a_parameter_that_is_none_is_refused_with_those_that_are(cast: Cast, path: str) -> None:
    response = Program(cast.gothenburg).get(filled(path, cast), nmae="x")
    body = response.json()
    assert (response.status_code, body["code"]) == (400, "invalid_parameter")
    assert body["errors"][0]["parameter"] == "nmae"


def test_the_refusal_lists_the_parameters(cast: Cast) -> None:
    body = Program(cast.gothenburg).get("/api/v1/topics", nmae="x").json()
    assert "cursor, fields, limit, sort" in body["detail"]


@pytest.mark.parametrize(
    "query", ["limit=1&limit=2", "topic=a&topic=b", "state=captured&state=published", "kind="]
)
def test_a_parameter_twice_or_empty_is_refused(cast: Cast, query: str) -> None:
    assert Program(cast.gothenburg).get(f"{LESSONS}?{query}").status_code == 400


def test_writing_takes_no_parameters(cast: Cast) -> None:
    response = Program(cast.gothenburg).post(f"{LESSONS}?state=published", {"title": "x"})
    assert response.json()["code"] == "invalid_parameter"


@pytest.mark.parametrize("tail", ["%00", "..%2f", "%ff", "00000000-0000-0000-0000-00000000000g"])
def test_a_hostile_address_is_not_found(cast: Cast, tail: Any) -> None:
    assert Program(cast.gothenburg).get(f"{LESSONS}/{tail}").status_code == 404
