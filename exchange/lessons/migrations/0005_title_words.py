"""The words of titles, for suggestions; those of the versions that are there already, too."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from exchange.lessons.titles import title_words

BATCH = 1_000


def take_words(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Write the words of every version's titles."""
    word_of = apps.get_model("lessons", "TitleWord")
    versions = apps.get_model("lessons", "LessonVersion").objects.only("title", "titles")
    for version in versions.iterator(chunk_size=BATCH):
        word_of.objects.bulk_create(
            word_of(version_id=version.pk, word=word)
            for word in sorted(title_words(version.title, version.titles))
        )


class Migration(migrations.Migration):

    dependencies = [
        ('lessons', '0004_scheduled_and_superseded'),
    ]

    operations = [
        migrations.CreateModel(
            name='TitleWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.BinaryField(max_length=64)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='title_words', to='lessons.lessonversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('word', 'version'), name='lessons_title_word_once')],
            },
        ),
        migrations.RunPython(take_words, migrations.RunPython.noop),
    ]
