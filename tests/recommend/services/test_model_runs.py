"""Publishing and rolling back: one UPDATE, and readers always see exactly one run."""

from __future__ import annotations

import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.errors import DataError
from movies.models import Movie, MovieLensUser
from recommend.management.commands import predict_ratings
from recommend.models import ModelRun, Rating
from recommend.services.model_runs import publish_run, roll_back
from tests.worlds import bare_run


def new_run(**fields: Any) -> ModelRun:
    """A run with one prediction."""
    run = bare_run(**fields)
    user, _ = MovieLensUser.objects.get_or_create(
        ml_user_id=1, defaults={"watched": "0" * 4096, "simhash": "0" * 64}
    )
    movie, _ = Movie.objects.get_or_create(movie_id=1, defaults={"title": "One"})
    Rating.objects.create(ml_user=user, movie=movie, rating=4.0, run=run, rank=1)
    return run


def states() -> dict[int, str]:
    return dict(ModelRun.objects.values_list("pk", "state"))


@pytest.mark.django_db
def test_publishing_is_one_update() -> None:
    first, second = new_run(), new_run()
    publish_run(run=first)
    with CaptureQueriesContext(connection) as queries:
        before = publish_run(run=second)
    updates = [query for query in queries if query["sql"].startswith("UPDATE")]
    assert len(updates) == 1
    assert before == first
    assert states() == {first.pk: "retired", second.pk: "live"}


@pytest.mark.django_db
def test_a_rollback_goes_back_one_run_at_a_time_and_never_forward() -> None:
    runs = [new_run() for _ in range(3)]
    for run in runs:
        publish_run(run=run)
    assert roll_back() == runs[1]
    assert roll_back() == runs[0]
    with pytest.raises(DataError, match="nothing to go to"):
        roll_back()
    publish_run(run=runs[2])
    assert states() == {runs[0].pk: "retired", runs[1].pk: "retired", runs[2].pk: "live"}
    assert roll_back() == runs[1]


@pytest.mark.django_db
def test_a_run_without_predictions_or_already_live_is_refused() -> None:
    run = new_run()
    Rating.objects.all().delete()
    with pytest.raises(CommandError, match="predict_ratings"):
        call_command("publish_model")
    Rating.objects.create(ml_user_id=1, movie_id=1, rating=4.0, run=run, rank=1)
    out = StringIO()
    call_command("publish_model", stdout=out)
    assert f"Run {run.pk} is live" in out.getvalue()
    with pytest.raises(CommandError, match="is live already"):
        call_command("publish_model")


@pytest.mark.django_db
def test_a_rollback_without_a_live_run_says_so() -> None:
    with pytest.raises(CommandError, match="no model run is live"):
        call_command("publish_model", "--rollback")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("usage_exponent", 1.5),
        ("usage_exponent", -0.1),
        ("twin_weight", -1),
        ("neighbour_weight", float("nan")),
        ("neighbour_count", 0),
        ("state", "published"),
    ],
)
def test_the_database_refuses_what_the_form_refuses(field: str, value: Any) -> None:
    run = new_run()
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelRun.objects.filter(pk=run.pk).update(**{field: value})


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_two_live_runs() -> None:
    runs = [new_run(), new_run()]
    with pytest.raises(IntegrityError):
        ModelRun.objects.filter(pk__in=[run.pk for run in runs]).update(
            state="live", published_at=timezone.now()
        )


@pytest.mark.django_db(transaction=True)
def test_readers_see_exactly_one_live_run_while_runs_are_switched() -> None:
    runs = [new_run(), new_run()]
    publish_run(run=runs[0])
    stop, seen = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            seen.append(ModelRun.objects.filter(state="live").count())
        connections.close_all()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for turn in range(20):
        publish_run(run=runs[(turn + 1) % 2])
    stop.set()
    for reader in readers:
        reader.join()
    assert set(seen) == {1}
    assert len(seen) > 20


@pytest.mark.django_db
class TestNothingToPredict:
    """Every person has rated every film that has ratings: there is no prediction to wait for."""

    @pytest.fixture
    def run(self) -> ModelRun:
        run = new_run()
        Rating.objects.all().delete()
        Rating.objects.create(ml_user_id=1, movie_id=1, rating=4.0)
        Movie.objects.create(movie_id=2, title="Two")
        return run

    def test_the_run_is_published_without_predictions(self, run: ModelRun) -> None:
        publish_run(run=run)
        assert states() == {run.pk: "live"}

    def test_a_file_without_rows_is_loaded(self, run: ModelRun, tmp_path: Path) -> None:
        frame = pd.DataFrame(columns=["ml_user_id", "movie_id", "rating", "rank"])
        for path in (tmp_path / "none.csv", tmp_path / "none.parquet"):
            save = frame.to_csv if path.suffix == ".csv" else frame.to_parquet
            save(path, index=False)
            out = StringIO()
            call_command("load_predictions", path, stdout=out)
            assert f"Loaded 0 predicted ratings into run {run.pk}" in out.getvalue()

    def test_but_not_if_there_is_something_to_predict(self, run: ModelRun, tmp_path: Path) -> None:
        Rating.objects.filter(movie=1).update(movie=2)
        MovieLensUser.objects.create(ml_user_id=2, watched="0" * 4096, simhash="0" * 64)
        with pytest.raises(DataError, match="has no predicted ratings; run"):
            publish_run(run=run)
        path = tmp_path / "none.csv"
        path.write_text("ml_user_id,movie_id,rating,rank\n")
        with pytest.raises(CommandError, match="has a header but no rows"):
            call_command("load_predictions", path)

    def test_the_command_that_predicts_names_the_next_one(
        self, run: ModelRun, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(predict_ratings, "predict_ratings", lambda **_: 0)
        out = StringIO()
        call_command("predict_ratings", stdout=out)
        assert "every person has rated every film that has ratings. Go on with" in out.getvalue()
        assert "`manage.py publish_model`" in out.getvalue()
