"""An index from which the library counts kinds and languages without reading the long texts."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lessons', '0006_discarded'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='lessonversion',
            index=models.Index(fields=['id', 'kind', 'language'], name='lessons_version_counted'),
        ),
    ]
