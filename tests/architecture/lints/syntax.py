"""What the rules of the house look at: the syntax trees of `exchange/` and the names of its models."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[3]
EXCHANGE = ROOT / "exchange"
SOURCES = sorted(path for path in EXCHANGE.rglob("*.py") if "migrations" not in path.parts)

Finding = tuple[int, str]
Rule = Callable[[Path, ast.AST], Iterator[Finding]]


@cache
def tree_of(path: Path) -> ast.AST:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text())


def named(path: Path, *names: str) -> bool:
    """Tell whether a file, or the folder it is in, bears one of the names: `actions` or `actions.py`."""
    return path.stem in names or path.parent.name in names


def relative(path: Path) -> str:
    """Return the path below `exchange/`."""
    return path.relative_to(EXCHANGE).as_posix()


def chain(node: ast.AST) -> list[str]:
    """Return the attribute names of `a.b(...).c`, outermost last."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            if isinstance(node, ast.Name):
                names.append(node.id)
            return names[::-1]


def attribute_chains(tree: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """Yield every outermost attribute chain with its line."""
    inner = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Subscript)
    } | {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Call) and id(node) not in inner:
            yield node.lineno, chain(node)


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, list[str]]]:
    """Yield every call with its chain, the name of what is called last."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, chain(node)


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("exchange.")]


def accessors() -> set[str]:
    """Return the names by which rows of ours give the many rows that point to them."""
    related = [link for model in our_models() for link in model._meta.related_objects]
    return {link.get_accessor_name() or "" for link in related if not link.one_to_one} - {""}


def many_to_many() -> set[str]:
    """Return the names of fields that hold many rows."""
    return {field.name for model in our_models() for field in model._meta.many_to_many}
