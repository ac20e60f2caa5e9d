"""From text to the stems that are indexed and looked up: one analyser for both engines.

Words are runs of letters and digits. Each is stemmed in its text's language, then folded to
letters without accents, so that "Göteborg" is one word and "goteborg" finds it. With its accents a
word stands there too, so that who types them gets what has them first. Chinese, Japanese
and Korean, written without spaces, become pairs of neighbouring characters.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import snowballstemmer

from exchange.common.text import fold, words_of

# Whoever changes what this module returns, or what documents say, counts this up: indexes built before rebuild themselves.
VERSION: Final = 4

ALGORITHMS: Final = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "sv": "swedish",
}
STOPWORDS = Path(__file__).parent / "stopwords"
CJK = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
)
# What Americans write otherwise; an English word stands there both ways.
AMERICAN: Final = (
    (re.compile(r"is(?=(?:e[drs]?|ing|ations?)$)"), "iz"),
    (re.compile(r"(?<=\w{3})our(?=(?:s|ed|ing|al)?$)"), "or"),
    (re.compile(r"(?<=\w{2}[bt])re(?=s?$)"), "er"),
    (re.compile(r"^programme(?=s?$)"), "program"),
    (re.compile(r"^licence(?=s?$)"), "license"),
)
LONGEST_WORD = 64
MEMORY = 200_000

# The stems of one place in the text: more than one where folding first gives another stem, or where
# the word has accents, with which it stands there too; none for a word that says nothing.
Place = tuple[str, ...]


def language_of(code: str) -> str:
    """Return the language whose stemmer serves `code`: "pt-BR" gives "pt", "zh" gives "other"."""
    base = code.lower().partition("-")[0]
    base = "nb" if base in {"no", "nn"} else base
    return base if base in ALGORITHMS else "other"


class Reader(dict[str, tuple[Place, ...]]):
    """What each word becomes in one language; remembers what it has read."""

    def __init__(self, language: str) -> None:
        super().__init__()
        file = STOPWORDS / f"{language}.txt"
        self.stopwords = frozenset(file.read_text().split()) if file.exists() else frozenset()
        self._english = language == "en"
        self._lock = threading.Lock()
        self._stem: Callable[[str], str] = (
            snowballstemmer.stemmer(ALGORITHMS[language]).stemWord
            if language in ALGORITHMS
            else str
        )

    def __missing__(self, word: str) -> tuple[Place, ...]:
        with self._lock:  # a stemmer is one machine with one tape
            places = self._read(word)
            if len(self) >= MEMORY:
                self.clear()
            self[word] = places
        return places

    def _read(self, word: str) -> tuple[Place, ...]:
        lower = unicodedata.normalize("NFKC", word).lower()[:LONGEST_WORD]
        if lower in self.stopwords:
            return ((),)
        if CJK.search(lower):
            return tuple(_characters(lower))
        forms = (self._stem(lower), self._stem(fold(lower)), *map(self._stem, self._also(lower)))
        exact = () if fold(lower) == lower else (lower,)
        return (tuple(dict.fromkeys((*map(fold, forms), *exact))),)

    def _also(self, word: str) -> Iterator[str]:
        """Yield the American form of an English word that has another."""
        for british, american in AMERICAN if self._english else ():
            if british.search(word):
                yield british.sub(american, word)


@cache
def reader(language: str) -> Reader:
    """Return the reader of a language; one that we cannot stem is only folded."""
    return Reader(language)


def _characters(run: str) -> Iterable[Place]:
    """Give each character with the pair it begins, so that one character alone is found too."""
    folded = fold(run)
    return (
        (folded[at], folded[at : at + 2]) if at + 1 < len(folded) else (folded[at],)
        for at in range(len(folded))
    )


def places_of(text: str, language: str) -> list[Place]:
    """Return the stems of `text`, place by place; words that say nothing keep an empty place."""
    read = reader(language_of(language))
    return [place for word in words_of(text) for place in read[word]]


@dataclass(frozen=True, slots=True)
class Term:
    """A word as it is looked up: any of its stems will do, one of `exact` is better.

    `light`: a stop word in some language.
    """

    stems: tuple[str, ...]
    light: bool = False
    exact: tuple[str, ...] = ()


def terms_of(word: str, languages: Collection[str]) -> list[Term]:
    """Return what to look up for `word` among texts in these languages.

    One term, or one for each pair of characters; none when the word says nothing anywhere.
    """
    lower = unicodedata.normalize("NFKC", word).lower()[:LONGEST_WORD]
    if CJK.search(lower):
        run = fold(lower)
        pairs = [run[at : at + 2] for at in range(len(run) - 1)] or [run]
        return [Term((pair,)) for pair in pairs]
    read = [reader(language)[word][0] for language in sorted(map(language_of, languages))]
    found = tuple(dict.fromkeys(stem for place in read for stem in place))
    stems = tuple(dict.fromkeys(map(fold, found)))
    exact = tuple(stem for stem in found if stem not in stems)
    return [Term(stems, light=not all(read), exact=exact)] if stems else []
