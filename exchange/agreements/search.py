"""What search knows of agreements and of the work under them."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, F, OuterRef, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.agreements.choices import Kind
from exchange.agreements.events import named_parties
from exchange.agreements.models import Action, Agreement, Meeting, Milestone, Workstream
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.markdown import plain
from exchange.common.text import fold, sort_key, words_of
from exchange.search.documents import (
    DocumentSource,
    Filter,
    Found,
    SearchDocument,
    register_source,
)

CHUNK = 500
SUGGESTIONS = 8
# So many titles are looked at for one that has a word of what was typed.
LOOKED_AT = 200
LABELS = ("en", "sv", "es")
# These texts say nothing of their language: their words are found as English ones.
LANGUAGE = "en"
BETWEEN = " · "
ENDED = _("Ended")


@dataclass(frozen=True)
class Kept:
    """One kind of thing as search is told of it: its rows with what is said of them, and the words.

    `texts` are the columns (three at most) that a result shows of it, `where` the one that names what
    its page belongs to.
    """

    kind: str
    label: str | Promise
    rows: Any
    said: Callable[[Any], Iterable[str]]
    related: tuple[str, ...] = ("topics",)
    texts: tuple[str, ...] = ()
    where: str = "pk"

    def of(self, thing: Any) -> Agreement:
        """Return the agreement that a thing is, or belongs to."""
        return thing if isinstance(thing, Agreement) else thing.agreement

    def documents(self, ids: Collection[UUID] | None) -> Iterator[SearchDocument]:
        """Return every one, or those of `ids` that exist, for the indexer."""
        rows = self.rows.all() if ids is None else self.rows.filter(pk__in=ids)
        return map(self.document, self._loaded(rows).order_by("pk").iterator(chunk_size=CHUNK))

    def visible(self, viewer: Viewer) -> Iterator[SearchDocument]:
        """Return what the viewer may see, for answers without an index."""
        rows = self._loaded(self.rows.visible_to(viewer)).order_by("pk")
        return map(self.document, rows.iterator(chunk_size=CHUNK))

    def with_topic(self, viewer: Viewer) -> Any:
        """Return those that the viewer may see with the topic of the outer query."""
        return self.rows.visible_to(viewer).filter(topics=OuterRef("pk"))

    def document(self, thing: Any) -> SearchDocument:
        """Return a thing as it is indexed."""
        agreement = self.of(thing)
        # What its parties do among themselves is no date for those who see the agreement alone.
        told_at = (agreement.concluded_at if thing is agreement else None) or thing.changed_at
        topics = list(thing.topics.all()) if "topics" in self.related else []
        keys = {agreement.home_audience_id}
        if thing is agreement:
            keys.add(agreement.effective_audience_id)
        return SearchDocument(
            key=f"{self.kind}:{thing.pk}",
            kind=self.kind,
            title=thing.title,
            body="\n".join(part for part in self.said(thing) if part),
            language=LANGUAGE,
            topics=frozenset(code for topic in topics for code in (topic.code, topic.theme_code)),
            names={
                code: ", ".join(getattr(topic, f"label_{code}") for topic in topics)
                for code in LABELS
            },
            date=told_at.date(),
            second=_second(told_at),
            marks={"agreement_kind": [agreement.kind]} if thing is agreement else {},
            audiences=frozenset(keys),
            belongs_to=frozenset([] if thing is agreement else [f"agreement:{agreement.pk}"]),
        )

    def _loaded(self, rows: Any) -> Any:
        is_agreement = self.rows.model is Agreement
        found = rows.with_shown() if is_agreement else rows.select_related("agreement")
        return found.prefetch_related(*self.related)


def _of_agreement(agreement: Agreement) -> list[str]:
    return [plain(agreement.summary), named_parties(agreement), agreement.links]


def _of_workstream(workstream: Workstream) -> list[str]:
    told = (
        text for one in workstream.updates.all() for text in (one.done, one.next, one.help_wanted)
    )
    return [plain(workstream.objective), *map(plain, told)]


def _of_meeting(meeting: Meeting) -> list[str]:
    return [*map(plain, (meeting.agenda, meeting.minutes)), meeting.decisions, meeting.attendees]


def _of_task(task: Milestone | Action) -> list[str]:
    """Return nothing: by its title it is found, and not by that of what it belongs to."""
    return []


def _has(title: str, typed: list[str]) -> bool:
    """Tell whether a title has all that was typed, the last as a beginning of a word."""
    words = {fold(word) for word in words_of(title)}
    return set(typed[:-1]) <= words and any(word.startswith(typed[-1]) for word in words)


def _second(moment: Any) -> int:
    return int(moment.hour * 3600 + moment.minute * 60 + moment.second)


class Row(NamedTuple):
    """One thing of any kind as the one query gives it."""

    kind: str
    pk: UUID
    title: str
    place: str
    changed_at: dt.datetime
    closing: str
    where: UUID
    first: str
    second: str
    third: str


def load(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, Found]:
    """Return what the result page shows of those of `ids`, of any kind, that the viewer may see.

    One query.
    """
    every = []
    for kept in KEPT:
        of_agreement = kept.kind == "agreement"
        columns: dict[str, Any] = {
            "of_kind": Value(kept.kind, output_field=CharField()),
            "of_title": F("title"),
            "of_place": Value("") if of_agreement else F("agreement__title"),
            "of_change": Coalesce("concluded_at", "changed_at")
            if of_agreement
            else F("changed_at"),
            "of_closing": F("closing") if of_agreement else Value(""),
            "of_where": F(kept.where),
        }
        said = [F(name) for name in kept.texts]
        for name in ("of_first", "of_second", "of_third"):
            columns[name] = said.pop(0) if said else Value("", output_field=TextField())
        rows = kept.rows.visible_to(viewer).filter(pk__in=ids).order_by().annotate(**columns)
        names = ["of_kind", "pk", *list(columns)[1:]]
        every.append(rows.values_list(*names))
    return {
        row.pk: _found(row, viewer) for row in map(Row._make, every[0].union(*every[1:], all=True))
    }


def _found(row: Row, viewer: Viewer) -> Found:
    said = [plain(text).replace("\n", BETWEEN) for text in row[-3:] if text]
    return Found(
        title=row.title,
        title_language="",
        url=_address(row),
        text=BETWEEN.join(said),
        language="",
        organisation=row.place,
        date=row.changed_at.astimezone(time.zone(viewer.timezone)).date(),
        note=str(ENDED) if row.closing else "",
    )


def _address(row: Row) -> str:
    """Return where a thing is shown: on a page of its own, or at its place on another's."""
    if row.kind == "milestone":
        return f"{reverse('agreements:workstream', args=[row.where])}#m-{row.pk}"
    if row.kind == "action":
        return f"{reverse('agreements:board', args=[row.where])}#a-{row.pk}"
    return reverse(f"agreements:{row.kind}", args=[row.pk])


