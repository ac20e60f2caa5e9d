"""Values as they are typed, sent or imported, judged against the definition of their series."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from exchange.common.text import find_unstorable
from exchange.kpis.choices import Missing, Precision, Status
from exchange.kpis.models import CALENDAR_YEAR, Definition, Observation
from exchange.kpis.models.observation import ADDRESS_LENGTH, NOTE_LENGTH
from exchange.kpis.periods import Period, PeriodKind, code_of, kind_of, parse_period
from exchange.kpis.values import decimals_of, parse_value, plain

# How a file or a program says that there is no value.
GIVEN_AS_MISSING = {"missing": Missing.NOT_COLLECTED, **{str(one): one for one in Missing}}
WEB = URLValidator(schemes=["http", "https"])


class Problem(NamedTuple):
    """Why a value cannot be taken: the column, what stands there, and words that help."""

    column: str
    value: str
    words: str


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


class Yardstick:
    """What the values of a series are judged by: a definition, where the year begins, and the day.

    `today` is the day in the calendar of who enters them.
    """

    def __init__(
        self, definition: Definition, *, today: dt.date, year_start: str = CALENDAR_YEAR
    ) -> None:
        self.definition = definition
        self.year_start = year_start
        self.today = today
        self.lowest, self.highest = definition.lowest, definition.highest
        self.kinds = frozenset(definition.period_types)

    def judge(
        self, cells: Mapping[str, str], *, decimal_sign: str
    ) -> tuple[Entry | None, list[Problem]]:
        """Return the entry that the cells hold, or None and everything that is wrong with them.

        Cells by column: period, value, and what else there is of unit, status, precision,
        source_url, second_source_url, comment and note. `decimal_sign` is "." or ",".
        """
        problems: list[Problem] = []
        period = code = status = precision = value = None
        missing = ""
        try:
            period, code = self._period(cells["period"])
        except ValidationError as error:
            problems.append(Problem("period", cells["period"], _words(error)))
        if "unit" in cells and not self.definition.is_unit(cells["unit"]):
            problems.append(Problem("unit", cells["unit"], self._unit_words(cells["unit"])))
        try:
            status, missing = _status(cells.get("status", ""))
        except ValidationError as error:
            problems.append(Problem("status", cells["status"], _words(error)))
        try:
            precision = _precision(cells.get("precision", ""))
        except ValidationError as error:
            problems.append(Problem("precision", cells["precision"], _words(error)))
        try:
            value = self._value(cells["value"], decimal_sign, missing)
        except ValidationError as error:
            problems.append(Problem("value", cells["value"], _words(error)))
        for column in ("source_url", "second_source_url"):
            if wrong := _address(cells.get(column, "").strip()):
                problems.append(Problem(column, cells[column], wrong))
        note = "\n".join(part for part in (cells.get("comment"), cells.get("note")) if part)
        if wrong := _note(note):
            problems.append(Problem("comment", note[:80], wrong))
        if period and status and period.first > self.today and status != Status.FORECAST:
            words = _(
                "This period has not begun. Give it the status “forecast”, or another period."
            )
            problems.append(Problem("period", cells["period"], words))
        if problems or period is None or code is None:
            return None, problems
        return (
            Entry(
                period=period,
                code=code,
                value=value,
                missing=missing,
                status=status or Status.NORMAL,
                precision=precision or "",
                source_url=cells.get("source_url", "").strip(),
                second_source_url=cells.get("second_source_url", "").strip(),
                note=note,
            ),
            [],
        )

    def _period(self, text: str) -> tuple[Period, str]:
        period, code, kind = _named(text, self.year_start)
        if kind not in self.kinds:
            raise ValidationError(
                _(
                    "This KPI is not kept by this kind of period (%(kind)s). It is kept by %(kinds)s."
                ),
                params={
                    "kind": kind.label,
                    "kinds": ", ".join(str(one.label) for one in PeriodKind if one in self.kinds),
                },
            )
        return period, code

    def _value(self, text: str, decimal_sign: str, missing: str) -> Decimal | None:
        if missing and not text.strip():
            return None
        if missing:
            raise ValidationError(_("There is a value, though the status says that it is missing."))
        value = parse_value(text, decimal_sign)
        if self.lowest is not None and value < self.lowest:
            raise ValidationError(_("This cannot be negative."))
        if self.highest is not None and value > self.highest:
            raise ValidationError(
                _("A share is at most %(most)s %%."), params={"most": plain(self.highest)}
            )
        return value

    def _unit_words(self, text: str) -> str:
        named = {"unit": self.definition.unit}
        if not text.strip():
            return _("The unit is missing. Write “%(unit)s”.") % named
        return _("This KPI is kept in “%(unit)s”. Convert the value, and write that unit.") % named

    def warnings(self, entry: Entry) -> list[str]:
        """Return what is odd about an entry by itself; it can be right all the same."""
        found, value = [], entry.value
        low, high = self.definition.plausible_low, self.definition.plausible_high
        if value is not None and (
            (low is not None and value < low) or (high is not None and value > high)
        ):
            found.append(
                _("Outside of what is usual (%(low)s to %(high)s).")
                % {
                    "low": "…" if low is None else plain(low),
                    "high": "…" if high is None else plain(high),
                }
            )
        if value is not None and decimals_of(value) > self.definition.decimals:
            found.append(
                _("More decimals than usual (%(usual)s).") % {"usual": self.definition.decimals}
            )
        if entry.period.last >= self.today and entry.status in {Status.NORMAL, Status.BREAK}:
            found.append(_("This period is not over yet."))
        return found


@lru_cache(maxsize=20_000)
def _named(text: str, year_start: str) -> tuple[Period, str, PeriodKind]:
    period = parse_period(text, year_start)
    return period, code_of(period, year_start), kind_of(period, year_start)


def _status(text: str) -> tuple[str, str]:
    """Return the status and why there is no value, as one column says both."""
    word = text.strip().casefold().replace(" ", "_")
    if word in GIVEN_AS_MISSING:
        return Status.NORMAL, GIVEN_AS_MISSING[word]
    if word and word not in Status.values:
        raise ValidationError(
            _("Write one of %(choices)s, or leave it empty."),
            params={"choices": ", ".join([*Status.values, *GIVEN_AS_MISSING])},
        )
    return word or Status.NORMAL, ""


def _precision(text: str) -> str:
    word = text.strip().casefold().replace(" ", "_")
    if word and word not in Precision.values:
        raise ValidationError(
            _("Write one of %(choices)s, or leave it empty."),
            params={"choices": ", ".join(Precision.values)},
        )
    return word


@lru_cache(maxsize=4096)
def _address(text: str) -> str:
    """Return why a text is no web address; empty for one, and for nothing."""
    if not text:
        return ""
    if find_unstorable(text):
        return _("This holds a character that cannot be stored. Please type the address again.")
    if len(text) > ADDRESS_LENGTH:
        return _("Shorten this to %(limit)s characters.") % {"limit": ADDRESS_LENGTH}
    try:
        WEB(text)
    except ValidationError:
        return _("Write a web address, such as https://www.example.org, or leave it empty.")
    return ""


def _note(text: str) -> str:
    if len(text) > NOTE_LENGTH:
        return _("Shorten this to %(limit)s characters.") % {"limit": NOTE_LENGTH}
    if find_unstorable(text):
        return _("This holds a character that cannot be stored. Please type the text again.")
    return ""


def _words(error: ValidationError) -> str:
    return " ".join(error.messages)
