"""The words of a version's titles, as suggestions look them up."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from exchange.common.text import fold, words_of
from exchange.search.analysis import CJK

LONGEST = 64


def title_words(title: str, titles: Mapping[str, Any]) -> set[bytes]:
    """Return where a search for these titles may begin: every word, folded, in UTF-8.

    Of what is written without spaces each character is a beginning.
    """
    return {
        beginning.encode()[:LONGEST]
        for text in (title, *map(str, titles.values()))
        for beginning in beginnings(words_of(text))
    }


def beginnings(words: Iterable[str]) -> Iterator[str]:
    """Yield what may be typed first of each word."""
    for word in words:
        folded = fold(word)
        yield from (folded[at:] for at in range(len(folded))) if CJK.search(folded) else (folded,)
