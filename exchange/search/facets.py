"""The filters beside the results: what could be chosen, how many there are, and the link to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.search.forms import Labels, language_name

NAMES: dict[str, str | Promise] = {
    "kind": _("Kind"),
    "topic": _("Topic"),
    "organisation": _("Organisation"),
    "language": _("Language"),
}
MOST = 12


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value of a filter; `url` chooses it, or takes it back when it is chosen."""

    label: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class Facet:
    """A filter with its values, the most frequent first."""

    name: str | Promise
    values: list[Value]


def facets_of(
    counts: Mapping[str, Mapping[str, int]], address: QueryDict, labels: Labels
) -> list[Facet]:
    """Return the filters that have a choice to offer, or something chosen."""
    found = [
        Facet(name=name, values=list(_values(key, counts[key], address, labels)))
        for key, name in NAMES.items()
    ]
    return [
        facet
        for facet in found
        if len(facet.values) > 1 or any(value.chosen for value in facet.values)
    ]


def _values(
    key: str, counts: Mapping[str, int], address: QueryDict, labels: Labels
) -> Iterator[Value]:
    chosen = address.getlist(key)
    offered = [value for value in counts if key != "topic" or _is_offered(value, chosen)]
    offered.sort(key=lambda value: (-counts[value], _label(key, value, labels)))
    for value in [*chosen, *[value for value in offered if value not in chosen][:MOST]]:
        yield Value(
            label=_label(key, value, labels),
            count=counts.get(value, 0),
            chosen=value in chosen,
            url=_toggled(address, key, value),
        )


def _is_offered(topic: str, chosen: list[str]) -> bool:
    """Themes are offered first; the topics of a theme when it, or one of them, is chosen."""
    theme, _slash, rest = topic.partition("/")
    return not rest or any(other.partition("/")[0] == theme for other in chosen)


def _label(key: str, value: str, labels: Labels) -> str:
    if key == "language":
        return language_name(value)
    known: dict[str, str] = getattr(labels, key)
    return known.get(value, value)


def _toggled(address: QueryDict, key: str, value: str) -> str:
    """Return the address with the value chosen or taken back, from its first page on."""
    changed = address.copy()
    changed.pop("page", None)
    values = changed.getlist(key)
    changed.setlist(
        key, [other for other in values if other != value] if value in values else [*values, value]
    )
    return f"?{changed.urlencode()}"
