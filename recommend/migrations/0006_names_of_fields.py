"""Names and help of the fields, for staff."""

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.utils.timezone
import pgvector.django.vector
from django.conf import settings
from django.db import migrations, models

from common.migrations import OnlyNames


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0008_names_of_fields'),
        ('recommend', '0005_links_at_home'),
        ('survey', '0008_names_of_fields'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
      OnlyNames([
        migrations.AlterField(
            model_name='homemember',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='home_members', to='recommend.homeperson', verbose_name='person at home'),
        ),
        migrations.AlterField(
            model_name='homemember',
            name='respondent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='home_members', to='survey.respondent', verbose_name='respondent'),
        ),
        migrations.AlterField(
            model_name='homemember',
            name='row',
            field=models.PositiveIntegerField(verbose_name='row'),
        ),
        migrations.AlterField(
            model_name='homemember',
            name='run',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='home_members', to='recommend.modelrun', verbose_name='model run'),
        ),
        migrations.AlterField(
            model_name='homeperson',
            name='loaded_at',
            field=models.DateTimeField(auto_now=True, verbose_name='loaded at'),
        ),
        migrations.AlterField(
            model_name='homeperson',
            name='name',
            field=models.CharField(help_text='As the file calls them', max_length=64, unique=True, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='homerating',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='home_ratings', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='homerating',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='recommend.homeperson', verbose_name='person at home'),
        ),
        migrations.AlterField(
            model_name='homerating',
            name='rated_at',
            field=models.DateField(blank=True, null=True, verbose_name='rated on'),
        ),
        migrations.AlterField(
            model_name='homerating',
            name='rating',
            field=models.FloatField(help_text='Half stars, 0.5 to 5', verbose_name='rating'),
        ),
        migrations.AlterField(
            model_name='hometaste',
            name='liked',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='Ids of the films they like', size=None, verbose_name='liked films'),
        ),
        migrations.AlterField(
            model_name='hometaste',
            name='row',
            field=models.PositiveIntegerField(verbose_name='row'),
        ),
        migrations.AlterField(
            model_name='hometaste',
            name='run',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='home_tastes', to='recommend.modelrun', verbose_name='model run'),
        ),
        migrations.AlterField(
            model_name='hometaste',
            name='taste',
            field=pgvector.django.vector.VectorField(dimensions=64, verbose_name='taste'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='against',
            field=models.ForeignKey(blank=True, help_text='The run that it was judged against', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs_against', to='recommend.modelrun', verbose_name='judged against'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ended at'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='error',
            field=models.TextField(blank=True, help_text='Why it failed', verbose_name='why it failed'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='kind',
            field=models.CharField(choices=[('train', 'Train'), ('tune', 'Tune'), ('shadow', 'Shadow evaluation'), ('retrain', 'Retrain')], max_length=10, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='parameters',
            field=models.JSONField(blank=True, default=dict, verbose_name='parameters'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='progress',
            field=models.CharField(blank=True, help_text='What is being done', max_length=200, verbose_name='progress'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='result',
            field=models.JSONField(blank=True, default=dict, verbose_name='result of the job'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='run',
            field=models.ForeignKey(blank=True, help_text='The run that came of it, or that was judged', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to='recommend.modelrun', verbose_name='model run'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='started_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='started at'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='started_by',
            field=models.ForeignKey(blank=True, help_text='Nobody: the schedule or a command', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='state',
            field=models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='labjob',
            name='told_at',
            field=models.DateTimeField(blank=True, help_text='When it last said anything', null=True, verbose_name='last sign of life'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='answer_groups',
            field=models.BinaryField(help_text='Code of a gender and age band, 3 x 8 x 64 float64 in C order', verbose_name='codes of groups'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='calibration',
            field=models.JSONField(help_text='P(like) by share and number of ratings, fitted on held-out users', verbose_name='P(like)'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='confidence',
            field=models.FloatField(help_text='Confidence of a pick in the fold-in', verbose_name='confidence'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='created at'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='data_digest',
            field=models.CharField(help_text='SHA-256 of that data set', max_length=64, verbose_name='SHA-256 of the data'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='data_name',
            field=models.CharField(help_text='The data set it was trained on', max_length=200, verbose_name='data set'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='gram',
            field=models.BinaryField(help_text="Sum of y y' over all films, 64 x 64 float64 in C order, for the fold-in", verbose_name='sum of products of factors'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='group_tastes',
            field=models.BinaryField(help_text='Mean taste by gender and age band, 3 x 8 x 64 float64 in C order', verbose_name='mean tastes of groups'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='is_live',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(state='live', then=models.Value(True)), default=None), output_field=models.BooleanField(null=True), verbose_name='is live'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='metrics',
            field=models.JSONField(default=dict, verbose_name='metrics'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='parameters',
            field=models.JSONField(default=dict, verbose_name='parameters'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published at'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='regularization',
            field=models.FloatField(help_text='ALS regularisation', verbose_name='regularization'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='seed',
            field=models.PositiveIntegerField(verbose_name='seed'),
        ),
        migrations.AlterField(
            model_name='modelrun',
            name='state',
            field=models.CharField(choices=[('ready', 'Ready'), ('live', 'Live'), ('retired', 'Retired')], default='ready', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='moviefactors',
            name='bias',
            field=models.FloatField(help_text='Its score for an empty code', verbose_name='bias'),
        ),
        migrations.AlterField(
            model_name='moviefactors',
            name='decoder',
            field=pgvector.django.vector.VectorField(dimensions=64, help_text='By which codes are turned into its score', verbose_name='row of the decoder'),
        ),
        migrations.AlterField(
            model_name='moviefactors',
            name='encoder',
            field=pgvector.django.vector.VectorField(dimensions=64, help_text='What it adds to the code of who picks it', verbose_name='row of the encoder'),
        ),
        migrations.AlterField(
            model_name='moviefactors',
            name='factors',
            field=pgvector.django.vector.VectorField(dimensions=64, verbose_name='factors'),
        ),
        migrations.AlterField(
            model_name='moviefactors',
            name='from_content',
            field=models.BooleanField(default=False, help_text='Guessed from what the film is about: nobody has rated it', verbose_name='guessed from content'),
        ),
        migrations.AlterField(
            model_name='moviefactors',
            name='links',
            field=models.BinaryField(help_text='What it adds to the score of other films for who picks it, learned at home', null=True, verbose_name='links at home'),
        ),
        migrations.AlterField(
            model_name='moviefactors',
            name='log_ratings',
            field=models.FloatField(help_text='ln(1 + number of people who have rated it)', verbose_name='logarithm of ratings'),
        ),
        migrations.AlterField(
            model_name='moviefactors',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='movie_factors', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='moviefactors',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='movie_factors', to='recommend.modelrun', verbose_name='model run'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='age',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='age'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='gender',
            field=models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male')], max_length=6, verbose_name='gender'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='made_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='monthly_budget',
            field=models.PositiveIntegerField(blank=True, help_text='Won a month', null=True, verbose_name='monthly budget'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='number',
            field=models.PositiveSmallIntegerField(verbose_name='number'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='parts',
            field=models.JSONField(help_text="Their answer, as it is stored of a respondent's", verbose_name='parts of the answer'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='run',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='personas', to='recommend.modelrun', verbose_name='model run'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='subscribed',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, help_text='Platforms that they pay for', size=None, verbose_name='subscribed platforms'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='kind',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(run__isnull=True, then=models.Value('observed')), default=models.Value('predicted')), output_field=models.CharField(choices=[('observed', 'observed'), ('predicted', 'predicted')], max_length=9), verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='ml_user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='movies.movielensuser', verbose_name='MovieLens user'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='rank',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rank'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='rating',
            field=models.FloatField(verbose_name='rating'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='rating_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False, verbose_name='rating id'),
        ),
        migrations.AlterField(
            model_name='rating',
            name='run',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='recommend.modelrun', verbose_name='model run'),
        ),
        migrations.AlterField(
            model_name='reaction',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='reacted at'),
        ),
        migrations.AlterField(
            model_name='reaction',
            name='kind',
            field=models.CharField(choices=[('seen', 'Seen'), ('not_interested', 'Not interested')], max_length=14, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='reaction',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='reaction',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='survey.respondent', verbose_name='respondent'),
        ),
        migrations.AlterField(
            model_name='recommendedmovie',
            name='because',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, help_text='The picks that count most for it, the first one most', size=None, verbose_name='because of'),
        ),
        migrations.AlterField(
            model_name='recommendedmovie',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommended_to', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='recommendedmovie',
            name='predicted_rating',
            field=models.FloatField(blank=True, null=True, verbose_name='predicted rating'),
        ),
        migrations.AlterField(
            model_name='recommendedmovie',
            name='rank',
            field=models.PositiveSmallIntegerField(verbose_name='rank'),
        ),
        migrations.AlterField(
            model_name='recommendedmovie',
            name='rating_source',
            field=models.CharField(choices=[('twin', "your twin's own rating"), ('predicted', 'predicted for your twin'), ('average', 'average of everyone')], max_length=10, verbose_name='source of the rating'),
        ),
        migrations.AlterField(
            model_name='recommendedmovie',
            name='score',
            field=models.FloatField(verbose_name='score'),
        ),
        migrations.AlterField(
            model_name='recommendedmovie',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='recommended_movies', to='survey.respondent', verbose_name='respondent'),
        ),
        migrations.AlterField(
            model_name='surveyfilm',
            name='likes',
            field=models.PositiveIntegerField(help_text='People who like it; at home, if the run learned there', verbose_name='likes'),
        ),
        migrations.AlterField(
            model_name='surveyfilm',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='survey_films', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='surveyfilm',
            name='run',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='survey_films', to='recommend.modelrun', verbose_name='model run'),
        ),
        migrations.AlterField(
            model_name='tastevector',
            name='ml_user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taste_vectors', to='movies.movielensuser', verbose_name='MovieLens user'),
        ),
        migrations.AlterField(
            model_name='tastevector',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taste_vectors', to='recommend.modelrun', verbose_name='model run'),
        ),
        migrations.AlterField(
            model_name='tastevector',
            name='taste',
            field=pgvector.django.vector.VectorField(dimensions=64, verbose_name='taste'),
        ),
        migrations.AlterField(
            model_name='viewing',
            name='last_watched_at',
            field=models.DateTimeField(verbose_name='last watched at'),
        ),
        migrations.AlterField(
            model_name='viewing',
            name='ml_user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='viewings', to='movies.movielensuser', verbose_name='MovieLens user'),
        ),
        migrations.AlterField(
            model_name='viewing',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='viewings', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='viewing',
            name='ratio',
            field=models.FloatField(help_text='Watched share of the film, 0 to 1', verbose_name='part watched'),
        ),
        migrations.AlterField(
            model_name='viewing',
            name='series_progress',
            field=models.FloatField(help_text='Watched share of the other films of its series, 0 to 1', verbose_name='part of the series watched'),
        ),
        migrations.AlterField(
            model_name='viewing',
            name='viewing_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, primary_key=True, serialize=False, verbose_name='viewing id'),
        ),
        migrations.AlterField(
            model_name='viewing',
            name='views',
            field=models.PositiveIntegerField(help_text='Times that half of it or more was watched', verbose_name='views'),
        ),
      ]),
    ]
