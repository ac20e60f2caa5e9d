"""The words of titles, for suggestions; those of the versions that are there already, too."""

import re
import unicodedata
from collections.abc import Iterator

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 1_000
LONGEST = 64
# How words were found and folded in the release that brought this table.
WORD = re.compile(r"\w+")
CJK = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
)
ACCENTS = re.compile(r"[\u0300-\u036f]+")
UNDIVIDED = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th"}
)


def fold(word: str) -> str:
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return unicodedata.normalize("NFC", bare).translate(UNDIVIDED)


def beginnings(text: str) -> Iterator[str]:
    """Yield what may be typed first of each word."""
    for word in WORD.findall(unicodedata.normalize("NFC", text)):
        folded = fold(word)
        yield from (folded[at:] for at in range(len(folded))) if CJK.search(folded) else (folded,)


def words_of_titles(version: models.Model) -> set[bytes]:
    texts = (version.title, *map(str, version.titles.values()))
    return {word.encode()[:LONGEST] for text in texts for word in beginnings(text)}


def take_words(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Write the words of every version's titles."""
    word_of = apps.get_model("lessons", "TitleWord")
    versions = apps.get_model("lessons", "LessonVersion").objects.only("title", "titles")
    for version in versions.iterator(chunk_size=BATCH):
        word_of.objects.bulk_create(
            word_of(version_id=version.pk, word=word)
            for word in sorted(words_of_titles(version))
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
