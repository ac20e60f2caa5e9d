"""What is said of the value of a period, by a person, a program or a file."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from exchange.kpis.choices import Status
from exchange.kpis.models import Observation
from exchange.kpis.periods import Period
from exchange.kpis.values import plain


class Said(Protocol):
    """What is written of a period: an entry, or the row of a file that was judged before."""

    @property
    def code(self) -> str: ...

    @property
    def days(self) -> tuple[str, str]: ...

    @property
    def told(self) -> tuple[str, ...]: ...

    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody says about one period: a value, or (None) why it is `missing`.

    `code` is the period's one name where the series' year begins; `reason` is why it is corrected.
    """

    period: Period
    code: str
    value: Decimal | None = None
    missing: str = ""
    status: str = Status.NORMAL
    precision: str = ""
    source_url: str = ""
    second_source_url: str = ""
    note: str = ""
    reason: str = ""

    @property
    def days(self) -> tuple[str, str]:
        """Return the period's first and last day, as programs write them."""
        return self.period.first.isoformat(), self.period.last.isoformat()

    @property
    def told(self) -> tuple[str, ...]:
        """Return all that is said of the period: two entries that say the same have the same."""
        return (
            "" if self.value is None else plain(self.value),
            self.missing,
            self.status,
            self.precision,
            self.source_url,
            self.second_source_url,
            self.note,
        )


# The columns in which an observation says the same.
TOLD = ("value", "missing", "status", "precision", "source_url", "second_source_url", "note")


def told_of(row: Observation) -> tuple[str, ...]:
    """Return what an observation says, to be compared with `Entry.told`."""
    return (
        "" if row.value is None else plain(row.value),
        row.missing,
        row.status,
        row.precision,
        row.source_url,
        row.second_source_url,
        row.note,
    )
