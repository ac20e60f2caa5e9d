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
        days, number = self._days, float(value)
        # Most come as the calendar goes.
        if not days or days[-1] < day:
            days.append(day)
            self._numbers.append(number)
            return
        here = bisect_left(days, day)
        days.insert(here, day)
        self._numbers.insert(here, number)
        self._extent = NOWHERE

    def is_jump(self, day: dt.date, value: Decimal) -> bool:
        """Tell whether a value lies far from those before its period; never of fewer than five."""
        days = self._days
        here = len(days) if days and days[-1] < day else bisect_left(days, day)
        if here < FEWEST:
            return False
        number = float(value)
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
        if place != here:
            numbers = self._numbers
            # From one place to the next one value comes in, and one falls out.
            gone = numbers[here - 1 - WINDOW] if here > WINDOW else None
            if place == here - 1 and gone != lowest and gone != highest:
                lowest, highest = min(lowest, numbers[place]), max(highest, numbers[place])
            else:
                window = numbers[max(0, here - WINDOW) : here]
                lowest, highest = min(window), max(window)
            self._extent = here, lowest, highest
        return lowest, highest


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
