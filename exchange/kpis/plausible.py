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


class History:
    """Values of one kind of period, by the day on which each period begins.

    The usual distance is the median absolute deviation, which one odd value does not move. Floats
    serve here: nothing that is stored or shown is reckoned with them.
    """

    def __init__(self, values: Iterable[tuple[dt.date, Decimal]] = ()) -> None:
        pairs = sorted((day, float(value)) for day, value in values)
        self._days = [day for day, _number in pairs]
        self._numbers = [number for _day, number in pairs]

    def add(self, day: dt.date, value: Decimal) -> None:
        """Take a value in."""
        here = self._place(day)
        self._days.insert(here, day)
        self._numbers.insert(here, float(value))

    def is_jump(self, day: dt.date, value: Decimal) -> bool:
        """Tell whether a value lies far from those before its period; never of fewer than five."""
        here = self._place(day)
        if here < FEWEST:
            return False
        number = float(value)
        nearest = self._numbers[here - FEWEST : here]
        # What lies between the nearest lies between all of them.
        if min(nearest) <= number <= max(nearest):
            return False
        before = self._numbers[max(0, here - WINDOW) : here]
        if min(before) <= number <= max(before):
            return False
        middle = _median(before)
        distance = abs(number - middle)
        usual = _median(abs(one - middle) for one in before)
        return distance > TIMES * usual and distance > SHARE * abs(middle)

    def _place(self, day: dt.date) -> int:
        """Return how many values are of days before this one; most come as the calendar goes."""
        days = self._days
        return len(days) if not days or days[-1] < day else bisect_left(days, day)


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
