"""How templates write values, units and periods."""

import datetime as dt
from decimal import Decimal

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exchange.common.languages import readers_own
from exchange.kpis.charts.picture import Chart, Row
from exchange.kpis.forms.grid import Cell
from exchange.kpis.models import Definition, Observation, Series, Target
from exchange.kpis.periods import Period, PeriodKind, code_of, label_of
from exchange.kpis.values import format_value
from exchange.kpis.wording import shown, with_unit

register = template.Library()
TOLD, TOLD_BESIDE = "<td>{}</td>", "<td>{} <small>{}</small></td>"
HEAD = '<th scope="row">{}</th>'
LINKED_HEAD = '<th scope="row"><a href="{}values/{}/">{}</a></th>'
TYPED = (
    '<input type="text" inputmode="decimal" name="{}" value="{}" maxlength="40" '
    'aria-labelledby="r{} {}"'
)
ODD = ' aria-describedby="{}"'
REFUSED = ' aria-invalid="true"' + ODD
MORE = '<a class="cell-more no-print" href="{}values/{}/enter/" aria-labelledby="more r{} {}">…</a>'


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


@register.simple_tag
def table_rows(chart: Chart, alone: Series | None = None) -> SafeString:
    """Return the rows of a chart's table; of a series `alone` each leads to how its value came about.

    There are hundreds of cells, and nodes of a template for each take several times as long.
    """
    home = alone.get_absolute_url() if alone else ""
    rows = ((_table_row(row, home, alone, bool(chart.band)),) for row in chart.rows)
    return format_html_join("", "{}", rows)


def _table_row(row: Row, home: str, alone: Series | None, has_band: bool) -> SafeString:
    shapes, words = [HEAD], [row.label]
    if alone:
        shapes, words = [LINKED_HEAD], [home, in_path(row.period, alone), row.label]
    for text, beside in row.cells:
        shapes.append(TOLD_BESIDE if beside else TOLD)
        words += (text, beside) if beside else (text,)
    if has_band:
        shapes.append(TOLD)
        words.append(row.band or "–")
    return format_html(f"<tr>{''.join(shapes)}</tr>", *words)


@register.simple_tag
def grid_cell(cell: Cell, line: int, home: str, is_narrow: bool) -> SafeString:
    """Return where a value is typed; in a narrow grid beside it the link to the value's own page.

    `home` is the page of its series. It is called by its row and its column; there are a hundred, see
    `table_rows`.
    """
    name = f"{cell.name}_error"
    shape, said = (REFUSED if cell.errors else ODD, (name,)) if cell.is_marked else ("", ())
    shapes = [f"{TYPED}{shape}>"]
    words = [cell.name, cell.text, line, cell.head_id, *said]
    if is_narrow:
        shapes.append(MORE)
        words += [home, cell.in_path, line, cell.head_id]
    return format_html("".join(shapes), *words)


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
