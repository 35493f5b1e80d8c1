"""Names and help of the fields, for staff."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import movies.fields
import pgvector.django.bit
from django.conf import settings
from django.db import migrations, models

from common.migrations import OnlyNames


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0007_platform_brand'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
      OnlyNames([
        migrations.AlterField(
            model_name='attraction',
            name='category',
            field=models.CharField(blank=True, help_text='Such as drama, or the kind of sport', max_length=60, verbose_name='category'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='certainty',
            field=models.CharField(choices=[('A', 'A: official page, or two sources'), ('B', 'B: one source'), ('C', 'C: old, partial or doubtful source'), ('D', 'D: hearsay')], default='B', help_text='How sure the source makes it', max_length=1, verbose_name='certainty'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='checked_on',
            field=models.DateField(help_text='The day on which you looked it up', verbose_name='checked on'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='elsewhere',
            field=models.CharField(blank=True, help_text='Where else, of places that are not compared', max_length=200, verbose_name='elsewhere'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='ends_on',
            field=models.DateField(blank=True, help_text='Last day; empty: not known, still shown', null=True, verbose_name='ends on'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='kind',
            field=models.CharField(choices=[('series', 'Series'), ('variety', 'Variety show'), ('sport', 'Sport')], help_text='What people would ask for', max_length=7, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='shipped',
            field=models.JSONField(editable=False, help_text='The row as the project shipped it', null=True, verbose_name='row as shipped'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='slug',
            field=models.SlugField(help_text='Lower-case letters, digits and _; it never changes', unique=True, verbose_name='slug'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='source',
            field=models.CharField(help_text='Where this was read', max_length=200, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='source_url',
            field=models.URLField(blank=True, help_text='A page where everybody can check it', verbose_name='address of the source'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='starts_on',
            field=models.DateField(blank=True, help_text='First day of the right to show it; empty: not known', null=True, verbose_name='starts on'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='title',
            field=models.CharField(help_text='The English title', max_length=200, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='title_ko',
            field=models.CharField(blank=True, help_text='The title in Korea', max_length=200, verbose_name='Korean title'),
        ),
        migrations.AlterField(
            model_name='attraction',
            name='year',
            field=models.PositiveSmallIntegerField(blank=True, help_text='When it was first shown', null=True, verbose_name='year'),
        ),
        migrations.AlterField(
            model_name='attractionplatform',
            name='attraction',
            field=models.ForeignKey(help_text='What is shown there', on_delete=django.db.models.deletion.CASCADE, related_name='places', to='movies.attraction', verbose_name='attraction'),
        ),
        migrations.AlterField(
            model_name='attractionplatform',
            name='is_exclusive',
            field=models.BooleanField(default=False, help_text='To be seen nowhere else', verbose_name='only there'),
        ),
        migrations.AlterField(
            model_name='attractionplatform',
            name='platform',
            field=models.ForeignKey(help_text='Where it can be watched', on_delete=django.db.models.deletion.PROTECT, related_name='attractions', to='movies.platform', verbose_name='platform'),
        ),
        migrations.AlterField(
            model_name='attractionplatform',
            name='product_slug',
            field=models.SlugField(blank=True, default='', help_text='The product that one needs; empty: any that gives the platform', verbose_name='product needed'),
        ),
        migrations.AlterField(
            model_name='availability',
            name='checked_at',
            field=models.DateTimeField(verbose_name='checked at'),
        ),
        migrations.AlterField(
            model_name='availability',
            name='included',
            field=models.BooleanField(help_text='A subscription includes the film', verbose_name='included'),
        ),
        migrations.AlterField(
            model_name='availability',
            name='is_newest',
            field=models.BooleanField(default=True, help_text='The word that counts, of all sources but our staff', verbose_name='is in effect'),
        ),
        migrations.AlterField(
            model_name='availability',
            name='movie',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='availability', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='availability',
            name='note',
            field=models.CharField(blank=True, max_length=300, verbose_name='note'),
        ),
        migrations.AlterField(
            model_name='availability',
            name='platform',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='availability', to='movies.platform', verbose_name='platform'),
        ),
        migrations.AlterField(
            model_name='availability',
            name='source',
            field=models.CharField(max_length=60, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='availability',
            name='stated_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stated by'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='after',
            field=models.BooleanField(null=True, verbose_name='source says now'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='before',
            field=models.BooleanField(null=True, verbose_name='source said before'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='carried_after',
            field=models.BooleanField(null=True, verbose_name='carried now'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='carried_before',
            field=models.BooleanField(null=True, verbose_name='carried before'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='changed at'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='changed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='effect',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(carried_before=models.F('carried_after'), then=models.Value('none')), models.When(carried_after=True, carried_before=False, then=models.Value('arrival')), models.When(carried_after=False, carried_before=True, then=models.Value('departure')), models.When(carried_after__isnull=False, carried_before__isnull=True, then=models.Value('known')), models.When(carried_after__isnull=True, carried_before__isnull=False, then=models.Value('unknown')), default=models.Value('none')), output_field=models.CharField(choices=[('arrival', 'Arrived'), ('departure', 'Left'), ('known', 'Became known'), ('unknown', 'Became unknown'), ('none', 'No effect')], max_length=9), verbose_name='effect'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability_changes', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='note',
            field=models.CharField(blank=True, max_length=300, verbose_name='note'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='platform',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='availability_changes', to='movies.platform', verbose_name='platform'),
        ),
        migrations.AlterField(
            model_name='availabilitychange',
            name='source',
            field=models.CharField(max_length=60, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='availabilityreport',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='decided at'),
        ),
        migrations.AlterField(
            model_name='availabilityreport',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AlterField(
            model_name='availabilityreport',
            name='first_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='first reported at'),
        ),
        migrations.AlterField(
            model_name='availabilityreport',
            name='last_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='last reported at'),
        ),
        migrations.AlterField(
            model_name='availabilityreport',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability_reports', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='availabilityreport',
            name='platform',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability_reports', to='movies.platform', verbose_name='platform'),
        ),
        migrations.AlterField(
            model_name='availabilityreport',
            name='shown',
            field=models.BooleanField(help_text='What the page said; empty: unknown', null=True, verbose_name='shown on the page'),
        ),
        migrations.AlterField(
            model_name='availabilityreport',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('accepted', 'Corrected'), ('rejected', 'Was right')], default='open', max_length=8, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='availabilityreport',
            name='times',
            field=models.PositiveIntegerField(default=1, verbose_name='times reported'),
        ),
        migrations.AlterField(
            model_name='fetchattempt',
            name='detail',
            field=models.CharField(blank=True, max_length=300, verbose_name='detail'),
        ),
        migrations.AlterField(
            model_name='fetchattempt',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fetch_attempts', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='fetchattempt',
            name='outcome',
            field=models.CharField(choices=[('ok', 'Answered'), ('no_data', 'Known to TMDB, but nothing about where it can be watched'), ('not_found', 'TMDB has no such film'), ('no_match', 'No TMDB id found'), ('doubtful', 'Doubtful match, for staff to decide'), ('rate_limited', 'Too many requests (429)'), ('server_error', "Error of TMDB's server"), ('timeout', 'No answer in time'), ('network', 'No connection'), ('bad_answer', 'Answer that cannot be read'), ('refused', 'Refused by TMDB'), ('invalid_key', 'Wrong API key (401)')], max_length=12, verbose_name='outcome'),
        ),
        migrations.AlterField(
            model_name='fetchattempt',
            name='tried_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='tried at'),
        ),
        migrations.AlterField(
            model_name='fetchattempt',
            name='worker',
            field=models.CharField(blank=True, max_length=100, verbose_name='worker'),
        ),
        migrations.AlterField(
            model_name='fetchfailure',
            name='failed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='failed at'),
        ),
        migrations.AlterField(
            model_name='fetchfailure',
            name='given_up',
            field=models.PositiveSmallIntegerField(default=0, help_text='Runs that gave it up', verbose_name='times given up'),
        ),
        migrations.AlterField(
            model_name='fetchfailure',
            name='movie',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fetch_failure', serialize=False, to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='fetchfailure',
            name='not_before',
            field=models.DateTimeField(default=django.utils.timezone.now, help_text='End of the pause after the run that gave it up', verbose_name='not before'),
        ),
        migrations.AlterField(
            model_name='fetchfailure',
            name='outcome',
            field=models.CharField(choices=[('ok', 'Answered'), ('no_data', 'Known to TMDB, but nothing about where it can be watched'), ('not_found', 'TMDB has no such film'), ('no_match', 'No TMDB id found'), ('doubtful', 'Doubtful match, for staff to decide'), ('rate_limited', 'Too many requests (429)'), ('server_error', "Error of TMDB's server"), ('timeout', 'No answer in time'), ('network', 'No connection'), ('bad_answer', 'Answer that cannot be read'), ('refused', 'Refused by TMDB'), ('invalid_key', 'Wrong API key (401)')], max_length=12, verbose_name='outcome'),
        ),
        migrations.AlterField(
            model_name='fetchjob',
            name='claimed_by',
            field=models.CharField(blank=True, max_length=100, verbose_name='claimed by'),
        ),
        migrations.AlterField(
            model_name='fetchjob',
            name='movie',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fetch_job', serialize=False, to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='fetchjob',
            name='not_before',
            field=models.DateTimeField(default=django.utils.timezone.now, help_text='End of the lease, or of the pause after a failure', verbose_name='not before'),
        ),
        migrations.AlterField(
            model_name='fetchjob',
            name='position',
            field=models.PositiveIntegerField(help_text='The lower, the earlier', verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='fetchjob',
            name='queued_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='queued at'),
        ),
        migrations.AlterField(
            model_name='fetchjob',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='tries'),
        ),
        migrations.AlterField(
            model_name='idsuggestion',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='decided at'),
        ),
        migrations.AlterField(
            model_name='idsuggestion',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AlterField(
            model_name='idsuggestion',
            name='movie',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='id_suggestions', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='idsuggestion',
            name='reason',
            field=models.CharField(max_length=200, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='idsuggestion',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('accepted', 'The same film'), ('rejected', 'Another film')], default='open', max_length=8, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='idsuggestion',
            name='suggested_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='suggested at'),
        ),
        migrations.AlterField(
            model_name='idsuggestion',
            name='title',
            field=models.CharField(max_length=300, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='idsuggestion',
            name='tmdb_id',
            field=models.PositiveIntegerField(verbose_name='TMDB number'),
        ),
        migrations.AlterField(
            model_name='idsuggestion',
            name='year',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='year'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='arrived',
            field=models.PositiveIntegerField(default=0, help_text='Not in the last list', verbose_name='films arrived'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='detail',
            field=models.CharField(blank=True, max_length=300, verbose_name='detail'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='doubtful',
            field=models.PositiveIntegerField(default=0, help_text='Perhaps a film of ours: staff decide', verbose_name='doubtful films'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ended at'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='entered',
            field=models.PositiveIntegerField(default=0, help_text='New to the catalogue', verbose_name='films entered'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='expected',
            field=models.PositiveIntegerField(blank=True, help_text='Films, as TMDB counts them', null=True, verbose_name='films expected'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='films',
            field=models.PositiveIntegerField(default=0, help_text='Films in the list', verbose_name='films'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='left',
            field=models.PositiveIntegerField(default=0, help_text='In the last list, not in this', verbose_name='films that left'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='platform',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='listings', to='movies.platform', verbose_name='platform'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='provider_ids',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), help_text='Asked for at TMDB', size=None, verbose_name='provider numbers'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='reason',
            field=models.CharField(blank=True, choices=[('', '-'), ('shrunk', 'It has less than half of the films of the last list'), ('empty', 'It has no films'), ('changed', 'It changed each time while it was read'), ('incomplete', 'TMDB does not show all of it'), ('contradicted', 'It contradicts what TMDB says of single films'), ('old', 'Reading it was interrupted for too long'), ('replaced', 'The platform got other providers meanwhile')], default='', max_length=12, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='restarts',
            field=models.PositiveSmallIntegerField(default=0, help_text='How often it changed while it was read, and was begun again', verbose_name='restarts'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='started_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='started at'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='state',
            field=models.CharField(choices=[('gathering', 'Being read'), ('applied', 'Taken over'), ('refused', 'Not taken over'), ('dropped', 'Dropped')], default='gathering', max_length=9, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='listingpart',
            name='done',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None, verbose_name='pages read'),
        ),
        migrations.AlterField(
            model_name='listingpart',
            name='first_day',
            field=models.DateField(null=True, verbose_name='first release day'),
        ),
        migrations.AlterField(
            model_name='listingpart',
            name='last_day',
            field=models.DateField(null=True, verbose_name='last release day'),
        ),
        migrations.AlterField(
            model_name='listingpart',
            name='listing',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='movies.listing', verbose_name='list of a platform'),
        ),
        migrations.AlterField(
            model_name='listingpart',
            name='pages',
            field=models.PositiveIntegerField(null=True, verbose_name='pages'),
        ),
        migrations.AlterField(
            model_name='listingpart',
            name='total',
            field=models.PositiveIntegerField(null=True, verbose_name='total'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='answered_at',
            field=models.DateTimeField(blank=True, help_text='When TMDB last gave a final answer, good or bad', null=True, verbose_name='TMDB answered at'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='demand',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='Respondents who picked it or got it recommended, as last counted', verbose_name='demand'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='fingerprint_bit',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Place in the watched fingerprint; only the most-watched films have one', null=True, verbose_name='place in fingerprints'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='genres',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None, verbose_name='genres'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='imdb_id',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='IMDb number'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='in_conflict',
            field=models.BooleanField(db_default=False, default=False, help_text='Two sources that looked at about the same time disagree', verbose_name='sources disagree'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='movie_id',
            field=models.IntegerField(primary_key=True, serialize=False, verbose_name='film number'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='platforms',
            field=models.GeneratedField(db_persist=True, expression=movies.fields.JSONMerge('platforms_fetched', 'platforms_staff'), output_field=models.JSONField(), verbose_name='platforms in effect'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='platforms_checked_at',
            field=models.DateTimeField(blank=True, help_text='Newest statement of any source but our staff', null=True, verbose_name='availability checked at'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='platforms_fetched',
            field=models.JSONField(blank=True, default=dict, verbose_name='platforms as fetched'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='platforms_seen',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, verbose_name='newest statements'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='platforms_staff',
            field=models.JSONField(blank=True, default=dict, verbose_name='corrections of staff'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='poster_path',
            field=models.CharField(blank=True, max_length=100, verbose_name='poster'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='rating_avg',
            field=models.FloatField(blank=True, null=True, verbose_name='average rating'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='rating_count',
            field=models.PositiveIntegerField(default=0, verbose_name='number of ratings'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='series',
            field=models.CharField(blank=True, db_default='', default='', help_text='Films of one series have the same; empty for a film of none', max_length=100, verbose_name='series'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='series_by_title',
            field=models.CharField(blank=True, db_default='', default='', help_text='What the titles say', max_length=100, verbose_name='series by title'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='title',
            field=models.CharField(max_length=300, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='title_ko',
            field=models.CharField(blank=True, max_length=300, verbose_name='Korean title'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='tmdb_id',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='TMDB number'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='tmdb_id_source',
            field=models.CharField(blank=True, choices=[('', 'Data set or details file'), ('imdb', 'Found by IMDb id'), ('search', 'Found by title and year'), ('staff', 'Confirmed by staff'), ('listed', 'Entered from a list of TMDB')], db_default='', default='', max_length=6, verbose_name='source of the TMDB number'),
        ),
        migrations.AlterField(
            model_name='movie',
            name='year',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='year'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='collection',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='collection'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='collection_id',
            field=models.PositiveIntegerField(blank=True, help_text="TMDB's number of the series", null=True, verbose_name='collection number'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='fetched_at',
            field=models.DateTimeField(verbose_name='fetched at'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='movie',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='details', serialize=False, to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='original_language',
            field=models.CharField(blank=True, max_length=10, verbose_name='original language'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='original_title',
            field=models.CharField(blank=True, max_length=300, verbose_name='original title'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='overview',
            field=models.TextField(blank=True, verbose_name='overview'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='poster_path',
            field=models.CharField(blank=True, max_length=100, verbose_name='poster'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='release_date',
            field=models.DateField(blank=True, null=True, verbose_name='release date'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='runtime',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Minutes', null=True, verbose_name='runtime'),
        ),
        migrations.AlterField(
            model_name='moviedetails',
            name='title_ko',
            field=models.CharField(blank=True, max_length=300, verbose_name='Korean title'),
        ),
        migrations.AlterField(
            model_name='movielensuser',
            name='age',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Years, or the first year of the band (MovieLens 1M)', null=True, verbose_name='age'),
        ),
        migrations.AlterField(
            model_name='movielensuser',
            name='age_band',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(age__gte=56, then=models.Value(56)), models.When(age__gte=50, then=models.Value(50)), models.When(age__gte=45, then=models.Value(45)), models.When(age__gte=35, then=models.Value(35)), models.When(age__gte=25, then=models.Value(25)), models.When(age__gte=18, then=models.Value(18)), models.When(age__gte=1, then=models.Value(1)), default=None, output_field=models.PositiveSmallIntegerField()), output_field=models.PositiveSmallIntegerField(null=True), verbose_name='age group'),
        ),
        migrations.AlterField(
            model_name='movielensuser',
            name='gender',
            field=models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male')], max_length=6, verbose_name='gender'),
        ),
        migrations.AlterField(
            model_name='movielensuser',
            name='ml_user_id',
            field=models.IntegerField(primary_key=True, serialize=False, verbose_name='number in MovieLens'),
        ),
        migrations.AlterField(
            model_name='movielensuser',
            name='occupation',
            field=models.CharField(blank=True, max_length=60, verbose_name='occupation'),
        ),
        migrations.AlterField(
            model_name='movielensuser',
            name='simhash',
            field=pgvector.django.bit.BitField(length=64, verbose_name='short fingerprint'),
        ),
        migrations.AlterField(
            model_name='movielensuser',
            name='watched',
            field=pgvector.django.bit.BitField(length=4096, verbose_name='watched films'),
        ),
        migrations.AlterField(
            model_name='movielensuser',
            name='watched_count',
            field=models.PositiveIntegerField(default=0, verbose_name='number of watched films'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='detail',
            field=models.TextField(blank=True, verbose_name='detail'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='key',
            field=models.CharField(choices=[('contradicted', 'Sources that newer ones contradict in many films'), ('closures', 'Products on sale that may close'), ('frozen_prices', 'Prices whose freeze ends within 60 days, or has ended'), ('invalid_key', 'TMDB refuses the API key'), ('listings', 'Lists of platforms that were not taken over'), ('old_prices', 'Prices that nobody has checked for 90 days'), ('old_promotions', 'Promotions that have ended but are still stored'), ('one_winner', 'One platform comes first in almost every answer of a week'), ('retrain', 'The scheduled retraining published nothing'), ('unknown_providers', 'TMDB providers that belong to no platform yet'), ('vanished_providers', 'Providers that TMDB no longer lists'), ('winners_moved', 'A load of facts gave most simulated people another OTT')], max_length=20, primary_key=True, serialize=False, verbose_name='what it is about'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='since',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='since'),
        ),
        migrations.AlterField(
            model_name='offer',
            name='kind',
            field=models.CharField(choices=[('flatrate', 'Subscription'), ('free', 'Free'), ('ads', 'Free with ads'), ('rent', 'Rent'), ('buy', 'Buy')], max_length=8, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='offer',
            name='movie',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='offer',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='movies.provider', verbose_name='provider'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='brand_colour',
            field=models.CharField(blank=True, db_default='', default='', help_text='Ground of its mark, as #E50914; empty: grey', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9A-F]{6}$', 'Please write it as #E50914.')], verbose_name='brand colour'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='brand_source',
            field=models.CharField(blank=True, db_default='', default='', help_text='Where the colour was read', max_length=200, verbose_name='source of the colour'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='films_carried',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='Films that it is known to carry', verbose_name='films carried'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='films_known',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='Films whose availability here is known', verbose_name='films known'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='homepage',
            field=models.URLField(blank=True, help_text='The first page of the service', verbose_name='home page'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='is_active',
            field=models.BooleanField(default=True, help_text='Compared and recommended', verbose_name='is active'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='name',
            field=models.CharField(help_text='As the provider writes it in English', max_length=60, unique=True, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='name_ko',
            field=models.CharField(blank=True, help_text='As people in Korea call it', max_length=60, verbose_name='Korean name'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='published_carried',
            field=models.PositiveIntegerField(default=0, help_text='Those of them that a subscription includes', verbose_name='published films carried'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='published_decades',
            field=models.JSONField(blank=True, default=dict, help_text='The same two numbers by decade of the film', verbose_name='published by decade'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='published_known',
            field=models.PositiveIntegerField(default=0, help_text='Films that somebody looked at and published as a share', verbose_name='films of the published share'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='shipped',
            field=models.JSONField(editable=False, help_text='The row as the project shipped it', null=True, verbose_name='row as shipped'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='slug',
            field=models.SlugField(help_text='Lower-case letters, digits and _; it never changes', primary_key=True, serialize=False, verbose_name='slug'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='stationary_share',
            field=models.FloatField(blank=True, help_text='P(a film is here) once what was seen of it no longer says anything; 0 to 1', null=True, verbose_name='long-run share'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='surveyed_carried',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='Those of them that it carries', verbose_name='films surveyed and carried'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='surveyed_known',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='Known films, only from sources that also report absence', verbose_name='films surveyed'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='surveyed_on',
            field=models.DateField(editable=False, help_text='The day since which 50 films were looked at', null=True, verbose_name='surveyed since'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='surveyed_strata',
            field=models.JSONField(default=dict, editable=False, help_text='The same two numbers by decade and by genre', verbose_name='surveyed by decade and genre'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='tmdb_provider_ids',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), blank=True, default=list, help_text='Numbers of TMDB providers, with commas', size=None, verbose_name='TMDB provider numbers'),
        ),
        migrations.AlterField(
            model_name='platform',
            name='turnover',
            field=models.FloatField(blank=True, help_text='How fast what was seen ages: a share of e^-turnover still holds after a year', null=True, verbose_name='turnover'),
        ),
        migrations.AlterField(
            model_name='product',
            name='certainty',
            field=models.CharField(choices=[('A', 'A: official page, or two sources'), ('B', 'B: one source'), ('C', 'C: old, partial or doubtful source'), ('D', 'D: hearsay')], db_default='B', default='B', help_text='How sure the source makes it', max_length=1, verbose_name='certainty'),
        ),
        migrations.AlterField(
            model_name='product',
            name='checked_on',
            field=models.DateField(help_text='The day on which you looked it up', verbose_name='checked on'),
        ),
        migrations.AlterField(
            model_name='product',
            name='closure_warning',
            field=models.CharField(blank=True, default='', help_text='Why it may close; people read this', max_length=300, verbose_name='closure warning'),
        ),
        migrations.AlterField(
            model_name='product',
            name='condition',
            field=models.CharField(blank=True, default='', help_text='What to know before buying it', max_length=300, verbose_name='condition'),
        ),
        migrations.AlterField(
            model_name='product',
            name='downloads',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Devices or titles, as published; empty: not published', null=True, verbose_name='downloads'),
        ),
        migrations.AlterField(
            model_name='product',
            name='excluded_content',
            field=models.CharField(blank=True, default='', help_text='What is on the platform but not in it', max_length=200, verbose_name='not included'),
        ),
        migrations.AlterField(
            model_name='product',
            name='has_ads',
            field=models.BooleanField(default=False, help_text='Ads between or before films', verbose_name='with ads'),
        ),
        migrations.AlterField(
            model_name='product',
            name='kind',
            field=models.CharField(choices=[('plan', 'Plan'), ('ad_tier', 'Ad tier'), ('bundle', 'Bundle'), ('membership', 'Membership'), ('addon', 'Add-on'), ('free', 'Free tier'), ('telecom', 'Phone plan'), ('telecom_addon', 'Add-on of a phone plan'), ('iptv', 'TV line'), ('card', 'Card offer')], default='plan', help_text='A plan of one platform, or a bundle of several', max_length=13, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='product',
            name='max_resolution',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(480, '480p'), (720, '720p'), (1080, '1080p'), (2160, '4K')], help_text='Empty: not published', null=True, verbose_name='best picture'),
        ),
        migrations.AlterField(
            model_name='product',
            name='monthly_price',
            field=models.PositiveIntegerField(blank=True, help_text='Won a month; empty while nobody has checked it', null=True, verbose_name='monthly price'),
        ),
        migrations.AlterField(
            model_name='product',
            name='name',
            field=models.CharField(help_text='As the provider writes it in English', max_length=100, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='product',
            name='name_ko',
            field=models.CharField(blank=True, help_text='As people in Korea call it', max_length=100, verbose_name='Korean name'),
        ),
        migrations.AlterField(
            model_name='product',
            name='platforms',
            field=models.ManyToManyField(help_text='What the product gives access to', related_name='products', to='movies.platform', verbose_name='platforms'),
        ),
        migrations.AlterField(
            model_name='product',
            name='price_frozen_until',
            field=models.DateField(blank=True, help_text='The provider promised this price until that day', null=True, verbose_name='price frozen until'),
        ),
        migrations.AlterField(
            model_name='product',
            name='promotion',
            field=models.CharField(blank=True, default='', help_text='What the provider calls it; empty without one', max_length=200, verbose_name='promotion'),
        ),
        migrations.AlterField(
            model_name='product',
            name='promotion_price',
            field=models.PositiveIntegerField(blank=True, help_text='Won a month until the promotion ends', null=True, verbose_name='promotion price'),
        ),
        migrations.AlterField(
            model_name='product',
            name='promotion_until',
            field=models.DateField(blank=True, help_text='The last day of the promotion', null=True, verbose_name='promotion until'),
        ),
        migrations.AlterField(
            model_name='product',
            name='requires',
            field=models.CharField(blank=True, default='', help_text='Who can buy it; empty: anybody. product:SLUG, phone_or_tv_line:WHO (or any), credit_card, existing_members, student, military, in_app_purchase', max_length=60, validators=[django.core.validators.RegexValidator('^(product:[-a-zA-Z0-9_]{1,50}|phone_or_tv_line:[a-zA-Z0-9]{1,20}|credit_card|existing_members|student|military|in_app_purchase)?$', 'Not a known requirement.')], verbose_name='requires'),
        ),
        migrations.AlterField(
            model_name='product',
            name='shipped',
            field=models.JSONField(editable=False, help_text='The row as the project shipped it', null=True, verbose_name='row as shipped'),
        ),
        migrations.AlterField(
            model_name='product',
            name='slug',
            field=models.SlugField(help_text='The same for all prices of one product', verbose_name='slug'),
        ),
        migrations.AlterField(
            model_name='product',
            name='source',
            field=models.CharField(help_text='Where the price was read', max_length=200, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='product',
            name='source_url',
            field=models.URLField(blank=True, help_text='A page where everybody can check it', verbose_name='address of the source'),
        ),
        migrations.AlterField(
            model_name='product',
            name='streams',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Screens at the same time; empty: not published', null=True, verbose_name='screens at once'),
        ),
        migrations.AlterField(
            model_name='product',
            name='valid_from',
            field=models.DateField(help_text='First day of this price; a new price is a new product of the same slug', verbose_name='first day'),
        ),
        migrations.AlterField(
            model_name='product',
            name='valid_to',
            field=models.DateField(blank=True, help_text='The last day of this price; empty as long as it is sold', null=True, verbose_name='last day'),
        ),
        migrations.AlterField(
            model_name='product',
            name='yearly_price',
            field=models.PositiveIntegerField(blank=True, help_text='Won for twelve months paid at once', null=True, verbose_name='yearly price'),
        ),
        migrations.AlterField(
            model_name='provider',
            name='first_seen_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='first seen at'),
        ),
        migrations.AlterField(
            model_name='provider',
            name='is_ignored',
            field=models.BooleanField(default=False, help_text='Staff have seen it; it is none of our platforms', verbose_name='is ignored'),
        ),
        migrations.AlterField(
            model_name='provider',
            name='is_listed',
            field=models.BooleanField(default=False, help_text="In TMDB's newest list for Korea", verbose_name='is listed'),
        ),
        migrations.AlterField(
            model_name='provider',
            name='listed_at',
            field=models.DateTimeField(blank=True, help_text='The last time it was in the list', null=True, verbose_name='listed at'),
        ),
        migrations.AlterField(
            model_name='provider',
            name='name',
            field=models.CharField(max_length=100, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='provider',
            name='provider_id',
            field=models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name='provider number'),
        ),
        migrations.AlterField(
            model_name='provider',
            name='tier',
            field=models.CharField(blank=True, choices=[('', 'Standard'), ('ads', 'With ads')], default='', help_text='Which plans include its films', max_length=3, verbose_name='tier'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='genres',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, size=None, verbose_name='genres'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='listing',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='listed', to='movies.listing', verbose_name='list of a platform'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='original_language',
            field=models.CharField(blank=True, max_length=10, verbose_name='original language'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='original_title',
            field=models.CharField(blank=True, max_length=300, verbose_name='original title'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='overview',
            field=models.TextField(blank=True, verbose_name='overview'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='poster_path',
            field=models.CharField(blank=True, max_length=100, verbose_name='poster'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='release_date',
            field=models.DateField(null=True, verbose_name='release date'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='title',
            field=models.CharField(max_length=300, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='title_ko',
            field=models.CharField(blank=True, max_length=300, verbose_name='Korean title'),
        ),
        migrations.AlterField(
            model_name='stagedfilm',
            name='tmdb_id',
            field=models.PositiveIntegerField(verbose_name='TMDB number'),
        ),
        migrations.AlterField(
            model_name='titleindex',
            name='keys',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None, verbose_name='search keys'),
        ),
        migrations.AlterField(
            model_name='titleindex',
            name='made_from',
            field=models.UUIDField(verbose_name='made from'),
        ),
        migrations.AlterField(
            model_name='titleindex',
            name='movie',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='title_index', serialize=False, to='movies.movie', verbose_name='movie'),
        ),
        migrations.AlterField(
            model_name='titleindex',
            name='names',
            field=models.TextField(verbose_name='titles as written'),
        ),
        migrations.AlterField(
            model_name='titleindex',
            name='rating_count',
            field=models.PositiveIntegerField(verbose_name='number of ratings'),
        ),
      ]),
    ]
