from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.audiences.viewer import Viewer
from exchange.common.drf.filtering import ListQuery, SortField
from exchange.common.drf.serializers import Pattern, Sparse, page_of
from exchange.common.drf.views import ApiView
from exchange.topics.models import Topic


class TopicBody(Sparse):
    """A theme ("energy") or a topic under one ("energy/shore-power")."""

    code = serializers.CharField()
    theme = serializers.CharField(
        source="parent_id",
        allow_null=True,
        help_text="The theme it stands under; null for a theme.",
    )
    labels = serializers.SerializerMethodField(help_text="By language.")
    sdgs = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=17),
        help_text="UN Sustainable Development Goals.",
    )

    def get_labels(self, topic: Topic) -> dict[str, str]:
        return {"en": topic.label_en, "sv": topic.label_sv, "es": topic.label_es}


class TopicQuery(ListQuery):
    """How to list topics."""

    sort = SortField({"position": "sort", "code": "code"}, default="position")
    body: ClassVar = TopicBody


class TopicCode(Pattern):
    """Text in the form of a topic's code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            r"^[a-z0-9-]+(/[a-z0-9-]+)?\Z", example="energy/shore-power", max_length=60, **kwargs
        )


class KnownTopic(TopicCode):
    """The code of a topic that there is: a filter by another would find nothing without a word."""

    def run_validation(self, data: Any = empty) -> Any:
        """Return the code; looked up only once it has the form of one."""
        code = super().run_validation(data)
        require_known([code])
        return code


def require_known(codes: list[str]) -> None:
    """Refuse codes that no topic has; one query."""
    unknown = set(codes) - set(Topic.objects.visible_to(Viewer()).in_bulk(codes))
    if unknown:
        text = _("There is no topic %(codes)s. /api/v1/topics lists those that there are.")
        named = ", ".join(f"“{code}”" for code in sorted(unknown))
        raise serializers.ValidationError(text % {"codes": named}, "unknown_topic")


class Topics(ApiView):
    query_class: ClassVar = TopicQuery

    @extend_schema(
        operation_id="topics_list",
        summary="The two-level taxonomy",
        responses=page_of("TopicPage", TopicBody),
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List themes and topics in the taxonomy's order."""
        return self.page(Topic.objects.visible_to(self.viewer), TopicBody)
