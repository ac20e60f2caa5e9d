from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.common.drf.filtering import AnyOf, Query
from exchange.common.drf.serializers import Choice, Key, Number, Pattern, Text
from exchange.common.drf.views import ApiView
from exchange.search import service
from exchange.search.documents import Filter, filters, sources
from exchange.search.forms import LONGEST
from exchange.search.query import SearchQuery, Sort
from exchange.topics.api import TopicCode, require_known

LAST_PAGE = 200
COUNTS = serializers.DictField(child=serializers.IntegerField())


class KindField(serializers.ChoiceField):
    """A kind of thing that is searched."""

    default_error_messages = {"invalid_choice": "Nothing of this kind is searched."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([source.kind for source in sources()], **kwargs)


class MarkField(serializers.CharField):
    """A value of a filter that a source has of its own."""

    default_error_messages = {"unknown": "This filter has no such value."}

    def __init__(self, own: Filter, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.own = own
        set_override(self, "field", {"type": "string", **own.contract})

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if self.own.title_of(value) is None:
            self.fail("unknown")
        return value


class SearchParameters(Query):
    """What to search for; values of one filter are OR-ed."""

    q = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=LONGEST,
        help_text='Words; "a phrase" in quotes must occur, a minus before a word excludes it.',
    )
    kind = AnyOf(KindField(), help_text="Such as lesson.")
    topic = AnyOf(TopicCode(), validators=[require_known], help_text="Codes of `/topics`.")
    organisation = AnyOf(Key(), help_text="Ids of owners.")
    language = AnyOf(Pattern(r"^[A-Za-z-]{2,8}\Z", example="sv"), help_text="BCP 47.")
    year = AnyOf(Pattern(r"^[0-9]{4}\Z", example="2023"), help_text="Years of the date.")
    since = serializers.DateField(required=False, help_text="On this day (UTC) or later.")
    until = serializers.DateField(required=False, help_text="On this day (UTC) or before.")
    sort = Choice(
        required=False,
        default=Sort.RELEVANCE.value,
        choices=[sort.value for sort in Sort],
        help_text="What has all the words comes first in every order. Without words, relevance is newest.",
    )
    page = Number(
        required=False,
        default=1,
        min_value=1,
        max_value=LAST_PAGE,
        help_text="Ranking has no stable position: pages may shift when things change meanwhile.",
    )
    limit = Number(required=False, default=20, min_value=1, max_value=50)

    def get_fields(self) -> dict[str, Any]:
        """Add the filters that sources have of their own."""
        own = {each.name: AnyOf(MarkField(each), help_text=f"{each.label}.") for each in filters()}
        return {**super().get_fields(), **own}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since, until = attrs.get("since"), attrs.get("until")
        if since and until and since > until:
            raise serializers.ValidationError({"until": [_("This day is before `since`.")]})
        return attrs


class MarkedBody(serializers.Serializer[Any]):
    """HTML: escaped text with the words that were found in <mark>."""

    title = serializers.CharField()
    excerpt = serializers.CharField(allow_blank=True)


class HitBody(serializers.Serializer[Any]):
    """Something that was found."""

    kind = serializers.CharField()
    id = serializers.UUIDField()
    title = serializers.CharField(source="found.title")
    marked = MarkedBody(source="*")
    language = serializers.CharField(source="found.language")
    organisation = serializers.CharField(
        source="found.organisation", allow_blank=True, help_text="The owner's name."
    )
    date = serializers.DateField(source="found.date")
    state = serializers.CharField(
        source="found.state", allow_null=True, help_text="At home only, else null."
    )
    url = serializers.SerializerMethodField(help_text="The page for people.")

    def get_url(self, hit: service.Hit) -> str:
        return str(self.context["request"].build_absolute_uri(hit.found.url))


class SearchResultBody(serializers.Serializer[Any]):
    """A page of hits, the best first, with what the whole result consists of."""

    items = HitBody(source="hits", many=True)
    next = serializers.URLField(allow_null=True)
    prev = serializers.URLField(allow_null=True)
    total = serializers.IntegerField(help_text="Among what you may see.")
    full = serializers.IntegerField(
        help_text="So many of them have every word, and come first; the others have some."
    )
    facets = serializers.DictField(child=COUNTS, help_text="By filter, then value: how many.")


class Search(ApiView):
    query_class: ClassVar = SearchParameters

    @extend_schema(
        operation_id="search", summary="Search what you may see", responses=SearchResultBody
    )
    def get(self, request: Request) -> Response:
        """Search as the page for people does."""
        found = service.search(self.viewer, asked(self.query))
        page = found.page
        more = page * found.page_size < found.total and page < LAST_PAGE
        body = {
            "hits": found.hits,
            "total": found.total,
            "full": found.full,
            "facets": found.facets,
            "next": self.link(page=page + 1) if more else None,
            "prev": self.link(page=page - 1) if page > 1 else None,
        }
        return Response(SearchResultBody(body, context=self.context).data)


def asked(parameters: Any) -> SearchQuery:
    """Return the parameters as the search service takes them."""
    return SearchQuery(
        text=parameters["q"],
        kinds=frozenset(parameters.get("kind", [])),
        topics=frozenset(parameters.get("topic", [])),
        organisations=frozenset(map(str, parameters.get("organisation", []))),
        languages=frozenset(parameters.get("language", [])),
        years=frozenset(parameters.get("year", [])),
        marks={own.name: frozenset(parameters.get(own.name, [])) for own in filters()},
        sort=Sort(parameters["sort"]),
        since=parameters.get("since"),
        until=parameters.get("until"),
        page=parameters["page"],
        page_size=parameters["limit"],
    )
