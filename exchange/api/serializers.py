from typing import Any

from rest_framework import serializers

from exchange.audiences.api import AudienceBody
from exchange.common.drf.parsers import DEEPEST, LARGEST_BODY
from exchange.common.drf.serializers import Instant
from exchange.partners.models import ApiClient


class ClientBody(serializers.Serializer[ApiClient]):
    """The program that a token was made for."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    expires_at = Instant()


class OwnOrganisationBody(serializers.Serializer[Any]):
    """The organisation that the program acts for."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    unlocode = serializers.CharField(allow_null=True)


class LimitsBody(serializers.Serializer[Any]):
    """What one request may hold."""

    body_bytes = serializers.IntegerField()
    json_depth = serializers.IntegerField()
    page_items = serializers.IntegerField()


class MeBody(serializers.Serializer[Any]):
    """What a token is, and may."""

    client = ClientBody()
    organisation = OwnOrganisationBody()
    scopes = serializers.ListField(child=serializers.ChoiceField(["read", "write"]))
    audiences = AudienceBody(many=True, help_text="Whom its lessons can be shared with.")
    limits = LimitsBody()


class StatusBody(serializers.Serializer[Any]):
    """That the exchange answers."""

    status = serializers.ChoiceField(["ok"])
    time = Instant()


LIMITS = {"body_bytes": LARGEST_BODY, "json_depth": DEEPEST, "page_items": 200}
