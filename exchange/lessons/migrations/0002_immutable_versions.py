"""A version is never changed after it was made: the database refuses it.

Only its author and its client may be emptied, when the account or the program is deleted.

On SQLite a later migration that alters the table makes it anew, without its triggers: repeat the
last operation of this migration at the end of such a migration. A test tells when that was missed.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "lessons_lessonversion"
MESSAGE = "a version of a lesson is never changed"
MAY_BE_EMPTIED = ("author_id", "client_id")

POSTGRESQL_ON = f"""
CREATE FUNCTION lessons_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'author_id' - 'client_id' IS DISTINCT FROM
       to_jsonb(OLD) - 'author_id' - 'client_id'
       OR (NEW.author_id IS NOT NULL AND NEW.author_id IS DISTINCT FROM OLD.author_id)
       OR (NEW.client_id IS NOT NULL AND NEW.client_id IS DISTINCT FROM OLD.client_id)
    THEN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lessons_keep_version BEFORE UPDATE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION lessons_keep_version();
"""
POSTGRESQL_OFF = f"""
DROP TRIGGER IF EXISTS lessons_keep_version ON {TABLE};
DROP FUNCTION IF EXISTS lessons_keep_version();
"""


def keep_versions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_ON, params=None)
        return
    forget_versions(apps, schema_editor)
    columns = {
        field.column for field in apps.get_model("lessons", "LessonVersion")._meta.local_fields
    }
    kept = ", ".join(f'"{column}"' for column in sorted(columns - set(MAY_BE_EMPTIED)))
    schema_editor.execute(
        f"CREATE TRIGGER lessons_keep_version BEFORE UPDATE OF {kept} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
        params=None,
    )
    for column in MAY_BE_EMPTIED:
        schema_editor.execute(
            f"CREATE TRIGGER lessons_keep_{column} BEFORE UPDATE OF {column} ON {TABLE} "
            f"WHEN NEW.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
            params=None,
        )


def forget_versions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_OFF, params=None)
        return
    for name in ("version", *MAY_BE_EMPTIED):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS lessons_keep_{name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0001_initial")]

    operations = [migrations.RunPython(keep_versions, forget_versions)]
