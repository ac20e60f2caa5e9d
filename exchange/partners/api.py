from typing import Any, ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.common.drf.filtering import AnyOf, ListQuery, Query, SortField
from exchange.common.drf.serializers import Choice, Key, Pattern, Sparse, page_of
from exchange.common.drf.views import ApiView
from exchange.partners.models import Organisation, OrganisationKind, Standing


class OrganisationBody(Sparse):
    """A partner organisation, or a reference port (`is_partner` false)."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(OrganisationKind.choices)
    unlocode = serializers.CharField(allow_null=True)
    country = serializers.CharField(allow_blank=True, help_text="ISO 3166-1, two letters.")
    timezone = serializers.CharField(help_text="IANA name.")
    website = serializers.CharField(allow_blank=True)
    about = serializers.CharField(
        allow_blank=True, help_text="What it says of itself, in Markdown (CommonMark)."
    )
    mailbox = serializers.CharField(allow_blank=True, help_text="Its contact address.")
    latitude = serializers.FloatField(allow_null=True, help_text="Degrees north, WGS 84.")
    longitude = serializers.FloatField(allow_null=True, help_text="Degrees east, WGS 84.")
    is_partner = serializers.BooleanField()
    standing = serializers.ChoiceField(
        Standing.choices,
        help_text="Whether a partner takes part now. A reference port is always `active`.",
    )
    url = serializers.SerializerMethodField(help_text="The page for people.")

    def get_url(self, organisation: Organisation) -> str:
        return str(self.context["request"].build_absolute_uri(organisation.get_absolute_url()))


class OrganisationQuery(ListQuery):
    """How to list organisations."""

    id = AnyOf(Key(), max_length=100, help_text="Those of these ids.")
    kind = AnyOf(Choice(OrganisationKind.choices))
    country = AnyOf(
        Pattern(r"^[A-Z]{2}\Z", example="SE"),
        help_text="ISO 3166-1, such as SE.",
    )
    unlocode = AnyOf(
        Pattern(r"^[A-Z]{2}[A-Z2-9]{3}\Z", example="SEGOT"), help_text="Such as SEGOT."
    )
    sort = SortField({"name": "sort_key"}, default="name")
    body: ClassVar = OrganisationBody


class OneOrganisationQuery(Query):
    """What to read of an organisation."""

    body: ClassVar = OrganisationBody


class Organisations(ApiView):
    query_class: ClassVar = OrganisationQuery

    @extend_schema(
        operation_id="organisations_list",
        summary="Partners and reference ports",
        responses=page_of("OrganisationPage", OrganisationBody),
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the organisations, by name."""
        names = ("id", "kind", "country", "unlocode")
        filters = {f"{name}__in": self.query[name] for name in names if name in self.query}
        found = Organisation.objects.visible_to(self.viewer).filter(**filters)
        return self.page(found, OrganisationBody)


class OneOrganisation(ApiView):
    query_class: ClassVar = OneOrganisationQuery

    @extend_schema(
        operation_id="organisations_read",
        summary="One organisation",
        responses=OrganisationBody,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read one organisation."""
        found = get_object_or_404(Organisation.objects.visible_to(self.viewer), pk=pk)
        return Response(OrganisationBody(found, context=self.context).data)
