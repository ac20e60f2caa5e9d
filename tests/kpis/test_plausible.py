"""Jumps: found the same in whichever order values come, and as the rule is told."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.kpis.plausible import FEWEST, SHARE, TIMES, WINDOW, History

BEGIN = dt.date(2020, 1, 1)
# Few numbers, so that the lowest and the highest come again, and odd ones among them.
NUMBERS = st.sampled_from([*range(-3, 4), 40, 50, 60, 1000])


def is_jump_by_the_rule(told: dict[int, int], place: int, value: int) -> bool:
    """Tell what the rule says of a value after those that were told by the numbers of their days."""
    before = [told[day] for day in sorted(told) if day < place][-WINDOW:]
    if len(before) < FEWEST or min(before) <= value <= max(before):
        return False
    distance = abs(value - median(before))
    usual = median(abs(one - median(before)) for one in before)
    return distance > TIMES * usual and distance > SHARE * abs(median(before))


def require_the_rule(steps: Iterable[tuple[int, int, bool]]) -> None:
    """Ask of values by the numbers of their days what the rule says; take in those that are to be kept."""
    history, told = History(), dict[int, int]()
    for place, value, is_kept in steps:
        day = BEGIN + dt.timedelta(days=place)
        if is_kept and place not in told:
            history.add(day, Decimal(value))
            told[place] = value
        else:
            assert history.is_jump(day, Decimal(value)) == is_jump_by_the_rule(told, place, value)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 12), NUMBERS, st.booleans()), min_size=20, max_size=60))
def test_a_jump_is_one_by_the_rule_in_whichever_order_values_come(
    steps: list[tuple[int, int, bool]],
) -> None:
    require_the_rule(steps)


@given(st.lists(NUMBERS, min_size=WINDOW, max_size=100))
def test_a_jump_is_one_by_the_rule_as_the_calendar_goes(values: list[int]) -> None:
    days = list(enumerate(values))
    require_the_rule((place, value, kept) for place, value in days for kept in (False, True))


def test_a_value_that_comes_late_is_looked_at_where_it_belongs() -> None:
    odd = BEGIN + dt.timedelta(days=4)
    days = [(BEGIN + dt.timedelta(days=number), Decimal(100)) for number in range(4)]
    history = History([*days, (odd, Decimal(1000))])
    assert not history.is_jump(odd + dt.timedelta(days=1), Decimal(500))
    history.add(BEGIN - dt.timedelta(days=1), Decimal(100))
    assert history.is_jump(odd, Decimal(1000))
