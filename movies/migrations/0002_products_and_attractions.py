import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attraction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('title', models.CharField(max_length=200)),
                ('title_ko', models.CharField(blank=True, max_length=200)),
                ('kind', models.CharField(choices=[('series', 'Series'), ('variety', 'Variety show'), ('sport', 'Sport')], max_length=7)),
                ('category', models.CharField(blank=True, help_text='Such as drama, or the kind of sport', max_length=60)),
                ('year', models.PositiveSmallIntegerField(blank=True, help_text='When it was first shown', null=True)),
                ('starts_on', models.DateField(blank=True, help_text='First day of the right to show it; empty: not known', null=True)),
                ('ends_on', models.DateField(blank=True, help_text='Last day; empty: not known, still shown', null=True)),
                ('elsewhere', models.CharField(blank=True, help_text='Where else, of places that are not compared', max_length=200)),
                ('source', models.CharField(help_text='Where this was read', max_length=200)),
                ('source_url', models.URLField(blank=True)),
                ('checked_on', models.DateField()),
                ('certainty', models.CharField(choices=[('A', 'A: official page, or two sources'), ('B', 'B: one source'), ('C', 'C: old, partial or doubtful source'), ('D', 'D: hearsay')], default='B', max_length=1)),
                ('shipped', models.JSONField(editable=False, help_text='The row as the project shipped it', null=True)),
            ],
            options={
                'verbose_name': 'attraction',
                'verbose_name_plural': 'attractions',
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='AttractionPlatform',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product_slug', models.SlugField(blank=True, default='', help_text='The product that one needs; empty: any that gives the platform')),
                ('is_exclusive', models.BooleanField(default=False, help_text='To be seen nowhere else')),
            ],
            options={
                'verbose_name': 'platform of an attraction',
                'verbose_name_plural': 'platforms of attractions',
                'ordering': ['platform', 'product_slug'],
            },
        ),
        migrations.AlterModelOptions(
            name='product',
            options={'ordering': ['slug', 'valid_from'], 'verbose_name': 'product', 'verbose_name_plural': 'products'},
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_key_known',
        ),
        migrations.RemoveConstraint(
            model_name='product',
            name='product_kind_known',
        ),
        migrations.AddField(
            model_name='product',
            name='certainty',
            field=models.CharField(choices=[('A', 'A: official page, or two sources'), ('B', 'B: one source'), ('C', 'C: old, partial or doubtful source'), ('D', 'D: hearsay')], db_default='B', default='B', max_length=1),
        ),
        migrations.AddField(
            model_name='product',
            name='closure_warning',
            field=models.CharField(blank=True, default='', help_text='Why it may close; people read this', max_length=300),
        ),
        migrations.AddField(
            model_name='product',
            name='condition',
            field=models.CharField(blank=True, default='', help_text='What to know before buying it', max_length=300),
        ),
        migrations.AddField(
            model_name='product',
            name='downloads',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Devices or titles, as published; empty: not published', null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='excluded_content',
            field=models.CharField(blank=True, default='', help_text='What is on the platform but not in it', max_length=200),
        ),
        migrations.AddField(
            model_name='product',
            name='max_resolution',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(480, '480p'), (720, '720p'), (1080, '1080p'), (2160, '4K')], help_text='Empty: not published', null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='price_frozen_until',
            field=models.DateField(blank=True, help_text='The provider promised this price until that day', null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='promotion',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='product',
            name='promotion_price',
            field=models.PositiveIntegerField(blank=True, help_text='Won a month until the promotion ends', null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='promotion_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='requires',
            field=models.CharField(blank=True, default='', help_text='Who can buy it; empty: anybody. product:SLUG, phone_or_tv_line:WHO (or any), credit_card, existing_members, student, military, in_app_purchase', max_length=60, validators=[django.core.validators.RegexValidator('^(product:[-a-zA-Z0-9_]{1,50}|phone_or_tv_line:[a-zA-Z0-9]{1,20}|credit_card|existing_members|student|military|in_app_purchase)?$', 'Not a known requirement.')]),
        ),
        migrations.AddField(
            model_name='product',
            name='streams',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Screens at the same time; empty: not published', null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='yearly_price',
            field=models.PositiveIntegerField(blank=True, help_text='Won for twelve months paid at once', null=True),
        ),
        migrations.AlterField(
            model_name='notice',
            name='key',
            field=models.CharField(choices=[('closures', 'Products on sale that may close'), ('frozen_prices', 'Prices whose freeze ends within 60 days, or has ended'), ('invalid_key', 'TMDB refuses the API key'), ('old_prices', 'Prices that nobody has checked for 90 days'), ('old_promotions', 'Promotions that have ended but are still stored'), ('retrain', 'The scheduled retraining published nothing'), ('unknown_providers', 'TMDB providers that belong to no platform yet'), ('vanished_providers', 'Providers that TMDB no longer lists')], max_length=20, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name='product',
            name='kind',
            field=models.CharField(choices=[('plan', 'Plan'), ('ad_tier', 'Ad tier'), ('bundle', 'Bundle'), ('membership', 'Membership'), ('addon', 'Add-on'), ('free', 'Free tier'), ('telecom', 'Phone plan'), ('telecom_addon', 'Add-on of a phone plan'), ('iptv', 'TV line'), ('card', 'Card offer')], default='plan', max_length=13),
        ),
        migrations.AlterField(
            model_name='product',
            name='slug',
            field=models.SlugField(help_text='The same for all prices of one product'),
        ),
        migrations.AlterField(
            model_name='product',
            name='valid_from',
            field=models.DateField(help_text='First day of this price; a new price is a new product of the same slug'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('key__in', ['closures', 'frozen_prices', 'invalid_key', 'old_prices', 'old_promotions', 'retrain', 'unknown_providers', 'vanished_providers'])), name='notice_key_known'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(fields=('slug', 'valid_from'), name='product_once_a_first_day', violation_error_message='This product has another price from that day on.'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['plan', 'ad_tier', 'bundle', 'membership', 'addon', 'free', 'telecom', 'telecom_addon', 'iptv', 'card'])), name='product_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'free'), _negated=True), ('monthly_price', 0), _connector='OR'), name='product_free_costs_nothing', violation_error_message='A free tier costs 0 won.'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('yearly_price__isnull', True), ('yearly_price__lte', django.db.models.expressions.CombinedExpression(models.F('monthly_price'), '*', models.Value(12))), _connector='OR'), name='product_year_not_dearer', violation_error_message='A year costs more than twelve months.'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('max_resolution__isnull', True), ('max_resolution__in', [480, 720, 1080, 2160]), _connector='OR'), name='product_resolution_known'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('streams__isnull', True), ('streams__range', (1, 20)), _connector='OR'), name='product_streams_in_range', violation_error_message='Between 1 and 20 screens at the same time.'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('requires__regex', '^(product:[-a-zA-Z0-9_]{1,50}|phone_or_tv_line:[a-zA-Z0-9]{1,20}|credit_card|existing_members|student|military|in_app_purchase)?$')), name='product_requirement_known'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('requires', django.db.models.functions.text.Concat(models.Value('product:'), models.F('slug'))), _negated=True), name='product_not_its_own_requirement', violation_error_message='A product cannot require itself.'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('promotion_price__isnull', True), models.Q(('promotion_price__lt', models.F('monthly_price')), ('promotion_until__isnull', False)), _connector='OR'), name='product_promotion_ends_and_saves', violation_error_message='A promotion needs its last day, and costs less than the usual price.'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('promotion_until__isnull', True), ('promotion_until__gte', models.F('valid_from')), _connector='OR'), name='product_promotion_not_before', violation_error_message='The promotion ends before the product begins.'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('price_frozen_until__isnull', True), ('price_frozen_until__gte', models.F('valid_from')), _connector='OR'), name='product_freeze_not_before', violation_error_message='The price freeze ends before the product begins.'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('certainty__in', ['A', 'B', 'C', 'D'])), name='product_certainty_known'),
        ),
        migrations.AddConstraint(
            model_name='attraction',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['series', 'variety', 'sport'])), name='attraction_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='attraction',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='attraction_ends_not_before_start', violation_error_message='The last day is before the first.'),
        ),
        migrations.AddConstraint(
            model_name='attraction',
            constraint=models.CheckConstraint(condition=models.Q(('year__isnull', True), ('year__range', (1900, 2100)), _connector='OR'), name='attraction_year_in_range'),
        ),
        migrations.AddConstraint(
            model_name='attraction',
            constraint=models.CheckConstraint(condition=models.Q(('certainty__in', ['A', 'B', 'C', 'D'])), name='attraction_certainty_known'),
        ),
        migrations.AddField(
            model_name='attractionplatform',
            name='attraction',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='movies.attraction'),
        ),
        migrations.AddField(
            model_name='attractionplatform',
            name='platform',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attractions', to='movies.platform'),
        ),
        migrations.AddConstraint(
            model_name='attractionplatform',
            constraint=models.UniqueConstraint(fields=('attraction', 'platform', 'product_slug'), name='attraction_place_once'),
        ),
    ]
