"""What search knows of KPIs: the definition that holds, proposals at home, and who reports it how."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.text import fold, sort_key, words_of
from exchange.kpis.models import Definition, Indicator, Series
from exchange.kpis.models.indicator import IndicatorQuerySet
from exchange.kpis.models.series import SeriesQuerySet
from exchange.search.documents import DocumentSource, Found, SearchDocument, register_source
from exchange.topics.models import Topic

CHUNK = 500
SUGGESTIONS = 8
LABELS = ("en", "sv", "es")
# Definitions do not say in which language they are: their words are found as English ones.
LANGUAGE = "en"
BETWEEN = " · "
SENTENCES = ("question", "formula", "inclusions", "exclusions", "boundary", "comparability")
PROPOSED, RETIRED, CLOSED = _("Proposed"), _("Retired"), _("Closed")


def indicators(ids: Collection[UUID] | None) -> Iterator[SearchDocument]:
    """Return every indicator, or those of `ids` that exist, for the indexer."""
    rows = Indicator.objects.all() if ids is None else Indicator.objects.filter(pk__in=ids)
    return map(of_indicator, _defined(rows).iterator(chunk_size=CHUNK))


def visible_indicators(viewer: Viewer) -> Iterator[SearchDocument]:
    """Return the indicators that the viewer may see, for answers without an index."""
    rows = _defined(Indicator.objects.visible_to(viewer))
    return map(of_indicator, rows.iterator(chunk_size=CHUNK))


def load_indicators(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, Found]:
    """Return what the result page shows of those indicators of `ids` that the viewer may see."""
    rows = _defined(Indicator.objects.visible_to(viewer).filter(pk__in=ids))
    return {one.pk: _found_indicator(one, viewer) for one in rows}


def names(viewer: Viewer, prefix: str) -> list[str]:
    """Return names of indicators with the words of `prefix`, the last of which may be a beginning."""
    typed = list(map(fold, words_of(prefix)))
    if not typed:
        return []
    rows = Indicator.objects.visible_to(viewer)
    for word in typed:
        rows = rows.filter(sort_key__contains=sort_key(word))
    return [name for name in rows.values_list("name", flat=True) if _has(name, typed)][:SUGGESTIONS]


def name_words(viewer: Viewer, beginnings: Collection[str]) -> set[str]:
    """Return the words of names that begin so, folded, among what the viewer may see."""
    typed = tuple(map(fold, beginnings))
    rows = Indicator.objects.visible_to(viewer).order_by()
    every = {fold(word) for name in rows.values_list("name", flat=True) for word in words_of(name)}
    return {word for word in every if word.startswith(typed)}


def with_topic(viewer: Viewer) -> QuerySet[Indicator, Any]:
    """Return the indicators that the viewer may see with the topic of the outer query."""
    found: QuerySet[Indicator, Any] = Indicator.objects.visible_to(viewer)
    return found.filter(topic=OuterRef("pk"))


def of_indicator(indicator: Indicator) -> SearchDocument:
    """Return an indicator as it is indexed."""
    definition = _holding(indicator)
    said = [*_sentences(definition), definition.unit, *map(str, definition.aliases)]
    return SearchDocument(
        key=f"indicator:{indicator.pk}",
        kind="indicator",
        title=indicator.name,
        body="\n".join([*said, *_code(indicator)]),
        # Who proposed what everybody sees by now is told to nobody.
        organisation="" if indicator.current else str(indicator.organisation_id),
        audiences=frozenset({indicator.effective_audience_id, indicator.home_audience_id}),
        **_of_topic(indicator.topic),
        **_on(_dated(definition)),
    )


def series(ids: Collection[UUID] | None) -> Iterator[SearchDocument]:
    """Return every series, or those of `ids` that exist, for the indexer."""
    rows = Series.objects.all() if ids is None else Series.objects.filter(pk__in=ids)
    return map(of_series, _placed(rows).iterator(chunk_size=CHUNK))


def visible_series(viewer: Viewer) -> Iterator[SearchDocument]:
    """Return the series that the viewer may see, for answers without an index."""
    rows = _placed(Series.objects.visible_to(viewer))
    return map(of_series, rows.iterator(chunk_size=CHUNK))


def load_series(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, Found]:
    """Return what the result page shows of those series of `ids` that the viewer may see; one query."""
    rows = _placed(Series.objects.visible_to(viewer).filter(pk__in=ids))
    return {one.pk: _found_series(one, viewer) for one in rows}


def of_series(series: Series) -> SearchDocument:
    """Return a series as it is indexed; it is read again when its organisation gets another name."""
    definition = series.definition
    said = [definition.question, series.local_note, definition.unit, *_code(definition.indicator)]
    return SearchDocument(
        key=f"series:{series.pk}",
        kind="series",
        title=str(series),
        body="\n".join(said),
        organisation=str(series.organisation_id),
        audiences=frozenset({series.effective_audience_id, series.home_audience_id}),
        belongs_to=frozenset({f"organisation:{series.organisation_id}"}),
        **_of_topic(definition.indicator.topic),
        **_on(series.created_at),
    )


def _found_indicator(indicator: Indicator, viewer: Viewer) -> Found:
    definition = _holding(indicator)
    note = "" if indicator.current else str(PROPOSED)
    return Found(
        title=indicator.name,
        title_language="",
        url=indicator.get_absolute_url(),
        text=BETWEEN.join([*_sentences(definition), definition.unit, indicator.code]),
        language="",
        organisation="" if indicator.current else str(indicator.organisation),
        date=_day(_dated(definition), viewer),
        topics=(str(indicator.topic),),
        note=str(RETIRED) if indicator.retired_at else note,
    )


def _found_series(series: Series, viewer: Viewer) -> Found:
    definition = series.definition
    said = (series.local_note, definition.question, definition.unit, definition.indicator.code)
    return Found(
        title=str(series),
        title_language="",
        url=series.get_absolute_url(),
        text=BETWEEN.join(map(_in_line, filter(None, said))),
        language="",
        organisation=str(series.organisation),
        date=_day(series.created_at, viewer),
        topics=(str(definition.indicator.topic),),
        note=str(CLOSED) if series.closed_at else "",
    )


def _defined(rows: IndicatorQuerySet) -> IndicatorQuerySet:
    """Load the definition in use; of what is still a proposal all that were proposed."""
    own = Definition.objects.filter(indicator__current=None).order_by("-version")
    loaded: IndicatorQuerySet = (
        rows.with_shown()
        .select_related("topic__parent", "organisation")
        .prefetch_related(Prefetch("definitions", queryset=own, to_attr="proposals"))
        .order_by("pk")
    )
    return loaded


def _holding(indicator: Any) -> Definition:
    """Return the definition in use, else what was proposed last; proposals for others stay hidden."""
    found: Definition = indicator.current or indicator.proposals[0]
    return found


def _placed(rows: SeriesQuerySet) -> SeriesQuerySet:
    return rows.with_place().select_related("definition__indicator__topic__parent").order_by("pk")


def _sentences(definition: Definition) -> list[str]:
    return [_in_line(text) for name in SENTENCES if (text := getattr(definition, name))]


def _code(indicator: Indicator) -> Iterable[str]:
    """Return a code as it is written, and by its words."""
    return indicator.code, indicator.code.replace("_", " ")


def _of_topic(topic: Topic) -> dict[str, Any]:
    return {
        "language": LANGUAGE,
        "topics": frozenset({topic.code, topic.theme_code}),
        "names": {code: getattr(topic, f"label_{code}") for code in LABELS},
    }


def _dated(definition: Definition) -> dt.datetime:
    return definition.decided_at or definition.made_at


def _on(moment: dt.datetime) -> dict[str, Any]:
    return {
        "date": moment.date(),
        "second": moment.hour * 3600 + moment.minute * 60 + moment.second,
    }


def _day(moment: dt.datetime, viewer: Viewer) -> dt.date:
    return moment.astimezone(time.zone(viewer.timezone)).date()


def _in_line(text: str) -> str:
    return BETWEEN.join(text.splitlines())


def _has(name: str, typed: list[str]) -> bool:
    """Tell whether a name has all that was typed, the last as a beginning of a word."""
    words = {fold(word) for word in words_of(name)}
    return set(typed[:-1]) <= words and any(word.startswith(typed[-1]) for word in words)


def register() -> None:
    """Register indicators and series with search."""
    register_source(
        DocumentSource(
            kind="indicator",
            label=_("KPIs"),
            documents=indicators,
            visible=visible_indicators,
            load=load_indicators,
            titles=names,
            words=name_words,
            with_topic=with_topic,
        )
    )
    register_source(
        DocumentSource(
            kind="series",
            label=_("KPI series"),
            documents=series,
            visible=visible_series,
            load=load_series,
            # They are called as their indicators are, which are offered once.
            titles=lambda viewer, prefix: [],
            words=lambda viewer, beginnings: set(),
            with_topic=None,
        )
    )
