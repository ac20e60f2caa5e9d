"""Under what a text may be reused, and which other lessons it names.

Both have a default in the database: the previous release writes versions without them.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

immutable = import_module("exchange.lessons.migrations.0002_immutable_versions")


def guard_anew(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Guard the columns that the table has now; PostgreSQL's trigger guards them all."""
    if schema_editor.connection.vendor == "sqlite":
        immutable.keep_versions(apps, schema_editor)


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite drops no column that a trigger names."""
    if schema_editor.connection.vendor == "sqlite":
        immutable.forget_versions(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0002_immutable_versions")]

    operations = [
        migrations.RunPython(unguard, guard_anew),
        migrations.AddField(
            model_name="lessonversion",
            name="related",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                verbose_name="related lessons",
            ),
        ),
        migrations.AddField(
            model_name="lessonversion",
            name="licence",
            field=models.CharField(
                blank=True,
                choices=[
                    ("CC0-1.0", "CC0 1.0: free for any use"),
                    ("CC-BY-4.0", "CC BY 4.0: with credit"),
                    ("CC-BY-SA-4.0", "CC BY-SA 4.0: with credit, and shared alike"),
                    ("CC-BY-NC-4.0", "CC BY-NC 4.0: with credit, not commercially"),
                    ("CC-BY-ND-4.0", "CC BY-ND 4.0: with credit, unchanged"),
                    ("NOASSERTION", "not stated: ask the contact before you reuse it"),
                ],
                db_default="",
                default="",
                help_text="Under what others may reuse the text.",
                max_length=20,
                verbose_name="licence",
            ),
        ),
        migrations.RunPython(guard_anew, unguard),
    ]
