"""Members that the bodies of agreements and of the work under them share."""

from functools import partial
from typing import Any

from django.db import models
from django.utils.text import format_lazy
from rest_framework import serializers

from exchange.agreements.api.rights import allowed_actions
from exchange.common.dates import LENGTH
from exchange.common.drf.serializers import Instant, Key, Sparse, Text, guidance


def line(model: type[models.Model], name: str, length: int, **rest: Any) -> Text:
    """Return a text that is never empty."""
    return Text(max_length=length, help_text=guidance(model, name), **rest)


def text(model: type[models.Model], name: str, length: int, **rest: Any) -> Text:
    """Return a text that may be left out, and emptied."""
    told = {
        "required": False,
        "allow_null": True,
        "allow_blank": True,
        "max_length": length,
        "trim_whitespace": False,
        "help_text": guidance(model, name),
    }
    return Text(**{**told, **rest})


def partial_date(model: type[models.Model], name: str) -> Text:
    """Return a date as exact as it is known; it may be left out, and emptied."""
    form = "A year, a month or a day: 2023, 2023-03 or 2023-03-06."
    own = guidance(model, name)
    return text(model, name, LENGTH, help_text=format_lazy("{} {}", own, form) if own else form)


class TopicCodes(serializers.ListField):
    """The codes of topics that are loaded."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(), help_text="Codes of `/topics`.", **kwargs)

    def to_representation(self, topics: Any) -> list[str]:
        """Return the codes, in the order of the taxonomy."""
        return [topic.code for topic in topics.all()]


def codes_of(source: str | None = None) -> TopicCodes:
    """Return the codes of topics; `source` is where they are loaded unless it is the name itself."""
    return TopicCodes(**({"source": source} if source else {}))


markdown = partial(serializers.CharField, allow_blank=True, help_text="Markdown.")
lines = partial(serializers.CharField, allow_blank=True, help_text="One entry a line.")
one_of = partial(Key, help_text="Its `id`.")
one_or_none = partial(Key, required=False, allow_null=True)


class Page(serializers.CharField):
    """The address of the page of a thing, for people."""

    def __init__(self, source: str = "get_absolute_url", **kwargs: Any) -> None:
        super().__init__(source=source, read_only=True, help_text="The page for people.", **kwargs)

    def to_representation(self, value: str) -> str:
        """Return the whole address."""
        return str(self.context["request"].build_absolute_uri(value))


class WorkBody(Sparse):
    """What is told of each thing that can be changed; its parties alone are told."""

    id = serializers.UUIDField()
    agreement = serializers.UUIDField(source="agreement_id")
    title = serializers.CharField()
    version = serializers.IntegerField(source="lock", help_text='For If-Match: `"v<version>"`.')
    allowed_actions = serializers.SerializerMethodField(help_text="What you may do with it now.")
    created_at = Instant()
    updated_at = Instant(source="changed_at")
    url = Page()

    def get_allowed_actions(self, thing: Any) -> list[str]:
        return allowed_actions(self.context["viewer"], thing)
