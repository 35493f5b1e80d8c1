"""`python -m benchmarks.admin_pages`: how long each admin page of films takes on full tables.

Uses a temporary database beside the one in use, with 87,000 films, 600,000 statements of
availability, as many changes and as many attempts (of one week), and 100,000 offers. A superuser
opens every list with every choice of every filter, the first row of each model, the index and the
dashboard in Django's test client. Prints the median of several requests, slowest page first. The
times include templates, queries and session, but not the network.

`--keep` keeps the database for the next call, which then takes seconds instead of minutes.
`--plans` prints PostgreSQL's plan of the slowest query of each page over the limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.databases import scratch_database
from benchmarks.measuring import arguments_of, median, timed
from movies.services.platform_rates import refresh_platform_rates
from movies.titles.index import refresh_titles
from ottstats.services.reference import load_reference_data

User = get_user_model()
DATABASE = "bench_ottwin_admin"
LIMIT_MS = 300
TIMES = 5
PLAIN_STATIC_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Random, but the same in every run. The rows of a table are in no order of their ids, as in real
# data.
WORLD = """
SELECT setseed(0.5);

INSERT INTO movies_movie (movie_id, title, title_ko, year, genres, rating_avg, rating_count,
    tmdb_id, tmdb_id_source, poster_path, platforms_fetched, platforms_staff, in_conflict,
    answered_at, demand)
SELECT n, 'Film ' || n, CASE WHEN n % 3 = 0 THEN '영화 ' || n ELSE '' END, 1915 + n % 112,
    '{Drama}', 3.5, 90000 / n, n, '', '', '{}', '{}', n % 97 = 0,
    now() - random() * interval '60 days', CASE WHEN n <= 5000 THEN 20000 / n ELSE 0 END
FROM generate_series(1, 87000) AS n;

-- Seven platforms for each film, from TMDB if it knows the platform, otherwise from a list; then
-- some statements of a second source, and a few of staff.
CREATE TEMPORARY TABLE slug AS
SELECT row_number() OVER (ORDER BY slug) - 1 AS place, slug,
    CASE WHEN tmdb_provider_ids = '{}' OR slug = 'coupang_play' THEN 'list-2026' ELSE 'tmdb' END
        AS first_source
FROM movies_platform WHERE is_active;
INSERT INTO movies_availability (movie_id, platform_id, source, included, checked_at, is_newest,
    note)
SELECT movie_id, slug.slug, coalesce(source, first_source), random() < 0.2,
    now() - power(random(), 2) * interval '200 days', coalesce(source, '') <> 'staff', ''
FROM (
    SELECT 1 + (n / 7) * 7919 % 87000 AS movie_id, (n / 7 + n % 7) % (SELECT count(*) FROM slug)
        AS place, NULL AS source
    FROM generate_series(0::bigint, 569999) AS n
    UNION ALL
    SELECT 1 + n * 7919 % 87000, (n * 3 + 1) % (SELECT count(*) FROM slug),
        CASE WHEN n % 6 = 0 THEN 'staff' ELSE 'press' END
    FROM generate_series(0::bigint, 29999) AS n
) AS stated JOIN slug USING (place);

UPDATE movies_availability a SET is_newest = false FROM movies_availability b
WHERE b.movie_id = a.movie_id AND b.platform_id = a.platform_id AND a.source <> 'staff'
  AND b.source <> 'staff' AND (b.checked_at, b.id) > (a.checked_at, a.id);

UPDATE movies_movie m SET platforms_fetched = said.fetched, platforms_staff = said.staff,
    platforms_checked_at = said.newest
FROM (SELECT movie_id, max(checked_at) AS newest,
        coalesce(jsonb_object_agg(platform_id, included ORDER BY checked_at)
            FILTER (WHERE source <> 'staff'), '{}') AS fetched,
        coalesce(jsonb_object_agg(platform_id, included)
            FILTER (WHERE source = 'staff'), '{}') AS staff
    FROM movies_availability GROUP BY movie_id) AS said
WHERE said.movie_id = m.movie_id;

INSERT INTO movies_availabilitychange (movie_id, platform_id, source, before, after,
    carried_before, carried_after, note, changed_at)
SELECT 1 + n * 7919 % 87000, slug.slug, 'tmdb', was, now_is, was, now_is, '', at
FROM (SELECT n, n % (SELECT count(*) FROM slug) AS place,
        CASE WHEN n % 10 < 6 THEN NULL ELSE n % 2 = 0 END AS was,
        CASE WHEN n % 10 < 6 THEN n % 5 = 0 ELSE n % 2 = 1 END AS now_is,
        now() - random() * interval '180 days' AS at
    FROM generate_series(1::bigint, 600000) AS n) AS change JOIN slug USING (place)
ORDER BY at;

INSERT INTO movies_fetchattempt (movie_id, outcome, detail, worker, tried_at)
SELECT 1 + n * 7919 % 87000,
    (ARRAY['ok','ok','ok','ok','ok','no_data','not_found','no_match','doubtful','rate_limited',
        'server_error','timeout','network'])[1 + n % 13], '', 'host:1:worker',
    now() - (600000 - n) * interval '1 second'
FROM generate_series(1::bigint, 600000) AS n;

INSERT INTO movies_provider (provider_id, name, tier, is_listed, is_ignored, first_seen_at,
    listed_at)
