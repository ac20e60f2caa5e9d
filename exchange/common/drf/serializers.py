"""Fields and serializers of the API: input is strict, output is explicit."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class Instant(serializers.DateTimeField):
    """A moment: RFC 3339 in UTC with Z, whatever zone the thread was left in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=dt.UTC, **kwargs)


class Text(serializers.CharField):
    """Text that was sent as text: numbers are not turned into it."""

    default_error_messages = {"invalid": _("Send this as text.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of fixed words; a column that is empty as no word was chosen is told as null."""

    def to_representation(self, value: Any) -> Any:
        return value or None


class ListOf(serializers.ListField):
    """A list of at most `most` entries, counted before any is looked at."""

    def __init__(self, child: Any, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(child=child, max_length=most, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and len(data) > self.most:
            self.fail("max_length", max_length=self.most)
        return super().to_internal_value(data)


class DictOf(serializers.DictField):
    """An object of at most `most` members, counted before any is looked at."""

    default_error_messages = {"too_many": _("Send at most {most}.")}

    def __init__(self, child: Any, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(child=child, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and len(data) > self.most:
            self.fail("too_many", most=self.most)
        return super().to_internal_value(data)


class Input(serializers.Serializer[Any]):
    """What a request may hold: a name that is not declared is refused at its place."""

    default_error_messages = {"unknown_field": _("There is no such field here. Leave it out.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            message = str(self.error_messages["unknown_field"])
            detail = {name: [serializers.ErrorDetail(message, "unknown_field")] for name in unknown}
            raise serializers.ValidationError(detail)
        return super().to_internal_value(data)


class Sparse(serializers.Serializer[Any]):
    """A body that leaves out what `fields` of the query (in the context) does not name."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields that were asked for; all of them, unless some were named."""
        fields = super().get_fields()
        wanted = self.context.get("fields", fields)
        return {name: field for name, field in fields.items() if name in wanted}


def page_of(name: str, item: type[serializers.BaseSerializer[Any]]) -> serializers.Serializer[Any]:
    """Return the envelope of a list of `item`, for the schema: items, next and prev."""
    fields = {
        "items": item(many=True),
        "next": serializers.URLField(
            allow_null=True, help_text="Where the list goes on; null at its end."
        ),
        "prev": serializers.URLField(allow_null=True, help_text="The page before, if any."),
    }
    return type(name, (serializers.Serializer,), fields)()  # type: ignore[no-any-return]
