"""Every route that the URL configuration has."""

from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver

Place = tuple[str, str]
Patterns = Iterable[URLPattern | URLResolver]

# Django's read-only admin is one thing with many addresses: test_admin_routes.py has them.
APART = {"admin"}


def places(patterns: Patterns, prefix: str = "", above: str = "") -> Iterator[Place]:
    """Yield the full name and the path of each route, but of those that stand apart."""
    for entry in patterns:
        here = above + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name or ''}", here
        elif entry.namespace not in APART:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from places(entry.url_patterns, inner, here)
