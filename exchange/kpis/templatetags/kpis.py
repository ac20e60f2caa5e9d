"""How templates write values, units and periods."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exchange.common.languages import readers_own
from exchange.kpis.models import Definition, Observation, Series, Target
from exchange.kpis.periods import Period, PeriodKind, code_of, label_of
from exchange.kpis.values import format_value
from exchange.kpis.wording import shown, with_unit

register = template.Library()
TOLD, TOLD_BESIDE = "<td>{}</td>", "<td>{} <small>{}</small></td>"


@register.filter
def number(value: Decimal | None) -> str:
    """Return an exact value as people of the reader's language write it; empty for none."""
    return "" if value is None else format_value(value, readers_own())


@register.filter
def told(observation: Observation | None) -> str:
    """Return a value, or why there is none; empty where nothing was said."""
    return shown(observation) if observation else ""


@register.filter
def measured(value: Decimal | None, definition: Definition) -> str:
    """Return a value with its unit."""
    return "" if value is None else with_unit(value, definition)


@register.filter
def days(thing: Observation | Target, series: Series) -> str:
    """Return in words of which period something of a series speaks."""
    return label_of(Period(thing.first, thing.last), series.year_start)


@register.filter
def in_path(period: Period, series: Series) -> str:
    """Return a period as it stands in an address."""
    return code_of(period, series.year_start).replace("/", "_")


@register.filter
def as_cells(told: Sequence[tuple[str, str]]) -> SafeString:
    """Return the cells of a row, each with what is said beside it.

    There are hundreds in a table; a node of a template for each takes four times as long.
    """
    cells = "".join(TOLD_BESIDE if beside else TOLD for _text, beside in told)
    words = ((text, beside) if beside else (text,) for text, beside in told)
    return format_html(cells, *chain.from_iterable(words))


@register.filter
def kinds(period_types: list[str]) -> str:
    """Return kinds of period in words."""
    return ", ".join(str(PeriodKind(one).label) for one in period_types)


@register.filter
def year_in_words(year_start: str) -> str:
    """Return in words when a year begins."""
    if year_start == "--01-01":
        return _("calendar years")
    month = dt.date(2000, int(year_start[2:4]), 1)
    return _("years from %(month)s") % {"month": date_format(month, "F")}
