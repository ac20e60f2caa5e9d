from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from exchange.audiences.models import Audience, AudienceKind


def code_of(audience: Audience) -> str:
    """Return the word the API has for an audience: its kind, with a number for groups."""
    grouped = audience.kind in {AudienceKind.GROUP, AudienceKind.UNION}
    return f"{audience.kind}:{audience.pk}" if grouped else str(audience.kind)


def named(code: str, offered: Iterable[Audience]) -> Audience | None:
    """Return the audience of that code among those offered, or None."""
    return next((audience for audience in offered if code_of(audience) == code), None)


class AudienceBody(serializers.Serializer[Any]):
    """An audience that lessons can be shared with."""

    code = serializers.SerializerMethodField(help_text="What `audience` of a lesson takes.")
    kind = serializers.ChoiceField(AudienceKind.choices)
    name = serializers.CharField(source="__str__")

    def get_code(self, audience: Audience) -> str:
        return code_of(audience)
