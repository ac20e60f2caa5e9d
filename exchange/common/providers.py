"""What a lower page shows of an upper slice: slices register, pages ask.

A provider is called with the viewer and returns only what that viewer may see now.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet, Value
from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Todo:
    """Something that waits for a person.

    `kind` groups entries under `heading`; `since` is when it began to wait; `due` may be None.
    """

    kind: str
    heading: str | Promise
    title: str
    url: str
    since: dt.datetime
    due: dt.date | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A fragment on another thing's page: a template and its context."""

    template: str
    context: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One of the first things a newcomer does: what, why, and where.

    It is done once any query of `until` finds a row; `done` is told by `steps_for` alone.
    """

    title: str | Promise
    why: str | Promise
    url: str
    until: tuple[QuerySet[Any], ...]
    done: bool = False


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """Something with a day (a date), or with a beginning and an end (aware moments).

    `known` says in words how exactly the day is known, where it is not: "March 2027". `uid` names it for ever, `sequence` counts its changes and `changed_at` is the last of them. One
    that was called off stays, as `cancelled`. `detail` is plain text.
    """

    uid: str
    title: str
    url: str
    starts: dt.date | dt.datetime
    ends: dt.datetime | None = None
    detail: str = ""
    place: str = ""
    known: str = ""
    sequence: int = 0
    changed_at: dt.datetime
    cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One thing that a figure counts: what (it has a page), on which day, and whose it is."""

    thing: Any
    day: dt.date
    owner: Any = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number of a report, and the very things that it counts: so it and its list cannot differ.

    `owner` of a row is the id of an organisation, None for all together. What is always everybody's,
    like a meeting, `is_shared`: it is not counted by party.
    """

    name: str
    label: str | Promise
    rows: tuple[Counted, ...]
    is_shared: bool = False

    @property
    def value(self) -> int:
        return len(self.rows)

    def of(self, owner: Any) -> "Figure":
        """Return the same figure of one owner's things alone."""
        return replace(self, rows=tuple(row for row in self.rows if row.owner == owner))


TodoProvider = Callable[[Any], Iterable[Todo]]
# Tells of a viewer whether a provider may have something for them.
Concerned = Callable[[Any], bool]
PanelProvider = Callable[[Any, Any], Panel | None]
# Called with the viewer, from when on, and an agreement when only what belongs to it is wanted.
CalendarProvider = Callable[[Any, dt.date, Any], Iterable[CalendarEntry]]
# Called with the viewer, an agreement, and the first and the last day of the period.
FigureProvider = Callable[[Any, Any, dt.date, dt.date], Iterable[Figure]]
StepProvider = Callable[[Any], Step | None]

_todo_providers: list[TodoProvider] = []
_concerned_by: dict[TodoProvider, Callable[[], Concerned]] = {}
_panel_providers: dict[str, list[PanelProvider]] = {}
_calendar_providers: list[CalendarProvider] = []
_figure_providers: list[FigureProvider] = []
_step_providers: list[StepProvider] = []


def register_todo(
    provider: TodoProvider, *, concerned: Callable[[], Concerned] | None = None
) -> TodoProvider:
    """Add a provider called with a viewer; it returns the entries that wait for them.

    One that costs queries gives `concerned`, which reads once for all viewers whom to ask it for.
    """
    _todo_providers.append(provider)
    if concerned:
        _concerned_by[provider] = concerned
    return provider


def todos_for(
    viewer: Any, concerned: Mapping[TodoProvider, Concerned] = MappingProxyType({})
) -> list[Todo]:
    """Return everything that waits for the viewer, what has waited longest first.

    Who asks for many viewers passes what `who_is_concerned` gave.
    """
    asked = [
        provider
        for provider in _todo_providers
        if provider not in concerned or concerned[provider](viewer)
    ]
    found = [todo for provider in asked for todo in provider(viewer)]
    return sorted(found, key=lambda todo: todo.since)


def who_is_concerned() -> Mapping[TodoProvider, Concerned]:
    """Return for each provider whom to ask it for; it holds as long as nothing happens."""
    return {provider: read() for provider, read in _concerned_by.items()}


def grouped(todos: Iterable[Todo]) -> list[tuple[str, list[Todo]]]:
    """Return the entries under their headings, the heading with the oldest entry first."""
    groups: dict[str, list[Todo]] = {}
    for todo in todos:
        groups.setdefault(str(todo.heading), []).append(todo)
    return list(groups.items())


def register_panel(place: str) -> Callable[[PanelProvider], PanelProvider]:
    """Add a provider for the pages named `place`, called with (viewer, thing).

    "organisation", "agreement" and "workstream" show one; "end_of_review" says what ends when a membership is no reviewer's.
    """

    def add(provider: PanelProvider) -> PanelProvider:
        _panel_providers.setdefault(place, []).append(provider)
        return provider

    return add


def panels_for(place: str, viewer: Any, thing: Any = None) -> list[Panel]:
    """Return the panels that slices show at `place`, in order of registration."""
    found = (provider(viewer, thing) for provider in _panel_providers.get(place, []))
    return [panel for panel in found if panel]


def register_calendar(provider: CalendarProvider) -> CalendarProvider:
    """Add a provider of calendar entries; it returns only what the viewer may see now."""
    _calendar_providers.append(provider)
    return provider


def calendar_for(viewer: Any, since: dt.date, thing: Any = None) -> list[CalendarEntry]:
    """Return the entries from a day on, the earliest first; of `thing` (an agreement) alone, if given."""
    found = [entry for provider in _calendar_providers for entry in provider(viewer, since, thing)]
    return sorted(found, key=lambda entry: (_day_of(entry.starts), entry.uid))


def register_figures(provider: FigureProvider) -> FigureProvider:
    """Add a provider of figures of an agreement in a period; it counts only what the viewer sees."""
    _figure_providers.append(provider)
    return provider


def figures_for(viewer: Any, agreement: Any, first: dt.date, last: dt.date) -> list[Figure]:
    """Return the figures of an agreement from one day to another, in order of registration."""
    return [
        figure
        for provider in _figure_providers
        for figure in provider(viewer, agreement, first, last)
    ]


def _day_of(moment: dt.date | dt.datetime) -> tuple[dt.date, dt.time]:
    if isinstance(moment, dt.datetime):
        here = moment.astimezone(dt.UTC)
        return here.date(), here.time()
    return moment, dt.time.min


def register_step(provider: StepProvider) -> StepProvider:
    """Add a provider called with a viewer; it returns their step, or None when it is not theirs."""
    _step_providers.append(provider)
    return provider


def steps_for(viewer: Any) -> list[Step]:
    """Return the viewer's first steps, done or not, in order of registration; one query."""
    steps = [step for provider in _step_providers if (step := provider(viewer))]
    asked = [
        rows.order_by().values(of_step=Value(number))
        for number, step in enumerate(steps)
        for rows in step.until
    ]
    done = {row["of_step"] for row in asked[0].union(*asked[1:])} if asked else set()
    return [replace(step, done=number in done) for number, step in enumerate(steps)]
