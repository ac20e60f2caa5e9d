"""Judges the rows of a file one by one: which series each belongs to, and what becomes of it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from msgspec.structs import replace

from exchange.audiences.viewer import Viewer
from exchange.kpis import policies
from exchange.kpis.asides import Problem
from exchange.kpis.choices import Outcome, State
from exchange.kpis.entries import Entry
from exchange.kpis.importing.places import Place, Told, load_values
from exchange.kpis.importing.register import Register
from exchange.kpis.importing.staged import Rejected, Staged, old_of
from exchange.kpis.models import Series
from exchange.kpis.models.series import STANDING
from exchange.kpis.reading import Row
from exchange.kpis.yardstick import Yardstick
from exchange.partners.models import Organisation
from exchange.partners.policies import may_reach
from exchange.partners.ports import port_with


class Desk:
    """Judges rows for whoever sent them, of the one organisation `only`; None: of all, for the operator.

    `decimal_sign` is how the file writes numbers. `contradicted` names the lines that a later line
    contradicts, which is found out too late to reject them at once: {line: the later line}.
    """

    def __init__(
        self, actor: Viewer, *, today: dt.date, decimal_sign: str, only: Organisation | None = None
    ) -> None:
        self._actor = actor
        self._only = only
        self._today = today
        self._sign = decimal_sign
        self._register = Register(actor, only)
        # By the texts of port and KPI.
        self._places: dict[tuple[str, ...], Place | list[Problem]] = {}
        self._by_codes: dict[tuple[str, str], Place] = {}
        self.contradicted: dict[int, int] = {}

    @property
    def compared(self) -> dict[str, int | None]:
        """Return with which state of each series the rows were compared: its `revised`.

        A series that is still to be made is there by its port and KPI, with None.
        """
        return dict(place.seen_as for place in self._by_codes.values())

    def judge(self, rows: Sequence[Row]) -> Iterator[tuple[Outcome, Staged | Rejected]]:
        """Yield what becomes of each row; what it is compared with is looked up for all at once."""
        known = len(self._by_codes)
        named = dict.fromkeys(row.texts[:2] for row in rows if not row.problem)
        pairs = [pair for pair in named if pair not in self._places]
        self._register.look_up({self._code_of(port) for port, _kpi in pairs})
        self._places |= {pair: self._find(*pair) for pair in pairs}
        states = (State.APPROVED,) if self._actor.is_system else STANDING
        load_values([*self._by_codes.values()][known:], states)
        for row in rows:
            yield self._judge(row)

    def _judge(self, row: Row) -> tuple[Outcome, Staged | Rejected]:
        if row.problem:
            return self._reject(row, [_misread(row)])
        place = self._places[row.texts[:2]]
        if isinstance(place, list):
            return self._reject(row, place)
        _port, _kpi, period, value, unit, source, comment, status, precision, second, note = (
            row.texts
        )
        aside = (unit, status, precision, source, second)
        entry, problems = place.yardstick.judge_texts(
            period, value, aside, comment, note, decimal_sign=self._sign
        )
        if entry is None:
            return self._reject(row, problems)
        if row.is_double:
            entry = _with_zeros(entry, place.standing.get(entry.code))
        if again := self._said_before(place, entry, row.number):
            return self._reject(row, [again])
        outcome, old = self._compare(place, entry)
        warnings = []
        if outcome != Outcome.UNCHANGED:
            warnings = place.yardstick.warnings(entry, place.history(entry.kind), keeps=True)
        return outcome, _staged(row.number, place, entry, old, warnings)

    def _reject(self, row: Row, problems: list[Problem]) -> tuple[Outcome, Rejected]:
        return Outcome.REJECTED, Rejected(row.number, row.cells, problems)

    def _said_before(self, place: Place, entry: Entry, line: int) -> Problem | None:
        """Return what is wrong when an earlier line speaks of the same period."""
        before, told = place.seen.setdefault(entry.code, (line, entry.told))
        if before == line:
            return None
        if _are_alike(told, entry.told):
            words = _("Line %(line)s gives the same value already. Take one of the two out.")
            return Problem("period", entry.code, words % {"line": before})
        self.contradicted.setdefault(before, line)
        words = _("Line %(line)s gives something else for this period. Keep one of the two.")
        return Problem("value", entry.told[0], words % {"line": before})

    def _compare(self, place: Place, entry: Entry) -> tuple[Outcome, str]:
        now = place.standing.get(entry.code)
        if now is None:
            return Outcome.ADDED, ""
        is_same = now == (entry.told[0], entry.told[1:])
        return Outcome.UNCHANGED if is_same else Outcome.CORRECTED, old_of(*now, new=entry.told)

    def _find(self, port: str, kpi: str) -> Place | list[Problem]:
        code, key = self._code_of(port), kpi.strip().casefold()
        if (code, key) in self._by_codes:
            return self._by_codes[code, key]
        organisation = self._whose(port, code)
        indicator = self._register.indicators.get(key)
        problems = [organisation] if isinstance(organisation, Problem) else []
        if indicator is None:
            words = _("There is no KPI with this code. The catalogue lists the codes.")
            problems.append(Problem("kpi_code", kpi, words))
        if indicator is None or indicator.current is None or isinstance(organisation, Problem):
            return problems
        series = self._register.series(organisation, indicator) if organisation else None
        if series is None and not self._actor.is_system:
            words = _("%(port)s does not report this KPI yet. Begin its series first.")
            return [Problem("kpi_code", kpi, words % {"port": organisation})]
        if series and (words := self._why_not(series)):
            return [Problem("kpi_code", kpi, words)]
        definition = series.definition if series else indicator.current
        place = Place(
            port=code,
            kpi=indicator.code,
            series=series,
            yardstick=Yardstick(
                definition,
                today=self._today,
                **({"year_start": series.year_start} if series else {}),
            ),
        )
        self._by_codes[code, key] = place
        return place

    def _why_not(self, series: Series) -> str:
        """Return why no value of a series can be taken; empty when it can."""
        if series.closed_at:
            return _("The series is closed. Open it again first.")
        if self._actor.is_system and not may_reach(series.organisation, series.audience):
            return _(
                "The series is shared with a group that its owner is not in now, or whose agreement "
                "is over. Share it with another audience first."
            )
        return ""

    def _code_of(self, port: str) -> str:
        """Return the code that a row names; a file that is sent for one organisation need not."""
        code = port.strip().upper()
        return code or (self._only and self._only.unlocode) or ""

    def _whose(self, port: str, code: str) -> Organisation | Problem | None:
        """Return whose row it is; None for a port that the operator is to make a reference port."""
        organisation = self._register.organisation(code)
        if organisation is None and (not self._actor.is_system or port_with(code) is None):
            words = _("There is no port with this UN/LOCODE here.")
            return Problem("port_unlocode", port, words)
        if self._only and (organisation is None or organisation.pk != self._only.pk):
            words = _("This import is for %(port)s alone.") % {"port": self._only}
            return Problem("port_unlocode", port, words)
        if self._actor.is_system or (
            organisation and policies.can_import(self._actor, organisation)
        ):
            return organisation
        words = _("You do not enter values for %(port)s.") % {"port": organisation}
        return Problem("port_unlocode", port, words)


def _with_zeros(entry: Entry, now: Told | None) -> Entry:
    """Return an entry with the zeros at the end of the value that stands there, if it is the same."""
    shown = now[0] if now else ""
    if entry.value is None or "." not in shown:
        return entry
    if _without_zeros(shown) != entry.told[0]:
        return entry
    return replace(entry, value=Decimal(shown), told=(shown, *entry.told[1:]))


def _are_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two entries do not contradict each other, which neither zeros at the end nor notes do."""
    return _without_zeros(one[0]) == _without_zeros(other[0]) and one[1:-1] == other[1:-1]


def _without_zeros(number: str) -> str:
    """Return a plain number without the zeros at the end of its decimals."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _staged(line: int, place: Place, entry: Entry, old: str, warnings: list[str]) -> Staged:
    first, last = entry.days
    number, missing, status, precision, source, second, note = entry.told
    return Staged(
        line,
        place.port,
        place.kpi,
        place.yardstick.definition.unit,
        place.series_id,
        entry.code,
        first,
        last,
        number or None,
        missing,
        status,
        precision,
        source,
        second,
        note,
        old,
        warnings,
    )


def _misread(row: Row) -> Problem:
    """Return what kept a row of the file from being read cell by cell."""
    if row.problem == "formula":
        words = _("A formula is there without a stored result. Write its value instead.")
        return Problem("value", row.cells["value"], words)
    words = _("This row has more cells than the header. Put quotes around a text with a delimiter.")
    return Problem("", "", words)
