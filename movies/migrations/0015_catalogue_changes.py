"""Each statement that changes what is shown of films leaves a number in `CatalogueChange`.

Inserting a row waits for nobody, unlike a counter that every writer raises. Of the old numbers those
go that no other transaction is deleting just now.
"""

from django.db import migrations, models

NOTED = """
CREATE FUNCTION movies_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE number bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NOT EXISTS (
            SELECT FROM before_it JOIN after_it USING (movie_id)
            WHERE (before_it.title, before_it.title_ko, before_it.year, before_it.genres,
                before_it.poster_path, before_it.platforms, before_it.rating_count,
                before_it.series)
            IS DISTINCT FROM (after_it.title, after_it.title_ko, after_it.year, after_it.genres,
                after_it.poster_path, after_it.platforms, after_it.rating_count,
                after_it.series)
        ) AND (SELECT array_agg(movie_id ORDER BY movie_id) FROM before_it)
            IS NOT DISTINCT FROM (SELECT array_agg(movie_id ORDER BY movie_id) FROM after_it)
        THEN RETURN NULL; END IF;
    END IF;
    INSERT INTO movies_cataloguechange DEFAULT VALUES RETURNING id INTO number;
    DELETE FROM movies_cataloguechange WHERE id IN (
        SELECT id FROM movies_cataloguechange WHERE id < number - 300 FOR UPDATE SKIP LOCKED);
    RETURN NULL;
END $$;
CREATE TRIGGER movies_note_update AFTER UPDATE ON movies_movie
    REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION movies_note_change();
CREATE TRIGGER movies_note_insert AFTER INSERT ON movies_movie
    FOR EACH STATEMENT EXECUTE FUNCTION movies_note_change();
CREATE TRIGGER movies_note_delete AFTER DELETE ON movies_movie
    FOR EACH STATEMENT EXECUTE FUNCTION movies_note_change();
CREATE TRIGGER movies_note_truncate AFTER TRUNCATE ON movies_movie
    FOR EACH STATEMENT EXECUTE FUNCTION movies_note_change();
"""
NOT_NOTED = """
DROP TRIGGER movies_note_truncate ON movies_movie;
DROP TRIGGER movies_note_delete ON movies_movie;
DROP TRIGGER movies_note_insert ON movies_movie;
DROP TRIGGER movies_note_update ON movies_movie;
DROP FUNCTION movies_note_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0014_living_data_notice'),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogueChange',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='number')),
            ],
            options={
                'verbose_name': 'change of the catalogue',
                'verbose_name_plural': 'changes of the catalogue',
            },
        ),
        migrations.RunSQL(NOTED, NOT_NOTED),
    ]
