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
ASK, ADD, TAKE = "ask", "add", "take"
STEPS = st.sampled_from([ASK, ADD, TAKE])


def is_jump_by_the_rule(told: dict[int, int], place: int, value: int) -> bool:
    """Tell what the rule says of a value after those that were told by the numbers of their days."""
    before = [told[day] for day in sorted(told) if day < place][-WINDOW:]
    if len(before) < FEWEST or min(before) <= value <= max(before):
        return False
    distance = abs(value - median(before))
    usual = median(abs(one - median(before)) for one in before)
    return distance > TIMES * usual and distance > SHARE * abs(median(before))


def require_the_rule(steps: Iterable[tuple[str, int, int]]) -> None:
    """Do each step with the value of a day, by its number, and compare what is told with the rule."""
    history, told = History(), dict[int, int]()
    for step, place, value in steps:
        day, is_jump = BEGIN + dt.timedelta(days=place), is_jump_by_the_rule(told, place, value)
        if step == ASK or place in told:
            assert history.is_jump(day, Decimal(value)) == is_jump
        elif step == TAKE:
            assert history.take(day, Decimal(value)) == is_jump
        else:
            history.add(day, Decimal(value))
        if step != ASK:
            told.setdefault(place, value)


@settings(max_examples=300)
@given(st.lists(st.tuples(STEPS, st.integers(0, 12), NUMBERS), min_size=20, max_size=60))
def test_a_jump_is_one_by_the_rule_in_whichever_order_values_come(
    steps: list[tuple[str, int, int]],
) -> None:
    require_the_rule(steps)


@given(st.lists(NUMBERS, min_size=WINDOW, max_size=100), st.sampled_from([ADD, TAKE]))
def test_a_jump_is_one_by_the_rule_as_the_calendar_goes(values: list[int], step: str) -> None:
    days = list(enumerate(values))
    require_the_rule((one, place, value) for place, value in days for one in (ASK, step))


def test_a_value_that_comes_late_is_looked_at_where_it_belongs() -> None:
    odd = BEGIN + dt.timedelta(days=4)
    days = [(BEGIN + dt.timedelta(days=number), Decimal(100)) for number in range(4)]
    history = History([*days, (odd, Decimal(1000))])
    assert not history.is_jump(odd + dt.timedelta(days=1), Decimal(500))
    history.add(BEGIN - dt.timedelta(days=1), Decimal(100))
    assert history.is_jump(odd, Decimal(1000))
