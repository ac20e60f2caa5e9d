"""Who sees what is decided in one place, and rows are reached through it."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from exchange.activity.models import Event
from exchange.audiences.models import Publishable
from tests.architecture.lints.syntax import (
    EXCHANGE,
    Finding,
    accessors,
    attribute_chains,
    calls,
    chain,
    named,
    our_models,
    relative,
)

THE_RULE = {"visible_to", "for_viewer"}
MANAGERS = {"objects", "_default_manager", "_base_manager", "default_manager", "base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}
LOADS = {"select_related", "prefetch_related", "values", "values_list", "annotate", "order_by"}

# Code that changes rows or asks what may be done: it is handed things that were seen already.
BELOW_THE_RULE = ("models", "actions", "bookkeeping", "policies", "commands", "engines")
# Who reads rows without anybody's eyes, and why that shows nothing to anybody.
FREE = {
    "accounts/forms/addresses.py": "whose a verified address is, to mail them",
    "accounts/standing.py": "one's own sessions and second factors, which are allauth's rows",
    "accounts/watching.py": "whose account a wrong password was for",
    "agreements/events.py": "who is to be told",
    "agreements/eyes.py": "before an address is known there are no eyes",
    "agreements/search.py": "what is indexed; readers load through visible_to",
    "agreements/whom.py": "whom to ask; what waits is read with their own eyes",
    "api/authentication.py": "before a token is known there are no eyes",
    "common/once.py": "keys of the asker alone",
    "digests/feeds/eyes.py": "before an address is known there are no eyes",
    "digests/letters.py": "the mails that are being sent, who reads them, and their addresses",
    "digests/notices.py": "who is to be told; what they may see is asked at sending",
    "digests/planning.py": "when and up to where, no contents",
    "home/guards.py": "whether the data belong to a demo",
    "home/sample/agreements.py": "makes the sample world, for the operator",
    "home/sample/kpis.py": "makes the sample world, for the operator",
    "home/sample/people.py": "makes the sample world, for the operator",
    "home/sample/work.py": "makes the sample world, for the operator",
    "home/sample/world.py": "makes the sample world, for the operator",
    "kpis/apps.py": "whether indicators are there",
    "kpis/charts/peers.py": "values that agreed to count in bands, told in quartiles only",
    "kpis/events.py": "who is to be told",
    "kpis/importing/job.py": "the file that is being read for its sender",
    "kpis/importing/places.py": "what stands where a sender may write",
    "kpis/importing/register.py": "what a sender may write to, by the policies",
    "kpis/importing/staged.py": "the rows of an import that its reader has been given",
    "kpis/search.py": "what is indexed; readers load through visible_to",
    "kpis/waiting.py": "whom to ask; what waits is read with their own eyes",
    "lessons/comparing.py": "labels of topics, which are public",
    "lessons/events/whom.py": "who is to be told, and the reason for them",
    "lessons/library.py": "rows between lessons that were seen and their topics",
    "lessons/search.py": "what is indexed; readers load through visible_to",
    "partners/apps.py": "whether an invitation waits",
    "partners/events.py": "who is to be told, and the reason for them",
    "partners/letters.py": "the invitations that wait to be mailed",
    "partners/middleware.py": "whose request it is",
    "partners/viewers.py": "makes the eyes",
    "search/tail.py": "what to leave out",
    "topics/naming.py": "whether a topic exists",
    "topics/apps.py": "whether topics are there",
}

MODELS = {model.__name__ for model in our_models()}
REVERSE = accessors()
# By these a private row leads to a thing that may be hidden by now.
JOINS = {
    field.name
    for model in our_models()
    if not hasattr(model._default_manager, "visible_to")
    for field in model._meta.fields
    if isinstance(field.related_model, type)
    and issubclass(field.related_model, Publishable | Event)
}


def sight_begins_with_the_rule(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """Rows are reached through visible_to or for_viewer, but in the few places named here."""
    apart = relative(path).startswith(("activity/", "audiences/")) or relative(path) in FREE
    if not apart and not named(path, *BELOW_THE_RULE):
        yield from reached_without(tree)


def reached_without(tree: ast.AST) -> Iterator[Finding]:
    """Yield where rows are reached past the rule: by a manager, a bare model, or backwards by a key."""
    for line, names in attribute_chains(tree):
        for before, after in pairwise([*names, ""]):
            if before in MANAGERS and after not in THE_RULE:
                yield line, "rows are reached through visible_to(viewer) or for_viewer(viewer)"
        for before, after in pairwise(names[1:]):
            if before in REVERSE and after not in THE_RULE:
                yield line, f"{before}: begin with the model's own visible_to or for_viewer"
    for call, names in calls(tree):
        if names[-1:] and names[-1] in SHORTCUTS and MODELS & set(chain(call.args[0])[-1:]):
            yield call.lineno, f"{names[-1]}: hand over what visible_to or for_viewer gives"


def private_rows_lead_to_nothing_hidden(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """What a private row points to is loaded through visible_to: as a Prefetch, or by itself."""
    for call, names in calls(tree):
        if named(path, "models") or "for_viewer" not in names or names[-1] not in LOADS:
            continue
        words = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        if JOINS & {str(word).lstrip("-").partition("__")[0] for word in words}:
            yield call.lineno, "what a private row points to may be hidden: Prefetch(…, visible_to)"


def the_rule_is_written_once(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """Nobody else decides from the keys who may see something."""
    if path.is_relative_to(EXCHANGE / "audiences") or named(
        path, "models", "actions", "search", "viewers"
    ):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and re.match(
            r"(.*__)?(effective_audience|home_audience)(__in|_id|_id__in)?$", node.arg or ""
        ):
            value = ast.unparse(node.value)
            if "audience_ids" in value or "viewer" in value:
                yield node.value.lineno, "who may see is decided by visible_to alone"


BREACHES = [
    (sight_begins_with_the_rule, "lessons/views.py", "Lesson.objects.filter(pk=1).first()"),
    (sight_begins_with_the_rule, "lessons/views/pages.py", "x = Lesson.objects"),
    (sight_begins_with_the_rule, "lessons/waiting.py", "Lesson.objects.exclude(pk=1)"),
    (sight_begins_with_the_rule, "lessons/views.py", "get_object_or_404(Lesson, pk=1)"),
    (sight_begins_with_the_rule, "lessons/views.py", "get_list_or_404(models.Lesson)"),
    (sight_begins_with_the_rule, "lessons/views.py", "Lesson._default_manager.get(pk=1)"),
    (sight_begins_with_the_rule, "lessons/views.py", "Lesson._base_manager.all()"),
    (sight_begins_with_the_rule, "lessons/views.py", "Lesson._meta.default_manager.all()"),
    (sight_begins_with_the_rule, "lessons/views.py", "lesson.versions.filter(number=1)"),
    (sight_begins_with_the_rule, "partners/views.py", "[m for m in port.memberships.all()]"),
    (
        private_rows_lead_to_nothing_hidden,
        "lessons/views.py",
        "DraftBuffer.objects.for_viewer(v).select_related('lesson__latest_version')",
    ),
    (
        private_rows_lead_to_nothing_hidden,
        "digests/views.py",
        "Notice.objects.for_viewer(v).filter(pk=1).values_list('event__target_title')",
    ),
    (the_rule_is_written_once, "digests/compose.py", "q.filter(home_audience__in=v.audience_ids)"),
]
