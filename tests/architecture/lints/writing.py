"""Rows are written by actions and bookkeeping; serializers and forms write nothing they do not name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.lints.sight import MANAGERS
from tests.architecture.lints.syntax import Finding, accessors, calls, many_to_many, relative
from tests.architecture.writers import is_writer


def with_async(*names: str) -> set[str]:
    """Return the names, and what Django calls their asynchronous twins."""
    return {*names, *(f"a{name}" for name in names)}


# Nothing else in the house has methods of these names.
SURE = with_async(
    "save",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "create_user",
    "create_superuser",
)
# Of rows when said of a manager or a relation, or with nothing but keywords.
MAYBE = with_async("create", "update")
OF_A_RELATION = with_async("set", "add", "remove", "clear") | MAYBE
# What is no row, though it is saved like one.
NO_ROWS = {"agreements/reporting.py": {"made.save"}}
RELATIONS = accessors() | many_to_many()


def actions_write(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """Rows are written by actions and bookkeeping."""
    if is_writer(path):
        return
    apart = NO_ROWS.get(relative(path), set())
    for call, names in calls(tree):
        if ".".join(names) in apart:
            continue
        if len(names) > 1 and writes(call, names[:-1], names[-1]):
            yield call.lineno, f"{'.'.join(names)}: only actions and bookkeeping write"


def writes(call: ast.Call, of: list[str], name: str) -> bool:
    """Tell whether calling `name` of that chain writes rows."""
    if name in SURE or (name in OF_A_RELATION and of[-1] in RELATIONS):
        return True
    # The index has rows of its own.
    by_keywords = bool(call.keywords) and not call.args and of[-1] != "engine"
    return name in MAYBE and (by_keywords or bool(MANAGERS & set(of)))


def fields_are_named(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """A serializer or form names its fields: a new column must not be open to the world by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and ast.unparse(node) == "fields='__all__'":
            yield node.value.lineno, 'name the fields, not "__all__"'
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for line in node.body:
                if re.match(r"exclude\b|fields\b.*= '__all__'", ast.unparse(line)):
                    yield line.lineno, "name the fields, all of them, and none to exclude"


BREACHES = [
    (actions_write, "lessons/views.py", "Lesson.objects.filter(pk=1).update(**values)"),
    (actions_write, "lessons/views.py", "Lesson._base_manager.update(values)"),
    (actions_write, "lessons/tasks.py", "lesson.save()"),
    (actions_write, "lessons/views.py", "visible_lesson(request, pk).delete()"),
    (actions_write, "lessons/views.py", "await lesson.adelete()"),
    (actions_write, "lessons/views.py", "rows.update(state='withdrawn')"),
    (actions_write, "lessons/forms/lesson.py", "self.rows.get_or_create(pk=1)"),
    (actions_write, "lessons/views.py", "rows.bulk_create(new)"),
    (actions_write, "lessons/api/bodies.py", "Lesson.objects.visible_to(v).create(state='x')"),
    (actions_write, "lessons/views.py", "lesson.reviews.create(reason='x')"),
    (actions_write, "lessons/views.py", "version.topics.set(topics)"),
    (actions_write, "lessons/views.py", "version.topics.add(topic)"),
    (fields_are_named, "lessons/api/bodies.py", "class Meta:\n    fields = '__all__'"),
    (fields_are_named, "lessons/forms/lesson.py", "modelform_factory(Lesson, fields='__all__')"),
    (fields_are_named, "lessons/api/bodies.py", "class Meta:\n    exclude = ['lock']"),
    (fields_are_named, "lessons/api/bodies.py", "class Meta:\n    exclude: ClassVar = ['lock']"),
]
