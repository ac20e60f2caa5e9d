"""What is wrong with values that a program sends, all of it in one answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.serializers import ErrorDetail, ValidationError

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.kpis.api.bodies.observation import NewValue, NewValues
from exchange.kpis.asides import Problem
from exchange.kpis.choices import Status
from exchange.kpis.entries import Entry
from exchange.kpis.histories import histories, key_of
from exchange.kpis.models import Series
from exchange.kpis.periods import Period
from exchange.kpis.yardstick import Yardstick
from exchange.partners.models import Organisation

Item = dict[str, Any]
Faults = dict[str, list[Any]]


class Said(NamedTuple):
    """What one item of a body says: of which series, and what; `odd` is what is odd about it."""

    series: Series
    entry: Entry
    odd: list[str]


def by_contract(body: Any) -> tuple[dict[int, Item], dict[str, Any]]:
    """Return by their places the items that the contract lets through, and what it forbids."""
    checked = NewValues(data=body)
    if checked.is_valid():
        return dict(enumerate(checked.validated_data["items"])), {}
    wrong = dict(checked.errors)
    by_place = wrong.get("items")
    if not isinstance(by_place, Mapping) or not all(isinstance(one, int) for one in by_place):
        raise ValidationError(wrong)
    rest = {index: item for index, item in enumerate(body["items"]) if index not in by_place}
    bound = {index: NewValue(data=item) for index, item in rest.items()}
    return {index: one.validated_data for index, one in bound.items() if one.is_valid()}, wrong


class Judge:
    """Finds the series that items name, and judges what they say of it; what is wrong it keeps."""

    def __init__(self, viewer: Viewer, items: Iterable[Item]) -> None:
        self._viewer = viewer
        self._today = time.today(viewer.timezone)
        self._yardsticks: dict[UUID, Yardstick] = {}
        self._seen: dict[tuple[UUID, Period], int] = {}
        self._find_places(list(items))

    def judge(self, index: int, item: Item) -> Said | Faults:
        """Return what an item says, or by member what is wrong with it."""
        series = self._place_of(item)
        if not isinstance(series, Series):
            return series
        yardstick = self._yardsticks.setdefault(
            series.pk,
            Yardstick(series.definition, today=self._today, year_start=series.year_start),
        )
        entry, problems = yardstick.judge(_cells(item), decimal_sign=".")
        faults: Faults = defaultdict(list)
        for problem in problems:
            name, words = _in_body(item, problem)
            faults[name].append(words)
        if item.get("missing") and (item.get("status") or Status.NORMAL) != Status.NORMAL:
            faults["status"].append(_("There is no value: leave the status out."))
        if entry is None or faults:
            return dict(faults)
        before = self._seen.setdefault((series.pk, entry.period), index)
        if before != index:
            words = _("Item %(index)s is of this period as well. Send one of the two.")
            return {"period": [words % {"index": before}]}
        entry = entry.because(item.get("reason") or "")
        return Said(series, entry, [])

    def warned(self, said: Mapping[int, Said]) -> dict[int, Said]:
        """Return what items say, each with what is odd about it; one query."""
        found = histories(self._viewer, [(one.series, one.entry.period) for one in said.values()])
        told: dict[int, Said] = {}
        for index, one in said.items():
            entry, history = one.entry, found.get(key_of(one.series, one.entry.period))
            odd = self._yardsticks[one.series.pk].warnings(entry, history, keeps=True)
            told[index] = one._replace(odd=odd)
        return told

    def _find_places(self, items: list[Item]) -> None:
        """Look up the series and ports that are named; three queries."""
        seen = Series.objects.visible_to(self._viewer).with_place()
        ids = {item["series"] for item in items if "series" in item}
        ports = {item["organisation"].upper() for item in items if "organisation" in item}
        codes = {item["kpi_code"] for item in items if "kpi_code" in item}
        self._by_id = {series.pk: series for series in seen.filter(pk__in=ids)}
        named = seen.filter(
            organisation__unlocode__in=ports, definition__indicator__code__in=codes
        ).best_last()
        self._by_code = {
            (series.organisation.unlocode, series.definition.indicator.code): series
            for series in named
        }
        organisations = Organisation.objects.visible_to(self._viewer).filter(unlocode__in=ports)
        self._ports = {str(one.unlocode): one for one in organisations}

    def _place_of(self, item: Item) -> Series | Faults:
        """Return the series that an item names, or what is wrong with how it does."""
        if ("series" in item) == ("organisation" in item or "kpi_code" in item):
            return {"series": [_("Name the series, or organisation and kpi_code instead.")]}
        if "series" in item:
            nothing = _("There is nothing with this id here, or nothing for you.")
            return self._by_id.get(item["series"]) or {"series": [nothing]}
        needed = ErrorDetail(_("This is needed beside the other."), "required")
        if lacking := [name for name in ("organisation", "kpi_code") if name not in item]:
            return {name: [needed] for name in lacking}
        port = self._ports.get(item["organisation"].upper())
        if port is None:
            return {"organisation": [_("There is no port with this UN/LOCODE here.")]}
        words = _("%(port)s has no series of this KPI here, or none for you.") % {"port": port}
        return self._by_code.get((port.unlocode, item["kpi_code"])) or {"kpi_code": [words]}


def _cells(item: Item) -> dict[str, str]:
    """Return an item as a row of a file: one column says the status, and why there is no value."""
    cells = {
        "period": item["period"],
        "value": item.get("value") or "",
        "status": item.get("missing") or item.get("status") or "",
        **{
            name: item.get(name) or ""
            for name in ("precision", "source_url", "second_source_url", "note")
        },
    }
    has_unit = item.get("value") is not None or item.get("unit")
    return {**cells, "unit": item.get("unit") or ""} if has_unit else cells


def _in_body(item: Item, problem: Problem) -> tuple[str, Any]:
    """Return the member of a body that a problem is of, and words for a program."""
    if problem.column == "comment":
        return "note", problem.words
    if problem.column == "value" and item.get("value") is None:
        words = _("Send a value, or say with `missing` why there is none.")
        return "value", ErrorDetail(words, "required")
    if problem.column == "value" and item.get("missing"):
        return "value", _("There is a value, though `missing` says why there is none.")
    return problem.column, problem.words
