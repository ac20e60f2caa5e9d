"""Query parameters, read strictly: a typo must not return everything."""

from collections.abc import Iterator
from itertools import permutations, product
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.drainage import set_override
from rest_framework import serializers
from rest_framework.request import Request

from exchange.common.drf.problems import Refused, at_parameter, flatten
from exchange.common.drf.serializers import Number, Text


class AnyOf(serializers.ListField):
    """A parameter that may be repeated; a row that matches one of the values is found."""

    default_error_messages = {"max_length": gettext_lazy("Send at most {max_length}.")}

    def __init__(self, child: serializers.Field[Any, Any, Any, Any], **kwargs: Any) -> None:
        super().__init__(child=child, required=False, **{"max_length": 50, **kwargs})


class Query(serializers.Serializer[Any]):
    """The parameters of one endpoint, each a declared field; the schema lists them from here.

    One that names the `body` it answers with takes `fields`, too: which members of it are wanted.
    """

    body: ClassVar[type[serializers.Serializer[Any]] | None] = None

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        found = super().get_fields()
        return {**found, "fields": FieldsField(self.body)} if self.body else found

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """Return the parameters of a request, with defaults; raise Refused (400) for others."""
        query = cls()
        given = request.query_params
        repeatable = {name for name, field in query.fields.items() if isinstance(field, AnyOf)}
        bare = {
            name for name, field in query.fields.items() if getattr(field, "allow_blank", False)
        }
        wrong = []
        for name in sorted(given):
            if name not in query.fields:
                text = _("There is no such parameter here.")
                wrong.append((name, "unknown_parameter", text))
            elif name not in repeatable and len(given.getlist(name)) > 1:
                wrong.append((name, "repeated_parameter", _("Give it once.")))
            elif name not in bare and "" in given.getlist(name):
                wrong.append((name, "blank", _("Give it a value, or leave it out.")))
        bound = cls(
            data={
                name: given.getlist(name) if name in repeatable else given[name] for name in given
            }
        )
        if not bound.is_valid():
            told = {name for name, _code, _text in wrong}
            found = [
                (str(path[0]), code, text) for path, code, text in flatten(bound.errors) if path
            ]
            wrong += [entry for entry in found if entry[0] not in told]
        if wrong:
            raise cls._refused(wrong)
        return dict(bound.validated_data)

    @classmethod
    def _refused(cls, entries: list[tuple[str, str, str]]) -> Refused:
        names = ", ".join(dict.fromkeys(name for name, _code, _text in entries))
        detail = _("Wrong parameters: %(names)s.") % {"names": names}
        if any(code == "unknown_parameter" for _name, code, _text in entries):
            names = ", ".join(sorted(cls().fields)) or "–"
            detail = _("The parameters here are: %(names)s.") % {"names": names}
        return Refused(
            "invalid_parameter", detail, errors=[at_parameter(*entry) for entry in entries]
        )


class NoQuery(Query):
    """An endpoint without parameters."""


class SortField(serializers.CharField):
    """An order: names of `choices` separated by commas, each with a minus for descending.

    `choices` maps a public name to the path of a column.
    """

    default_error_messages = {"unknown": gettext_lazy("Sort by one or more of: {names}.")}

    def __init__(self, choices: dict[str, str], **kwargs: Any) -> None:
        self.choices = choices
        names = ", ".join(sorted(choices))
        help_text = f"Names separated by commas, each with a minus for descending: {names}."
        super().__init__(required=False, help_text=help_text, **kwargs)
        orders = {"type": "string", "enum": list(_orders(sorted(choices)))}
        set_override(self, "field", orders)

    def to_internal_value(self, data: Any) -> list[tuple[str, bool]]:  # type: ignore[override]
        """Return the columns in order, each with whether it descends."""
        names = super().to_internal_value(data).split(",")
        bare = [name.removeprefix("-") for name in names]
        if set(bare) - set(self.choices) or len(set(bare)) < len(bare):
            self.fail("unknown", names=", ".join(sorted(self.choices)))
        return [(self.choices[name.removeprefix("-")], name.startswith("-")) for name in names]

    def get_default(self) -> Any:
        """Return the default order in the form of a parsed one."""
        return self.to_internal_value(super().get_default())


def _orders(names: list[str]) -> Iterator[str]:
    """Give every order that there is, for the contract: there are few names to sort by."""
    for number in range(1, len(names) + 1):
        for order in permutations(names, number):
            for signs in product(["", "-"], repeat=number):
                yield ",".join(map("".join, zip(signs, order, strict=True)))


class FieldsField(serializers.CharField):
    """Which members of `body` to answer with: top-level names separated by commas."""

    default_error_messages = {"unknown": gettext_lazy("Name one or more of: {names}.")}

    def __init__(self, body: type[serializers.Serializer[Any]], **kwargs: Any) -> None:
        self.body = body
        help_text = "Answer with these members only: names separated by commas."
        super().__init__(required=False, help_text=help_text, **kwargs)
        name = f"({'|'.join(body().fields)})"
        set_override(self, "field", {"type": "string", "pattern": f"^{name}(,{name})*$"})

    def to_internal_value(self, data: Any) -> frozenset[str]:  # type: ignore[override]
        """Return the names."""
        names = super().to_internal_value(data).split(",")
        known = self.body().fields
        if set(names) - set(known):
            self.fail("unknown", names=", ".join(known))
        return frozenset(names)


class ListQuery(Query):
    """The parameters of every list; a list declares `sort` and its filters beside them."""

    cursor = Text(
        required=False, max_length=2000, help_text="From a `next` or `prev` link; valid 24 hours."
    )
    limit = Number(
        required=False, default=50, min_value=1, max_value=200, help_text="Items on a page."
    )
