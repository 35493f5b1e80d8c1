"""Reads the texts of the films in the database, trains the genre model of a run, and stores it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import transaction

from common.commands.progress import Report, silent
from common.errors import DataError
from movies.genres import genres_by_name, without_formats
from movies.models import FilmText, Movie
from recommend.lab.data.database import database
from recommend.lab.training.genre_model.fit import (
    FilmAnalyzer,
    FilmToLearn,
    FittedGenres,
    fit_genres,
)
from recommend.lab.training.genre_model.judging import judge_genres
from recommend.models import GenreModel, ModelRun
from recommend.ranking.words.film_texts import told_films
from recommend.scoring.film_words import words
from recommend.scoring.genre_model import SEPARATOR, digest_of

SEED = 124  # of the films that it is measured on


def genre_words() -> frozenset[str]:
    """The words that the names of genres consist of."""
    return frozenset(word for name in genres_by_name() for word in words(name))


def read_films() -> list[FilmToLearn]:
    """All films, by id."""
    told = told_films(Movie.objects.using(database()).order_by("pk"))
    return [
        FilmToLearn(film.movie_id, without_formats(film.genres), film.text, film.language)
        for film in told
    ]


def train_genres(*, report: Report = silent) -> tuple[FittedGenres, dict[str, Any]]:
    """The model of the films in the database, and its figures.

    It learns from films with an overview; where no film has one, from the titles of all. Figures
    are those of all these films and of the ones with a Korean overview alone ("ko"); none where
    there are too few. Raises `DataError` if there is nothing to learn from.
    """
    report("texts of films", 0, None)
    films = read_films()
    told = [film for film in films if film.language and film.genres]
    learned = told or [film for film in films if film.genres]
    analyzer = FilmAnalyzer(genre_words())
    report("genre model", 0, None)
    fitted = fit_genres(learned, films, analyzer)
    metrics: dict[str, Any] = {"films": len(learned), "texts": len(told)}
    korean = [film for film in told if film.language == FilmText.Language.KOREAN]
    for name, part in (("all", learned), ("ko", korean)):
        report(f"quality of the genre model ({name})", 0, None)
        try:
            metrics[name] = judge_genres(part, analyzer, seed=SEED).stored()
        except DataError as error:
            metrics[f"{name}_unmeasured"] = str(error)
    return fitted, metrics


def store_genres(*, run: ModelRun, fitted: FittedGenres, metrics: dict[str, Any]) -> GenreModel:
    """Put the model in the place of the run's present one, if it has one, in one transaction."""
    model, films = fitted.model, fitted.films
    with transaction.atomic():
        ModelRun.objects.select_for_update(no_key=True).only("pk").get(pk=run.pk)
        GenreModel.objects.filter(run=run).delete()
        return GenreModel.objects.create(
            run=run,
            genres=list(model.genres),
            alpha=model.alpha,
            vocabulary=SEPARATOR.join(model.vocabulary),
            class_counts=_packed(model.class_counts, "<f8"),
            token_counts=_packed(model.token_counts, "<f8"),
            film_ids=_packed(films.film_ids, "<i4"),
            film_starts=_packed(films.starts, "<i4"),
            film_columns=_packed(films.columns, "<i4"),
            film_counts=_packed(films.counts, "<i4"),
            digest=digest_of(model, films),
            learned_from=metrics["films"],
            seed=SEED,
            metrics=metrics,
        )


def _packed(array: npt.NDArray[Any], dtype: str) -> bytes:
    return np.ascontiguousarray(array, dtype=dtype).tobytes()
