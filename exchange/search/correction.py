"""A better spelling, offered and never applied: from titles and topics of what the viewer may see."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import reduce
from itertools import chain
from operator import or_

from django.db.models import Exists, Q

from exchange.audiences.viewer import Viewer
from exchange.common.text import fold, normalise, words_of
from exchange.search.documents import DocumentSource, sources
from exchange.topics.models import Topic

SHORTEST = 4
MOST = 3
ALIKE = 0.75
# The languages that topics have names in.
LABELS = ("en", "sv", "es")


def corrected(viewer: Viewer, text: str, unknown: Sequence[str]) -> str:
    """Return `text` with its `unknown` words replaced by the most alike; empty without any such.

    The first letter is taken as right. A word that begins a longer one becomes the shortest such.
    """
    better = normalise(text)
    words = [word for word in dict.fromkeys(unknown[:MOST]) if len(fold(word)) >= SHORTEST]
    for word, found in _most_alike(viewer, words).items():
        better = re.sub(rf"\b{re.escape(word)}\b", found, better)
    return better if better != normalise(text) else ""


def _most_alike(viewer: Viewer, words: Sequence[str]) -> dict[str, str]:
    """Return of each word what is most alike, from a title, or else from a topic's name."""
    if not words:
        return {}
    first = {fold(word)[0] for word in words}
    titles = {word: source for source in sources() for word in source.words(viewer, first)}
    nearest = {word: _nearest(fold(word), titles) for word in words}
    found = {
        word: _as_written(viewer, near, titles[near]) for word, near in nearest.items() if near
    }
    if rest := [word for word in words if word not in found]:
        topics = _topic_words(viewer, tuple(first))
        nearest = {word: _nearest(fold(word), topics) for word in rest}
        found |= {word: topics[near] for word, near in nearest.items() if near}
    return found


def _topic_words(viewer: Viewer, beginnings: tuple[str, ...]) -> dict[str, str]:
    """Return the words of topics' names that begin so, by how they are folded; one query.

    In every language, of those topics that something has which the viewer may see.
    """
    having = [Q(Exists(source.with_topic(viewer))) for source in sources() if source.with_topic]
    if not having:
        return {}
    topics = Topic.objects.visible_to(viewer).filter(reduce(or_, having))
    labels = chain.from_iterable(topics.values_list(*(f"label_{code}" for code in LABELS)))
    named = {fold(word): word.lower() for label in labels for word in words_of(label)}
    return {folded: word for folded, word in named.items() if folded.startswith(beginnings)}


def _nearest(folded: str, known: Iterable[str]) -> str:
    near, longer = [], []
    for other in sorted(other for other in known if other.startswith(folded[0])):
        if other.startswith(folded):
            longer.append(other)
        elif abs(len(other) - len(folded)) < 3:
            near.append(other)
    # The beginning of a compound is a word by itself: "klimat" of "klimatmål".
    found = get_close_matches(folded, near, n=1, cutoff=ALIKE) or sorted(longer, key=len)
    return found[0] if found else ""


def _as_written(viewer: Viewer, folded: str, source: DocumentSource) -> str:
    """Return the word as the first title with it has it, with its accents and without capitals."""
    titles = source.titles(viewer, folded)
    written = (word for title in titles for word in words_of(title) if fold(word) == folded)
    return next(written, folded).lower()
