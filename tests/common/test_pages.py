"""Pages cut from long lists."""

import pytest
from pytest_django import DjangoAssertNumQueries

from exchange.common.pages import cut, page_of
from exchange.topics.models import Topic

pytestmark = pytest.mark.django_db


def test_a_cut_is_the_slice_in_the_same_order() -> None:
    rows = Topic.objects.exclude(parent=None).order_by("-sort")
    assert list(cut(rows, 3, 7)) == list(rows[3:7])


def test_a_page_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = Topic.objects.order_by("sort")
    shown = list(rows[2:4])
    with django_assert_num_queries(1):
        assert list(page_of(rows, "2", size=2, count=5)) == shown


@pytest.mark.parametrize(("number", "is_page"), [("9", 3), ("x", 1), (None, 1), ("0", 3)])
def test_a_number_that_is_none_gives_the_nearest_page(number: str | None, is_page: int) -> None:
    page = page_of(Topic.objects.order_by("sort"), number, size=2, count=5)
    assert page.number == is_page
