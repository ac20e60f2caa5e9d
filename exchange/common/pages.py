"""Pages of long lists whose rows are heavy to read."""

from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def cut(rows: "QuerySet[M]", start: int, stop: int) -> "QuerySet[M]":
    """Return `rows[start:stop]` of ordered rows, found by their order alone and then read whole.

    One query. Cut directly, a database may read and sort thousands of whole rows to give twenty.
    """
    return rows.filter(pk__in=rows.values("pk")[start:stop])


def page_of(rows: "QuerySet[M]", number: str | None, *, size: int, count: int) -> "Page[M]":
    """Return a numbered page of `count` ordered rows, `size` to a page.

    What is no number gives the first page, a number too large the last, as with Django's Paginator.
    """
    pages = Paginator(rows, size)
    pages.count = count
    page = pages.get_page(number)
    start = (page.number - 1) * size
    page.object_list = cut(rows, start, start + size)
    return page
