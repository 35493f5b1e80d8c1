import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
import pgvector.django.vector
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('movies', '0001_initial'),
        ('survey', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ModelRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('ready', 'Ready'), ('live', 'Live'), ('retired', 'Retired')], default='ready', max_length=10)),
                ('is_live', models.GeneratedField(db_persist=True, expression=models.Case(models.When(state='live', then=models.Value(True)), default=None), output_field=models.BooleanField(null=True))),
                ('data_name', models.CharField(help_text='The data set it was trained on', max_length=200)),
                ('data_digest', models.CharField(help_text='SHA-256 of that data set', max_length=64)),
                ('seed', models.PositiveIntegerField()),
                ('parameters', models.JSONField(default=dict)),
                ('metrics', models.JSONField(default=dict)),
                ('gram', models.BinaryField(help_text="Sum of y y' over all films, 64 x 64 float64 in C order, for the fold-in")),
                ('group_tastes', models.BinaryField(help_text='Mean taste by gender and age band, 3 x 8 x 64 float64 in C order')),
                ('answer_groups', models.BinaryField(help_text='Code of a gender and age band, 3 x 8 x 64 float64 in C order')),
                ('confidence', models.FloatField(help_text='Confidence of a pick in the fold-in')),
                ('regularization', models.FloatField(help_text='ALS regularisation')),
                ('calibration', models.JSONField(help_text='P(like) by rank and number of ratings, fitted on held-out users')),
                ('twin_weight', models.FloatField(default=0.1, help_text='What the one most similar MovieLens user likes. 0: the twin does not count.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name="The twin's taste")),
                ('neighbour_weight', models.FloatField(default=3.0, help_text='The share of the nearest people who like a film. 0: not counted.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='Neighbours')),
                ('neighbour_count', models.PositiveSmallIntegerField(default=50, help_text='How many of the nearest people are asked, 1 to 1,000.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='Number of neighbours')),
                ('answers_weight', models.FloatField(default=1.0, help_text='What else people with these answers like, as the encoder of answers has learned. 0: it does not count.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='Encoder of answers')),
                ('novelty_weight', models.FloatField(default=0.4, help_text='How much well-known films are held back: a higher value lists films that fewer people know, and lists differ more from person to person.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='Lesser-known films')),
                ('diversity', models.FloatField(default=0.2, help_text='0: only the best films, however alike. 1: as different from each other as can be. Around 0.2 costs hardly any quality.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='Diversity')),
                ('series_limit', models.PositiveSmallIntegerField(default=2, help_text='At most so many films of one series in a list, 1 to 50.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='Films of one series')),
                ('usage_exponent', models.FloatField(default=0.5, help_text='How much the choice of the platform follows public usage statistics: 0 not at all, 1 fully.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='Public statistics (lambda)')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'model run',
                'verbose_name_plural': 'model runs',
                'ordering': ['-id'],
                'constraints': [
                    models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('is_live',), name='modelrun_one_live'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['ready', 'live', 'retired'])), name='modelrun_state_known'),
                    models.CheckConstraint(condition=models.Q(('state', 'ready'), ('published_at__isnull', False), _connector='OR'), name='modelrun_published_at'),
                    models.CheckConstraint(condition=models.Q(('usage_exponent__range', (0, 1))), name='modelrun_usage_exponent_in_range', violation_error_message='The weight of usage statistics is from 0 to 1.'),
                    models.CheckConstraint(condition=models.Q(('answers_weight__range', (0, 100)), ('neighbour_count__range', (1, 1000)), ('neighbour_weight__range', (0, 100)), ('novelty_weight__range', (0, 100)), ('twin_weight__range', (0, 100))), name='modelrun_weights_in_range', violation_error_message='Weights are from 0 to 100, the number of neighbours from 1 to 1,000.'),
                    models.CheckConstraint(condition=models.Q(('diversity__range', (0, 1)), ('series_limit__range', (1, 50))), name='modelrun_variety_in_range', violation_error_message='Diversity is from 0 to 1, the most films of one series from 1 to 50.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SurveyFilm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='survey_films', to='recommend.modelrun')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='survey_films', to='movies.movie')),
                ('likes', models.PositiveIntegerField(help_text='MovieLens users who like it')),
            ],
            options={
                'verbose_name': 'survey film',
                'verbose_name_plural': 'survey films',
                'constraints': [
                    models.UniqueConstraint(fields=('run', 'movie'), name='surveyfilm_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TasteVector',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taste_vectors', to='recommend.modelrun')),
                ('ml_user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taste_vectors', to='movies.movielensuser')),
                ('taste', pgvector.django.vector.VectorField(dimensions=64)),
            ],
            options={
                'verbose_name': 'taste vector',
                'verbose_name_plural': 'taste vectors',
                'constraints': [
                    models.UniqueConstraint(fields=('run', 'ml_user'), name='tastevector_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MovieFactors',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='movie_factors', to='recommend.modelrun')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='movie_factors', to='movies.movie')),
                ('factors', pgvector.django.vector.VectorField(dimensions=64)),
                ('encoder', pgvector.django.vector.VectorField(dimensions=64, help_text='What it adds to the code of who picks it')),
                ('decoder', pgvector.django.vector.VectorField(dimensions=64, help_text='By which codes are turned into its score')),
                ('bias', models.FloatField(help_text='Its score for an empty code')),
                ('log_ratings', models.FloatField(help_text='ln(1 + number of people who have rated it)')),
                ('from_content', models.BooleanField(default=False, help_text='Guessed from what the film is about: nobody has rated it')),
            ],
            options={
                'verbose_name': 'movie factors',
                'verbose_name_plural': 'movie factors',
                'constraints': [
                    models.UniqueConstraint(fields=('run', 'movie'), name='moviefactors_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('rating_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('ml_user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='movies.movielensuser')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='movies.movie')),
                ('rating', models.FloatField()),
                ('run', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='recommend.modelrun')),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('kind', models.GeneratedField(db_persist=True, expression=models.Case(models.When(run__isnull=True, then=models.Value('observed')), default=models.Value('predicted')), output_field=models.CharField(choices=[('observed', 'observed'), ('predicted', 'predicted')], max_length=9))),
            ],
            options={
                'verbose_name': 'rating',
                'verbose_name_plural': 'ratings',
                'indexes': [
                    models.Index(condition=models.Q(('run__isnull', False)), fields=['run', 'ml_user', 'rank'], name='rating_predictions_of_user'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('ml_user', 'movie', 'run'), include=('rating',), name='rating_once', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(('rating__range', (0.5, 5.0))), name='rating_in_range'),
                    models.CheckConstraint(condition=models.Q(models.Q(('run__isnull', True), ('rank__isnull', True)), models.Q(('run__isnull', False), ('rank__gte', 1)), _connector='OR'), name='rating_rank_of_predictions'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Viewing',
            fields=[
                ('viewing_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('ml_user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='viewings', to='movies.movielensuser')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='viewings', to='movies.movie')),
                ('ratio', models.FloatField(help_text='Watched share of the film, 0 to 1')),
                ('views', models.PositiveIntegerField(help_text='Times that half of it or more was watched')),
                ('series_progress', models.FloatField(help_text='Watched share of the other films of its series, 0 to 1')),
                ('last_watched_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'viewing',
                'verbose_name_plural': 'viewings',
                'constraints': [
                    models.UniqueConstraint(fields=('ml_user', 'movie'), name='viewing_once'),
                    models.CheckConstraint(condition=models.Q(('ratio__range', (0, 1)), ('series_progress__range', (0, 1))), name='viewing_shares_in_range'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RecommendedMovie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='recommended_movies', to='survey.respondent')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommended_to', to='movies.movie')),
                ('rank', models.PositiveSmallIntegerField()),
                ('score', models.FloatField()),
                ('predicted_rating', models.FloatField(blank=True, null=True)),
                ('rating_source', models.CharField(choices=[('twin', "your twin's own rating"), ('predicted', 'predicted for your twin'), ('average', 'average of everyone')], max_length=10)),
                ('because', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, help_text='The picks that count most for it, the first one most', size=None)),
            ],
            options={
                'verbose_name': 'recommended movie',
                'verbose_name_plural': 'recommended movies',
                'ordering': ['user', 'rank'],
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'rank'), name='recommendedmovie_rank_once'),
                    models.UniqueConstraint(fields=('user', 'movie'), name='recommendedmovie_movie_once'),
                    models.CheckConstraint(condition=models.Q(('rank__gte', 1)), name='recommendedmovie_rank'),
                    models.CheckConstraint(condition=models.Q(('predicted_rating__isnull', True), ('predicted_rating__range', (0.5, 5.0)), _connector='OR'), name='recommendedmovie_rating_in_range'),
                    models.CheckConstraint(condition=models.Q(('rating_source__in', ['twin', 'predicted', 'average'])), name='recommendedmovie_rating_source_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='survey.respondent')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='movies.movie')),
                ('kind', models.CharField(choices=[('seen', 'Seen'), ('not_interested', 'Not interested')], max_length=14)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'reaction',
                'verbose_name_plural': 'reactions',
                'ordering': ['user', 'created_at'],
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'movie'), name='reaction_once'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['seen', 'not_interested'])), name='reaction_kind_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Persona',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='personas', to='recommend.modelrun')),
                ('number', models.PositiveSmallIntegerField()),
                ('gender', models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male')], max_length=6)),
                ('age', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('monthly_budget', models.PositiveIntegerField(blank=True, help_text='Won a month', null=True)),
                ('subscribed', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, help_text='Platforms that they pay for', size=None)),
                ('parts', models.JSONField(help_text="Their answer, as it is stored of a respondent's")),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'persona',
                'verbose_name_plural': 'personas',
                'ordering': ['run', 'number'],
                'constraints': [
                    models.UniqueConstraint(fields=('run', 'number'), name='persona_number_once'),
                    models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='persona_number'),
                    models.CheckConstraint(condition=models.Q(('gender__in', ['', 'female', 'male'])), name='persona_gender_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LabJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('train', 'Train'), ('tune', 'Tune'), ('shadow', 'Shadow evaluation'), ('retrain', 'Retrain')], max_length=10)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('parameters', models.JSONField(blank=True, default=dict)),
                ('progress', models.CharField(blank=True, help_text='What is being done', max_length=200)),
                ('result', models.JSONField(blank=True, default=dict)),
                ('error', models.TextField(blank=True, help_text='Why it failed')),
                ('run', models.ForeignKey(blank=True, help_text='The run that came of it, or that was judged', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to='recommend.modelrun')),
                ('against', models.ForeignKey(blank=True, help_text='The run that it was judged against', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs_against', to='recommend.modelrun')),
                ('started_by', models.ForeignKey(blank=True, help_text='Nobody: the schedule or a command', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('told_at', models.DateTimeField(blank=True, help_text='When it last said anything', null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'lab job',
                'verbose_name_plural': 'lab jobs',
                'ordering': ['-id'],
                'indexes': [
                    models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['id'], name='labjob_open'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['train', 'tune', 'shadow', 'retrain'])), name='labjob_kind_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('started_at__isnull', True), ('state', 'queued')), models.Q(('ended_at__isnull', True), ('started_at__isnull', False), ('state', 'running')), models.Q(('ended_at__isnull', False), ('state__in', ['done', 'failed'])), _connector='OR'), name='labjob_state_and_times'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('error', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('error', '')), _connector='OR'), name='labjob_failed_says_why'),
                    models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('state',), name='labjob_one_running'),
                ],
            },
        ),
    ]
