import django.core.validators
from django.db import migrations, models


def bound(apps, schema_editor):
    """No value has more than nine decimals, so a definition that says more means all of them."""
    definitions = apps.get_model('kpis', 'Definition').objects.using(schema_editor.connection.alias)
    definitions.filter(decimals__gt=9).update(decimals=9)


class Migration(migrations.Migration):

    dependencies = [
        ('kpis', '0003_kinds_of_periods'),
    ]

    operations = [
        migrations.AlterField(
            model_name='definition',
            name='decimals',
            field=models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(9)], verbose_name='decimals'),
        ),
        migrations.RunPython(bound, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='definition',
            constraint=models.CheckConstraint(condition=models.Q(('decimals__lte', 9)), name='kpis_decimals_that_values_have'),
        ),
    ]
