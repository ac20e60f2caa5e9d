"""A small picture of one line, drawn by the server: no script, and as it is on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from exchange.kpis.charts.lines import Point
from exchange.kpis.periods import Period

WIDTH, HEIGHT, MARGIN = 240, 60, 5
ONE_DAY = 1


@dataclass(frozen=True)
class Spark:
    """Where the line runs, as SVG's path takes it, and where its last value is."""

    path: str
    dots: Sequence[tuple[str, str]]
    box: str = f"0 0 {WIDTH} {HEIGHT}"


def spark(points: Sequence[Point]) -> Spark | None:
    """Return the picture of values in order; a gap, or a break, interrupts the line. None for none."""
    known = [point for point in points if point.value is not None]
    if not known:
        return None
    low = min(_value(point) for point in known)
    high = max(_value(point) for point in known)
    first, last = _middle(known[0].period), _middle(known[-1].period)
    wide, tall = (last - first) or 1, (high - low) or Decimal(1)

    def place(point: Point) -> tuple[str, str]:
        x = MARGIN + (_middle(point.period) - first) / wide * (WIDTH - 2 * MARGIN)
        y = HEIGHT - MARGIN - float((_value(point) - low) / tall) * (HEIGHT - 2 * MARGIN)
        return f"{x:.1f}", f"{y:.1f}"

    parts: list[str] = []
    alone: list[tuple[str, str]] = []
    previous: Point | None = None
    for point in points:
        if point.value is None:
            previous = None
            continue
        joined = previous is not None and _follows(previous, point)
        parts.append(f"{'L' if joined else 'M'}{' '.join(place(point))}")
        if not joined:
            alone.append(place(point))
        previous = point
    return Spark("".join(parts), [*alone, place(known[-1])])


def _follows(previous: Point, point: Point) -> bool:
    gap = (point.period.first - previous.period.last).days
    return gap == ONE_DAY and point.status != "break"


def _middle(period: Period) -> float:
    return period.first.toordinal() + period.days / 2


def _value(point: Point) -> Decimal:
    return point.value or Decimal(0)
