"""What values are judged by, as they are typed, sent or imported."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchange.common.text import find_unstorable
from exchange.kpis.asides import Asides, Problem, Texts, words_of
from exchange.kpis.choices import Status
from exchange.kpis.entries import Entry
from exchange.kpis.models import CALENDAR_YEAR, Definition
from exchange.kpis.models.observation import NOTE_LENGTH
from exchange.kpis.periods import Period, PeriodKind, code_of, kind_of, parse_period
from exchange.kpis.plausible import History
from exchange.kpis.values import decimals_of, parse_value, plain
from exchange.kpis.wording import written


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
        self._plausible = definition.plausible_low, definition.plausible_high
        self._decimals = definition.decimals
        self._asides = Asides(definition)

    def judge(
        self, cells: Mapping[str, str], *, decimal_sign: str, typed: bool = False
    ) -> tuple[Entry | None, list[Problem]]:
        """Return the entry that the cells hold, or None and everything that is wrong with them.

        Cells by column: period, value, and what else there is of unit, status, precision,
        source_url, second_source_url, comment and note. `decimal_sign` is "." or ",", of one
        value by itself (`typed`) or of all values of a file.
        """
        read = cells.get
        texts = (
            read("unit"),
            read("status"),
            read("precision"),
            read("source_url"),
            read("second_source_url"),
        )
        return self.judge_texts(
            cells["period"],
            cells["value"],
            texts,
            read("comment") or "",
            read("note") or "",
            decimal_sign=decimal_sign,
            typed=typed,
        )

    def judge_texts(
        self,
        period: str,
        number: str,
        texts: Texts,
        comment: str,
        note: str,
        *,
        decimal_sign: str,
        typed: bool = False,
    ) -> tuple[Entry | None, list[Problem]]:
        """Judge the texts of cells, as `judge` does."""
        problems: list[Problem] = []
        named = value = None
        try:
            named = self._named(period)
        except ValidationError as error:
            problems.append(Problem("period", period, words_of(error)))
        aside = self._asides.read(texts)
        try:
            value = self._value(number, decimal_sign, aside.missing, typed)
        except ValidationError as error:
            problems.append(Problem("value", number, words_of(error)))
        problems += aside.problems
        note = f"{comment}\n{note}" if comment and note else comment or note
        if note and (wrong := _note(note)):
            problems.append(Problem("comment", note[:80], wrong))
        if (
            named
            and named.period.first > self.today
            and aside.status not in {None, Status.FORECAST}
        ):
            words = (
                _(
                    "This period has not begun: nothing is missing yet. Leave it out until it is over."
                )
                if aside.missing
                else _(
                    "This period has not begun. Give it the status “forecast”, or another period."
                )
            )
            problems.append(Problem("period", period, words))
        if problems or named is None:
            return None, problems
        return (
            Entry(
                named.period,
                named.code,
                named.days,
                named.kind,
                value,
                (
                    "" if value is None else plain(value),
                    aside.missing,
                    aside.status or Status.NORMAL,
                    aside.precision,
                    aside.source_url,
                    aside.second_source_url,
                    note,
                ),
            ),
            [],
        )

    def _named(self, text: str) -> "Named":
        named = _named(text, self.year_start)
        if named.kind not in self.kinds:
            raise ValidationError(
                _(
                    "This KPI is not kept by this kind of period (%(kind)s). It is kept by %(kinds)s."
                ),
                params={
                    "kind": named.kind.label,
                    "kinds": ", ".join(str(one.label) for one in PeriodKind if one in self.kinds),
                },
            )
        return named

    def _value(self, text: str, decimal_sign: str, missing: str, typed: bool) -> Decimal | None:
        if missing and not text.strip():
            return None
        if missing:
            raise ValidationError(_("There is a value, though the status says that it is missing."))
        # Three digits after a sign are thousands where three decimals are more than usual.
        value = parse_value(text, decimal_sign, typed=typed and self.definition.decimals >= 3)
        if self.lowest is not None and value < self.lowest:
            raise ValidationError(_("This cannot be negative."))
        if self.highest is not None and value > self.highest:
            raise ValidationError(
                _("A share is at most %(most)s %%."), params={"most": plain(self.highest)}
            )
        return value

    def warnings(
        self, entry: Entry, history: History | None = None, *, keeps: bool = False
    ) -> list[str]:
        """Return what is odd about an entry; it can be right all the same.

        `history` has values of the same series and kind of period: those approved, and those that
        were kept. With `keeps` the entry's value is taken into it, for the next to be beside.
        """
        found, value = [], entry.value
        low, high = self._plausible
        if value is not None and (
            (low is not None and value < low) or (high is not None and value > high)
        ):
            found.append(
                _("Outside of what is usual (%(low)s to %(high)s).")
                % {
                    "low": "…" if low is None else written(low),
                    "high": "…" if high is None else written(high),
                }
            )
        if value is not None and decimals_of(entry.told[0]) > self._decimals:
            found.append(_("More decimals than usual (%(usual)s).") % {"usual": self._decimals})
        if entry.period.last >= self.today and entry.status in {Status.NORMAL, Status.BREAK}:
            found.append(_("This period is not over yet."))
        if history and value is not None:
            is_jump = history.take if keeps else history.is_jump
            if is_jump(entry.period.first, value):
                found.append(_("Far from the values before it. Look for a lost or doubled digit."))
        return found


class Named(NamedTuple):
    """A period by all its names, see `Entry`."""

    period: Period
    code: str
    days: tuple[str, str]
    kind: PeriodKind


@lru_cache(maxsize=20_000)
def _named(text: str, year_start: str) -> Named:
    period = parse_period(text, year_start)
    return Named(period, code_of(period, year_start), period.ends, kind_of(period, year_start))


def _note(text: str) -> str:
    if len(text) > NOTE_LENGTH:
        return _("Shorten this to %(limit)s characters.") % {"limit": NOTE_LENGTH}
    if find_unstorable(text):
        return _("This holds a character that cannot be stored. Please type the text again.")
    return ""
