"""Names and help of the fields, for staff."""

from django.db import migrations, models

from common.migrations import OnlyNames


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0007_groups_and_people_at_home'),
    ]

    operations = [
      OnlyNames([
        migrations.AlterField(
            model_name='dataload',
            name='counts',
            field=models.JSONField(default=dict, help_text='Rows by what was written or skipped', verbose_name='counts'),
        ),
        migrations.AlterField(
            model_name='dataload',
            name='digest',
            field=models.CharField(help_text='SHA-256 of what was read', max_length=64, verbose_name='SHA-256'),
        ),
        migrations.AlterField(
            model_name='dataload',
            name='id_space',
            field=models.CharField(blank=True, help_text='Which numbering the movie ids belong to (MovieLens data sets only)', max_length=20, verbose_name='numbering of films'),
        ),
        migrations.AlterField(
            model_name='dataload',
            name='kind',
            field=models.CharField(choices=[('movielens', 'MovieLens data set'), ('reference', 'Reference data'), ('movie_details', 'Movie details'), ('availability', 'Availability'), ('usage_statistics', 'Usage statistics'), ('predictions', 'Predicted ratings'), ('home_ratings', 'Ratings of people at home')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='dataload',
            name='loaded_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='loaded at'),
        ),
        migrations.AlterField(
            model_name='dataload',
            name='name',
            field=models.CharField(help_text='Name of the file, folder or data set', max_length=200, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='dataload',
            name='seconds',
            field=models.FloatField(verbose_name='seconds'),
        ),
        migrations.AlterField(
            model_name='requestcount',
            name='count',
            field=models.PositiveIntegerField(verbose_name='count'),
        ),
        migrations.AlterField(
            model_name='requestcount',
            name='ends_at',
            field=models.DateTimeField(verbose_name='ends at'),
        ),
        migrations.AlterField(
            model_name='requestcount',
            name='key',
            field=models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='key'),
        ),
      ]),
    ]
