from django.db import migrations, models

# The month of the statement that counts: staff's own, else the newest of the others.
SEEN = """
UPDATE movies_movie m SET platforms_seen = s.seen
FROM (
    SELECT movie_id, jsonb_object_agg(slug, month) AS seen FROM (
        SELECT DISTINCT ON (movie_id, platform_id) movie_id, platform_id AS slug,
            to_char(checked_at AT TIME ZONE 'Asia/Seoul', 'YYYY-MM') AS month
        FROM movies_availability WHERE is_newest OR source = 'staff'
        ORDER BY movie_id, platform_id, source = 'staff' DESC
    ) word GROUP BY movie_id
) s
WHERE s.movie_id = m.movie_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0002_products_and_attractions'),
    ]

    operations = [
        migrations.AddField(
            model_name='movie',
            name='platforms_seen',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.RunSQL(SEEN, migrations.RunSQL.noop),
        migrations.AddField(
            model_name='platform',
            name='surveyed_on',
            field=models.DateField(editable=False, help_text='The day since which 50 films were looked at', null=True),
        ),
        migrations.AddField(
            model_name='platform',
            name='published_known',
            field=models.PositiveIntegerField(default=0, help_text='Films that somebody looked at and published as a share'),
        ),
        migrations.AddField(
            model_name='platform',
            name='published_carried',
            field=models.PositiveIntegerField(default=0, help_text='Those of them that a subscription includes'),
        ),
        migrations.AddField(
            model_name='platform',
            name='published_decades',
            field=models.JSONField(blank=True, default=dict, help_text='The same two numbers by decade of the film'),
        ),
        migrations.AddField(
            model_name='platform',
            name='stationary_share',
            field=models.FloatField(blank=True, help_text='P(a film is here) once what was seen of it no longer says anything; 0 to 1', null=True),
        ),
        migrations.AddField(
            model_name='platform',
            name='turnover',
            field=models.FloatField(blank=True, help_text='How fast what was seen ages: a share of e^-turnover still holds after a year', null=True),
        ),
        migrations.AddConstraint(
            model_name='platform',
            constraint=models.CheckConstraint(condition=models.Q(('published_carried__lte', models.F('published_known'))), name='platform_published_carried_is_known', violation_error_message='More films are included than were looked at.'),
        ),
        migrations.AddConstraint(
            model_name='platform',
            constraint=models.CheckConstraint(condition=models.Q(('stationary_share__isnull', True), ('stationary_share__range', (0, 1)), _connector='OR'), name='platform_stationary_share_in_range', violation_error_message='A share lies between 0 and 1.'),
        ),
        migrations.AddConstraint(
            model_name='platform',
            constraint=models.CheckConstraint(condition=models.Q(('turnover__isnull', True), ('turnover__range', (0, 20)), _connector='OR'), name='platform_turnover_in_range', violation_error_message='Turnover lies between 0 and 20 a year.'),
        ),
    ]
