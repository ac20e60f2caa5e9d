"""Whether a value is odd beside the series' own history."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal

# So many values of the same kind of period are looked at, and so few say nothing.
WINDOW = 24
FEWEST = 5
# A jump is this many times the usual distance from the middle, and this share of the middle.
TIMES = 6
SHARE = 0.3
# A place, and the lowest and the highest of the window before it: of none.
NOWHERE = (-1, 0.0, 0.0)


class History:
    """Values of one kind of period, by the day on which each period begins.

    The usual distance is the median absolute deviation, which one odd value does not move. Floats
    serve here: nothing that is stored or shown is reckoned with them.
    """

    def __init__(self, values: Iterable[tuple[dt.date, Decimal]] = ()) -> None:
        pairs = sorted((day, float(value)) for day, value in values)
        self._days = [day for day, _number in pairs]
        self._numbers = [number for _day, number in pairs]
        # Of the place that was asked for last; a value that comes in before it undoes that.
        self._extent = NOWHERE

    def add(self, day: dt.date, value: Decimal) -> None:
        """Take a value in."""
        self._insert(self._place_of(day), day, float(value))

    def is_jump(self, day: dt.date, value: Decimal) -> bool:
        """Tell whether a value lies far from those before its period; never of fewer than five."""
        return self._is_far(self._place_of(day), float(value))

    def take(self, day: dt.date, value: Decimal) -> bool:
        """Tell the same of a value, and take it in."""
        here, number = self._place_of(day), float(value)
        is_far = self._is_far(here, number)
        self._insert(here, day, number)
        return is_far

    def _place_of(self, day: dt.date) -> int:
        days = self._days
        # Most come as the calendar goes.
        return len(days) if not days or days[-1] < day else bisect_left(days, day)

    def _insert(self, here: int, day: dt.date, number: float) -> None:
        if here != len(self._days):
            self._extent = NOWHERE
        self._days.insert(here, day)
        self._numbers.insert(here, number)

    def _is_far(self, here: int, number: float) -> bool:
        if here < FEWEST:
            return False
        place, lowest, highest = self._extent
        if place != here:
            lowest, highest = self._extent_before(here)
        if lowest <= number <= highest:
            return False
        before = self._numbers[max(0, here - WINDOW) : here]
        middle = _median(before)
        distance = abs(number - middle)
        if distance <= SHARE * abs(middle):
            return False
        return distance > TIMES * _median([abs(one - middle) for one in before])

    def _extent_before(self, here: int) -> tuple[float, float]:
        """Return the lowest and the highest of the window before a place."""
        place, lowest, highest = self._extent
        numbers = self._numbers
        # From one place to the next one value comes in, and one falls out.
        gone = numbers[here - 1 - WINDOW] if here > WINDOW else None
        if place == here - 1 and gone != lowest and gone != highest:
            come = numbers[place]
            lowest, highest = min(lowest, come), max(highest, come)
        else:
            window = numbers[max(0, here - WINDOW) : here]
            lowest, highest = min(window), max(window)
        self._extent = here, lowest, highest
        return lowest, highest


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
