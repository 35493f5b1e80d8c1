"""Training the genre model: what it learns from, what it must not see, and how well it does."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.utils.translation import override

from common.errors import DataError
from movies.models import FilmText, Movie
from recommend.lab.training.genre_model.fit import (
    FilmAnalyzer,
    FilmToLearn,
    FittedGenres,
    fit_genres,
)
from recommend.lab.training.genre_model.judging import judge_genres, macro_means, split
from recommend.lab.training.genre_model.store import (
    SEED,
    genre_words,
    read_films,
    store_genres,
    train_genres,
)
from recommend.models import GenreModel, LabJob, ModelRun
from recommend.ranking.in_use import in_use
from recommend.scoring.film_words import film_text, words
from recommend.scoring.genre_model import digest_of, genre_chances
from tests.operators import refusal, run
from tests.recommend.genre_texts import invented_films, real_films

QUESTIONS = [
    ("귀신 공포 무서운 밤", "Horror"),
    ("첫사랑 결혼 연애", "Romance"),
    ("우주 외계인 로봇", "Sci-Fi"),
]


def likeliest(fitted: FittedGenres, text: str) -> str:
    chances = genre_chances(fitted.model, [], words(text), base_films=fitted.model.films)
    return fitted.model.genres[int(np.argmax(chances))]


def tell(*texts: tuple[int, str, str]) -> None:
    FilmText.objects.bulk_create(
        FilmText(
            movie_id=movie,
            language=language,
            overview=overview,
            keywords=["keyword"],
            source="test",
            loaded_on=date(2026, 11, 30),
        )
        for movie, language, overview in texts
    )


@pytest.mark.parametrize(("text", "genre"), QUESTIONS)
def test_invented_texts_teach_genres(text: str, genre: str) -> None:
    films = invented_films()
    assert likeliest(fit_genres(films, films, FilmAnalyzer(genre_words())), text) == genre


def test_a_film_counts_once_shared_over_its_genres() -> None:
    films = invented_films()
    model = fit_genres(films, films, FilmAnalyzer(frozenset())).model
    assert model.films == pytest.approx(len(films))
    counts = dict(zip(model.genres, model.class_counts.tolist(), strict=True))
    assert counts == {"Comedy": 5.0, "Drama": 4.0, "Horror": 5.0, "Romance": 5.0, "Sci-Fi": 5.0}


def test_no_word_of_a_genres_name_is_in_the_vocabulary() -> None:
    """Neither the genres of a film nor a text that names them can give the answer away."""
    named = "A horror comedy, Sci-Fi and DRAMA: 공포 영화이자 로맨스, 코미디의 전쟁 액션"
    films = [
        FilmToLearn(number, ("Horror", "Drama"), film_text(
            title="Western", title_ko="서부", overview=f"{named} 이야기", keywords=["thriller"]
        ), "ko")
        for number in range(3)
    ]  # fmt: skip
    hidden = genre_words()
    assert {"horror", "sci", "fi", "공포", "로맨", "코미", "액션", "western", "thriller"} <= hidden
    vocabulary = set(fit_genres(films, films, FilmAnalyzer(hidden)).model.vocabulary)
    assert not vocabulary & hidden
    assert "야기" in vocabulary


def test_the_genres_of_a_film_never_become_part_of_its_text(world: str) -> None:
    tell(*((movie, "ko", "바닷가 마을의 하루") for movie in range(1, 31)))
    for film in read_films():
        if film.language:
            assert set(words(film.text)) - genre_words() <= {
                "film", "영화", str(film.movie_id), "keyword", *words("바닷가 마을의 하루"),
            }  # fmt: skip


def test_a_format_is_no_genre_to_learn(world: str) -> None:
    Movie.objects.filter(pk=1).update(genres=["Action", "IMAX"])
    Movie.objects.filter(pk=2).update(genres=["IMAX"])
    assert {film.movie_id: film.genres for film in read_films()[:2]} == {1: ("Action",), 2: ()}
    tell(*((movie, "ko", "바닷가 마을의 하루") for movie in range(1, 31)))
    fitted, _metrics = train_genres()
    assert "IMAX" not in fitted.model.genres


def test_films_that_are_few_or_wordless_are_refused_with_a_hint() -> None:
    analyzer = FilmAnalyzer(frozenset())
    empty = [FilmToLearn(number, ("Drama",), "") for number in range(3)]
    with pytest.raises(DataError, match="load_film_texts"):
        fit_genres(empty, empty, analyzer)
    with pytest.raises(DataError, match="too few"):
        judge_genres(invented_films()[:10], analyzer, seed=1)


def test_the_split_is_stratified_and_the_same_each_time() -> None:
    films = [
        FilmToLearn(number, ("Drama", "Western") if number % 5 == 0 else ("Drama",), "text")
        for number in range(100)
    ]
    learned, asked = split(films, seed=SEED)
    assert len(asked) == 20
    assert sorted([*learned, *asked]) == list(range(100))
    assert sum("Western" in films[row].genres for row in asked) == 4
    assert [part.tolist() for part in split(films, seed=SEED)] == [
        learned.tolist(),
        asked.tolist(),
    ]


def test_the_figures_say_how_the_genres_of_other_films_are_found() -> None:
    films = invented_films() * 3
    found = judge_genres(films, FilmAnalyzer(genre_words()), seed=SEED)
    confusion = np.array(found.confusion)
    assert found.films == 15
    assert confusion.shape == (5, 5)
    assert confusion.sum() == pytest.approx(15, abs=1e-2)
    assert found.accuracy == pytest.approx(np.trace(confusion) / 15, abs=1e-3)
    assert found.first_right > 0.9  # each text is there three times
    assert found.two_right >= found.first_right >= found.accuracy
    assert json.loads(json.dumps(found.stored()))["genres"] == list(found.genres)


def test_means_over_genres_by_hand() -> None:
    """The third genre was neither there nor said; the second was never said."""
    found = macro_means(np.array([[3.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    assert found == pytest.approx((0.75 / 2, 1 / 2, (6 / 7) / 2))


def test_films_of_a_single_genre_are_measured_without_a_warning() -> None:
    films = [FilmToLearn(number, ("Drama",), f"바다 이야기 {number}") for number in range(30)]
    found = judge_genres(films, FilmAnalyzer(frozenset()), seed=1)
    assert (found.first_right, found.accuracy, found.confusion) == (1.0, 1.0, [[6.0]])


def test_a_stored_model_is_read_as_it_was_trained(live_model: ModelRun) -> None:
    tell(*((movie, "ko", "귀신이 나오는 밤") for movie in range(61, 81)))
    tell(*((movie, "en", "A quiet summer") for movie in range(1, 41)), (61, "en", "Ghosts"))
    fitted, metrics = train_genres()
    stored = store_genres(run=live_model, fitted=fitted, metrics=metrics)
    served = in_use().genre_model
    assert served is not None
    assert digest_of(served.model, served.tokens) == digest_of(fitted.model, fitted.films)
    assert served.films == 10
    assert stored.learned_from == 60
    assert (metrics["texts"], metrics["ko"]["films"]) == (60, 4)
    assert "ghosts" not in served.model.places  # Korean comes first
    assert len(served.tokens.film_ids) == Movie.objects.count()


def test_a_model_that_was_changed_in_the_database_is_not_used(live_model: ModelRun) -> None:
    row = GenreModel.objects.get(run=live_model)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recommend_genremodel SET class_counts = set_byte(class_counts, 0, 1)"
        )
    assert in_use().genre_model is None
    GenreModel.objects.filter(pk=row.pk).update(class_counts=b"odd")
    assert in_use().genre_model is None


def test_a_run_is_trained_with_a_genre_model_of_its_own(live_model: ModelRun) -> None:
    stored = GenreModel.objects.get(run=live_model)
    assert set(stored.genres) == {"Action", "Comedy", "Drama", "Horror"}
    assert stored.metrics["texts"] == 0  # learned from titles, where there is nothing else


def test_the_command_trains_the_live_runs_model_again(live_model: ModelRun, tmp_path: Path) -> None:
    before = GenreModel.objects.get().pk
    tell(*((movie, "ko", "밤의 바다") for movie in range(1, 81)))
    path = tmp_path / "figures.json"
    summary, _errors = run("train_genre_model", "--json", path)
    assert f"Genre model of run {live_model.pk}, learned from 80 films" in summary
    assert "Korean texts: first genre right" in summary
    assert json.loads(path.read_text())["texts"] == 80
    assert GenreModel.objects.get().pk > before
    assert LabJob.objects.get().result["genres"]["texts"] == 80


def test_without_a_live_run_the_command_says_what_to_do(world: str) -> None:
    with override("en"):
        assert "No model run is live" in refusal("train_genre_model")


@pytest.mark.realdata
def test_korean_texts_tell_the_genres_of_real_films(real_data: Path) -> None:
    films = real_films(real_data)
    analyzer = FilmAnalyzer(genre_words())
    found = judge_genres(films, analyzer, seed=SEED)
    assert found.films > 600
    assert found.first_right >= 0.73
    assert found.two_right >= 0.87
    assert 0.38 <= found.always_right <= 0.44
    fitted = fit_genres(films, films, analyzer)
    assert [likeliest(fitted, text) for text, _genre in QUESTIONS] == [
        genre for _text, genre in QUESTIONS
    ]
