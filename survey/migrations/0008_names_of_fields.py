"""Names and help of the fields, for staff."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from common.migrations import OnlyNames


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0008_names_of_fields'),
        ('survey', '0007_disliked_films'),
    ]

    operations = [
      OnlyNames([
        migrations.AlterField(
            model_name='draft',
            name='also_shown',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, db_default=[], default=list, help_text='Films that were offered and may be offered again', size=None, verbose_name='films shown once more'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='created at'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='disliked',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, db_default=[], default=list, help_text='Films that are not for the person', size=None, verbose_name='films not for them'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='draft_id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='secret id'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='expires_at',
            field=models.DateTimeField(verbose_name='expires at'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='liked',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None, verbose_name='liked films'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='min_resolution',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(480, '480p'), (720, '720p'), (1080, '1080p'), (2160, '4K')], help_text='At least', null=True, verbose_name='picture wanted'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='min_streams',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Screens at the same time, at least', null=True, verbose_name='screens wanted'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='monthly_budget',
            field=models.PositiveIntegerField(blank=True, help_text='Won a month', null=True, verbose_name='monthly budget'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='must_have',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, db_default=[], default=list, help_text='Slugs of series, shows and sport that the answer has to offer', size=None, verbose_name='must-haves'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='no_ads',
            field=models.BooleanField(db_default=False, default=False, help_text='Only products without advertising', verbose_name='no ads'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='owned',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, db_default=[], default=list, help_text='Slugs of products that cost nothing more, such as with the phone plan', size=None, verbose_name='owned products'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='respondent',
            field=models.ForeignKey(blank=True, help_text='Who sent it; deleting the result deletes the draft', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='survey.respondent', verbose_name='respondent'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='shown',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, help_text='Films that were offered: the next ones are others', size=None, verbose_name='films shown'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='step',
            field=models.PositiveSmallIntegerField(default=1, help_text='The furthest that was reached', verbose_name='step'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='subscribed',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None, verbose_name='subscribed platforms'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='age',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='age'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='consent_version',
            field=models.CharField(default='2026-11-30.2', max_length=20, verbose_name='version of the consent'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='consented_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='consented at'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='answered at'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='education',
            field=models.CharField(blank=True, choices=[('middle_school', 'Middle school or less'), ('high_school', 'High school'), ('college', 'College or university'), ('graduate', 'Graduate school')], max_length=20, verbose_name='education'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='gender',
            field=models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male')], max_length=6, verbose_name='gender'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='income',
            field=models.CharField(blank=True, choices=[('under_2m', 'Under 2 million won'), ('2m_4m', '2 to 4 million won'), ('4m_6m', '4 to 6 million won'), ('6m_8m', '6 to 8 million won'), ('over_8m', '8 million won or more')], max_length=10, verbose_name='income'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='learning_consent',
            field=models.BooleanField(db_default=False, default=False, help_text='Agreed that OTTwin learns from their answers', verbose_name='consent to learning'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='min_resolution',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(480, '480p'), (720, '720p'), (1080, '1080p'), (2160, '4K')], help_text='At least', null=True, verbose_name='picture wanted'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='min_streams',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Screens at the same time, at least', null=True, verbose_name='screens wanted'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='monthly_budget',
            field=models.PositiveIntegerField(blank=True, help_text='Won a month', null=True, verbose_name='monthly budget'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='must_have',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, db_default=[], default=list, help_text='Slugs of series, shows and sport that the answer has to offer', size=None, verbose_name='must-haves'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='no_ads',
            field=models.BooleanField(db_default=False, default=False, help_text='Only products without advertising', verbose_name='no ads'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='number',
            field=models.BigIntegerField(db_default=models.Func(models.Value('survey_respondent_number_seq'), function='nextval', output_field=models.BigIntegerField()), editable=False, help_text='By which staff know the respondent, whose id is a secret', unique=True, verbose_name='number'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='ott_frequency',
            field=models.CharField(blank=True, choices=[('daily', 'Every day'), ('several_a_week', 'Several times a week'), ('weekly', 'About once a week'), ('monthly', 'A few times a month'), ('rarely', 'Less often')], max_length=20, verbose_name='how often they watch'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='owned',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, db_default=[], default=list, help_text='Slugs of products that cost nothing more, such as with the phone plan', size=None, verbose_name='owned products'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='preferred_movies',
            field=models.ManyToManyField(related_name='preferred_by', to='movies.movie', verbose_name='liked films'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='retain_until',
            field=models.DateTimeField(verbose_name='kept until'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='shown',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, db_default=[], default=list, help_text='Films that were offered; kept only with consent to learning', size=None, verbose_name='films shown'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='statistics_consent',
            field=models.BooleanField(db_default=False, default=False, help_text='Agreed to be counted, by gender and age, on the statistics page', verbose_name='consent to statistics'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='submission',
            field=models.CharField(editable=False, help_text="Digest of the form's token and answers: the same form twice is one person", max_length=64, unique=True, verbose_name='form sent'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='submission_id',
            field=models.CharField(blank=True, editable=False, help_text='Digest of the id under which a program sent the answers, and no others', max_length=64, null=True, unique=True, verbose_name='id of the program'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='subscribed_platforms',
            field=models.ManyToManyField(blank=True, related_name='subscribers', to='movies.platform', verbose_name='subscribed platforms'),
        ),
        migrations.AlterField(
            model_name='respondent',
            name='user_id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='secret id'),
        ),
      ]),
    ]
