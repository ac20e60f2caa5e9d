"""The map of the world: where on it a place lies, in units of its drawing (see static/map)."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, hypot, pi, radians, sin, sqrt

from exchange.partners.models import Organisation

# Equal Earth (Šavrič, Patterson, Jenny 2018): true areas, a pleasant shape, one polynomial.
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
# Half the width of the whole earth in units of the drawing.
HALF = 500
LARGEST_X = 2.706629
# More would be a page too heavy and a map too crowded to read.
MOST = 100


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A part of the map: its corner and size in units of the drawing."""

    left: float
    top: float
    width: float
    height: float

    @property
    def box(self) -> str:
        """Return the SVG viewBox."""
        return f"{self.left:.0f} {self.top:.0f} {self.width:.0f} {self.height:.0f}"

    @property
    def pixel(self) -> float:
        """Return what a pixel is in units of the drawing, on a wide window (see partners.css)."""
        return max(self.width / 1180, self.height / 544)

    @property
    def dot(self) -> float:
        """Return the radius of a point that is seen equally well in every part."""
        return 10 * self.pixel

    @property
    def letter(self) -> float:
        """Return the height of letters that are read equally well in every part."""
        return 15 * self.pixel

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a place is within."""
        return 0 <= x - self.left <= self.width and 0 <= y - self.top <= self.height


@dataclass(frozen=True, kw_only=True)
class Label:
    """A name on the map: where it stands, and which end of it stands there (SVG's text-anchor)."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Point:
    """An organisation on the map: drawn at (x, y), which is beside its place when that is taken."""

    organisation: Organisation
    x: float
    y: float
    place_x: float
    place_y: float
    dot: float
    label: Label | None = None

    @property
    def is_moved(self) -> bool:
        """Tell whether it is drawn beside its place."""
        return (self.x, self.y) != (self.place_x, self.place_y)

    @property
    def spot(self) -> float:
        """Return the radius of the dot at the place of a point that is drawn beside it."""
        return self.dot / 4

    @property
    def diamond(self) -> str:
        """Return the corners of a diamond that a partner's circle outdoes, as SVG's polygon takes them."""
        far = self.dot * 0.75
        corners = [(0, -far), (far, 0), (0, far), (-far, 0)]
        return " ".join(f"{self.x + dx:.2f},{self.y + dy:.2f}" for dx, dy in corners)


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Return x to the right and y downwards for degrees north and east; (500, 0) is off Africa."""
    angle = asin(sqrt(3) / 2 * sin(radians(latitude)))
    square = angle * angle
    slope = A1 + 3 * A2 * square + square**3 * (7 * A3 + 9 * A4 * square)
    x = 2 * sqrt(3) / 3 * radians(longitude) * cos(angle) / slope
    y = angle * (A1 + A2 * square + square**3 * (A3 + A4 * square))
    scale = HALF / LARGEST_X
    return HALF + x * scale, -y * scale


def frame(south: float, west: float, north: float, east: float) -> Frame:
    """Return the part of the map that holds these degrees."""
    latitudes = [south, north, *([0] if south < 0 < north else [])]
    corners = [project(latitude, longitude) for latitude in latitudes for longitude in (west, east)]
    left, top = min(x for x, _y in corners), min(y for _x, y in corners)
    right, bottom = max(x for x, _y in corners), max(y for _x, y in corners)
    return Frame(left=left, top=top, width=right - left, height=bottom - top)


FRAMES = {
    "world": frame(-56, -180, 80, 180),
    "europe": frame(34, -12, 66, 34),
    "north-america": frame(7, -135, 62, -52),
    "south-america": frame(-56, -92, 14, -32),
    "africa": frame(-36, -20, 38, 60),
    "asia": frame(-12, 60, 50, 150),
    "oceania": frame(-50, 110, 2, 180),
}


def points(organisations: Iterable[Organisation], part: Frame) -> list[Point]:
    """Return the points of those that have a place within `part`, from north to south.

    None covers another: what would is drawn beside its place.
    """
    placed = [
        (one, *project(one.latitude, one.longitude))
        for one in organisations
        if one.latitude is not None and one.longitude is not None
    ]
    drawn: list[Point] = []
    for one, x, y in sorted(placed, key=lambda row: (row[2], row[1])):
        if part.holds(x, y):
            free_x, free_y = _beside(x, y, part.dot, drawn)
            drawn.append(
                Point(organisation=one, x=free_x, y=free_y, place_x=x, place_y=y, dot=part.dot)
            )
    return drawn


def _beside(x: float, y: float, dot: float, drawn: list[Point]) -> tuple[float, float]:
    """Return the free spot nearest to (x, y): in rings of growing width, eight ways on each."""
    spots = [(x, y)] + [
        (x + ring * dot * cos(way * pi / 4), y + ring * dot * sin(way * pi / 4))
        for ring in (2.4, 4.8, 7.2, 9.6)
        for way in range(8)
    ]
    free = (
        spot
        for spot in spots
        if all(hypot(spot[0] - other.x, spot[1] - other.y) >= 2.3 * dot for other in drawn)
    )
    return next(free, (x, y))
