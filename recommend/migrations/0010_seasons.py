"""Seasons have no gaps, and those until the end of 2029 ship."""

from datetime import date, timedelta

from django.db import migrations

from common.locks import Lock

# Row by row at the end of a transaction: the table is small, and a boundary belongs to two rows.
# The lock lets one transaction at a time look at what the one before it has committed.
NO_GAP = f"""
CREATE FUNCTION recommend_seasons_without_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE fault record;
BEGIN
    PERFORM pg_advisory_xact_lock({Lock.SEASONS.value});
    SELECT * INTO fault FROM (
        SELECT name_en, from_day, to_day,
            lead(name_en) OVER days AS next_name, lead(from_day) OVER days AS next_day
        FROM recommend_seasonkeywords WINDOW days AS (ORDER BY from_day, to_day)
    ) rows WHERE next_day <> to_day + 1 ORDER BY from_day LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'season % ends on %, but % begins on %',
            fault.name_en, fault.to_day, fault.next_name, fault.next_day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'season_no_gap';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER recommend_seasons_without_gap
AFTER INSERT OR DELETE OR UPDATE OF from_day, to_day ON recommend_seasonkeywords
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION recommend_seasons_without_gap();
"""
GAPS = """
DROP TRIGGER recommend_seasons_without_gap ON recommend_seasonkeywords;
DROP FUNCTION recommend_seasons_without_gap();
"""

FIRST_DAY, LAST_DAY = date(2026, 11, 30), date(2029, 12, 31)
# New Year's Day of the Korean lunar calendar, and the day of the full moon in its eighth month
# (Korea Astronomy and Space Science Institute). New Year is a day later than in China in 2027 and
# 2028: the new moon falls between midnight in Korea and midnight in China.
SEOLLAL = (date(2027, 2, 7), date(2028, 1, 27), date(2029, 2, 13))
CHUSEOK = (date(2027, 9, 15), date(2028, 10, 3), date(2029, 9, 22))
BEFORE, AFTER = timedelta(days=3), timedelta(days=3)  # people travel, and watch, around the day
KINDS = {
    "winter": ("겨울", "Winter", ["겨울", "눈보라", "추위", "썰매", "얼음", "눈사람"]),
    "spring": ("봄", "Spring", ["봄날", "벚꽃", "첫사랑", "설레는", "소풍", "고백"]),
    "summer": ("여름", "Summer", ["여름", "바다", "해변", "휴가", "귀신", "무더위"]),
    "autumn": ("가을", "Autumn", ["가을", "낙엽", "이별", "편지", "추억", "그리움"]),
    "seollal": ("설날", "Seollal", ["설날", "가족", "고향", "할머니", "새해", "세배"]),
    "chuseok": ("추석", "Chuseok", ["추석", "가족", "고향", "부모", "자식", "그리운"]),
    "christmas": ("크리스마스", "Christmas", ["크리스마스", "산타", "선물", "눈사람", "기적"]),
}


def first_days():
    """The first day of each row, with what begins on it, in order."""
    starts = {FIRST_DAY: "winter"}
    for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
        starts[date(year, 12, 18)] = "christmas"
        starts[date(year, 12, 27)] = "winter"
    for new_year, full_moon in zip(SEOLLAL, CHUSEOK, strict=True):
        year = new_year.year
        starts[date(year, 3, 1)] = "spring"
        starts[date(year, 6, 1)] = "summer"
        starts[date(year, 9, 1)] = "autumn"
        starts[date(year, 12, 1)] = "winter"
        starts[new_year - BEFORE] = "seollal"
        starts[new_year + AFTER] = "winter"
        starts[full_moon - BEFORE] = "chuseok"
        starts[full_moon + AFTER] = "autumn"
    return sorted(starts.items())


def add_seasons(apps, schema_editor):
    starts = first_days()
    ends = [day - timedelta(days=1) for day, _kind in starts[1:]] + [LAST_DAY]
    seasons = apps.get_model("recommend", "SeasonKeywords")
    for (day, kind), last in zip(starts, ends, strict=True):
        name_ko, name_en, words = KINDS[kind]
        seasons.objects.create(
            name_ko=name_ko, name_en=name_en, words=words, from_day=day, to_day=last
        )


class Migration(migrations.Migration):

    dependencies = [("recommend", "0009_genre_model")]

    operations = [
        migrations.RunSQL(NO_GAP, GAPS),
        migrations.RunPython(add_seasons, migrations.RunPython.noop),
    ]
