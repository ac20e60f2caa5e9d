"""Values typed into a grid: a row for each series, a column for each period."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import ChosenField, NonceMixin
from exchange.kpis.choices import State, Status
from exchange.kpis.entries import Entry
from exchange.kpis.histories import Beside, Key, key_of
from exchange.kpis.models import Observation, Series
from exchange.kpis.models.observation import ADDRESS_LENGTH, NOTE_LENGTH, REASON_LENGTH
from exchange.kpis.periods import Period, PeriodKind, code_of, label_of
from exchange.kpis.plausible import History
from exchange.kpis.values import decimal_sign_of, typed_value
from exchange.kpis.yardstick import Yardstick

# Of a value that has no cell any more so much is said.
LONGEST_LOST = 60
# So many columns leave room for more than the cells.
MOST_NARROW = 4
# What is said of a value beside it, and what of that the form says for all that is typed.
BESIDE = ("status", "precision", "source_url", "second_source_url", "note")
FOR_ALL = ("status", "source_url", "note")


@dataclass
class Cell:
    """One value of the grid: what is typed, what stands there now, and what is said of it."""

    name: str
    period: Period
    code: str
    label: str
    text: str
    standing: Observation | None = None
    head: str = ""
    head_id: str = ""
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    entry: Entry | None = None

    @property
    def in_path(self) -> str:
        return self.code.replace("/", "_")

    @property
    def waits(self) -> bool:
        return self.standing is not None and self.standing.state == State.SUBMITTED

    @property
    def is_apart(self) -> bool:
        """Tell whether its series' year gives it another period than its column's head says."""
        return self.label != self.head

    @property
    def is_marked(self) -> bool:
        """Tell whether something is said of what was typed."""
        return bool(self.errors or self.warnings)


@dataclass
class Row:
    """A series in the grid, with its latest value before the periods shown."""

    series: Series
    cells: list[Cell]
    before: Observation | None = None


class GridForm(NonceMixin):
    """The cells of a grid, and what holds for every value that is typed into it.

    `periods` are those of each series, as many for each, in order; `standing` is what `standing_in`
    gives for them. `histories` is asked for the values beside those that were typed.
    """

    status = ChosenField(
        label=_("Status of what you enter"),
        required=False,
        choices=[
            ("", _("as it was, else normal")),
            *((one.value, one.label) for one in Status if one != Status.BREAK),
        ],
        help_text=_(
            "A corrected value keeps its status, source and note unless you say otherwise here."
        ),
    )
    source_url = forms.URLField(
        label=_("Source"),
        required=False,
        max_length=ADDRESS_LENGTH,
        assume_scheme="https",
        help_text=_("Where the values are published, if they are."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=NOTE_LENGTH)
    reason = forms.CharField(
        label=_("Why approved values are corrected"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=_("Needed only where a value was approved before."),
    )
    all_the_same = forms.BooleanField(
        label=_("The marked values are right: submit them all the same"), required=False
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        periods: Mapping[Series, Sequence[Period]],
        kind: PeriodKind,
        standing: Iterable[Observation],
        histories: Callable[[Iterable[Beside]], Mapping[Key, History]],
        language: str,
        today: dt.date,
    ) -> None:
        super().__init__(data)
        self._language, self._today, self._histories = language, today, histories
        self._sign = decimal_sign_of(language)
        found: dict[Any, list[Observation]] = {one.pk: [] for one in periods}
        for row in standing:
            found[row.series_id].append(row)
        self.rows = [self._row(one, found[one.pk], kind, own) for one, own in periods.items()]
        self.heads = self._heads()
        self.initial["shown"] = self._as_shown()
        if data is not None:
            for cell in self.cells:
                cell.text = str(data.get(cell.name, ""))

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def has_warnings(self) -> bool:
        return any(cell.warnings for cell in self.cells)

    @property
    def is_narrow(self) -> bool:
        """Tell whether there is room for a link beside each cell."""
        return len(self.heads) <= MOST_NARROW

    def entries(self) -> dict[Series, list[Entry]]:
        """Return what a valid form says, by series."""
        found = {row.series: [cell.entry for cell in row.cells if cell.entry] for row in self.rows}
        return {series: entries for series, entries in found.items() if entries}

    def seen(self, series: Series) -> dict[str, int]:
        """Return the revisions that stand where something was typed, by period; 0 for none."""
        cells = (cell for row in self.rows if row.series == series for cell in row.cells)
        return {
            cell.code: cell.standing.revision if cell.standing else 0
            for cell in cells
            if cell.entry
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        shown = _shown(cleaned.get("shown", ""))
        if lost := self._lost(shown):
            words = _(
                "The page shows other periods or KPIs by now, and these values have no cell any more: "
                "%(values)s. Nothing was submitted yet."
            )
            self.add_error(None, words % {"values": ", ".join(lost)})
        typed = [(row, cell) for row in self.rows for cell in row.cells if _is_typed(cell, shown)]
        known = self._histories((row.series, cell.period) for row, cell in typed)
        for row, cell in typed:
            before = shown.get(cell.name, "").strip()
            self._judge(row.series, cell, before, known, cleaned)
        if any(cell.errors for cell in self.cells):
            self.add_error(None, _("Nothing was submitted yet: look at the marked values."))
        elif self.has_warnings and not cleaned.get("all_the_same"):
            self.add_error(
                None,
                _("Some values are unusual. Correct them, or say below that they are right."),
            )
        elif not lost and not self.entries():
            self.add_error(None, _("No value was changed, so nothing was submitted."))
        return cleaned

    def _heads(self) -> list[str]:
        """Return what most series call the period of each column; tell the cells."""
        heads = []
        columns = zip(*(row.cells for row in self.rows), strict=True)
        for number, column in enumerate(columns, start=1):
            labels = [cell.label for cell in column]
            heads.append(max(labels, key=labels.count))
            for line, cell in enumerate(column, start=1):
                cell.head = heads[-1]
                cell.head_id = f"p{line}-{number}" if cell.is_apart else f"c{number}"
        return heads

    def _as_shown(self) -> str:
        """Return what stands in the cells, by series and period, to be sent along."""
        texts = {
            row.series.pk.hex: {cell.code: cell.text for cell in row.cells if cell.text}
            for row in self.rows
        }
        return json.dumps({key: said for key, said in texts.items() if said}, ensure_ascii=False)

    def _lost(self, shown: Mapping[str, str]) -> list[str]:
        """Return what was typed into cells that are not there any more."""
        known = {cell.name for cell in self.cells}
        typed = {name: str(self.data[name]).strip() for name in self.data if name[:2] == "v-"}
        return [
            f"{name.split('-', 2)[-1]}: {text}"[:LONGEST_LOST]
            for name, text in typed.items()
            if text and name not in known and text != shown.get(name, "").strip()
        ]

    def _row(
        self, series: Series, rows: list[Observation], kind: PeriodKind, periods: Sequence[Period]
    ) -> Row:
        latest = {Period(row.first, row.last): row for row in rows}
        cells = []
        for period in periods:
            standing = latest.get(period)
            code = code_of(period, series.year_start)
            value = standing.value if standing else None
            cells.append(
                Cell(
                    name=f"v-{series.pk.hex}-{code}",
                    period=period,
                    code=code,
                    label=label_of(period, series.year_start),
                    text="" if value is None else typed_value(value, self._language),
                    standing=standing,
                )
            )
        earlier = [
            row
            for row in rows
            if row.state == State.APPROVED and row.kind == kind and row.last < cells[0].period.first
        ]
        return Row(series, cells, earlier[-1] if earlier else None)

    def _judge(
        self,
        series: Series,
        cell: Cell,
        before: str,
        known: Mapping[Key, History],
        cleaned: Mapping[str, Any],
    ) -> None:
        now = self._standing_text(cell)
        if now != before:
            words = _("Somebody entered %(value)s meanwhile. Look again, then decide.")
            cell.errors.append(str(words) % {"value": now or "–"})
        elif not cell.text.strip():
            cell.errors.append(
                str(_("To take a value back, or say that there is none, open its own page."))
            )
        else:
            self._take(series, cell, known.get(key_of(series, cell.period)), cleaned)

    def _take(
        self, series: Series, cell: Cell, history: History | None, cleaned: Mapping[str, Any]
    ) -> None:
        measure = Yardstick(series.definition, today=self._today, year_start=series.year_start)
        said = {name: cleaned[name] for name in FOR_ALL if cleaned.get(name)}
        cells = {**_kept(cell.standing), **said, "period": cell.code, "value": cell.text}
        entry, problems = measure.judge(cells, decimal_sign=self._sign, typed=True)
        cell.errors.extend(problem.words for problem in problems)
        if entry is None:
            return
        cell.entry = entry
        cell.warnings.extend(measure.warnings(entry, history))

    def _standing_text(self, cell: Cell) -> str:
        value = cell.standing.value if cell.standing else None
        return "" if value is None else typed_value(value, self._language)


def _is_typed(cell: Cell, shown: Mapping[str, str]) -> bool:
    """Tell whether a cell says something else than when it was shown."""
    return cell.text.strip() != shown.get(cell.name, "").strip()


def _kept(standing: Observation | None) -> dict[str, str]:
    """Return what stays said of a value that is corrected; what was said of a gap ends with it."""
    if standing is None or standing.value is None:
        return {}
    return {name: getattr(standing, name) for name in BESIDE}


def _shown(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    series = found.items() if isinstance(found, dict) else ()
    return {
        f"v-{key}-{code}": str(text)
        for key, said in series
        if isinstance(said, dict)
        for code, text in said.items()
    }
