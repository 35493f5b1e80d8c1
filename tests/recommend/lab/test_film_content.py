"""What is known of films besides ratings: terms, features, and reading it from the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from common.errors import DataError
from movies.models import FilmText, Movie, MovieDetails
from recommend.lab.data.content import BlockWeights, ContentFeatures, FilmContent, terms
from recommend.lab.data.database import read_content, read_observed_ratings
from recommend.ranking.words.film_texts import told_films
from tests.worlds import build_world, film_ids


def films(**fields: Any) -> FilmContent:
    """Three films: two of war from neighbouring decades, and one of which nothing is known."""
    known: dict[str, Any] = {
        "titles": ["The Longest Day", "A Day at War", ""],
        "years": np.array([1962, 1975, 0]),
        "genres": [("War", "Drama"), ("War",), ()],
        "languages": ["en", "ko", ""],
        "texts": ["Soldiers land on a beach.", "병사들이 해변에 상륙한다.", ""],
    }
    return FilmContent(**known | fields)


class TestTerms:
    def test_words_are_folded_and_empty_ones_left_out(self) -> None:
        assert terms("The SOLDIERS' war, a War of 1944!") == ["soldiers", "war", "war", "1944"]

    def test_hangul_comes_as_pairs_of_syllables(self) -> None:
        assert terms("사랑을 나") == ["사랑", "랑을", "나"]
        assert set(terms("사랑을")) & set(terms("사랑이")) == {"사랑"}

    def test_other_scripts_without_spaces_too(self) -> None:
        assert terms("東京物語") == ["東京", "京物", "物語"]

    def test_a_word_of_two_scripts_is_split(self) -> None:
        assert terms("007영화") == ["영화", "007"]

    @pytest.mark.parametrize("text", ["", " \n", "a I !", "__"])
    def test_nothing_to_say_gives_nothing(self, text: str) -> None:
        assert terms(text) == []


class TestFeatures:
    def test_each_block_has_the_length_of_its_weight(self) -> None:
        weights = BlockWeights(genres=2.0, decade=1.0, language=0.0, title=0.0, text=0.0)
        matrix = ContentFeatures(films(), weights).matrix(films())
        assert (matrix[0] @ matrix[0].T)[0, 0] == pytest.approx(2.0**2 + 1.0**2)

    def test_a_film_of_which_nothing_is_known_is_a_row_of_zeros(self) -> None:
        matrix = ContentFeatures(films()).matrix(films())
        assert matrix[2].nnz == 0
        assert np.isfinite(matrix.data).all()

    def test_neighbouring_decades_are_alike(self) -> None:
        weights = BlockWeights(genres=0.0, decade=1.0, language=0.0, title=0.0, text=0.0)
        years = films(years=np.array([1962, 1975, 1999]))
        likeness = (m := ContentFeatures(years, weights).matrix(years)) @ m.T
        assert 0 < likeness[0, 1] < likeness[0, 0]
        assert likeness[0, 2] == 0.0

    def test_words_in_common_make_films_alike(self) -> None:
        weights = BlockWeights(genres=0.0, decade=0.0, language=0.0, title=1.0, text=0.0)
        likeness = (m := ContentFeatures(films(), weights).matrix(films())) @ m.T
        assert 0 < likeness[0, 1] < 1

    def test_what_other_films_add_is_not_known(self) -> None:
        features = ContentFeatures(films())
        others = films(
            genres=[("Opera",), (), ()], titles=["Aida", "", ""], languages=["it", "", ""],
            texts=["", "", ""], years=np.array([0, 0, 0]),
        )  # fmt: skip
        assert features.matrix(others).nnz == 0

    def test_films_without_any_text_or_language(self) -> None:
        """As MovieLens 1M has them: genres, years and titles only."""
        bare = films(languages=["", "", ""], texts=["", "", ""])
        assert ContentFeatures(bare).matrix(bare).shape[0] == 3

    def test_films_of_which_nothing_at_all_is_known(self) -> None:
        empty = films(
            titles=[""] * 3, years=np.zeros(3, np.int64), genres=[()] * 3, languages=[""] * 3,
            texts=[""] * 3,
        )  # fmt: skip
        assert ContentFeatures(empty).matrix(empty).shape == (3, 0)

    def test_films_can_be_chosen(self) -> None:
        chosen = films().of_films(np.array([1, 0]))
        assert list(chosen.titles) == ["A Day at War", "The Longest Day"]
        assert chosen.years.tolist() == [1975, 1962]
        assert len(chosen) == 2


@pytest.mark.django_db
class TestReading:
    @pytest.fixture(autouse=True)
    def _world(self, tmp_path: Path) -> None:
        build_world(tmp_path)

    def test_the_ratings_come_with_the_content_of_their_films(self) -> None:
        data = read_observed_ratings()
        assert data.content is not None
        assert len(data.content) == len(data.movie_ids)
        place = data.movie_ids.tolist().index(film_ids("Comedy")[0])
        assert list(data.content.genres[place]) == ["Comedy"]
        assert data.content.titles[place] == "Comedy film 21 Comedy 영화 21"
        assert data.content.texts[place] == ""

    def test_what_tmdb_says_of_a_film_is_added(self) -> None:
        Movie.objects.create(movie_id=999, title="Parasite", title_ko="기생충", genres=[])
        MovieDetails.objects.create(
            movie_id=999, title_ko="기생충", original_title="기생충", original_language="ko",
            overview="반지하에 사는 가족", fetched_at=timezone.now(),
        )  # fmt: skip
        content = read_content(np.array([999, 1]))
        assert list(content.titles) == ["Parasite 기생충", "Action film 1 Action 영화 1"]
        assert content.years.tolist() == [0, 1991]
        assert list(content.languages) == ["ko", ""]
        assert list(content.texts) == ["Parasite 기생충 반지하에 사는 가족", ""]

    def test_loaded_texts_of_all_languages_take_the_place_of_tmdbs(self) -> None:
        movie = Movie.objects.create(movie_id=999, title="Up", title_ko="업", genres=["Drama"])
        MovieDetails.objects.create(movie=movie, overview="TMDB", fetched_at=timezone.now())
        for language, overview, keywords in (
            ("en", "A <b>house</b> flies", ["balloon", "old man"]),
            ("ko", "집이 난다!", []),
        ):
            FilmText.objects.create(
                movie=movie, language=language, overview=overview, keywords=keywords,
                source="x", loaded_on=timezone.localdate(),
            )  # fmt: skip

        content = read_content(np.array([999]))

        assert list(content.texts) == ["Up 업 집이 난다 A house flies balloon old man"]
        assert list(content.genres) == [["Drama"]]  # beside it, never in it

    @pytest.mark.parametrize("overview", ["", "집이 난다"])
    def test_tmdbs_overview_fills_in_for_an_empty_one_in_both_readings(self, overview: str) -> None:
        movie = Movie.objects.create(movie_id=999, title="Up", title_ko="업", genres=["Drama"])
        MovieDetails.objects.create(movie=movie, overview="풍선", fetched_at=timezone.now())
        FilmText.objects.create(
            movie=movie, language="en", overview="", keywords=["balloon"],
            source="x", loaded_on=timezone.localdate(),
        )  # fmt: skip
        if overview:
            FilmText.objects.create(
                movie=movie, language="ko", overview=overview, source="x",
                loaded_on=timezone.localdate(),
            )  # fmt: skip

        (told,) = told_films(Movie.objects.filter(pk=999))

        assert told.text == f"Up 업 {overview or '풍선'} balloon"
        assert (told.language, told.is_told) == ("ko", True)
        assert list(read_content(np.array([999])).texts) == [told.text]

    def test_the_genre_model_reads_one_language_and_content_both(self) -> None:
        movie = Movie.objects.create(movie_id=999, title="Up", genres=["Drama"])
        for language, overview in (("en", "A house"), ("ko", "집")):
            FilmText.objects.create(
                movie=movie, language=language, overview=overview, source="x",
                loaded_on=timezone.localdate(),
            )  # fmt: skip

        texts = [
            next(told_films(Movie.objects.filter(pk=999), both_languages=both)).text
            for both in (False, True)
        ]

        assert texts == ["Up 집", "Up 집 A house"]

    def test_an_unknown_film_is_refused(self) -> None:
        with pytest.raises(DataError, match="film 12345 has ratings but is not among the films"):
            read_content(np.array([1, 12345]))
