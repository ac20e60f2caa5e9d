"""What is said of the value of a period, by a person, a program or a file."""

from decimal import Decimal
from typing import Protocol, Self

from msgspec import Struct
from msgspec.structs import replace

from exchange.kpis.models import Observation
from exchange.kpis.periods import Period, PeriodKind
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


class Entry(Struct, frozen=True, gc=False):
    """What somebody says about one period.

    `code` is the period's one name where the series' year begins, `days` its first and last day as
    programs write them, `kind` what such a period is called there. `told` is all that is said, by the
    columns of TOLD, as texts: two entries that say the same have the same. `value` is its number,
    None where none is given. `reason` is why it is corrected.
    """

    period: Period
    code: str
    days: tuple[str, str]
    kind: PeriodKind
    value: Decimal | None
    told: tuple[str, ...]
    reason: str = ""

    @property
    def status(self) -> str:
        """Return the `Status` of the value."""
        return self.told[2]

    def because(self, reason: str) -> Self:
        """Return the same entry with this reason."""
        return replace(self, reason=reason)


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
