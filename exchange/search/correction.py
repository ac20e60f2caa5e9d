"""A better spelling, offered and never applied: from titles and topics that the viewer may see."""

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
    for word in dict.fromkeys(unknown[:MOST]):
        if found := _most_alike(viewer, word):
            better = re.sub(rf"\b{re.escape(word)}\b", found, better)
    return better if better != normalise(text) else ""


def _most_alike(viewer: Viewer, word: str) -> str:
    folded = fold(word)
    if len(folded) < SHORTEST:
        return ""
    titles = chain.from_iterable(source.words(viewer, folded[0]) for source in sources())
    topics = chain.from_iterable(source.topic_words(viewer, folded[0]) for source in sources())
    # Topics cost more, and are asked for only where no title helps: both are lazy.
    found = _nearest(folded, titles) or _nearest(folded, topics)
    return _as_written(viewer, found) if found else ""


def _nearest(folded: str, known: Iterable[str]) -> str:
    near, longer = [], []
    for other in sorted(known):
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
