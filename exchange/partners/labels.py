"""The names on the map: each beside its point, where there is room for it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from exchange.partners.models import Organisation
from exchange.partners.world import Frame, Label, Point

# A letter's share of the height of letters, on the generous side.
LETTER_WIDTH = 0.6
ABOVE, BELOW = 0.8, 0.25


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle of the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Tell whether the two have a spot in common."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


def labelled(points: list[Point], part: Frame) -> list[Point]:
    """Return the points with names where these cover no point and no other name, partners' first."""
    taken = [_around(point) for point in points]
    often = Counter(short_name(point.organisation) for point in points)
    labels: dict[int, Label] = {}
    for number, point in sorted(
        enumerate(points), key=lambda entry: not entry[1].organisation.is_partner
    ):
        text = short_name(point.organisation)
        if often[text] > 1:
            text = point.organisation.name
        for label, box in _places(point, text, part.letter):
            inside = part.holds(box.left, box.top) and part.holds(box.right, box.bottom)
            if inside and not any(box.meets(other) for other in taken):
                labels[number] = label
                taken.append(box)
                break
    return [replace(point, label=labels.get(number)) for number, point in enumerate(points)]


def short_name(organisation: Organisation) -> str:
    """Return a port's name without what the names of most ports have, and without an addition."""
    name = organisation.name.removeprefix("Port of ").removeprefix("Ports of ")
    return name.partition(" (")[0]


def _around(point: Point) -> Box:
    return Box(
        left=point.x - point.dot,
        top=point.y - point.dot,
        right=point.x + point.dot,
        bottom=point.y + point.dot,
    )


def _places(point: Point, text: str, letter: float) -> Iterator[tuple[Label, Box]]:
    """Yield where a name may stand: right of its point, left of it, above, below."""
    width, gap = len(text) * letter * LETTER_WIDTH, 1.4 * point.dot
    level = point.y + letter * (ABOVE - BELOW) / 2
    for anchor, x, y, left in (
        ("start", point.x + gap, level, point.x + gap),
        ("end", point.x - gap, level, point.x - gap - width),
        ("middle", point.x, point.y - gap - letter * BELOW, point.x - width / 2),
        ("middle", point.x, point.y + gap + letter * ABOVE, point.x - width / 2),
    ):
        box = Box(left=left, top=y - letter * ABOVE, right=left + width, bottom=y + letter * BELOW)
        yield Label(text=text, x=x, y=y, anchor=anchor), box
