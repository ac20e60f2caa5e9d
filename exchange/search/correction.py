"""A better spelling, offered and never applied: from titles and topics of what the viewer may see."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import chain

from exchange.audiences.viewer import Viewer
from exchange.common.text import fold, normalise, words_of
from exchange.search.documents import sources

SHORTEST = 4
MOST = 3
ALIKE = 0.75


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
    titles = set().union(*(source.words(viewer, first) for source in sources()))
    nearest = {word: _nearest(fold(word), titles) for word in words}
    found = {word: _as_written(viewer, near) for word, near in nearest.items() if near}
    if rest := [word for word in words if word not in found]:
        topics: dict[str, str] = {}
        for source in sources():
            topics |= source.topic_words(viewer, first)
        nearest = {word: _nearest(fold(word), topics) for word in rest}
        found |= {word: topics[near] for word, near in nearest.items() if near}
    return found


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


def _as_written(viewer: Viewer, folded: str) -> str:
    """Return the word as the first title with it has it, with its accents and without capitals."""
    titles = chain.from_iterable(source.titles(viewer, folded) for source in sources())
    written = (word for title in titles for word in words_of(title) if fold(word) == folded)
    return next(written, folded).lower()
