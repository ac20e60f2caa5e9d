"""Where most ports lie: what is shown of many tells of none."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from exchange.kpis.charts.peers import FEWEST, quartiles, tells_of_none

MANY = 6
ROUNDED = Decimal("0.000001")
figures = st.decimals(-(10**6), 10**6, places=2, allow_nan=False)
peers = st.lists(figures, min_size=FEWEST, max_size=30)


def test_quartiles_are_means_of_neighbours() -> None:
    values = [Decimal(number) for number in (1, 2, 4, 9, 20)]
    assert quartiles(values, 1) == (Decimal("2.3"), Decimal("5.0"), Decimal("11.0"))


def test_of_five_none_of_the_three_is_the_value_of_one() -> None:
    values = [Decimal(number) for number in (1, 2, 4, 9, 20)]
    assert not set(quartiles(values, 1)) & set(values)


@given(peers)
def test_they_are_in_order_and_between_the_ends(values: list[Decimal]) -> None:
    low, median, high = quartiles(values, 2)
    assert min(values) <= low <= median <= high <= max(values)


@given(peers, st.data(), figures)
def test_what_one_says_moves_each_of_them_by_a_third_of_it_at_most(
    values: list[Decimal], data: st.DataObject, other: Decimal
) -> None:
    one = data.draw(st.integers(0, len(values) - 1))
    moved = [*values[:one], other, *values[one + 1 :]]
    most = abs(other - values[one]) / 3 + ROUNDED
    pairs = zip(quartiles(values, MANY), quartiles(moved, MANY), strict=True)
    assert all(abs(now - before) <= most for before, now in pairs)


@given(st.integers(0, 30), st.data())
def test_nobody_is_shown_a_band_of_which_they_miss_a_few_values(
    count: int, data: st.DataObject
) -> None:
    hidden = data.draw(st.integers(0, count))
    is_shown = tells_of_none(count, hidden)
    assert is_shown is (count >= FEWEST and hidden not in range(1, FEWEST))
