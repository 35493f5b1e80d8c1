import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0006_fetch_failures'),
        ('survey', '0003_respondent_number'),
    ]

    operations = [
        migrations.AddField(
            model_name='respondent',
            name='learning_consent',
            field=models.BooleanField(db_default=False, default=False, help_text='Agreed that OTTwin learns from their answers'),
        ),
        migrations.AddField(
            model_name='respondent',
            name='shown',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, db_default=[], default=list, help_text='Films that were offered; kept only with consent to learning', size=None),
        ),
        migrations.AddConstraint(
            model_name='respondent',
            constraint=models.CheckConstraint(condition=models.Q(('learning_consent', True), ('shown__len', 0), _connector='OR'), name='respondent_shown_with_consent'),
        ),
    ]
