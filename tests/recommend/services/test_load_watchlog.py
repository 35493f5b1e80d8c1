"""`manage.py load_watchlog` replaces the ratings of MovieLens by a service's own log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from common import loading
from common.errors import DataError
from common.locks import Lock
from common.models import DataLoad
from common.selectors import data_set_in_use, sample_in_use
from movies.models import Movie, MovieLensUser
from movies.titles.series_of_films import refresh_series
from recommend.models import ModelRun, Rating, Viewing
from recommend.services import watchlog
from recommend.services.watchlog import load_watchlog, reapply_signal, weights_in_use
from recommend.watchlog.file import read_watchlog
from recommend.watchlog.signal import SignalWeights
from tests.operators import add_respondent, all_rows, refusal, run, second_connection
from tests.recommend.services.watchlog_files import HEADER, ROWS, write
from tests.worlds import GENRES, bare_run, film_ids, write_world


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "log.csv", *ROWS)


def ratings() -> list[tuple[int, int, float]]:
    rows = Rating.objects.observed().order_by("ml_user", "movie")
    return list(rows.values_list("ml_user_id", "movie_id", "rating"))


def test_a_log_replaces_people_and_ratings_and_keeps_films(world: str, log: Path) -> None:
    films = list(Movie.objects.order_by("pk").values_list("title", "genres", "platforms"))
    respondent = add_respondent(1, 2, shown=[3], twin=5)
    out, _ = run("load_watchlog", log)
    assert out.splitlines()[-1].startswith(
        "Loaded log.csv: 7 viewings, 3 people, 5 ratings made of them, 3 of these are likes ("
    )
    assert ratings() == [(1, 1, 4.0), (1, 3, 4.0), (2, 1, 5.0), (2, 2, 0.5), (3, 2, 0.5)]
    assert list(
        Viewing.objects.order_by("ml_user", "movie").values_list(
            "ml_user_id", "movie_id", "ratio", "views", "series_progress"
        )
    ) == [
        (1, 1, pytest.approx(0.85), 1, 0),
        (1, 3, 0.8, 1, 0),
        (2, 1, 1.0, 2, 0),
        (2, 2, 0.1, 0, 0),
        (3, 2, 0.0, 0, 0),
    ]
    assert list(Movie.objects.order_by("pk").values_list("title", "genres", "platforms")) == films
    assert Movie.objects.get(pk=1).rating_count == 2
    assert Movie.objects.get(pk=1).rating_avg == 4.5
    assert Movie.objects.get(pk=4).rating_count == 0
    respondent.refresh_from_db()
    assert list(respondent.preferred_movies.order_by("pk").values_list("pk", flat=True)) == [1, 2]


def test_people_are_numbered_and_their_ids_are_not_stored(world: str, log: Path) -> None:
    load_watchlog(path=log)
    people = MovieLensUser.objects.order_by("pk")
    assert list(people.values_list("ml_user_id", "gender", "age", "watched_count")) == [
        (1, "male", 40, 2),
        (2, "female", 31, 2),
        (3, "", None, 1),
    ]
    assert {str(person.watched).count("1") for person in people} == {1, 2}
    stored = json.dumps(all_rows(), ensure_ascii=False)
    for name in ("zoe", "adam", "양파"):
        assert name not in stored


def test_times_are_of_the_last_viewing_in_utc(world: str, log: Path) -> None:
    load_watchlog(path=log)
    times = Viewing.objects.order_by("ml_user", "movie").values_list("last_watched_at", flat=True)
    assert [time.isoformat() for time in times] == [
        "2026-01-04T08:00:00.500000+00:00",
        "2026-01-05T08:00:00+00:00",
        "2026-02-01T11:00:00+00:00",
        "2026-01-02T20:00:00+00:00",
        "2026-01-05T08:00:00+00:00",
    ]


def test_the_ledger_names_the_log_and_its_weights(world: str, log: Path) -> None:
    load_watchlog(path=log, weights=SignalWeights(repeat=0.5))
    load = data_set_in_use()
    assert load is not None
    assert (load.name, load.id_space) == ("log.csv", "plain")
    assert load.counts["weights"]["repeat"] == 0.5
    assert load.counts["catalogue"] == "world"
    assert {name: load.counts[name] for name in ("movies", "users", "ratings", "rows")} == {
        "movies": 80,
        "users": 3,
        "ratings": 5,
        "rows": 7,
    }
    assert weights_in_use() == SignalWeights(repeat=0.5)
    assert not sample_in_use()


def test_loading_the_same_log_twice_is_a_no_op_unless_forced(world: str, log: Path) -> None:
    run("load_watchlog", log)
    before = all_rows()
    out, _ = run("load_watchlog", log)
    assert "log.csv is in use already" in out
    assert "nothing to do" in out
    assert all_rows() == before
    out, _ = run("load_watchlog", log, "--force")
    assert out.splitlines()[-1].startswith("Loaded log.csv")
    assert DataLoad.objects.filter(name="log.csv").count() == 2
    assert len(ratings()) == 5


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(live_model: Any, log: Path) -> None:
    before = all_rows()
    out, _ = run("load_watchlog", log, "--dry-run")
    assert out.splitlines()[-1].startswith("Would load log.csv: 7 viewings, 3 people")
    assert all_rows() == before
    assert ModelRun.objects.live() == live_model


def test_movielens_and_a_log_replace_each_other(world: str, log: Path, tmp_path: Path) -> None:
    before = ratings()
    respondent = add_respondent(1, 2)
    load_watchlog(path=log)
    run("load_movielens", write_world(tmp_path / "world"))  # numbered alike, so not refused
    assert ratings() == before
    assert not Viewing.objects.exists()
    assert weights_in_use() is None
    respondent.refresh_from_db()
    run("load_watchlog", log)
    assert len(ratings()) == 5


def test_parquet_loads_like_csv(world: str, log: Path, tmp_path: Path) -> None:
    run("load_watchlog", log)
    as_csv = ratings(), list(MovieLensUser.objects.order_by("pk").values_list("gender", "age"))
    frame = pd.read_csv(log).assign(session="ignored")
    assert frame["age"].dtype == float, "as pandas writes whole numbers with gaps"
    path = tmp_path / "log.parquet"
    frame.to_parquet(path)
    run("load_watchlog", path)
    assert data_set_in_use().name == "log.parquet"  # type: ignore[union-attr]
    assert (
        ratings(),
        list(MovieLensUser.objects.order_by("pk").values_list("gender", "age")),
    ) == as_csv
    typed = frame.assign(watched_at=pd.to_datetime(frame["watched_at"], utc=True, format="ISO8601"))
    typed.to_parquet(path)
    run("load_watchlog", path)
    assert ratings() == as_csv[0]


def test_gender_and_age_may_be_left_out(world: str, tmp_path: Path) -> None:
    rows = [",".join(row.split(",")[:5]) for row in ROWS]
    path = write(tmp_path / "log.csv", *rows, header=HEADER.removesuffix(",gender,age"))
    load_watchlog(path=path)
    assert set(MovieLensUser.objects.values_list("gender", "age")) == {("", None)}


def test_the_rest_of_a_series_counts(world: str, log: Path) -> None:
    Movie.objects.filter(pk=1).update(title="Saga")
    Movie.objects.filter(pk=3).update(title="Saga 2")
    refresh_series()
    load_watchlog(path=log)
    progress = dict(Viewing.objects.filter(ml_user=1).values_list("movie_id", "series_progress"))
    assert progress == {1: 1.0, 3: 1.0}
    assert (1, 1, 4.5) in ratings()  # 0.85 + 0.2


# --- other weights -------------------------------------------------------------------------------


def test_other_weights_recompute_the_ratings_and_keep_the_models(world: str, log: Path) -> None:
    load_watchlog(path=log)
    kept = bare_run()
    Rating.objects.create(run=kept, ml_user_id=1, movie_id=9, rating=4.5, rank=1)
    first = data_set_in_use()
    out, _ = run("load_watchlog", log, "--finished-from", "0.9", "--repeat-weight", "0")
    assert out.splitlines()[-1].startswith("Recomputed the ratings of log.csv: 7 viewings")
    assert ratings() == [(1, 1, 3.5), (1, 3, 3.5), (2, 1, 4.0), (2, 2, 0.5), (3, 2, 0.5)]
    assert Rating.objects.get(run=kept).rating == 4.5
    assert Movie.objects.get(pk=1).rating_avg == 3.75
    second = data_set_in_use()
    assert first is not None
    assert second is not None
    assert second.digest != first.digest, "a run that was trained before is of other ratings"
    assert second.counts["rows"] == 7
    assert (
        "nothing to do" in run("load_watchlog", log, "--finished-from=0.9", "--repeat-weight=0")[0]
    )
    loaded = reapply_signal(weights=SignalWeights())
    assert (loaded.reweighted, loaded.liked) == (True, 3)
    assert data_set_in_use().digest == first.digest  # type: ignore[union-attr]


def test_recomputed_ratings_follow_a_corrected_series(world: str, log: Path) -> None:
    load_watchlog(path=log)
    Movie.objects.filter(pk__in=[1, 3]).update(series="saga")
    reapply_signal(weights=SignalWeights(), dry_run=True)
    assert (1, 1, 4.0) in ratings()
    reapply_signal(weights=SignalWeights())
    assert (1, 1, 4.5) in ratings()
    assert Viewing.objects.get(ml_user=1, movie=1).series_progress == 1.0


def test_movielens_ratings_cannot_be_recomputed_from_viewings(world: str) -> None:
    before = all_rows()
    with pytest.raises(DataError, match="no watch log"):
        reapply_signal(weights=SignalWeights())
    assert all_rows() == before


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--repeat-weight", "-1", "a number from 0 to 2"),
        ("--series-weight", "0.6", "a number from 0 to 0.5"),
        ("--finished-from", "0", "a number from 0.05 to 1"),
    ],
)
def test_a_weight_out_of_its_range_is_refused(option: str, value: str, expected: str) -> None:
    with pytest.raises(CommandError, match=expected):
        call_command("load_watchlog", "log.csv", f"{option}={value}")


def test_three_times_the_duration_is_allowed_and_counts_as_whole(
    world: str, tmp_path: Path
) -> None:
    load_watchlog(path=write(tmp_path / "log.csv", "zoe,2,300,100,2026-01-01,F,31"))
    assert ratings() == [(1, 2, 4.5)]


# --- loads that fail ---


def test_a_log_without_loaded_films_is_refused(db: None, log: Path) -> None:
    assert "no films are loaded" in refusal("load_watchlog", log)


def test_a_second_load_at_once_is_refused(world: str, log: Path) -> None:
    with second_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", Lock.LOAD.numbers)
        assert "another load is running" in refusal("load_watchlog", log)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("module", "step"),
    [(watchlog, "insert_people"), (loading, "rebuild_table"), (loading, "record_load")],
)
def test_a_load_that_dies_leaves_what_was_there(
    world: str, log: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str
) -> None:
    """The connection is cut, as when the process is killed; PostgreSQL undoes the rest."""
    before = all_rows()
    real: Callable[..., Any] = getattr(module, step)

    def die(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        with second_connection() as other:
            pid = connection.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        connection.connection.execute("SELECT 1")

    monkeypatch.setattr(module, step, die)
    with pytest.raises(Exception, match="terminat|closed|connection"):
        load_watchlog(path=log)
    connection.close()
    assert all_rows() == before
    monkeypatch.undo()
    load_watchlog(path=log)
    assert len(ratings()) == 5
    assert transaction.get_autocommit()


# --- the rest of the pipeline --------------------------------------------------------------------


def invented_log(path: Path, *, people: int = 80, films_each: int = 25) -> Path:
    """Person n finishes films of genre n mod 4, some twice, and gives up others early."""
    rng = np.random.default_rng(3)
    rows = []
    for person in range(people):
        favourite = GENRES[person % 4]
        loved = rng.choice(film_ids(favourite), 17, replace=False)
        others = [film for genre in GENRES if genre != favourite for film in film_ids(genre)]
        about = f"{'F' if person % 8 < 4 else 'M'},{(20, 27, 40, 60)[(person // 8) % 4]}"
        for film in loved:
            for day in range(1 + (film % 3 == 0)):
                rows.append(
                    f"p{person},{film},{rng.integers(85, 101)},100,2026-01-{day + 1:02},{about}"
                )
        for film in rng.choice(others, films_each - 17, replace=False):
            rows.append(f"p{person},{film},{rng.integers(0, 30)},100,2026-01-01,{about}")
    return write(path, *rows)


@pytest.mark.usefixtures("few_steps")
def test_a_model_of_a_log_answers_the_survey(
    world: str, tmp_path: Path, client: Client, settings: Any
) -> None:
    log = invented_log(tmp_path / "log.csv")
    predictions = tmp_path / "predictions.parquet"
    run("load_watchlog", log)
    out, _ = run("train_model")
    assert "on log.csv" in out
    run("predict_ratings", "--output", predictions)
    run("load_predictions", predictions)
    run("publish_model")
    liked = film_ids("Action")[:5]
    body = {"gender": "female", "age": 20, "liked": liked}
    answer = client.post("/api/recommendations/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert len(found["movies"]) == 50
    assert found["movies"][0]["movie_id"] in film_ids("Action"), "what people like them finished"
    assert found["twin"]["overlapped"] == liked
    page = client.get("/survey/")
    assert page.status_code == 200
    out, _ = run("evaluate", "--seeds", "1", "--picks", "3", "10")
    assert "NDCG" in out


@pytest.mark.usefixtures("few_steps")
def test_a_run_trained_with_former_weights_cannot_predict(world: str, tmp_path: Path) -> None:
    log = invented_log(tmp_path / "log.csv")
    run("load_watchlog", log)
    run("train_model")
    run("load_watchlog", log, "--finished-from", "0.95")
    output = tmp_path / "predictions.parquet"
    assert "was trained on log.csv" in refusal("predict_ratings", "--output", output)
    run("train_model")
    run("predict_ratings", "--output", output)


def test_a_reader_needs_no_database(log: Path) -> None:
    read = read_watchlog(log, films=[1, 2, 3])
    assert read.people["ml_user_id"].tolist() == [1, 2, 3]
    assert read.person.tolist() == [2, 2, 2, 1, 1, 1, 3]


def test_staff_look_at_viewings(world: str, log: Path, admin_client: Client) -> None:
    load_watchlog(path=log)
    page = admin_client.get("/admin/recommend/viewing/?q=2")
    assert page.status_code == 200
    viewing = Viewing.objects.first()
    assert viewing is not None
    one = f"/admin/recommend/viewing/{viewing.pk}/change/"
    assert admin_client.get(one).status_code == 200
    assert admin_client.post(one, {"ratio": 0}).status_code == 403