SELECT n, 'Provider ' || n, '', n % 10 > 0, n % 3 = 0, now(), now()
FROM generate_series(1, 80) AS n ON CONFLICT DO NOTHING;
INSERT INTO movies_offer (movie_id, provider_id, kind)
SELECT 1 + n * 7919 % 87000, 1 + n % 80,
    (ARRAY['flatrate','free','ads','rent','buy'])[1 + n % 5]
FROM generate_series(0::bigint, 99999) AS n ON CONFLICT DO NOTHING;
INSERT INTO movies_moviedetails (movie_id, title_ko, original_title, original_language, overview,
    poster_path, fetched_at)
SELECT n, '', 'Film ' || n, 'en', repeat('What happens. ', 30), '', now() - n * interval '2 min'
FROM generate_series(1, 87000) AS n;

INSERT INTO movies_fetchjob (movie_id, position, tries, claimed_by, not_before, queued_at)
SELECT n, n, 0, CASE WHEN n <= 16 THEN 'host:1:worker' ELSE '' END,
    now() + CASE WHEN n <= 16 THEN interval '1 day' ELSE interval '0' END, now()
FROM generate_series(1, 20000) AS n;
INSERT INTO movies_idsuggestion (movie_id, tmdb_id, title, year, reason, state, suggested_at)
SELECT n, n, 'Film ' || n, 2000, 'title and year', 'open', now()
FROM generate_series(1, 5000) AS n;
INSERT INTO movies_availabilityreport (movie_id, platform_id, shown, times, state, first_at,
    last_at)
SELECT n, (SELECT slug FROM slug WHERE place = 1), true, 1 + 3000 / n, 'open', now(), now()
FROM generate_series(1, 3000) AS n;
INSERT INTO movies_notice (key, detail, since)
SELECT key, 'Provider 10 (10), Provider 20 (20)', now()
FROM unnest(ARRAY['unknown_providers', 'vanished_providers']) AS key;
INSERT INTO movies_movielensuser (ml_user_id, gender, age, occupation, watched, simhash,
    watched_count)
SELECT n, 'female', 25, 'artist', repeat('01', 2048)::bit(4096), repeat('1', 64)::bit(64), 2048
FROM generate_series(1, 6040) AS n;
"""


def build_world() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        load_reference_data()
        for statement in WORLD.split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        refresh_platform_rates()
        refresh_titles()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL ANALYZE")
        cursor.execute("VACUUM ANALYZE")  # fills the visibility map; VACUUM FULL clears it
    User.objects.create_superuser("bench")


@dataclass(frozen=True)
class PageTime:
    name: str
    milliseconds: float
    queries: int
    slowest: str  # the SQL that took longest


def addresses(client: Client) -> Iterator[str]:
    """Index, dashboard, each list with each choice of a filter, and each model's first row."""
    yield reverse("admin:index")
    yield reverse("admin:movies_dashboard")
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        if model._meta.app_label != "movies":
            continue
        name = f"admin:movies_{model._meta.model_name}"
        changelist = reverse(f"{name}_changelist")
        yield changelist
        page = client.get(changelist)
        if page.status_code != 200:
            print(f"{page.status_code} {changelist}")
            continue
        shown = page.context_data["cl"]
        for spec in shown.filter_specs:
            yield from (changelist + choice["query_string"] for choice in spec.choices(shown))
        if shown.search_fields:
            yield f"{changelist}?q=77"
        for first in shown.result_list[:1]:
            yield reverse(f"{name}_change", args=[first.pk])


def page_time(client: Client, address: str) -> PageTime:
    """The median of several requests, and the queries of one more."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    if page.status_code != 200:
        print(f"{page.status_code} {address}")
    captured = list(queries)  # before the next request empties the log
    slowest = max(captured, key=lambda query: float(query["time"]), default={"sql": ""})
    taken = median(lambda: client.get(address), TIMES)
    return PageTime(address, taken, len(captured), slowest["sql"])


def print_plan(row: PageTime) -> None:
    print(f"\n{row.name}\n{row.slowest}")
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + row.slowest.replace("%", "%%"), [])
        print("\n".join(line for (line,) in cursor.fetchall()))


def main() -> None:
    parser = arguments_of(__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the database for the next call")
    parser.add_argument("--plans", action="store_true", help="explain each slow page's worst query")
    parser.add_argument("--only", default="", help="only addresses that contain this")
    options = parser.parse_args()
    with (
        override_settings(STORAGES=PLAIN_STATIC_FILES, ALLOWED_HOSTS=["*"], DEBUG=False),
        scratch_database(DATABASE, keep=options.keep),
    ):
        if not User.objects.exists():
            taken, _ = timed(build_world)
            print(f"The tables were filled in {taken / 1000:.0f} s")
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get())
        chosen = [each for each in dict.fromkeys(addresses(client)) if options.only in each]
        rows = [page_time(client, address) for address in chosen]
        rows.sort(key=lambda row: -row.milliseconds)
        for row in rows:
            print(f"{row.milliseconds:>8.0f} ms {row.queries:>3} queries  {row.name}")
        slow = [row for row in rows if row.milliseconds >= LIMIT_MS]
        print(f"{len(rows)} pages, {len(slow)} of them slower than {LIMIT_MS} ms")
        if options.plans:
            for row in slow:
                print_plan(row)


if __name__ == "__main__":
    main()
