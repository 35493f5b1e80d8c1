"""`make bench`: every choice made for speed, next to the alternative it replaced.

Runs on the data set in use and the live model run, and rolls back what it writes. It prints ratios,
because on a shared machine only figures of the same run are comparable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.test import Client

from benchmarks.databases import recommended
from benchmarks.measuring import median, timed
from common.loading import rebuild_table
from matching.twins import find_twin
from movies.models import Movie
from recommend.ranking.runs import live_run

GROUP_BY_TWIN = """
SELECT r.ml_user_id, count(*)::float / (u.watched_count + %(size)s - count(*)) AS similarity
FROM recommend_rating r JOIN movies_movielensuser u USING (ml_user_id)
WHERE r.run_id IS NULL AND r.movie_id = ANY(%(liked)s)
  AND u.gender = 'female' AND u.age_band = 25
GROUP BY r.ml_user_id, u.watched_count ORDER BY similarity DESC, count(*) DESC, 1 LIMIT 1
"""


def compare(title: str, chosen: tuple[str, float], other: tuple[str, float]) -> None:
    print(f"\n{title}")
    for name, milliseconds in (chosen, other):
        print(f"  {name:<44} {milliseconds:>10.2f} ms")
    print(f"  ratio {other[1] / chosen[1]:>47.1f}")


def popular(size: int) -> tuple[list[int], list[int]]:
    """Ids and fingerprint bits of the most watched films."""
    rows = Movie.objects.best_known_first().values_list("movie_id", "fingerprint_bit")[:size]
    return [row[0] for row in rows], [row[1] for row in rows]


def twin() -> None:
    liked, bits = popular(10)

    def nearest() -> Any:
        return find_twin(liked=liked, fingerprint_bits=bits, gender="female", age=27)

    def grouped() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(GROUP_BY_TWIN, {"liked": liked, "size": len(liked)})
            return cursor.fetchone()

    compare(
        "The twin of 10 liked films (gender and age band given)",
        ("fingerprints", median(nearest, 50)),
        ("GROUP BY over the ratings", median(grouped, 50)),
    )


def rating_rows() -> None:
    columns = "ml_user_id, movie_id, rating"
    query = f"SELECT {columns} FROM bench_rating ORDER BY 1, 2"

    def once(replace: Callable[[Any], Any]) -> float:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE bench_rating AS SELECT {columns} "
                "FROM recommend_rating WHERE run_id IS NULL LIMIT 200000"
            )
            cursor.execute("DELETE FROM recommend_rating")
            milliseconds, _ = timed(lambda: written(cursor, replace))
            transaction.set_rollback(True)
        return milliseconds

    def written(cursor: Any, replace: Callable[[Any], Any]) -> None:
        replace(cursor)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def rebuilt(cursor: Any) -> None:
        rebuild_table(cursor, "recommend_rating", columns=columns, query=query, parameters=None)

    def inserted(cursor: Any) -> None:
        cursor.execute(f"INSERT INTO recommend_rating ({columns}) {query}")

    compare(
        "200,000 observed ratings into the database",
        ("rebuild_table", once(rebuilt)),
        ("INSERT into the indexed table", once(inserted)),
    )


def predictions() -> None:
    import numpy as np

    from recommend.lab.data.database import read_observed_ratings
    from recommend.lab.stars.algorithms import fit_stars, predicted_stars

    data = read_observed_ratings()
    model = fit_stars(data, algorithm="SVD", seed=1, parameters={"n_epochs": 1})
    fitted: Any = model.fitted
    rows = np.arange(20)

    def one_by_one() -> None:
        for row in rows.tolist():
            for column in range(len(data.movie_ids)):
                fitted.predict(row, column)

    compare(
        "Stars of all films for 20 users",
        ("one matrix product", median(lambda: predicted_stars(model, data, rows), 5)),
        ("one call a pair", median(one_by_one, 1)),
    )


def recommendation() -> None:
    client = Client(HTTP_HOST="localhost")
    liked, _ = popular(5)
    answers = {"gender": "female", "age": 31, "liked": liked}
    compare(
        "A recommendation beside the cheapest call of the API",
        ("GET /api/health/", median(lambda: client.get("/api/health/"), 50)),
        ("POST /api/recommendations/", median(lambda: recommended(client, answers), 50)),
    )


def main() -> None:
    run = live_run()
    print(f"Model run {run.pk}, {run.data_name}")
    twin()
    rating_rows()
    predictions()
    recommendation()


main()
