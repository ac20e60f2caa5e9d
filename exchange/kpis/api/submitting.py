"""Values that a program sends: all of them are taken, or none."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.serializers import ErrorDetail, ValidationError

from exchange.audiences.viewer import Viewer
from exchange.common.drf.problems import Refused, at_pointer, pointer
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.kpis import actions, policies
from exchange.kpis.actions import _steps
from exchange.kpis.actions.values import Written
from exchange.kpis.api.bodies.observation import Result
from exchange.kpis.api.judging import Faults, Judge, Said, by_contract
from exchange.kpis.choices import State, Way
from exchange.kpis.entries import told_of
from exchange.kpis.models import Observation
from exchange.kpis.models.series import STANDING

# A period of a series, by its one name.
Key = tuple[UUID, str]


class Submission:
    """The values of one request, by their places in its body."""

    def __init__(self, viewer: Viewer, body: Any) -> None:
        """Read a body; raise ValidationError (422) with all that is wrong with it."""
        self._viewer = viewer
        self._said: dict[int, Said] = {}
        items, wrong = by_contract(body)
        judge = Judge(viewer, items.values())
        faults: dict[int, Any] = {}
        for index, item in items.items():
            found = judge.judge(index, item)
            if isinstance(found, Said):
                self._said[index] = found
            else:
                faults[index] = found
        faults |= self._without_reasons()
        if wrong or faults:
            items_wrong: Any = {**wrong.get("items", {}), **faults}
            raise ValidationError({**wrong, "items": items_wrong})
        self._said = judge.warned(self._said)

    def submit(self) -> list[dict[str, Any]]:
        """Submit all values; return what became of each. Raises Refused with the places in the way."""
        self._require_rights()
        results: dict[Key, Result] = {}
        by_series: dict[UUID, list[int]] = defaultdict(list)
        for index, said in self._said.items():
            by_series[said.series.pk].append(index)
        # In one order, so that no two requests wait for each other.
        for key in sorted(by_series):
            written = self._write(by_series[key])
            results |= {(key, code): Result.CORRECTED for code in written.corrected}
            results |= {(key, code): Result.UNCHANGED for code in written.kept}
        return self._told(results)

    def _write(self, places: list[int]) -> Written:
        """Submit the values of one series."""
        series = self._said[places[0]].series
        entries = [self._said[index].entry for index in places]
        try:
            return actions.submit_values(
                actor=self._viewer, series=series, entries=entries, way=Way.API
            )
        except Invalid as error:
            told: Any = {"items": dict.fromkeys(places, error.errors)}
            raise ValidationError(told) from error
        except (Conflict, Forbidden) as error:
            code = "conflict" if isinstance(error, Conflict) else "forbidden"
            raise Refused(code, error.message, errors=_at(places, error)) from error

    def _require_rights(self) -> None:
        """Raise Refused (403) with the places of what is not the viewer's to write."""
        others = [
            index
            for index, said in self._said.items()
            if not policies.can_enter(self._viewer, said.series.organisation)
        ]
        if others:
            error = Forbidden(_steps.ONLY_WRITERS)
            raise Refused("forbidden", error.message, errors=_at(others, error))

    def _without_reasons(self) -> dict[int, Faults]:
        """Return a fault for each item that corrects an approved value and does not say why."""
        now, faults = self._as_they_are(), {}
        for index, (series, entry, _odd) in self._said.items():
            rows = now[series.pk, entry.code]
            corrects = any(row.state == State.APPROVED for row in rows)
            if corrects and told_of(rows[-1]) != entry.told and not entry.reason:
                words = _("Say why a value that was approved is corrected.")
                faults[index] = {"reason": [ErrorDetail(words, "required")]}
        return faults

    def _told(self, results: Mapping[Key, Result]) -> list[dict[str, Any]]:
        now, told = self._as_they_are(), []
        for _index, (series, entry, odd) in sorted(self._said.items()):
            result = results.get((series.pk, entry.code), Result.ADDED)
            row = now[series.pk, entry.code][-1]
            told.append(
                {
                    "series": series.pk,
                    "period": entry.code,
                    "result": result,
                    "revision": row.revision,
                    "state": row.state,
                    "warnings": [] if result == Result.UNCHANGED else odd,
                }
            )
        return told

    def _as_they_are(self) -> dict[Key, list[Observation]]:
        """Return what holds and what waits of the periods, the latest last; one query."""
        rows = Observation.objects.visible_to(self._viewer).filter(
            series__in={said.series.pk for said in self._said.values()},
            period__in={said.entry.code for said in self._said.values()},
            state__in=STANDING,
        )
        found: dict[Key, list[Observation]] = defaultdict(list)
        for row in rows.order_by("revision"):
            found[row.series_id, row.period].append(row)
        return found


def _at(places: list[int], error: Conflict | Forbidden) -> list[dict[str, str]]:
    return [at_pointer(pointer("items", index), error.code, error.message) for index in places]
