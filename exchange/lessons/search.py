"""What search knows of lessons: the text that readers see now, drafts at home."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.markdown import plain
from exchange.common.text import fold, lines, words_of
from exchange.lessons.choices import EvidenceLevel, Kind, Maturity
from exchange.lessons.models import Lesson, LessonVersion, TitleWord
from exchange.lessons.models.lesson import LessonQuerySet
from exchange.lessons.titles import LONGEST, title_words
from exchange.partners.models import UNLOCODE
from exchange.partners.ports import port_with
from exchange.search.documents import (
    DocumentSource,
    Filter,
    Found,
    SearchDocument,
    register_source,
)

MARKDOWN = (
    "situation",
    "analysis",
    "practice",
    "lesson_text",
    "recommendation",
    "evidence",
    "preconditions",
    "obstacles",
    "transfer_advice",
)
PLAIN = ("effort", "suppliers")
# Of these every line is an entry.
ENTRIES = ("recommendation", "preconditions")
# An address is found by its host and path, not by what nearly every one has or by its query.
ADDRESS = re.compile(r"https?://(?:www\.)?([^\s?#]*)\S*", re.IGNORECASE)
REPLACED = _("Replaced")
CHUNK = 500
# What stands between two fields in an excerpt, and between lines that end no sentence.
BETWEEN = " · "
UNENDED = re.compile(r"(?<![.!?:;,…。！？：\s])\s*\n\s*")
# The languages that topics have names in.
LABELS = ("en", "sv", "es")
# So many versions' texts, each up to 200 kB, are kept without Markdown: those of ten pages of results.
TEXTS_KEPT = 200
SUGGESTIONS = 8
MOST_WORDS = 8


def documents(ids: Collection[UUID] | None) -> Iterator[SearchDocument]:
    """Return every lesson, or those of `ids` that exist, for the indexer."""
    rows = Lesson.objects.all() if ids is None else Lesson.objects.filter(pk__in=ids)
    return map(document, _loaded(rows).iterator(chunk_size=CHUNK))


def visible(viewer: Viewer) -> Iterator[SearchDocument]:
    """Return what the viewer may see, for answers without an index."""
    rows = _loaded(Lesson.objects.visible_to(viewer))
    return map(document, rows.iterator(chunk_size=CHUNK))


def load(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, Found]:
    """Return what the result page shows of those of `ids` that the viewer may see; two queries."""
    rows = Lesson.objects.visible_to(viewer).kept().filter(pk__in=ids).with_shown()
    return {lesson.pk: found(lesson, viewer) for lesson in rows}


def titles(viewer: Viewer, prefix: str) -> list[str]:
    """Return titles with the words of `prefix`, the last of which may be a beginning.

    By what readers see alone: work that is hidden from them must not move what they are offered.
    """
    typed = [fold(word).encode()[:LONGEST] for word in words_of(prefix)][:MOST_WORDS]
    if not typed:
        return []
    rows = Lesson.objects.visible_to(viewer).kept().filter(shown_version__in=_with_word(typed[-1]))
    for word in typed[:-1]:
        rows = rows.filter(shown_version__in=TitleWord.objects.filter(word=word).values("version"))
    pairs = rows.order_by("shown_version__sort_key", "pk").values_list(
        "shown_version__title", "shown_version__titles"
    )[:SUGGESTIONS]
    texts = [text for title, others in pairs for text in (title, *others.values())]
    return [text for text in texts if _has(title_words(text, {}), typed)][:SUGGESTIONS]


def words(viewer: Viewer, beginnings: Collection[str]) -> set[str]:
    """Return the words of titles that begin so, folded, among what the viewer may see."""
    typed = (fold(beginning).encode() for beginning in beginnings)
    rows = TitleWord.objects.visible_to(viewer).beginning(*typed)
    return {
        bytes(word).decode(errors="ignore")
        for word in rows.values_list("word", flat=True).distinct()
    }


def with_topic(viewer: Viewer) -> QuerySet[Lesson, Any]:
    """Return the lessons that the viewer may see with the topic of the outer query."""
    return Lesson.objects.visible_to(viewer).kept().filter(shown_version__topics=OuterRef("pk"))


def document(lesson: Lesson) -> SearchDocument:
    """Return the lesson as it is indexed."""
    version = shown(lesson)
    moment = lesson.published_at or lesson.changed_at
    topics = list(version.topics.all())
    return SearchDocument(
        key=f"lesson:{lesson.pk}",
        kind="lesson",
        title=version.title,
        other_titles=version.titles,
        body=body(version),
        language=version.language,
        topics=frozenset(code for topic in topics for code in (topic.code, topic.theme_code)),
        names={
            language: ", ".join(getattr(topic, f"label_{language}") for topic in topics)
            for language in LABELS
        },
        organisation=str(lesson.organisation_id),
        date=moment.date(),
        second=moment.hour * 3600 + moment.minute * 60 + moment.second,
        marks={
            "lesson_kind": [version.kind] if version.kind else [],
            "maturity": [version.maturity] if version.maturity else [],
            "evidence": [version.evidence_level] if version.evidence_level else [],
            "port": version.ports,
        },
        audiences=frozenset({lesson.effective_audience_id, lesson.home_audience_id}),
    )


def found(lesson: Lesson, viewer: Viewer) -> Found:
    """Return the lesson as the result page shows it, in the reader's language where it can be.

    Its titles in other languages end the text, so that who finds it by one of them sees why.
    """
    version = shown(lesson)
    title = version.title_here
    titles = [(version.language, version.title), *version.titles.items()]
    others = [(code, other) for code, other in titles if other != title]
    return Found(
        title=title,
        title_language=version.title_language,
        url=lesson.get_absolute_url(),
        text=BETWEEN.join([*_in_lines(version), *(other for _code, other in others)]),
        language=version.language,
        languages=tuple(code for code, _other in others),
        organisation=str(lesson.organisation),
        date=(lesson.published_at or lesson.changed_at)
        .astimezone(time.zone(viewer.timezone))
        .date(),
        topics=tuple(str(topic) for topic in version.topics.all()),
        note=_note(lesson),
        state=lesson.state if lesson.organisation_id in viewer.roles else None,
    )


def _in_line(text: str) -> str:
    """Return a field's text as one line, its lines told apart."""
    return UNENDED.sub(BETWEEN, text.strip())


