"""What is offered while somebody types: titles, and filters that topics and organisations are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common.text import fold, words_of
from exchange.partners.models import Organisation
from exchange.search.documents import sources
from exchange.topics.models import Topic

MOST: Final = 8
SHORTEST: Final = 2
MOST_LEADS: Final = 3


@dataclass(frozen=True)
class Lead:
    """A way to everything of a topic or an organisation."""

    label: str
    url: str


@dataclass(frozen=True)
class Suggestions:
    """Titles to search for, and leads to go to."""

    titles: list[str] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)


def suggest(viewer: Viewer, text: str) -> Suggestions:
    """Return what begins like `text`, of what the viewer may see; nothing for less than two letters."""
    typed = " ".join(map(fold, words_of(text)))
    if len(typed) < SHORTEST:
        return Suggestions()
    titles = chain.from_iterable(source.titles(viewer, text) for source in sources())
    leads = [*_topics(viewer, typed), *_organisations(viewer, text)]
    return Suggestions(list(dict.fromkeys(titles))[:MOST], leads)


def _topics(viewer: Viewer, typed: str) -> Iterator[Lead]:
    found = (
        Lead(_("Topic: %(name)s") % {"name": topic.label}, _address(topic=topic.code))
        for topic in Topic.objects.visible_to(viewer)
        if any(
            f" {typed}" in " " + " ".join(map(fold, words_of(label)))
            for label in (topic.label_en, topic.label_sv, topic.label_es)
        )
    )
    return islice(found, MOST_LEADS)


def _organisations(viewer: Viewer, text: str) -> Iterator[Lead]:
    found = Organisation.objects.visible_to(viewer).partners().matching(text).order_by("sort_key")
    for organisation in found[:MOST_LEADS]:
        label = _("Organisation: %(name)s") % {"name": organisation.name}
        yield Lead(label, _address(organisation=str(organisation.pk)))


def _address(**filters: str) -> str:
    return f"{reverse('search:search')}?{urlencode(filters)}"
