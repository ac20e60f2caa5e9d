"""Lists in pages by keyset: what lives throughout is seen once, whatever comes and goes meanwhile.

A cursor is the position of a row (its sort values and id), signed, and bound to the list, its
filters and order, and the viewer. It works for 24 hours. Empty sort values come last, whatever the
direction.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.core.signing import BadSignature, Signer
from django.db.models import F, Field, Model, Q, QuerySet
from rest_framework.request import Request

from exchange.common import time
from exchange.common.drf.problems import Refused
from exchange.common.pages import cut

M = TypeVar("M", bound=Model)
LIFETIME = dt.timedelta(hours=24)
SIGNER = Signer(salt="exchange.api.cursor.v1")
Order = list[tuple[str, bool]]
# What may change from page to page.
UNBOUND = {"cursor", "limit", "fields"}


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows of one page and the cursors beside it, None where the list ends."""

    rows: list[M]
    next: str | None
    prev: str | None


def page(rows: "QuerySet[M]", request: Request, query: Mapping[str, Any]) -> Page[M]:
    """Return the page of `rows` that a query of a ListQuery asks for; one query.

    `rows` are filtered and not ordered. Raises Refused (400) for a cursor that is not of this list.
    """
    order: Order = [*query["sort"], ("pk", False)] if "sort" in query else [("pk", False)]
    binding = _binding(request, query)
    backward, position = False, None
    if cursor := query.get("cursor"):
        backward, position = _read(cursor, binding, rows.model, order)
        rows = rows.filter(_beyond(rows.model, order, position, backward))
    ordered = rows.order_by(*_ordering(rows.model, order, backward))
    found = list(cut(ordered, 0, query["limit"] + 1))
    more, found = len(found) > query["limit"], found[: query["limit"]]
    if backward:
        found.reverse()
    after = found and (more or backward)
    before = found and position is not None and (more or not backward)
    return Page(
        found,
        next=_write(found[-1], False, binding, order) if after else None,
        prev=_write(found[0], True, binding, order) if before else None,
    )


def _ordering(model: type[Model], order: Order, backward: bool) -> list[Any]:
    """Return the order; it tells of empty values only where there can be any: else no index is walked."""
    ordering = []
    for path, descending in order:
        empty = _nullable(model, path)
        ends = {
            "nulls_first": (empty and backward) or None,
            "nulls_last": (empty and not backward) or None,
        }
        ordering.append(F(path).desc(**ends) if descending != backward else F(path).asc(**ends))
    return ordering


def _beyond(model: type[Model], order: Order, position: list[Any], backward: bool) -> Q:
    """Return the condition of the rows that come after `position` in the direction of travel."""
    beyond, level = Q(pk__in=[]), Q()
    for (path, descending), value in zip(order, position, strict=True):
        comparison = "lt" if descending != backward else "gt"
        if value is None:
            step = Q((f"{path}__isnull", False)) if backward else Q(pk__in=[])
        else:
            step = Q((f"{path}__{comparison}", value))
            if not backward and _nullable(model, path):
                step |= Q((f"{path}__isnull", True))
        beyond |= level & step
        level &= Q((f"{path}__isnull", True)) if value is None else Q((path, value))
    return beyond


def _fields(model: type[Model], path: str) -> "list[Field[Any, Any]]":
    fields: list[Field[Any, Any]] = []
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if not isinstance(field, Field):
            raise FieldDoesNotExist(path)
        fields.append(field)
        model = field.related_model if isinstance(field.related_model, type) else model
    return fields


def _nullable(model: type[Model], path: str) -> bool:
    return any(field.null for field in _fields(model, path))


def _binding(request: Request, query: Mapping[str, Any]) -> str:
    """Return what a cursor belongs to: address, order, filters and viewer."""
    asked = {name: str(value) for name, value in query.items() if name not in UNBOUND}
    viewer = request.viewer.owner_key  # type: ignore[attr-defined]
    text = json.dumps([request.path, asked, viewer], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _write(row: Model, backward: bool, binding: str, order: Order) -> str:
    values = [_value(row, path) for path, _descending in order]
    position = [None if value is None else _plain(value) for value in values]
    expires = int((time.now() + LIFETIME).timestamp())
    return SIGNER.sign_object([backward, binding, expires, position])


def _value(row: Model, path: str) -> Any:
    try:
        return attrgetter(path.replace("__", "."))(row)
    except AttributeError:
        return None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _read(cursor: str, binding: str, model: type[Model], order: Order) -> tuple[bool, list[Any]]:
    try:
        backward, bound, expires, position = SIGNER.unsign_object(cursor)
    except (BadSignature, ValueError) as error:
        raise Refused("invalid_cursor") from error
    if bound != binding:
        raise Refused("invalid_cursor")
    if expires < time.now().timestamp():
        raise Refused("cursor_expired")
    return backward, [
        None if value is None else _fields(model, path)[-1].to_python(value)
        for (path, _descending), value in zip(order, position, strict=True)
    ]
