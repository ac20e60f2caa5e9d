"""Whether a value is odd beside the series' own history."""

from collections import deque
from collections.abc import Iterable
from decimal import Decimal

# So many values of the same kind of period are looked back at, and so few say nothing.
WINDOW = 24
FEWEST = 5
# A jump is this many times the usual distance from the middle, and this share of the middle.
TIMES = 6
SHARE = 0.3


class History:
    """The latest values of one kind of period, in the order in which they are given.

    The usual distance is the median absolute deviation, which one odd value does not move. Floats
    serve here: nothing that is stored or shown is reckoned with them.
    """

    def __init__(self, values: Iterable[Decimal] = ()) -> None:
        self._values: deque[float] = deque((float(one) for one in values), maxlen=WINDOW)

    def add(self, value: Decimal) -> None:
        """Take a value in; the oldest goes when there are more than are looked at."""
        self._values.append(float(value))

    def is_jump(self, value: Decimal) -> bool:
        """Tell whether a value lies far from the values before; never of fewer than five."""
        if len(self._values) < FEWEST:
            return False
        number = float(value)
        low, high = min(self._values), max(self._values)
        if low <= number <= high:
            return False
        middle = _median(self._values)
        distance = abs(number - middle)
        usual = _median(abs(one - middle) for one in self._values)
        return distance > TIMES * usual and distance > SHARE * abs(middle)


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
