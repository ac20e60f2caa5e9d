"""Lines beside each other: as they are, indexed to a period, or per unit of another KPI."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from exchange.kpis.charts.lines import Line, Point
from exchange.kpis.choices import Grade, Status
from exchange.kpis.models import Definition, Series
from exchange.kpis.periods import Period, PeriodKind, label_of
from exchange.kpis.wording import ABOUT, with_unit, written

TENTH = Decimal("0.1")
# Quotients are no published values: four digits tell all that there is to be told.
QUOTIENT = Context(prec=4, rounding=ROUND_HALF_EVEN)


def indexed(line: Line, base: Period) -> Line | None:
    """Return a line with the value of the base period as 100; None when it has none, or zero."""
    found = line.by_period.get(base)
    if found is None or not found.value:
        return None
    hundred = found.value
    points = [_as_index(line, point, hundred) for point in line.points]
    return replace(line, points=points, unit=_("index"))


def _as_index(line: Line, point: Point, hundred: Decimal) -> Point:
    if point.value is None:
        return point
    exact = point.value / hundred * 100
    value = exact.quantize(TENTH, ROUND_HALF_EVEN)
    about = ABOUT if value != exact else ""
    text = f"{about}{written(value)} ({with_unit(point.value, line.definition)})"
    return point._replace(value=value, said=text, is_rounded=value != exact)


def per(line: Line, below: Line | None, name: str) -> Line:
    """Return a line divided by another, period by period; a gap where the other has no value, or zero."""
    points = [_quotient(point, below) for point in line.points]
    unit = f"{line.definition.unit} / {below.definition.unit if below else name}"
    return replace(line, points=points, unit=unit)


def _quotient(point: Point, below: Line | None) -> Point:
    other = below.by_period.get(point.period) if below else None
    if point.value is None:
        return point
    if other is None or not other.value:
        return point._replace(value=None, said=_("nothing to divide by"))
    value = QUOTIENT.divide(point.value, other.value)
    value = value.quantize(Decimal(1)) if value.adjusted() >= 4 else value
    value = Decimal(format(value, "f"))
    is_rounded = value * other.value != point.value
    text = f"{ABOUT if is_rounded else ''}{written(value)}"
    return _marked(point._replace(value=value, said=text, is_rounded=is_rounded), other)


def _marked(quotient: Point, other: Point) -> Point:
    """Return a quotient that is as little final as what it is divided by, and breaks where that does."""
    if other.status == Status.NORMAL:
        return quotient
    divided = _("divided by: %(status)s") % {"status": Status(other.status).label}
    return quotient._replace(
        status=other.status if quotient.status == Status.NORMAL else quotient.status,
        remark=", ".join(filter(None, [quotient.remark, divided])),
        note=quotient.note or other.note,
    )


def common_periods(lines: Sequence[Line]) -> list[Period]:
    """Return the periods for which every line has a value, in order."""
    counted = Counter(
        point.period for line in lines for point in line.points if point.value is not None
    )
    return sorted(period for period, count in counted.items() if count == len(lines))


def caveats(
    lines: Sequence[Line], kind: PeriodKind | None, below: Sequence[Line] = ()
) -> list[str]:
    """Return in words why these lines do not compare, or not quite; empty for one line alone.

    What they are divided by has to compare as well. Nothing is ever ranked; where one of these
    differs, the reader is told so.
    """
    found = [*_about(lines)] if len(lines) > 1 else []
    if below:
        found += _about(below)
    if len(lines) + len(below) > 1:
        found += _years([*lines, *below], kind)
    return list(dict.fromkeys(found))


def _about(lines: Sequence[Line]) -> Iterator[str]:
    yield from _definitions(lines)
    yield from _grades(lines)
    yield from _statuses(lines)


def _definitions(lines: Sequence[Line]) -> Iterator[str]:
    by_indicator: dict[UUID, list[Line]] = {}
    for line in lines:
        by_indicator.setdefault(line.definition.indicator_id, []).append(line)
    if len(by_indicator) > 1:
        yield _("These are different KPIs: read each against itself, not against the others.")
    for group in by_indicator.values():
        versions = sorted({line.definition.version for line in group})
        if len(versions) > 1:
            yield _(
                "%(kpi)s is measured by different versions of its definition (%(versions)s)."
            ) % {
                "kpi": group[0].definition.name,
                "versions": ", ".join(map(str, versions)),
            }
        if len({_unit(line.definition) for line in group}) > 1:
            yield _("%(kpi)s is counted in different units.") % {"kpi": group[0].definition.name}
        if len({line.definition.boundary for line in group}) > 1:
            yield _("%(kpi)s is drawn within different boundaries.") % {
                "kpi": group[0].definition.name
            }


def _grades(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        named = {"who": line.series.organisation, "kpi": line.definition.name}
        grade = line.series.grade
        if grade == Grade.NOT_COMPARABLE:
            yield _("%(who)s says that its %(kpi)s does not compare with the definition.") % named
        elif grade in {Grade.SIMILAR, Grade.CONVERTIBLE}:
            how = {"how": line.series.get_grade_display(), **named}
            yield _("%(who)s measures %(kpi)s in its own way: %(how)s.") % how
    unassessed = [line.series for line in lines if not line.series.grade]
    if unassessed:
        names = dict.fromkeys(str(series.organisation) for series in unassessed)
        yield _(
            "Nobody has said yet how the measuring of %(who)s compares with the definition."
        ) % {"who": ", ".join(names)}
    for line in lines:
        if line.series.local_note:
            yield _("%(who)s adds: %(note)s") % {
                "who": line.series.organisation,
                "note": line.series.local_note[:200],
            }


def _years(lines: Sequence[Line], kind: PeriodKind | None) -> Iterator[str]:
    starts = {line.series.year_start for line in lines}
    if len(starts) > 1 and kind in {PeriodKind.YEAR, PeriodKind.HALF, PeriodKind.QUARTER}:
        yield _("Their years begin in different months, so their periods are not the same days.")
    empty = [line.name for line in lines if not line.points]
    if empty and kind:
        yield _("%(who)s: no values by %(kind)s.") % {"who": ", ".join(empty), "kind": kind.label}


def _statuses(lines: Sequence[Line]) -> Iterator[str]:
    open_ones = {Status.PROVISIONAL, Status.ESTIMATED, Status.FORECAST}
    unsettled = [
        line.name for line in lines if any(point.status in open_ones for point in line.points)
    ]
    if unsettled:
        yield _("Some values are not final: %(who)s.") % {"who": ", ".join(unsettled)}
    broken = [
        (line, point) for line in lines for point in line.points if point.status == Status.BREAK
    ]
    for line, point in broken:
        yield _("%(who)s: there is a break at %(period)s; do not read across it.") % {
            "who": line.name,
            "period": label_of(point.period, line.series.year_start),
        }


def _unit(definition: Definition) -> tuple[str, str, int, int]:
    return (
        definition.numerator,
        definition.denominator,
        definition.exponent,
        definition.denominator_exponent,
    )


def names_of(series: Sequence[Series]) -> dict[UUID, str]:
    """Return what lines are called beside each other: what tells each from the others."""
    several = Counter((one.organisation_id, one.definition.indicator_id) for one in series)
    indicators = {one.definition.indicator_id for one in series}
    organisations = {one.organisation_id for one in series}
    found = {}
    for one in series:
        if len(indicators) == 1:
            name = str(one.organisation)
        elif len(organisations) == 1:
            name = one.definition.name
        else:
            name = f"{one.organisation}: {one.definition.name}"
        if several[one.organisation_id, one.definition.indicator_id] > 1:
            version = {"name": name, "version": one.definition.version}
            name = _("%(name)s (version %(version)s)") % version
        found[one.pk] = name
    return found
