"""The filters beside the results: what could be chosen, how many there are, and the link to it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.search.documents import filters
from exchange.search.forms import Labels
from exchange.search.query import SearchQuery, Sort

NAMES: dict[str, str | Promise] = {
    "kind": _("Kind"),
    "topic": _("Topic"),
    "organisation": _("Organisation"),
    "language": _("Language"),
    "year": _("Year"),
}
ORDERS: dict[Sort, str | Promise] = {
    Sort.RELEVANCE: _("Best match"),
    Sort.NEWEST: _("Newest"),
    Sort.OLDEST: _("Oldest"),
    Sort.TITLE: _("Title"),
}
DATES: dict[str, str | Promise] = {"since": _("From"), "until": _("To")}
MOST = 12


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value of a filter; `url` chooses it, or takes it back when it is chosen.

    `inner` is a topic, which stands under its theme.
    """

    label: str
    count: int = 0
    chosen: bool = True
    inner: bool = False
    url: str


@dataclass(frozen=True, kw_only=True)
class Facet:
    """A filter with its values, the most frequent first; years as they run."""

    name: str | Promise
    values: list[Value]

    @property
    def has_chosen(self) -> bool:
        return any(value.chosen for value in self.values)


def facets_of(
    counts: Mapping[str, Mapping[str, int]], address: QueryDict, labels: Labels
) -> list[Facet]:
    """Return the filters that have a choice to offer, or something chosen."""
    found = [
        Facet(name=name, values=list(_values(key, counts.get(key, {}), address, labels)))
        for key, name in _names().items()
    ]
    return [facet for facet in found if len(facet.values) > 1 or facet.has_chosen]


def chosen_of(address: QueryDict, labels: Labels) -> list[Value]:
    """Return every filter that is set, each with the link that takes it back."""
    return [
        Value(label=f"{name}: {labels.of(key, value)}", url=_toggled(address, key, value))
        for key, name in {**_names(), **DATES}.items()
        for value in dict.fromkeys(address.getlist(key))
    ]


def told(asked: Mapping[str, Sequence[str]], labels: Labels) -> str:
    """Return a search in words: what was typed, and the values of its filters."""
    values = [labels.of(key, value) for key in (*_names(), *DATES) for value in asked.get(key, ())]
    return " · ".join([*asked.get("q", ()), *values])


def orders_of(address: QueryDict, query: SearchQuery) -> list[Value]:
    """Return the orders to choose from; without words nothing matches best, and the newest come first."""
    browses = not query.clauses.words
    present = Sort.NEWEST if browses and query.sort == Sort.RELEVANCE else query.sort
    return [
        Value(
            label=str(label),
            chosen=order == present,
            url=_changed(address, "sort", [] if order == Sort.RELEVANCE else [order]),
        )
        for order, label in ORDERS.items()
        if not (browses and order == Sort.RELEVANCE)
    ]


def _names() -> dict[str, str | Promise]:
    return {**NAMES, **{own.name: own.label for own in filters()}}


def _values(
    key: str, counts: Mapping[str, int], address: QueryDict, labels: Labels
) -> Iterator[Value]:
    chosen = address.getlist(key)
    for value in _offered(key, counts, chosen, labels):
        yield Value(
            label=labels.of(key, value),
            count=counts.get(value, 0),
            chosen=value in chosen,
            inner=key == "topic" and "/" in value,
            url=_toggled(address, key, value),
        )


def _offered(
    key: str, counts: Mapping[str, int], chosen: Collection[str], labels: Labels
) -> list[str]:
    """Return the values to show in order: all that are chosen, and the first dozen of the others."""

    def first(value: str) -> tuple[int, str]:
        return -counts.get(value, 0), labels.of(key, value)

    offered = sorted({*counts, *chosen}, key=first)
    if key == "year":
        offered.sort(reverse=True)
    if key == "topic":
        # Themes first; the topics of a theme under it, when it or one of them is chosen.
        open_themes = {_theme(topic) for topic in chosen}
        offered = [topic for topic in offered if "/" not in topic or _theme(topic) in open_themes]
        offered.sort(key=lambda topic: (first(_theme(topic)), "/" in topic))
    room = MOST + len(chosen)
    return [value for place, value in enumerate(offered) if place < room or value in chosen]


def _holds(theme: str, topic: str) -> bool:
    """Tell whether a topic stands under a theme; what is no topic stands under nothing."""
    return topic.startswith(f"{theme}/")


def _theme(topic: str) -> str:
    return topic.partition("/")[0]


def _toggled(address: QueryDict, key: str, value: str) -> str:
    """Return the address with the value chosen or taken back.

    A topic takes its theme's place, and a theme that of its topics: one of them holds the other.
    """
    values = address.getlist(key)
    if value in values:
        return _changed(address, key, [other for other in values if other != value])
    beside = [other for other in values if not _holds(other, value) and not _holds(value, other)]
    return _changed(address, key, [*beside, value])


def _changed(address: QueryDict, key: str, values: list[str]) -> str:
    """Return the address with these values under `key`, from its first page on."""
    changed = address.copy()
    changed.pop("page", None)
    changed.setlist(key, values)
    return f"?{changed.urlencode()}"
