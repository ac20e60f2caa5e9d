"""What a file names by codes: organisations, their series, and the indicators."""

from collections.abc import Collection
from functools import cached_property
from uuid import UUID

from exchange.audiences.viewer import Viewer
from exchange.kpis.models import Indicator, Series
from exchange.partners.models import Organisation


class Register:
    """The organisations that were looked up, their series, and all indicators.

    Organisations are looked up for many codes at once; `only` is the one that no code is needed for.
    """

    def __init__(self, actor: Viewer, only: Organisation | None) -> None:
        self._actor = actor
        self._only = only
        self._organisations: dict[str, Organisation | None] = {}
        self._series: dict[tuple[UUID, UUID], Series] = {}

    def look_up(self, codes: Collection[str]) -> None:
        """Look up the organisations with these codes, and their series."""
        new = {code for code in codes if code not in self._organisations}
        if not new:
            return
        self._organisations |= dict.fromkeys(new)
        rows = Organisation.objects.visible_to(self._actor).filter(unlocode__in=new - {""})
        found = {str(one.unlocode): one for one in rows}
        if "" in new and self._only:
            found[""] = self._only
        self._organisations |= found
        every = Series.objects.filter(organisation__in=found.values()).with_place()
        for series in every.select_related("audience", "home_audience").best_last():
            self._series[series.organisation_id, series.definition.indicator_id] = series

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The indicators that values are taken of, by their codes."""
        every = Indicator.objects.all()
        rows = every if self._actor.is_system else every.visible_to(self._actor)
        return {one.code: one for one in rows.in_use().with_shown()}

    def organisation(self, code: str) -> Organisation | None:
        """Return the organisation with a code that was looked up; None when there is none."""
        return self._organisations[code]

    def series(self, organisation: Organisation, indicator: Indicator) -> Series | None:
        """Return the organisation's series by an indicator that values go to."""
        return self._series.get((organisation.pk, indicator.pk))
