"""Films without ratings: their vectors by content, and how these are measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from common.errors import DataError
from recommend.lab.data.content import FilmContent
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation import cold_films
from recommend.lab.evaluation.cold_films import ColdRow, cold_split, evaluate_cold_films, mean_rows
from recommend.lab.recommenders.content_map import fit_content_map
from recommend.management.evaluate_modes.cold import cold_section
from tests.worlds import FILMS_EACH, GENRES, world_data


def content_of(genres: list[str]) -> FilmContent:
    """Films of which only the genre is known."""
    size = len(genres)
    return FilmContent(
        [""] * size, np.zeros(size, np.int64), [(genre,) if genre else () for genre in genres],
        [""] * size, [""] * size,
    )  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RatingData:
    """The invented world, in which a genre tells exactly who likes a film."""
    found = world_data(tmp_path_factory.mktemp("world"))
    genres = [GENRES[(movie - 1) // FILMS_EACH] for movie in found.movie_ids.tolist()]
    return replace(found, content=content_of(genres))


class TestContentMap:
    vectors = np.array([[1.0, 0.0], [0.0, 2.0]] * 20)
    genres = ["War", "Musical"] * 20
    ratings = np.full(40, 1000)

    def test_a_new_film_gets_the_vector_of_its_genre(self) -> None:
        """Half of the films have (1, 0), half (0, 2); stretched 1.3 times away from the mean."""
        found = fit_content_map(
            content_of(self.genres), self.vectors, self.ratings, seed=1, penalties=(1e-6,)
        )
        new = found.vectors(content_of(["War", "Musical"]))
        expected = np.array([[0.5 + 0.65, 1.0 - 1.3], [0.5 - 0.65, 1.0 + 1.3]])
        assert new == pytest.approx(expected, abs=1e-3)
        assert found.explained == pytest.approx(1.0, abs=1e-3)

    def test_a_film_of_which_nothing_is_known_gets_the_mean(self) -> None:
        found = fit_content_map(content_of(self.genres), self.vectors, self.ratings, seed=1)
        assert found.vectors(content_of([""])) == pytest.approx(np.array([[0.5, 1.0]]))

    def test_a_film_with_many_ratings_counts_more(self) -> None:
        vectors = np.array([[0.0], [1.0]] * 10)
        ratings = np.array([1, 100_000] * 10)
        found = fit_content_map(content_of(["War"] * 20), vectors, ratings, seed=1)
        assert found.vectors(content_of(["War"]))[0, 0] > 0.95

    def test_noise_is_shrunk_to_the_mean(self) -> None:
        rng = np.random.default_rng(5)
        genres = [f"genre {rng.integers(15)}" for _ in range(60)]
        noise = rng.standard_normal((60, 3))
        found = fit_content_map(content_of(genres), noise, np.full(60, 1000), seed=1)
        assert found.penalty >= 10.0
        assert found.explained < 0.1
        lengths = np.linalg.norm(found.vectors(content_of(genres)) - found.means, axis=1)
        assert lengths.mean() < 0.5 * np.linalg.norm(noise, axis=1).mean()

    def test_the_same_seed_gives_the_same_vectors(self) -> None:
        first, second = (
            fit_content_map(content_of(self.genres), self.vectors, self.ratings, seed=2)
            for _ in range(2)
        )
        assert first.slopes.tolist() == second.slopes.tolist()

    def test_films_without_ratings_teach_nothing(self) -> None:
        more = np.vstack([self.vectors, np.full((5, 2), 99.0)])
        found = fit_content_map(
            content_of([*self.genres, *["War"] * 5]), more, np.r_[self.ratings, np.zeros(5, int)],
            seed=1,
        )  # fmt: skip
        assert found.vectors(content_of(["War"])).max() < 2.0

    def test_one_film_equals_the_same_film_among_others(self) -> None:
        found = fit_content_map(content_of(self.genres), self.vectors, self.ratings, seed=1)
        alone = found.vectors(content_of(["War"]))[0]
        assert found.vectors(content_of(["Musical", "War"]))[1] == pytest.approx(alone)
        assert found.vectors(content_of([])).shape == (0, 2)

    def test_too_few_films_are_refused(self) -> None:
        with pytest.raises(DataError, match="5 rated films are too few"):
            fit_content_map(content_of(["War"] * 5), np.ones((5, 2)), np.ones(5, int), seed=1)


class TestEvaluation:
    @pytest.fixture(autouse=True)
    def _few_likes_are_enough(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cold_films, "FEWEST_LIKES", 5)

    def test_films_taken_out_are_nowhere_in_training(self, data: RatingData) -> None:
        split = cold_split(data, seed=1, share=0.2)
        left = set(split.simulation.train.movie_ids.tolist())
        taken = data.movie_ids[split.cold]
        assert not left & set(taken.tolist())
        assert len(left) + len(taken) == len(data.movie_ids)
        for picks in split.simulation.cases.picks:
            assert not set(split.simulation.train.movie_ids[picks].tolist()) & set(taken.tolist())

    def test_truths_are_what_the_respondent_likes_of_them(self, data: RatingData) -> None:
        split = cold_split(data, seed=1, share=0.2)
        rows = np.searchsorted(data.user_ids, split.simulation.user_ids)
        for row, truth in zip(rows.tolist(), split.truths, strict=True):
            assert len(truth)
            assert set(truth) <= set(data.liked[row].indices.tolist()) & set(split.cold.tolist())

    def test_where_the_genre_says_all_content_finds_the_films(self, data: RatingData) -> None:
        rows = {row.ranking: row for row in evaluate_cold_films(data, seed=1, share=0.2)}
        assert rows["content vector (encoder)"].auc > 0.95
        assert rows["content vector (ALS)"].auc > 0.95
        assert rows["content profile"].auc > 0.95
        assert rows["random"].auc == pytest.approx(0.5, abs=0.15)
        assert rows["popularity of similar films"].auc < 0.75
        assert rows["random"].percentile is None
        assert 0.5 < (rows["content vector (both)"].percentile or 0) <= 1.0

    @pytest.mark.usefixtures("few_steps")
    def test_the_same_seed_gives_the_same_rows(self, data: RatingData) -> None:
        first, second = (evaluate_cold_films(data, seed=2, share=0.2) for _ in range(2))
        assert first == second

    def test_data_without_content_are_refused(self, data: RatingData) -> None:
        with pytest.raises(DataError, match="world was read without the content"):
            evaluate_cold_films(replace(data, content=None), seed=1, share=0.2)

    def test_too_few_films_are_refused(self, data: RatingData) -> None:
        with pytest.raises(DataError, match="too few films have 5 likes to take some out"):
            evaluate_cold_films(data, seed=1, share=0.0)


class TestTables:
    rows = (ColdRow("a", 10, 5, 0.7, 0.2, 0.8, 0.1, 0.3), ColdRow("b", 10, 5, 0.5, 0.1))

    def test_lines_and_markdown_have_every_figure(self) -> None:
        section = cold_section("world", self.rows, "Mean of the seeds 1, 2.")
        text, markdown = "\n".join(section.lines()), "\n".join(section.markdown())
        for figure in ("0.700", "0.200", "0.800", "0.100", "0.300", "0.500"):
            assert figure in text
            assert figure in markdown
        assert "5 films without ratings, 10 cases" in text
        assert markdown.splitlines()[-1] == "| b | 0.500 | 0.100 |  |  |  |"

    def test_means_over_seeds(self) -> None:
        other = (ColdRow("a", 30, 5, 0.9, 0.4, 0.6, 0.3, 0.5), ColdRow("b", 30, 5, 0.5, 0.1))
        mean = mean_rows([self.rows, other])
        assert mean[0] == ColdRow(
            "a", 40, 5, pytest.approx(0.8), pytest.approx(0.3), pytest.approx(0.7),
            pytest.approx(0.2), pytest.approx(0.4),
        )  # fmt: skip
        assert mean[1].percentile is None
