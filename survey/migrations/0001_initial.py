import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('movies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Respondent',
            fields=[
                ('user_id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('gender', models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male')], max_length=6)),
                ('age', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('education', models.CharField(blank=True, choices=[('middle_school', 'Middle school or less'), ('high_school', 'High school'), ('college', 'College or university'), ('graduate', 'Graduate school')], max_length=20)),
                ('income', models.CharField(blank=True, choices=[('under_2m', 'Under 2 million won'), ('2m_4m', '2 to 4 million won'), ('4m_6m', '4 to 6 million won'), ('6m_8m', '6 to 8 million won'), ('over_8m', '8 million won or more')], max_length=10)),
                ('ott_frequency', models.CharField(blank=True, choices=[('daily', 'Every day'), ('several_a_week', 'Several times a week'), ('weekly', 'About once a week'), ('monthly', 'A few times a month'), ('rarely', 'Less often')], max_length=20)),
                ('monthly_budget', models.PositiveIntegerField(blank=True, help_text='Won a month', null=True)),
                ('submission', models.CharField(editable=False, help_text="Digest of the form's token and answers: the same form twice is one person", max_length=64, unique=True)),
                ('consent_version', models.CharField(default='2026-11-21', max_length=20)),
                ('consented_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('statistics_consent', models.BooleanField(db_default=False, default=False, help_text='Agreed to be counted, by gender and age, on the statistics page')),
                ('retain_until', models.DateTimeField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('preferred_movies', models.ManyToManyField(related_name='preferred_by', to='movies.movie')),
                ('subscribed_platforms', models.ManyToManyField(blank=True, related_name='subscribers', to='movies.platform')),
            ],
            options={
                'verbose_name': 'respondent',
                'verbose_name_plural': 'respondents',
                'indexes': [
                    models.Index(fields=['retain_until'], name='respondent_retain_until'),
                    models.Index(fields=['-created_at'], name='respondent_newest_first'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('gender__in', ['', 'female', 'male'])), name='respondent_gender_known'),
                    models.CheckConstraint(condition=models.Q(('age__isnull', True), ('age__range', (14, 120)), _connector='OR'), name='respondent_age_in_range'),
                    models.CheckConstraint(condition=models.Q(('education__in', ['', 'middle_school', 'high_school', 'college', 'graduate'])), name='respondent_education_known'),
                    models.CheckConstraint(condition=models.Q(('income__in', ['', 'under_2m', '2m_4m', '4m_6m', '6m_8m', 'over_8m'])), name='respondent_income_known'),
                    models.CheckConstraint(condition=models.Q(('ott_frequency__in', ['', 'daily', 'several_a_week', 'weekly', 'monthly', 'rarely'])), name='respondent_ott_frequency_known'),
                    models.CheckConstraint(condition=models.Q(('monthly_budget__isnull', True), ('monthly_budget__range', (0, 10000000)), _connector='OR'), name='respondent_budget_in_range'),
                    models.CheckConstraint(condition=models.Q(('retain_until__gt', models.F('consented_at'))), name='respondent_retained_after_consent'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('draft_id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('liked', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None)),
                ('shown', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, help_text='Films that were offered: the next ones are others', size=None)),
                ('subscribed', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None)),
                ('monthly_budget', models.PositiveIntegerField(blank=True, help_text='Won a month', null=True)),
                ('step', models.PositiveSmallIntegerField(default=1, help_text='The furthest that was reached')),
                ('respondent', models.ForeignKey(blank=True, help_text='Who sent it; deleting the result deletes the draft', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='survey.respondent')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
                'indexes': [
                    models.Index(fields=['expires_at'], name='draft_expires_at'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('step__range', (1, 4))), name='draft_step_in_range'),
                    models.CheckConstraint(condition=models.Q(('monthly_budget__isnull', True), ('monthly_budget__range', (0, 10000000)), _connector='OR'), name='draft_budget_in_range'),
                ],
            },
        ),
    ]
