"""Writes the pages of a preview as a file is read: what becomes of each row, until somebody decides."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from exchange.kpis.asides import Problem
from exchange.kpis.choices import Outcome
from exchange.kpis.importing.staged import LOT, PAGE, Rejected, Staged, packed, rows_of
from exchange.kpis.models import Import, ImportPage


class Stage:
    """Writes rows to pages by their outcome, with little in memory; `counts` holds when it is closed."""

    def __init__(self, batch: Import) -> None:
        self._batch = batch
        self._rows: dict[Outcome, list[Any]] = defaultdict(list)
        self._numbers: dict[Outcome, int] = defaultdict(int)
        self._pages: list[ImportPage] = []
        self.counts: dict[str, int] = {str(outcome): 0 for outcome in Outcome}

    def put(self, judged: Iterable[tuple[Outcome, Staged | Rejected]]) -> None:
        """Add rows; one that was understood and has warnings once more under these."""
        for outcome, row in judged:
            self._add(outcome, row)
            if isinstance(row, Staged) and row.warnings:
                self._add(Outcome.WARNED, row)

    def close(self, contradicted: dict[int, int]) -> None:
        """Write what is left; reject the rows that a later line contradicts: {line: that line}."""
        if contradicted:
            self._flush()
            pulled = _pull(self._batch, contradicted, self.counts)
            self.put((Outcome.REJECTED, _contradicted(row, contradicted)) for row in pulled)
        self._flush()

    def _add(self, outcome: Outcome, row: Any) -> None:
        rows = self._rows[outcome]
        rows.append(row)
        if len(rows) == PAGE:
            self._turn(outcome)

    def _turn(self, outcome: Outcome) -> None:
        rows = self._rows.pop(outcome)
        self.counts[outcome] += len(rows)
        self._numbers[outcome] += 1
        page = ImportPage(
            batch=self._batch,
            outcome=outcome,
            number=self._numbers[outcome],
            rows=packed(rows),
        )
        self._pages.append(page)
        if len(self._pages) >= LOT:
            self._write()

    def _flush(self) -> None:
        for outcome in [one for one, rows in self._rows.items() if rows]:
            self._turn(outcome)
        self._write()

    def _write(self) -> None:
        if self._pages:
            ImportPage.objects.bulk_create(self._pages)
            self._pages = []


def _contradicted(row: Staged, lines: Mapping[int, int]) -> Rejected:
    """Return a row as rejected for what a later line says: {line: that line}."""
    words = _("Line %(line)s gives something else for this period. Keep one of the two.")
    problem = Problem("value", row.value or "", words % {"line": lines[row.line]})
    return Rejected(row.line, row.cells, [problem])


def _pull(batch: Import, lines: Collection[int], counts: dict[str, int]) -> Iterator[Staged]:
    """Take the rows of these lines off their pages, and out of the counts; yield each once."""
    for page in ImportPage.objects.filter(batch=batch).exclude(outcome=Outcome.REJECTED):
        rows = rows_of(page)
        gone = [row for row in rows if row.line in lines]
        if gone:
            page.rows = packed([row for row in rows if row.line not in lines])
            page.save(update_fields=["rows"])
            counts[page.outcome] -= len(gone)
        if page.outcome != Outcome.WARNED:
            yield from gone
