"""Fields and serializers of the API: input is strict, output is explicit."""

import datetime as dt
from typing import Any, ClassVar, NoReturn, cast

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class Instant(serializers.DateTimeField):
    """A moment: RFC 3339 in UTC with Z, whatever zone the thread was left in."""

    default_error_messages: ClassVar = {
        "invalid": _("Send a moment, such as 2026-11-23T08:00:00Z."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=dt.UTC, **kwargs)


class Day(serializers.DateField):
    """A day of the calendar, which is in no zone."""

    default_error_messages: ClassVar = {
        "invalid": _("Send a day, such as 2026-11-23."),
        "datetime": _("Send a day without an hour, such as 2026-11-23."),
    }


class Text(serializers.CharField):
    """Text that was sent as text: numbers are not turned into it."""

    default_error_messages = {
        "invalid": _("Send this as text."),
        "blank": _("Send some text here."),
        "max_length": _("Shorten this to at most {max_length} characters."),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A whole number, with its bounds in the words of a refusal."""

    default_error_messages = {
        "invalid": _("Send a whole number."),
        "min_value": _("Send {min_value} or more."),
        "max_value": _("Send {max_value} or less."),
    }


class Key(serializers.UUIDField):
    """The id of a thing."""

    default_error_messages = {"invalid": _("Send the `id` of one, a UUID.")}


class Pattern(serializers.RegexField):
    """Text of a fixed form, which a refusal shows by an `example`."""

    default_error_messages = {"invalid": _("Send it like this: {example}.")}

    def __init__(self, regex: str, *, example: str, **kwargs: Any) -> None:
        words = format_lazy(self.default_error_messages["invalid"], example=example)
        super().__init__(regex, error_messages={"invalid": words}, **kwargs)


class Choice(serializers.ChoiceField):
    """One of fixed words; a column that is empty as no word was chosen is told as null."""

    default_error_messages = {"invalid_choice": _("Send one of: {choices}.")}

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        """Name the choices in what is said of a value that is none."""
        super().fail(key, choices=", ".join(map(str, self.choices)), **kwargs)

    def to_representation(self, value: Any) -> Any:
        return value or None


class ListOf(serializers.ListField):
    """A list of at most `most` entries, counted before any is looked at."""

    default_error_messages = {
        "max_length": _("Send at most {max_length}."),
        "not_a_list": _("Send this as a list."),
    }

    def __init__(self, child: Any, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(child=child, max_length=most, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and len(data) > self.most:
            self.fail("max_length", max_length=self.most)
        return super().to_internal_value(data)


class DictOf(serializers.DictField):
    """An object of at most `most` members, counted before any is looked at."""

    default_error_messages = {
        "too_many": _("Send at most {most}."),
        "not_a_dict": _("Send this as an object."),
    }

    def __init__(self, child: Any, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(child=child, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and len(data) > self.most:
            self.fail("too_many", most=self.most)
        return super().to_internal_value(data)


def guidance(model: type[models.Model], name: str) -> Any:
    """Return what the form says beside a field, for the contract."""
    return cast("models.Field[Any, Any]", model._meta.get_field(name)).help_text


class Input(serializers.Serializer[Any]):
    """What a request may hold: a name that is not declared is refused at its place.

    A name of `answered_by`, the body that answers, is refused as one that is only read.
    """

    answered_by: ClassVar[type[serializers.Serializer[Any]] | None] = None
    default_error_messages = {
        "invalid": _("Send one JSON object."),
        "unknown_field": _("There is no such field here. Leave it out."),
        "read_only": _("This field is read-only. Leave it out."),
    }

    def to_internal_value(self, data: Any) -> Any:
        wrong = self._undeclared(data) if isinstance(data, dict) else {}
        try:
            found = super().to_internal_value(data)
        except serializers.ValidationError as error:
            detail = cast(dict[str, Any], error.detail)
            raise serializers.ValidationError(wrong | detail) from error
        if wrong:
            raise serializers.ValidationError(wrong)
        return found

    def _undeclared(self, data: dict[str, Any]) -> dict[str, Any]:
        undeclared = sorted(set(data) - set(self.fields))
        read = set(self.answered_by().fields) if undeclared and self.answered_by else set()
        codes = {name: "read_only" if name in read else "unknown_field" for name in undeclared}
        words = {code: str(self.error_messages[code]) for code in codes.values()}
        return {name: [serializers.ErrorDetail(words[code], code)] for name, code in codes.items()}


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
