"""Marks the words that were looked for, in text that was loaded for this reader."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from exchange.common.text import WORD, fold, normalise
from exchange.search.analysis import CJK, language_of, reader, terms_of
from exchange.search.query import Clauses

EXCERPT: Final = 240
# How much of the text before the first mark an excerpt begins with.
LEAD: Final = 60
# What is further down is found, but not shown in an excerpt.
LOOKED_AT: Final = 30_000
# What was typed is looked for in these, besides the language of the text.
ASKED_IN: Final = frozenset({"en", "sv", "es"})
NOTHING: Final = re.compile(r"(?!)")

Span = tuple[int, int]


@dataclass(frozen=True)
class Highlighter:
    """Marks the words of one query."""

    clauses: Clauses
    _judges: "dict[tuple[str, ...], Judge]" = field(default_factory=dict)

    def title(self, text: str, language: str) -> SafeString:
        """Return the whole of `text`, escaped, its matches in <mark>."""
        text = normalise(text)
        return _marked(text, self._spans(text, language))

    def excerpt(self, text: str, language: str, *others: str) -> SafeString:
        """Return about 240 characters of `text`, where most of the words stand, escaped and marked.

        Parts of it may be in `others` than `language`. Without a match it is the beginning.
        """
        text = " ".join(normalise(text)[:LOOKED_AT].split())
        spans = self._spans(text, language, *others)
        start = self._best_start(text, spans)
        start, end = _at_words(text, start, start + EXCERPT)
        inside = [
            (low - start, high - start) for low, high in spans if low >= start and high <= end
        ]
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return mark_safe(before + _marked(text[start:end], inside) + after)  # noqa: S308 - escaped

    def _spans(self, text: str, *languages: str) -> list[Span]:
        return [found.span() for found in self._pattern(text, *languages).finditer(text)]

    def _pattern(self, text: str, *languages: str) -> re.Pattern[str]:
        """Return what finds the words of `text` that match; each different word is judged once."""
        judge = self._judge(*map(language_of, languages))
        parts = []
        if words := [word for word in set(WORD.findall(text)) if judge[word]]:
            parts.append(rf"\b(?:{'|'.join(map(re.escape, words))})\b")
        if judge.pairs:
            parts.append(f"(?:{'|'.join(map(re.escape, judge.pairs))})+")
        return re.compile("|".join(parts)) if parts else NOTHING

    def _judge(self, *languages: str) -> "Judge":
        if languages not in self._judges:
            self._judges[languages] = Judge(self.clauses.words, *languages)
        return self._judges[languages]

    @staticmethod
    def _best_start(text: str, spans: list[Span]) -> int:
        """Return where the excerpt begins that has the most different words."""
        best = most = 0
        for number, (low, _high) in enumerate(spans):
            start = max(low - LEAD, 0)
            inside = {fold(text[a:b]) for a, b in spans[number:] if b <= start + EXCERPT}
            if len(inside) > most:
                best, most = start, len(inside)
        return best


class Judge(dict[str, bool]):
    """Tells whether a word of a text is meant; remembers what it has said.

    The text is in `language`, parts of it in `others`.
    """

    def __init__(self, words: Iterable[str], language: str, *others: str) -> None:
        super().__init__()
        languages = {language, *others} | ASKED_IN
        # A word that says nothing in the language of the text is not marked there.
        self._wanted = {
            stem
            for word in dict.fromkeys(words)
            if terms_of(word, [language])
            for term in terms_of(word, languages)
            for stem in term.stems
        }
        self.pairs = sorted(stem for stem in self._wanted if CJK.search(stem))
        self._readers = [reader(one) for one in dict.fromkeys((language, *others))]

    def __missing__(self, word: str) -> bool:
        self[word] = not CJK.search(word) and any(
            not self._wanted.isdisjoint(read[word][0]) for read in self._readers
        )
        return self[word]


def _at_words(text: str, start: int, end: int) -> Span:
    """Move both ends to the nearest blank inside, unless there is none near."""
    if start and (blank := text.find(" ", start, start + 30)) >= 0:
        start = blank + 1
    if end < len(text) and (blank := text.rfind(" ", end - 30, end)) >= 0:
        end = blank
    return start, min(end, len(text))


def _marked(text: str, spans: list[Span]) -> SafeString:
    parts, at = [], 0
    for low, high in spans:
        parts += [escape(text[at:low]), "<mark>", escape(text[low:high]), "</mark>"]
        at = high
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 - every part is escaped