def titles(viewer: Viewer, prefix: str) -> list[str]:
    """Return titles with the words of `prefix`, the last of which may be a beginning; one query."""
    typed = list(map(fold, words_of(prefix)))
    if not typed:
        return []
    key = sort_key(typed[-1])
    found = [rows.filter(sort_key__contains=key) for rows in _titles(viewer)]
    titles = found[0].union(*found[1:]).order_by("title")[:LOOKED_AT]
    return [title for title in titles if _has(title, typed)][:SUGGESTIONS]


def title_words(viewer: Viewer, beginnings: Collection[str]) -> set[str]:
    """Return the words of titles that begin so, folded, among what the viewer may see; one query."""
    typed = tuple(map(fold, beginnings))
    every = _titles(viewer)
    words = {fold(word) for title in every[0].union(*every[1:]) for word in words_of(title)}
    return {word for word in words if word.startswith(typed)}


def _titles(viewer: Viewer) -> list[Any]:
    """Return the titles of each kind that the viewer may see, to be brought together."""
    return [
        kept.rows.visible_to(viewer).order_by().values_list("title", flat=True) for kept in KEPT
    ]


KEPT = [
    Kept("agreement", _("Agreements"), Agreement.objects, _of_agreement, texts=("summary",)),
    Kept(
        "workstream",
        _("Workstreams"),
        Workstream.objects,
        _of_workstream,
        related=("topics", "updates"),
        texts=("objective",),
    ),
    Kept(
        "meeting",
        _("Meetings"),
        Meeting.objects,
        _of_meeting,
        related=(),
        texts=("agenda", "minutes", "decisions"),
    ),
    Kept(
        "milestone",
        _("Milestones"),
        Milestone.objects,
        _of_task,
        related=(),
        texts=("workstream__title",),
        where="workstream",
    ),
    Kept(
        "action",
        _("Actions"),
        Action.objects,
        _of_task,
        related=(),
        texts=("workstream__title",),
        where="agreement",
    ),
]


def register() -> None:
    """Register agreements and the work under them with search."""
    kind = Filter(
        name="agreement_kind",
        label=_("Kind of agreement"),
        title_of=dict(Kind.choices).get,
        contract={"enum": Kind.values},
    )
    for kept in KEPT:
        first = kept is KEPT[0]
        register_source(
            DocumentSource(
                kind=kept.kind,
                label=kept.label,
                documents=kept.documents,
                visible=kept.visible,
                load=load,
                # Asked once for all kinds: each costs no query of its own.
                titles=titles if first else lambda viewer, prefix: [],
                words=title_words if first else lambda viewer, beginnings: set(),
                with_topic=kept.with_topic if "topics" in kept.related else None,
                filters=(kind,) if first else (),
            )
        )
