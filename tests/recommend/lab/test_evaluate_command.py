"""`manage.py evaluate`: what operators can ask for, and what they are told."""

from __future__ import annotations

import json
import shutil
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from common.errors import DataError
from movies.models import Movie, MovieDetails
from recommend.lab.data.database import read_content, read_observed_ratings
from recommend.lab.data.release import read_release
from recommend.lab.evaluation import bench, cold_films
from recommend.lab.recommenders import registry
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.models import ModelRun
from recommend.scoring.film_words import film_text
from tests.recommend.lab.kinds import write_kinds
from tests.worlds import USERS, write_world

MODELS = ("popularity", "ease", "als")


@pytest.fixture(autouse=True)
def few_people_make_a_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "FEWEST_NESTED", 5)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_world(tmp_path / "invented")


def evaluate(*arguments: Any) -> str:
    out = StringIO()
    call_command("evaluate", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("few_steps")
def test_without_options_the_main_recommenders_are_compared(world: str, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    said = evaluate("--seeds", 1, "--picks", 10, "--json", path)
    (found,) = json.loads(path.read_text())["comparisons"]
    names = {row["model"] for row in found["tables"]["10"]}
    main = {"popularity", "twin", "ease", "als", "encoder", "blend"}
    assert names == main & {*registry.available()}
    assert set(found["seconds"]) == names
    assert found["seeds"] == [1]
    assert "times popularity's and" in said.splitlines()[-1]
    assert "times the literal twin's" in said.splitlines()[-1]


def test_the_table_and_the_figures_agree(release: Path, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    said = evaluate(
        "--release", release, "--models", "als", "--seeds", 1, 2, "--picks", 3, "--json", path
    )
    (found,) = json.loads(path.read_text())["comparisons"]
    als = next(row for row in found["tables"]["3"] if row["model"] == "als")
    assert f"{als['measures']['ndcg']['value']:.4f}" in said
    assert len(als["by_split"]) == als["splits"] == 2
    assert {row["model"] for row in found["tables"]["3"]} == {"popularity", "als"}
    assert f"NDCG@50 of als is {als['ratio']['value']:.3f} times popularity's" in said


def test_a_release_gives_what_the_data_set_in_use_gives_and_needs_no_database(
    world: str, release: Path, tmp_path: Path
) -> None:
    loaded, read = read_observed_ratings(), read_release(release)
    for name in ("user_ids", "movie_ids", "users", "movies", "ratings", "genders", "age_bands"):
        assert getattr(loaded, name).tolist() == getattr(read, name).tolist(), name
    assert read.digest == loaded.digest
    assert read.content is not None
    assert read.content.genres[0] == ["Action"]
    assert read.content.years[0] == 1991
    assert read.content.titles[0] == "Action film 1 Action 영화 1"


def test_of_the_films_in_use_everything_is_known_that_a_release_says_and_more(
    world: str, release: Path
) -> None:
    movie = Movie.objects.get(pk=1)
    MovieDetails.objects.create(
        movie=movie, original_language="ko", overview="A cook dreams.", fetched_at=timezone.now()
    )
    read = read_release(release)
    content = read_content(read.movie_ids)
    assert read.content is not None
    assert list(content.titles) == list(read.content.titles)
    assert content.years.tolist() == read.content.years.tolist()
    assert content.genres == read.content.genres
    told = film_text(
        title=movie.title, title_ko=movie.title_ko, overview="A cook dreams.", keywords=()
    )
    assert (content.languages[0], content.texts[0]) == ("ko", told)
    assert {*content.languages[1:], *content.texts[1:]} == {""}


def test_a_release_is_evaluated_without_touching_the_database(release: Path) -> None:
    said = evaluate("--release", release, "--models", *MODELS, "--seeds", 1, "--picks", 10)
    assert "invented, 10 picks" in said  # any query would have failed: the test has no database


def test_two_releases_go_into_one_page_whose_prose_stays(release: Path, tmp_path: Path) -> None:
    other = tmp_path / "second"
    shutil.copytree(release, other)
    page, plots = tmp_path / "evaluation.md", tmp_path / "evaluation"
    page.write_text("# Evaluation\n\nProse.\n", encoding="utf-8")
    arguments = (
        "--release", release, other, "--models", *MODELS, "--against", "ease", "--seeds", 1, 2,
        "--picks", 1, 10, "--markdown", page, "--plots", plots,
    )  # fmt: skip
    evaluate(*arguments)
    first = page.read_bytes()
    text = first.decode()
    assert text.startswith("# Evaluation\n\nProse.\n")
    assert text.index("## invented") < text.index("## second")
    assert "](evaluation/invented-picks.svg)" in text
    drawn = {path.name: path.read_bytes() for path in plots.glob("*.svg")}
    assert {"invented-coverage.svg", "second-coverage.svg"} <= set(drawn)
    assert "`als`" in (tmp_path / "evaluation-times.md").read_text()
    evaluate(*arguments)
    assert page.read_bytes() == first  # to the digit
    assert {path.name: path.read_bytes() for path in plots.glob("*.svg")} == drawn


def test_folds_make_everybody_a_case(release: Path, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    evaluate("--release", release, "--models", "popularity", "--seeds", 1, "--folds", 4,
             "--picks", 10, "--json", path)  # fmt: skip
    (found,) = json.loads(path.read_text())["comparisons"]
    (row,) = found["tables"]["10"]
    assert (row["cases"], row["people"], found["folds"]) == (USERS, USERS, 4)


@pytest.mark.usefixtures("few_steps")
def test_the_served_ranking_has_the_weights_of_the_live_run(
    live_model: ModelRun, tmp_path: Path
) -> None:
    path = tmp_path / "figures.json"

    def ndcg() -> float:
        evaluate("--models", "blend", "--seeds", 1, "--picks", 10, "--json", path)
        (found,) = json.loads(path.read_text())["comparisons"]
        rows = {row["model"]: row["measures"]["ndcg"]["value"] for row in found["tables"]["10"]}
        return float(rows["blend"])

    before = ndcg()
    ModelRun.objects.filter(pk=live_model.pk).update(
        twin_weight=100.0, neighbour_weight=0.0, answers_weight=0.0
    )
    assert ndcg() != before


def test_stars_are_measured_by_cross_validation(release: Path, tmp_path: Path) -> None:
    path, page = tmp_path / "stars.json", tmp_path / "page.md"
    said = evaluate("--release", release, "--stars", "BaselineOnly", "NormalPredictor",
                    "--folds", 3, "--seeds", 1, "--json", path, "--markdown", page)  # fmt: skip
    stored = json.loads(path.read_text())["stars"]
    assert stored["folds"] == 3
    rows = stored["by_data"]["invented"]
    assert [row["algorithm"] for row in rows] == ["BaselineOnly", "NormalPredictor"]
    assert len(rows[0]["rmse_by_fold"]) == 3
    best = np.mean(rows[0]["rmse_by_fold"])
    assert f"RMSE of BaselineOnly {best:.4f}" in said.splitlines()[-1]
    assert "<!-- generated: stars invented -->" in page.read_text()


def test_films_without_ratings_are_measured_by_their_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = partial(SurveyEncoder, passes=60, fewest_steps=60, learning_rate=0.02)
    monkeypatch.setattr(cold_films, "SurveyEncoder", quick)
    path, page = tmp_path / "cold.json", tmp_path / "page.md"
    said = evaluate(
        "--release", write_kinds(tmp_path / "kinds", users=100), "--cold", "--seeds", 1, 2,
        "--json", path, "--markdown", page,
    )  # fmt: skip
    stored = json.loads(path.read_text())["cold"]["kinds"]
    assert [split["seed"] for split in stored["splits"]] == [1, 2]
    first = stored["mean"][0]
    assert first["auc"] > 0.75
    assert first["auc"] == pytest.approx(
        np.mean([split["rows"][0]["auc"] for split in stored["splits"]])
    )
    assert f"AUC of {first['ranking']} {first['auc']:.3f}" in said.splitlines()[-1]
    assert "<!-- generated: cold kinds -->" in page.read_text()


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--models", "magic"], "there is no recommender 'magic'; known: all, popularity"),
            (["--curve", "--decisions"], "--curve and --decisions are measured one at a time"),
            (["--stars", "--curve"], "are measured one at a time"),
            (["--curve", "--models", "als"], "--models means nothing to --curve"),
            (["--decisions", "--plots", "."], "--plots means nothing to --decisions"),
            (["--models", "als", "--against", "ease"], "--against ease: it is not among"),
            (["--release", "/nowhere/ml.zip"], "/nowhere/ml.zip"),
            (["--folds", "1"], "is not a whole number from 2 to 20"),
            (["--plots", "/nowhere/plots"], "there is no folder /nowhere"),
            (["--stars", "Magic"], "invalid choice: 'Magic'"),
            (["--cold", "--folds", "4"], "--folds means nothing to --cold"),
        ],
    )
    def test_they_are_told_before_anything_is_computed(
        self, arguments: list[str], message: str
    ) -> None:
        with pytest.raises(CommandError) as caught:  # the database is blocked
            evaluate(*arguments)
        assert message in str(caught.value)

    def test_a_page_with_broken_markers_is_refused_first(
        self, release: Path, tmp_path: Path
    ) -> None:
        page = tmp_path / "page.md"
        page.write_text("<!-- generated: comparison invented -->\n", encoding="utf-8")
        with pytest.raises(CommandError, match="the marker 'end' of 'comparison invented'"):
            evaluate("--release", release, "--markdown", page)

    def test_a_recommender_that_is_not_installed_says_what_to_do(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(registry, "OPTIONAL", {"als": (("no_such_module",), "neural")})
        with pytest.raises(CommandError, match=r"als needs no_such_module: pip install"):
            evaluate("--models", "als")

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("1,999,4.0", r"movie_id 999: no such film"),
            ("999,1,4.0", r"ml_user_id 999: no such person"),
            ("1,{rated},4.0", r"person 1 has rated film \d+ before"),
        ],
    )
    def test_a_broken_release_is_refused_with_the_line(
        self, release: Path, line: str, message: str
    ) -> None:
        path = release / "rating.csv"
        lines = path.read_text().splitlines()
        rated = next(one for one in lines if one.startswith("1,")).split(",")[1]
        path.write_text("\n".join([*lines, line.format(rated=rated)]) + "\n")
        with pytest.raises(DataError, match=rf"rating.csv, line {len(lines) + 1}: {message}"):
            read_release(release)


def test_people_of_a_release_without_a_users_file_are_those_who_rated(tmp_path: Path) -> None:
    folder = tmp_path / "ml-latest-tiny"
    folder.mkdir()
    (folder / "movies.csv").write_text("movieId,title,genres\n1,One (1999),Drama\n")
    (folder / "ratings.csv").write_text("userId,movieId,rating,timestamp\n9,1,4.0,1\n3,1,2.0,1\n")
    (folder / "links.csv").write_text("movieId,imdbId,tmdbId\n1,1,1\n")
    data = read_release(folder)
    assert data.user_ids.tolist() == [3, 9]
    assert set(data.genders.tolist()) == {""}
    assert set(data.age_bands.tolist()) == {0}
