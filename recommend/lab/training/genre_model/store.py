"""Reads the texts of the films in the database, trains the genre model of a run, and stores it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.utils.translation import override

from common.commands.progress import Report, silent
from common.errors import DataError
from movies.genres import GENRES
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
from recommend.scoring.film_words import film_text, words
from recommend.scoring.genre_model import SEPARATOR, digest_of

SEED = 124  # of the films that it is measured on


def genre_words() -> frozenset[str]:
    """The words of all names of genres: MovieLens's own, English and Korean."""
    names = list(GENRES)
    for language in ("en", "ko"):
        with override(language):
            names += [str(name) for name in GENRES.values()]
    return frozenset(word for name in names for word in words(name))


def read_films() -> list[FilmToLearn]:
    """All films by id: titles, the overview (Korean if there is one, else English), keywords."""
    alias = database()
    texts: dict[int, dict[str, FilmText]] = {}
    for text in FilmText.objects.using(alias).iterator():
        texts.setdefault(text.movie_id, {})[text.language] = text
    rows = Movie.objects.using(alias).order_by("pk")
    return [
        film_to_learn(movie_id, genres, title, title_ko, texts.get(movie_id, {}))
        for movie_id, genres, title, title_ko in rows.values_list(
            "movie_id", "genres", "title", "title_ko"
        )
    ]


def film_to_learn(
    movie_id: int, genres: list[str], title: str, title_ko: str, texts: dict[str, FilmText]
) -> FilmToLearn:
    by_preference = [texts[one] for one in FilmText.Language.values if one in texts]
    shown = next((text for text in by_preference if text.overview), None)
    return FilmToLearn(
        movie_id=movie_id,
        genres=tuple(dict.fromkeys(genres)),
        text=film_text(
            title=title,
            title_ko=title_ko,
            overview=shown.overview if shown else "",
            keywords=[keyword for text in by_preference for keyword in text.keywords],
        ),
        language=shown.language if shown else "",
    )


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