def _entries(text: str) -> str:
    return "\n".join(map(plain, lines(text)))


def _note(lesson: Lesson) -> str:
    if not lesson.is_published:
        return capfirst(lesson.get_state_display())
    return str(REPLACED) if lesson.is_superseded else ""


def body(version: LessonVersion) -> str:
    """Return all that a version is found by."""
    words = " ".join([*version.tags, *version.ports])
    return "\n".join([prose(version), ADDRESS.sub(r"\1", version.sources), words])


def prose(version: LessonVersion) -> str:
    """Return what a version says in sentences, without Markdown's marks."""
    return "\n".join(sentences(version))


def sentences(version: LessonVersion, *, listed: Callable[[str], str] = plain) -> list[str]:
    """Return the same, field by field; `listed` gives the words of a field with an entry a line."""
    parts = [
        version.summary,
        *((listed if name in ENTRIES else plain)(getattr(version, name)) for name in MARKDOWN),
        *(getattr(version, name) for name in PLAIN),
    ]
    return [part for part in parts if part]


def shown(lesson: Lesson) -> LessonVersion:
    """Return the version that readers see; every lesson has one after its first transaction."""
    if lesson.shown_version is None:
        raise LessonVersion.DoesNotExist("a lesson without a version")
    return lesson.shown_version


def register() -> None:
    """Register lessons with search."""
    register_source(
        DocumentSource(
            kind="lesson",
            label=_("Lessons"),
            documents=documents,
            visible=visible,
            load=load,
            titles=titles,
            words=words,
            with_topic=with_topic,
            filters=(
                _choice("lesson_kind", _("What it is"), Kind),
                _choice("maturity", _("Maturity"), Maturity),
                _choice("evidence", _("Evidence"), EvidenceLevel),
                Filter(
                    name="port",
                    label=_("Port"),
                    title_of=port_title,
                    contract={"pattern": f"^{UNLOCODE.pattern}$"},
                ),
            ),
        )
    )


def port_title(unlocode: str) -> str | None:
    """Return the name of a port, or its code when nobody told us; None for what is no code."""
    known = port_with(unlocode)
    return known.name if known else unlocode if UNLOCODE.fullmatch(unlocode) else None


@lru_cache(maxsize=TEXTS_KEPT)
def _in_lines(version: LessonVersion) -> tuple[str, ...]:
    """Return what a version says, each field in one line; made once, as no version ever changes."""
    return tuple(map(_in_line, sentences(version, listed=_entries)))


def _with_word(beginning: bytes) -> QuerySet[TitleWord, Any]:
    return TitleWord.objects.beginning(beginning).values("version")


def _has(words: Collection[bytes], typed: Sequence[bytes]) -> bool:
    """Tell whether one title has all that was typed, the last as a beginning."""
    return set(typed[:-1]) <= set(words) and any(word.startswith(typed[-1]) for word in words)


def _choice(name: str, label: str | Promise, choices: type[TextChoices]) -> Filter:
    return Filter(
        name=name,
        label=label,
        title_of=dict(choices.choices).get,
        contract={"enum": choices.values},
    )


def _loaded(rows: LessonQuerySet) -> LessonQuerySet:
    return rows.kept().filter(~Q(shown_version=None)).with_shown().order_by("pk")
