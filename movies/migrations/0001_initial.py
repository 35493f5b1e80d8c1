import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
import movies.fields
import pgvector.django.bit
from django.conf import settings
from django.db import migrations, models
from pgvector.django import VectorExtension


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('common', '0001_initial'),
    ]

    operations = [
        VectorExtension(),
        migrations.CreateModel(
            name='Platform',
            fields=[
                ('slug', models.SlugField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, unique=True)),
                ('name_ko', models.CharField(blank=True, max_length=60)),
                ('homepage', models.URLField(blank=True)),
                ('tmdb_provider_ids', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), blank=True, default=list, size=None)),
                ('is_active', models.BooleanField(default=True, help_text='Compared and recommended')),
                ('films_known', models.PositiveIntegerField(default=0, editable=False, help_text='Films whose availability here is known')),
                ('films_carried', models.PositiveIntegerField(default=0, editable=False, help_text='Films that it is known to carry')),
                ('surveyed_known', models.PositiveIntegerField(default=0, editable=False, help_text='Known films, only from sources that also report absence')),
                ('surveyed_carried', models.PositiveIntegerField(default=0, editable=False, help_text='Those of them that it carries')),
                ('surveyed_strata', models.JSONField(default=dict, editable=False, help_text='The same two numbers by decade and by genre')),
                ('shipped', models.JSONField(editable=False, help_text='The row as the project shipped it', null=True)),
            ],
            options={
                'verbose_name': 'platform',
                'verbose_name_plural': 'platforms',
                'ordering': ['slug'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('films_carried__lte', models.F('films_known')), ('surveyed_carried__lte', models.F('surveyed_known'))), name='platform_carried_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=100)),
                ('name_ko', models.CharField(blank=True, max_length=100)),
                ('kind', models.CharField(choices=[('plan', 'Plan'), ('ad_tier', 'Ad tier'), ('bundle', 'Bundle'), ('membership', 'Membership')], default='plan', max_length=10)),
                ('monthly_price', models.PositiveIntegerField(blank=True, help_text='Won a month; empty while nobody has checked it', null=True)),
                ('has_ads', models.BooleanField(default=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(help_text='Where the price was read', max_length=200)),
                ('source_url', models.URLField(blank=True)),
                ('checked_on', models.DateField()),
                ('shipped', models.JSONField(editable=False, help_text='The row as the project shipped it', null=True)),
                ('platforms', models.ManyToManyField(related_name='products', to='movies.platform')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
                'ordering': ['slug'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='product_valid_to_not_before_from', violation_error_message='The last day is before the first.'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['plan', 'ad_tier', 'bundle', 'membership'])), name='product_kind_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ad_tier'), _negated=True), ('has_ads', True), _connector='OR'), name='product_ad_tier_has_ads', violation_error_message='An ad tier has ads.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Movie',
            fields=[
                ('movie_id', models.IntegerField(primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=300)),
                ('title_ko', models.CharField(blank=True, max_length=300)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('genres', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ('rating_avg', models.FloatField(blank=True, null=True)),
                ('rating_count', models.PositiveIntegerField(default=0)),
                ('imdb_id', models.PositiveIntegerField(blank=True, null=True)),
                ('tmdb_id', models.PositiveIntegerField(blank=True, null=True)),
                ('tmdb_id_source', models.CharField(blank=True, choices=[('', 'Data set or details file'), ('imdb', 'Found by IMDb id'), ('search', 'Found by title and year'), ('staff', 'Confirmed by staff')], db_default='', default='', max_length=6)),
                ('poster_path', models.CharField(blank=True, max_length=100)),
                ('fingerprint_bit', models.PositiveSmallIntegerField(blank=True, help_text='Place in the watched fingerprint; only the most-watched films have one', null=True)),
                ('platforms_fetched', models.JSONField(blank=True, default=dict)),
                ('platforms_staff', models.JSONField(blank=True, default=dict)),
                ('platforms', models.GeneratedField(db_persist=True, expression=movies.fields.JSONMerge('platforms_fetched', 'platforms_staff'), output_field=models.JSONField())),
                ('platforms_checked_at', models.DateTimeField(blank=True, help_text='Newest statement of any source but our staff', null=True)),
                ('in_conflict', models.BooleanField(db_default=False, default=False, help_text='Two sources that looked at about the same time disagree')),
                ('answered_at', models.DateTimeField(blank=True, help_text='When TMDB last gave a final answer, good or bad', null=True)),
                ('demand', models.PositiveIntegerField(db_default=0, default=0, help_text='Respondents who picked it or got it recommended, as last counted')),
                ('series', models.CharField(blank=True, db_default='', default='', help_text='Films of one series have the same; empty for a film of none', max_length=100)),
                ('series_by_title', models.CharField(blank=True, db_default='', default='', help_text='What the titles say', max_length=100)),
                ('series_staff', models.CharField(blank=True, db_default='', default='', help_text='The same words for all films of a series; - for a film of none', max_length=100, verbose_name='series, as corrected')),
            ],
            options={
                'verbose_name': 'movie',
                'verbose_name_plural': 'movies',
                'indexes': [
                    models.Index(models.OrderBy(models.F('rating_count'), descending=True), models.F('movie_id'), name='movie_best_known_first'),
                    django.contrib.postgres.indexes.GinIndex(fields=['platforms'], name='movie_platforms', opclasses=['jsonb_path_ops']),
                    models.Index(models.OrderBy(models.F('demand'), descending=True), condition=models.Q(('demand__gt', 0)), name='movie_in_demand'),
                    models.Index(models.OrderBy(models.F('rating_count'), descending=True), models.F('movie_id'), condition=models.Q(('in_conflict', True)), name='movie_in_conflict'),
                ],
                'constraints': [
                    models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('fingerprint_bit',), name='movie_fingerprint_bit_unique'),
                    models.CheckConstraint(condition=models.Q(('fingerprint_bit__isnull', True), ('fingerprint_bit__lt', 4096), _connector='OR'), name='movie_fingerprint_bit_in_range'),
                    models.CheckConstraint(condition=models.Q(('rating_avg__isnull', True), ('rating_avg__range', (0.5, 5.0)), _connector='OR'), name='movie_rating_avg_in_range'),
                    models.CheckConstraint(condition=movies.fields.OnlyBooleans('platforms_fetched'), name='movie_platforms_fetched_boolean'),
                    models.CheckConstraint(condition=movies.fields.OnlyBooleans('platforms_staff'), name='movie_platforms_staff_boolean'),
                    models.CheckConstraint(condition=models.Q(('tmdb_id_source__in', ['', 'imdb', 'search', 'staff'])), name='movie_tmdb_id_source_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MovieLensUser',
            fields=[
                ('ml_user_id', models.IntegerField(primary_key=True, serialize=False)),
                ('gender', models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male')], max_length=6)),
                ('age', models.PositiveSmallIntegerField(blank=True, help_text='Years, or the first year of the band (MovieLens 1M)', null=True)),
                ('age_band', models.GeneratedField(db_persist=True, expression=models.Case(models.When(age__gte=56, then=models.Value(56)), models.When(age__gte=50, then=models.Value(50)), models.When(age__gte=45, then=models.Value(45)), models.When(age__gte=35, then=models.Value(35)), models.When(age__gte=25, then=models.Value(25)), models.When(age__gte=18, then=models.Value(18)), models.When(age__gte=1, then=models.Value(1)), default=None, output_field=models.PositiveSmallIntegerField()), output_field=models.PositiveSmallIntegerField(null=True))),
                ('occupation', models.CharField(blank=True, max_length=60)),
                ('watched', pgvector.django.bit.BitField(length=4096)),
                ('simhash', pgvector.django.bit.BitField(length=64)),
                ('watched_count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'MovieLens user',
                'verbose_name_plural': 'MovieLens users',
                'indexes': [
                    models.Index(fields=['gender', 'age_band'], name='mluser_gender_age_band'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('gender__in', ['', 'female', 'male'])), name='mluser_gender_known'),
                    models.CheckConstraint(condition=models.Q(('age__isnull', True), ('age__range', (1, 120)), _connector='OR'), name='mluser_age_in_range'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TitleIndex',
            fields=[
                ('movie', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='title_index', serialize=False, to='movies.movie')),
                ('rating_count', models.PositiveIntegerField()),
                ('names', models.TextField()),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('made_from', models.UUIDField()),
            ],
            options={
                'verbose_name': 'searched titles',
                'verbose_name_plural': 'searched titles',
                'indexes': [
                    models.Index(models.OrderBy(models.F('rating_count'), descending=True), models.F('movie'), name='titleindex_best_known'),
                    django.contrib.postgres.indexes.GinIndex(fields=['keys'], gin_pending_list_limit=512, name='titleindex_keys'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Availability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('movie', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='availability', to='movies.movie')),
                ('platform', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='availability', to='movies.platform')),
                ('source', models.CharField(max_length=60)),
                ('included', models.BooleanField(help_text='A subscription includes the film')),
                ('checked_at', models.DateTimeField()),
                ('is_newest', models.BooleanField(default=True, help_text='The word that counts, of all sources but our staff')),
                ('note', models.CharField(blank=True, max_length=300)),
                ('stated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'availability',
                'verbose_name_plural': 'availability by source',
                'indexes': [
                    models.Index(fields=['platform', 'source', 'checked_at'], name='avail_by_source'),
                    models.Index(condition=models.Q(('is_newest', True)), fields=['platform', 'checked_at'], name='avail_newest'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('is_newest', False), models.Q(('source', 'staff'), _negated=True), _connector='OR'), name='availability_newest_is_not_staffs'),
                    models.UniqueConstraint(fields=('movie', 'platform', 'source'), name='availability_once_a_source'),
                    models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='availability_source_named'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AvailabilityChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability_changes', to='movies.movie')),
                ('platform', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='availability_changes', to='movies.platform')),
                ('source', models.CharField(max_length=60)),
                ('before', models.BooleanField(null=True)),
                ('after', models.BooleanField(null=True)),
                ('carried_before', models.BooleanField(null=True)),
                ('carried_after', models.BooleanField(null=True)),
                ('effect', models.GeneratedField(db_persist=True, expression=models.Case(models.When(carried_before=models.F('carried_after'), then=models.Value('none')), models.When(carried_after=True, carried_before=False, then=models.Value('arrival')), models.When(carried_after=False, carried_before=True, then=models.Value('departure')), models.When(carried_after__isnull=False, carried_before__isnull=True, then=models.Value('known')), models.When(carried_after__isnull=True, carried_before__isnull=False, then=models.Value('unknown')), default=models.Value('none')), output_field=models.CharField(choices=[('arrival', 'Arrived'), ('departure', 'Left'), ('known', 'Became known'), ('unknown', 'Became unknown'), ('none', 'No effect')], max_length=9))),
                ('note', models.CharField(blank=True, max_length=300)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'availability change',
                'verbose_name_plural': 'availability changes',
                'indexes': [
                    models.Index(fields=['-changed_at', '-id'], name='availchange_newest'),
                    models.Index(fields=['effect', '-changed_at', '-id'], name='availchange_by_effect'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AvailabilityReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability_reports', to='movies.movie')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability_reports', to='movies.platform')),
                ('shown', models.BooleanField(help_text='What the page said; empty: unknown', null=True)),
                ('times', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Corrected'), ('rejected', 'Was right')], default='open', max_length=8)),
                ('first_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'report of a wrong availability',
                'verbose_name_plural': 'reports of wrong availability',
                'indexes': [
                    models.Index(fields=['state', '-times', 'id'], name='report_most_told_first'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('movie', 'platform'), name='report_open_once'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'rejected'])), name='report_state_known'),
                    models.CheckConstraint(condition=models.Q(('state', 'open'), ('decided_at__isnull', False), _connector='OR'), name='report_decided_at'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('provider_id', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('tier', models.CharField(blank=True, choices=[('', 'Standard'), ('ads', 'With ads')], default='', max_length=3)),
                ('is_listed', models.BooleanField(default=False, help_text="In TMDB's newest list for Korea")),
                ('is_ignored', models.BooleanField(default=False, help_text='Staff have seen it; it is none of our platforms')),
                ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('listed_at', models.DateTimeField(blank=True, help_text='The last time it was in the list', null=True)),
            ],
            options={
                'verbose_name': 'TMDB provider',
                'verbose_name_plural': 'TMDB providers',
                'ordering': ['provider_id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('tier__in', ['', 'ads'])), name='provider_tier_known'),
                    models.CheckConstraint(condition=models.Q(('is_listed', False), ('listed_at__isnull', False), _connector='OR'), name='provider_listed_at'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('movie', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='movies.movie')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='movies.provider')),
                ('kind', models.CharField(choices=[('flatrate', 'Subscription'), ('free', 'Free'), ('ads', 'Free with ads'), ('rent', 'Rent'), ('buy', 'Buy')], max_length=8)),
            ],
            options={
                'verbose_name': 'offer',
                'verbose_name_plural': 'offers',
                'constraints': [
                    models.UniqueConstraint(fields=('movie', 'provider', 'kind'), name='offer_once'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['flatrate', 'free', 'ads', 'rent', 'buy'])), name='offer_kind_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MovieDetails',
            fields=[
                ('movie', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='details', serialize=False, to='movies.movie')),
                ('title_ko', models.CharField(blank=True, max_length=300)),
                ('original_title', models.CharField(blank=True, max_length=300)),
                ('original_language', models.CharField(blank=True, max_length=10)),
                ('overview', models.TextField(blank=True)),
                ('poster_path', models.CharField(blank=True, max_length=100)),
                ('runtime', models.PositiveSmallIntegerField(blank=True, help_text='Minutes', null=True)),
                ('release_date', models.DateField(blank=True, null=True)),
                ('collection_id', models.PositiveIntegerField(blank=True, help_text="TMDB's number of the series", null=True)),
                ('collection', models.CharField(blank=True, db_default='', default='', max_length=300)),
                ('fetched_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'details from TMDB',
                'verbose_name_plural': 'details from TMDB',
                'indexes': [
                    models.Index(fields=['fetched_at'], name='details_oldest'),
                ],
            },
        ),
        migrations.CreateModel(
            name='FetchJob',
            fields=[
                ('movie', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fetch_job', serialize=False, to='movies.movie')),
                ('position', models.PositiveIntegerField(help_text='The lower, the earlier')),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('claimed_by', models.CharField(blank=True, max_length=100)),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now, help_text='End of the lease, or of the pause after a failure')),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'film to fetch',
                'verbose_name_plural': 'films to fetch',
                'indexes': [
                    models.Index(fields=['position'], name='fetchjob_position'),
                ],
            },
        ),
        migrations.CreateModel(
            name='FetchAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fetch_attempts', to='movies.movie')),
                ('outcome', models.CharField(choices=[('ok', 'Answered'), ('no_data', 'Known to TMDB, but nothing about where it can be watched'), ('not_found', 'TMDB has no such film'), ('no_match', 'No TMDB id found'), ('doubtful', 'Doubtful match, for staff to decide'), ('rate_limited', 'Too many requests (429)'), ('server_error', "Error of TMDB's server"), ('timeout', 'No answer in time'), ('network', 'No connection'), ('bad_answer', 'Answer that cannot be read'), ('refused', 'Refused by TMDB'), ('invalid_key', 'Wrong API key (401)')], max_length=12)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('worker', models.CharField(blank=True, max_length=100)),
                ('tried_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'fetch attempt',
                'verbose_name_plural': 'fetch attempts',
                'indexes': [
                    models.Index(fields=['-tried_at', 'outcome'], name='fetchattempt_newest'),
                    models.Index(fields=['outcome', '-tried_at'], name='fetchattempt_by_outcome'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('outcome__in', ['ok', 'no_data', 'not_found', 'no_match', 'doubtful', 'rate_limited', 'server_error', 'timeout', 'network', 'bad_answer', 'refused', 'invalid_key'])), name='fetchattempt_outcome_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='IdSuggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='id_suggestions', to='movies.movie')),
                ('tmdb_id', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=300)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('reason', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'The same film'), ('rejected', 'Another film')], default='open', max_length=8)),
                ('suggested_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'doubtful match',
                'verbose_name_plural': 'doubtful matches',
                'indexes': [
                    models.Index(fields=['state', 'id'], name='idsuggestion_by_state'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('movie', 'tmdb_id'), name='idsuggestion_once'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'rejected'])), name='idsuggestion_state_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('key', models.CharField(choices=[('invalid_key', 'TMDB refuses the API key'), ('old_prices', 'Prices that nobody has checked for 60 days'), ('retrain', 'The scheduled retraining published nothing'), ('unknown_providers', 'TMDB providers that belong to no platform yet'), ('vanished_providers', 'Providers that TMDB no longer lists')], max_length=20, primary_key=True, serialize=False)),
                ('detail', models.TextField(blank=True)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('key__in', ['invalid_key', 'old_prices', 'retrain', 'unknown_providers', 'vanished_providers'])), name='notice_key_known'),
                ],
            },
        ),
    ]
