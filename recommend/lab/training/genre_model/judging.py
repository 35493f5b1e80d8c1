"""How well the genre model finds the genres of films that it has not seen. No database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from common.arrays import Floats, Ints
from common.errors import DataError
from recommend.lab.training.genre_model.fit import FilmAnalyzer, FilmToLearn, fit_genres
from recommend.scoring.genre_model import GenreCounts, genre_chances

HELD_OUT = 0.2
FEWEST_FILMS = 20  # fewer cannot be split
ALWAYS = "Drama"  # what somebody says who knows nothing


@dataclass(frozen=True)
class GenreFigures:
    """Of the `films` held out.

    `first_right`, `two_right`: the likeliest genre, or one of the two likeliest, is one of the
    film's; `always_right`: `ALWAYS` is.

    As in learning, a film of n genres counts 1/n for each: `confusion` (c, c) has these shares, the
    film's genre by row and the likeliest by column. `accuracy` is its diagonal's share, so that a
    film of two genres brings at most a half; `precision`, `recall` and `f1` are the means over the
    genres that films have or that were said, 0 for a genre that was never said.
    """

    films: int
    accuracy: float
    precision: float
    recall: float
    f1: float
    first_right: float
    two_right: float
    always_right: float
    genres: tuple[str, ...]
    confusion: list[list[float]]

    def stored(self) -> dict[str, Any]:
        return asdict(self) | {"genres": list(self.genres)}


def judge_genres(
    films: Sequence[FilmToLearn], analyzer: FilmAnalyzer, *, seed: int
) -> GenreFigures:
    """Learn from 80 % of the films, ask about the rest; stratified by each film's rarest genre.

    Raises `DataError` for fewer than 20 films with a genre.
    """
    usable = [film for film in films if film.genres]
    if len(usable) < FEWEST_FILMS:
        raise DataError(f"{len(usable)} films with texts and genres are too few to measure")
    learned, asked = split(usable, seed=seed)
    model = fit_genres([usable[row] for row in learned], [], analyzer).model
    return figures(model, [usable[row] for row in asked], analyzer)


def split(films: Sequence[FilmToLearn], *, seed: int) -> tuple[Ints, Ints]:
    """Rows to learn from and rows to ask about. Strata of a single film are taken together."""
    numbers = Counter(genre for film in films for genre in film.genres)
    rarest = [min(film.genres, key=lambda one: (numbers[one], one)) for film in films]
    sizes = Counter(rarest)
    strata = [genre if sizes[genre] > 1 else "" for genre in rarest]
    alone = strata.count("") == 1
    few = len({*strata}) > HELD_OUT * len(films)  # more strata than films to ask about
    learned, asked = train_test_split(
        np.arange(len(films)),
        test_size=HELD_OUT,
        random_state=seed,
        stratify=None if alone or few else strata,
    )
    return np.asarray(learned), np.asarray(asked)


def figures(
    model: GenreCounts, films: Sequence[FilmToLearn], analyzer: FilmAnalyzer
) -> GenreFigures:
    """The figures of these films, none of which the model has learned from."""
    said = [_likeliest(model, analyzer(film.text)) for film in films]
    names = tuple(sorted({*model.genres, *(genre for film in films for genre in film.genres)}))
    places = {name: place for place, name in enumerate(names)}
    confusion = np.zeros((len(names), len(names)))
    for film, two in zip(films, said, strict=True):
        for genre in film.genres:
            confusion[places[genre], places[two[0]]] += 1 / len(film.genres)
    precision, recall, f1 = macro_means(confusion)
    pairs = list(zip(films, said, strict=True))
    return GenreFigures(
        films=len(films),
        accuracy=float(np.trace(confusion) / len(films)),
        precision=precision,
        recall=recall,
        f1=f1,
        first_right=float(np.mean([two[0] in film.genres for film, two in pairs])),
        two_right=float(np.mean([bool({*two} & {*film.genres}) for film, two in pairs])),
        always_right=float(np.mean([ALWAYS in film.genres for film in films])),
        genres=names,
        confusion=np.round(confusion, 4).tolist(),
    )


def macro_means(confusion: Floats) -> tuple[float, float, float]:
    """Precision, recall and F1: means over the genres that films have or that were said."""
    right, has, said = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    there = has + said > 0
    precision, recall, f1 = (
        np.divide(part, whole, out=np.zeros_like(right), where=whole > 0)[there].mean()
        for part, whole in ((right, said), (right, has), (2 * right, has + said))
    )
    return float(precision), float(recall), float(f1)


def _likeliest(model: GenreCounts, tokens: Sequence[str]) -> list[str]:
    """The two likeliest genres, or the one that there is; without events the base counts alone."""
    chances = genre_chances(model, [], tokens, base_films=model.films)
    order = np.argsort(-chances, kind="stable")[:2]
    return [model.genres[place] for place in order.tolist()]
