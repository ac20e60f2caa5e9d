"""One clock, one language, nothing cached for all, no eager tasks, and markup from reviewed modules only."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.lints.syntax import Finding, attribute_chains, calls, chain, relative

CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "timezone": {"now", "localdate", "localtime"},
    "time": {"time", "time_ns", "localtime", "gmtime"},
}
OURS = "ask exchange.common.time.now(), or time.monotonic() for durations"
NOT_USED = {"cache_page", "CELERY_TASK_ALWAYS_EAGER", "task_always_eager"}


def one_clock(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """The only clock is common.time.now()."""
    # The clock itself, ids, and the names of messages, which sort by when they came.
    if relative(path) in {"common/time.py", "common/ids.py", "common/folder_queue.py"}:
        return
    for line, names in attribute_chains(tree):
        if len(names) > 1 and names[-1] in CLOCKS.get(names[-2], set()):
            yield line, OURS
    for call, names in calls(tree):
        if names[-1:] == ["Now"]:
            yield call.lineno, OURS
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            clocks = CLOCKS.get((node.module or "").rpartition(".")[2], set())
            if clocks & {alias.name for alias in node.names}:
                yield node.lineno, OURS
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield node.value.lineno, f"{node.arg}: default=exchange.common.time.now"


def one_language(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """A page or mail is written within common.languages.reading, never in a language without words."""
    if relative(path) == "common/languages.py":
        return
    for line, names in attribute_chains(tree):
        if names[-2:] in (["translation", "override"], ["translation", "activate"]):
            yield line, "ask exchange.common.languages.reading for a language"


def nothing_is_cached_for_all(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """cache_page shows one person's page to another; eager tasks hide what a lost message does."""
    for node in ast.walk(tree):
        for said in ("id", "attr", "name", "arg", "value"):
            name = getattr(node, said, None)
            if isinstance(name, str) and name in NOT_USED:
                yield getattr(node, "lineno", 0), f"{name} is not used here"


def trusted_html_has_three_homes(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """Text becomes markup in Markdown, in highlights and in word diffs, nowhere else."""
    if path.name in {"markdown.py", "highlight.py", "diff.py"}:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and chain(node)[-1:] in (["mark_safe"], ["SafeString"]):
            yield node.lineno, "markup is made from text in reviewed modules only"


BREACHES = [
    (one_clock, "lessons/models.py", "timezone.now()"),
    (one_clock, "lessons/models.py", "timezone.localdate()"),
    (one_clock, "lessons/models.py", "dt.datetime.now(dt.UTC)"),
    (one_clock, "lessons/models.py", "dt.date.today()"),
    (one_clock, "lessons/models.py", "DateTimeField(default=timezone.now)"),
    (one_clock, "lessons/models.py", "from django.utils.timezone import now"),
    (one_clock, "lessons/models.py", "from time import time as clock"),
    (one_clock, "lessons/models.py", "time.time()"),
    (one_clock, "lessons/models.py", "time.time_ns()"),
    (one_clock, "lessons/models.py", "models.DateTimeField(auto_now=True)"),
    (one_clock, "lessons/models.py", "models.DateTimeField(auto_now_add=True)"),
    (one_clock, "lessons/models.py", "rows.filter(due_at__lt=functions.Now())"),
    (one_language, "home/views.py", "translation.activate(user.language)"),
    (one_language, "digests/letters.py", "with translation.override(language): ..."),
    (nothing_is_cached_for_all, "home/views.py", "@cache_page(60)\ndef page(): ..."),
    (nothing_is_cached_for_all, "home/urls.py", "from x import cache_page as kept"),
    (nothing_is_cached_for_all, "config/settings/__init__.py", "CELERY_TASK_ALWAYS_EAGER = True"),
    (nothing_is_cached_for_all, "config/celery.py", "app.conf.task_always_eager = True"),
    (nothing_is_cached_for_all, "config/celery.py", "app.conf.update(task_always_eager=True)"),
    (nothing_is_cached_for_all, "config/celery.py", "app.conf['task_always_eager'] = True"),
    (trusted_html_has_three_homes, "home/views.py", "mark_safe(text)"),
]
