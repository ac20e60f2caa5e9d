"""The register of verbs and of the things they are about; the log itself owns none."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise

from exchange.audiences.viewer import Viewer

if TYPE_CHECKING:
    from exchange.activity.models import Event
    from exchange.audiences.models import Audience

Recipients = Callable[["Event"], Iterable[UUID]]
Detail = Callable[["Event"], str]


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A word of the log.

    `name` is "type.participle"; `label` two or three words; `sentence` has the places {actor},
    {title} and {whom}: the person or program it was done to. `is_news`: digests and the dashboard
    tell of it. `notify` names the people (user ids) who are mailed at once, besides the actor;
    `detail` adds a text to that mail only (a reason). `holds(thing)` tells whether it still is so: what
    was taken back is no news. `on_behalf`, with the same places, is the
    sentence when the system did it for {whom}.
    """

    name: str
    label: str | Promise
    sentence: str | Promise
    is_news: bool = False
    notify: Recipients | None = None
    detail: Detail | None = None
    on_behalf: str | Promise = ""
    holds: Callable[[Any], bool] = lambda thing: True

    @property
    def target_type(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class TargetType:
    """A kind of thing that events are about.

    `visible(viewer, ids)` gives those of the things that the viewer may see now, each with `pk`,
    `get_absolute_url()`; it costs a constant number of queries. `title(thing)` is its name in the
    reader's language, `summary(thing)` a few plain sentences for mails and the dashboard,
    `byline(thing)` who stands behind it. `languages(thing)` are those that title and summary are
    written in, empty for the page's own.
    `audience(thing)` is who may read it now, None for nobody but its owner; it costs no query. Without
    it, what an event was recorded for counts. `topics(thing)` are codes of the taxonomy that it is
    filed under, `organisations(thing)` are whose it is, none for nobody's: by these and by its kind
    people choose what they are told of. They cost no query either, once `related` (lookups, as
    `prefetch_related_objects` takes them) is loaded, which pages that only show things do without.
    """

    name: str
    label: str | Promise
    visible: Callable[[Viewer, Collection[UUID]], Iterable[Any]]
    title: Callable[[Any], str] = str
    summary: Callable[[Any], str] = lambda thing: ""
    byline: Callable[[Any], str] = lambda thing: ""
    languages: Callable[[Any], tuple[str, str]] = lambda thing: ("", "")
    audience: Callable[[Any], "Audience | None"] | None = None
    topics: Callable[[Any], Collection[str]] = lambda thing: ()
    organisations: Callable[[Any], Collection[UUID]] = lambda thing: ()
    related: tuple[Any, ...] = ()


_verbs: dict[str, Verb] = {}
_targets: dict[str, TargetType] = {}


def register_target(target: TargetType) -> None:
    """Add a kind of thing; raises ValueError when the name is taken."""
    if target.name in _targets:
        raise ValueError(f"target type {target.name!r} is registered already")
    _targets[target.name] = target


def register_verbs(*verbs: Verb) -> None:
    """Add verbs; raises ValueError for a name that is taken."""
    for verb in verbs:
        if verb.name in _verbs:
            raise ValueError(f"verb {verb.name!r} is registered already")
        _verbs[verb.name] = verb


def verb_named(name: str) -> Verb:
    """Return the registered verb; raises KeyError for a word nobody registered."""
    return _verbs[name]


def is_known(name: str) -> bool:
    """Tell whether this release has that verb, and the kind of thing it is about."""
    return name in _verbs and _verbs[name].target_type in _targets


def all_verbs() -> list[Verb]:
    """Return every verb, sorted by name."""
    return [_verbs[name] for name in sorted(_verbs)]


def news_verbs() -> list[str]:
    """Return the names of the verbs that digests and the dashboard tell of."""
    return [verb.name for verb in all_verbs() if verb.is_news]


def target_named(name: str) -> TargetType:
    """Return the registered kind of thing; raises KeyError when there is none."""
    return _targets[name]
