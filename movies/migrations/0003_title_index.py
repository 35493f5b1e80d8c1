import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

# The films that there are, folded as by `movies.services.titles`; written out, so that it fits the
# table of this migration whatever that service becomes.
FILMS = """
    SELECT movie_id, title, title_ko, rating_count,
        md5(concat_ws(chr(31), %s::text, title, title_ko))
    FROM movies_movie ORDER BY movie_id
"""
COPY = "COPY movies_titleindex (movie_id, rating_count, names, keys, made_from) FROM STDIN"


def fold_titles(apps, schema_editor):
    from movies.titles import FOLDING, index_entry

    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FILMS, [FOLDING])
        films = cursor.fetchall()
        with cursor.copy(COPY) as copy:
            for number, title, title_ko, ratings, digest in films:
                names, keys = index_entry(title, title_ko)
                listed = ",".join(map(str, keys))
                copy.write(f"{number}\t{ratings}\t{names}\t{{{listed}}}\t{digest}\n")


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0002_availability_by_source'),
    ]

    operations = [
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
                'indexes': [models.Index(models.OrderBy(models.F('rating_count'), descending=True), models.F('movie'), name='titleindex_best_known'), django.contrib.postgres.indexes.GinIndex(fields=['keys'], gin_pending_list_limit=512, name='titleindex_keys')],
            },
        ),
        # Before the indexes, which Django makes at the end of the migration: that is faster.
        migrations.RunPython(fold_titles, migrations.RunPython.noop, elidable=True),
    ]
