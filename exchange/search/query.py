"""What is asked: the words of a person, read by us and never by an engine's own query language."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from exchange.common import time
from exchange.common.text import normalise, words_of
from exchange.search.analysis import Term, reader, terms_of

MOST_WORDS: Final = 64
# A quoted phrase or a run without blanks, either with a minus before it.
CHUNK = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<run>[^\s"]+))')
QUOTES = str.maketrans("“”„«»", '"""""')

# Seconds, without the rare second that is put in.
DAY: Final = 86_400

# A day of UTC, as Python's ordinal, and the second of it.
Moment = tuple[int, int]
Words = tuple[str, ...]
# Terms with their distance from the first: "port of call" keeps the room of the "of".
Phrase = tuple[tuple[int, Term], ...]


class Sort(StrEnum):
    """The orders of results. What has all the words comes before what has some, in every order."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """Text and filters. An empty filter lets everything pass; values of one filter are OR-ed.

    In `text`, "…" quotes a phrase that must occur and a minus before a word or phrase excludes it;
    every other sign is just text. `marks` are the filters that sources have of their own, by name.
    Without words the best are the newest. Titles are sorted as a reader of `reads` gets them.
    The days `since` and `until`, both included, begin and end in `zone`; years are UTC's.
    `page` counts from 1.
    """

    text: str = ""
    kinds: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    marks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    since: dt.date | None = None
    until: dt.date | None = None
    zone: str = "UTC"
    sort: Sort = Sort.RELEVANCE
    reads: str = ""
    page: int = 1
    page_size: int = 20

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size

    @property
    def end(self) -> int:
        return self.offset + self.page_size

    @property
    def start(self) -> Moment:
        """Return the first moment of `since`, or of all days."""
        return self._moment(self.since, dt.time.min) if self.since else (0, 0)

    @property
    def close(self) -> Moment:
        """Return the last moment of `until`, or of all days."""
        # Where clocks go back at midnight, the second of two such hours.
        last = dt.time(23, 59, 59, fold=1)
        return self._moment(self.until, last) if self.until else (dt.date.max.toordinal() + 1, 0)

    def _moment(self, day: dt.date, hour: dt.time) -> Moment:
        local = dt.datetime.combine(day, hour, time.zone(self.zone))
        ahead = local.utcoffset() or dt.timedelta()
        seconds = dt.timedelta(hours=hour.hour, minutes=hour.minute, seconds=hour.second) - ahead
        return divmod(day.toordinal() * DAY + int(seconds.total_seconds()), DAY)

    @property
    def chosen(self) -> dict[str, frozenset[str]]:
        """Return every filter's values by its name, those that are not set too."""
        return {
            "kind": self.kinds,
            "topic": self.topics,
            "organisation": self.organisations,
            "language": self.languages,
            "year": self.years,
            **self.marks,
        }

    @cached_property
    def clauses(self) -> "Clauses":
        return parse(self.text)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Whose eyes, as an engine knows them: audiences seen, keys excluded with what belongs to them."""

    audiences: frozenset[int]
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Clauses:
    """The words of a query (those of phrases among them), its phrases, and what it excludes."""

    words: Words = ()
    phrases: tuple[Words, ...] = ()
    without: tuple[Words, ...] = ()
    has_text: bool = False

    def read(self, languages: Collection[str]) -> "Question":
        """Return what to look up among documents in these languages."""
        return Question(
            terms=_terms(self.words, languages),
            phrases=tuple(filter(None, (_phrase(words, languages) for words in self.phrases))),
            without=tuple(filter(None, (_phrase(words, languages) for words in self.without))),
            pairs=tuple(
                phrase
                for first, second in zip(self.words, self.words[1:], strict=False)
                if len(phrase := _phrase((first, second), languages)) == 2
            ),
            browses=not self.words and (bool(self.without) or not self.has_text),
        )


@dataclass(frozen=True, kw_only=True)
class Question:
    """A query in stems. `pairs` are words that stand side by side; `browses`: no word is asked for."""

    terms: tuple[Term, ...]
    phrases: tuple[Phrase, ...]
    without: tuple[Phrase, ...]
    pairs: tuple[Phrase, ...]
    browses: bool

    @cached_property
    def needed(self) -> tuple[Term, ...]:
        """Return the terms that a match of all words has; stop words only when there is nothing else."""
        return tuple(term for term in self.terms if not term.light) or self.terms


def parse(text: str) -> Clauses:
    """Read what a person typed; the first 64 words count."""
    words: list[str] = []
    phrases: list[Words] = []
    without: list[Words] = []
    for chunk in CHUNK.finditer(normalise(text).translate(QUOTES)):
        found = tuple(words_of(chunk["phrase"] or chunk["run"] or ""))
        if not found:
            continue
        if chunk["minus"]:
            without.append(found)
            continue
        if chunk["phrase"] and len(found) > 1:
            phrases.append(found)
        words += found
    return Clauses(
        tuple(words[:MOST_WORDS]), tuple(phrases[:8]), tuple(without[:16]), bool(text.strip())
    )


def _terms(words: Words, languages: Collection[str]) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(term for word in words for term in terms_of(word, languages)))


def _phrase(words: Words, languages: Collection[str]) -> Phrase:
    phrase: list[tuple[int, Term]] = []
    at = 0
    for word in words:
        phrase += [(at + step, term) for step, term in enumerate(terms_of(word, languages))]
        at += len(reader("other")[word])
    return tuple(phrase)
