"""The numbers of the genre model: beside scikit-learn, by hand, and after taking events back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from common.errors import DataError
from recommend.lab.training.genre_model.fit import FilmAnalyzer, FittedGenres, fit_genres
from recommend.scoring.genre_model import (
    FilmTokens,
    GenreCounts,
    GenreEvent,
    digest_of,
    genre_chances,
)
from tests.recommend.genre_texts import invented_films

ANALYZER = FilmAnalyzer(frozenset())
FILMS = invented_films()
NOTHING = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def fitted() -> FittedGenres:
    return fit_genres(FILMS, FILMS, ANALYZER)


def event(fitted: FittedGenres, number: int, weight: float = 1.0) -> GenreEvent:
    film = next(film for film in FILMS if film.movie_id == number)
    tokens = fitted.films.of_film(number)
    assert tokens is not None
    return GenreEvent(film.genres, weight, *tokens)


SMALL = GenreCounts(
    ("A", "B"), ("x", "y"), np.array([3.0, 1.0]), np.array([[2.0, 0.0], [1.0, 4.0]]), alpha=0.5
)


def test_the_formula_by_hand() -> None:
    like = GenreEvent(("B",), 3.0, np.array([1]), np.array([2]))
    found = np.exp(genre_chances(SMALL, [like], ["x"], base_films=2.0))
    scale = 2.0 / 4
    prior = np.array([scale * 3, scale * 1 + 3])
    x = np.array([scale * 2.5, scale * 1.5])
    y = np.array([scale * 0.5, scale * 4.5 + 3 * 2])
    expected = prior * x / (x + y)
    assert found == pytest.approx(expected / expected.sum(), abs=1e-12)


def test_a_film_of_two_genres_is_shared() -> None:
    like = GenreEvent(("A", "B"), 3.0, NOTHING, NOTHING)
    found = np.exp(genre_chances(SMALL, [like], base_films=4.0))
    assert found == pytest.approx([4.5 / 7, 2.5 / 7], abs=1e-12)


@pytest.mark.parametrize("asked", [[], ["귀신"], ["우주", "로봇", "로봇", "무엇"]])
def test_all_films_as_a_start_are_partial_fit(fitted: FittedGenres, asked: list[str]) -> None:
    single = [film for film in FILMS if len(film.genres) == 1]
    model = fit_genres(single, single, ANALYZER)
    vectorizer = CountVectorizer(analyzer=ANALYZER, vocabulary=list(model.model.vocabulary))
    bayes = MultinomialNB(alpha=0.3)
    bayes.fit(vectorizer.transform([f.text for f in single]), [f.genres[0] for f in single])
    liked = [single[0], single[5], single[5], single[9]]
    bayes.partial_fit(vectorizer.transform([f.text for f in liked]), [f.genres[0] for f in liked])
    events = [event(model, film.movie_id) for film in liked]
    ours = genre_chances(model.model, events, asked, base_films=model.model.films)
    tokens = [[token for token in asked if token in model.model.places]]
    counts = CountVectorizer(
        analyzer=lambda given: given, vocabulary=list(model.model.vocabulary)
    ).transform(tokens)
    assert list(bayes.classes_) == list(model.model.genres)
    assert ours == pytest.approx(bayes.predict_log_proba(counts)[0], abs=1e-9)


def test_taking_events_back_restores_the_chances_exactly(fitted: FittedGenres) -> None:
    model, own = fitted.model, [event(fitted, number, 3.0) for number in (2, 8)]
    before = genre_chances(model, own, ["귀신", "첫사"], base_films=30)
    more = [*own, *(event(fitted, number, 3.0) for number in range(11, 21))]
    after = genre_chances(model, more, ["귀신", "첫사"], base_films=30)
    again = genre_chances(model, more[:2], ["귀신", "첫사"], base_films=30)
    assert np.abs(np.exp(after) - np.exp(before)).max() > 0.01
    assert np.abs(np.exp(again) - np.exp(before)).max() <= 1e-12


def test_with_a_whole_base_for_words_likes_do_not_drown_the_words_of_their_genre() -> None:
    """Ten likes of horror films that lack the word: docs/algorithms.md, "Genre model"."""
    model = GenreCounts(
        ("Drama", "Horror"),
        ("film", "ghost"),
        np.array([100.0, 10.0]),
        np.array([[5_000.0, 2.0], [500.0, 20.0]]),
    )
    likes = [GenreEvent(("Horror",), 3.0, np.array([0]), np.array([50]))] * 10

    def horror(events: list[GenreEvent], word_films: float) -> float:
        asked = ["ghost", "ghost"]
        found = genre_chances(model, events, asked, base_films=10, word_films=word_films)
        return float(np.exp(found[1]))

    assert horror(likes, 10) < horror([], 10) < horror(likes, model.films)


def test_words_that_weigh_half_move_the_chances_half_as_far() -> None:
    none, whole, half = (
        genre_chances(SMALL, [], ["y", "x"], base_films=4.0, word_weight=weight)
        for weight in (0.0, 1.0, 0.5)
    )
    assert none == pytest.approx(genre_chances(SMALL, [], base_films=4.0), abs=0)
    odds = [np.diff(one)[0] for one in (none, half, whole)]
    assert odds[1] == pytest.approx((odds[0] + odds[2]) / 2, abs=1e-12)


@pytest.mark.parametrize("asked", [[], ["xyz", "🎬"], ["<b>"]])
def test_unknown_words_leave_the_genres_as_they_are(fitted: FittedGenres, asked: list[str]) -> None:
    found = genre_chances(fitted.model, [], asked, base_films=30)
    counts = fitted.model.class_counts
    assert np.exp(found) == pytest.approx(counts / counts.sum(), abs=1e-12)


def test_an_event_of_unknown_genres_changes_nothing(fitted: FittedGenres) -> None:
    odd = GenreEvent(("Telenovela",), 3.0, NOTHING, NOTHING)
    without = genre_chances(fitted.model, [], base_films=30)
    assert genre_chances(fitted.model, [odd], base_films=30) == pytest.approx(without, abs=0)
    half = GenreEvent(("Telenovela", "Horror"), 3.0, NOTHING, NOTHING)
    whole = GenreEvent(("Horror",), 3.0, NOTHING, NOTHING)
    assert genre_chances(fitted.model, [half], base_films=30) == pytest.approx(
        genre_chances(fitted.model, [whole], base_films=30), abs=0
    )


@pytest.mark.parametrize("start", [0.0, -1.0, float("nan")])
def test_a_start_of_no_films_is_refused(start: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        genre_chances(SMALL, [], base_films=start)


@pytest.mark.parametrize(
    "wrong",
    [
        {"class_counts": np.ones(3)},
        {"token_counts": np.ones((2, 3))},
        {"token_counts": np.array([[1.0, np.nan], [1.0, 1.0]])},
        {"class_counts": np.array([1.0, -1.0])},
        {"class_counts": np.zeros(2)},
        {"alpha": 0.0},
    ],
)
def test_counts_that_do_not_belong_together_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DataError, match="genre model"):
        replace(SMALL, **wrong)


@pytest.mark.parametrize(
    ("ids", "starts"), [([2, 1], [0, 1, 2]), ([1, 2], [0, 2]), ([1, 2], [0, 2, 1])]
)
def test_words_of_films_that_do_not_belong_together_are_refused(
    ids: list[int], starts: list[int]
) -> None:
    with pytest.raises(DataError, match="do not belong together"):
        FilmTokens(np.array(ids), np.array(starts), np.array([0, 1]), np.array([1, 1]))


def test_the_digest_follows_every_array(fitted: FittedGenres) -> None:
    model, films = fitted.model, fitted.films
    digests = {
        digest_of(model, films),
        digest_of(replace(model, class_counts=model.class_counts + 1), films),
        digest_of(replace(model, token_counts=model.token_counts + 1), films),
        digest_of(replace(model, alpha=1.0), films),
        digest_of(replace(model, genres=tuple(reversed(model.genres))), films),
        digest_of(model, replace(films, counts=films.counts + 1)),
    }
    assert len(digests) == 6
