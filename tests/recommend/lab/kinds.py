"""Invented ratings that a recommender can learn, without the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recommend.lab.data.content import FilmContent
from recommend.lab.data.ratings import RatingData, rating_data
from recommend.lab.evaluation.bench import ComparisonPlan
from recommend.lab.evaluation.comparison import compare_recommenders
from recommend.lab.evaluation.figures import RecommenderComparison
from recommend.lab.recommenders.registry import recommender

KINDS = ("Action", "Comedy", "Drama", "Horror")
FILMS = 120


def kinds_data(users: int = 240, *, name: str = "four kinds") -> RatingData:
    """120 films of four kinds; each person likes 32, nearly all of one kind, better known first."""
    rng = np.random.default_rng(5)
    rows, known = [], 1.0 / (1.0 + np.arange(FILMS) % 30 / 8)
    for user in range(1, users + 1):
        odds = known * np.where(np.arange(FILMS) // 30 == user % 4, 25.0, 1.0)
        liked = rng.choice(FILMS, 32, replace=False, p=odds / odds.sum())
        rows += [(user, film + 1, 5.0) for film in liked]
        rest = np.setdiff1d(np.arange(FILMS), liked)
        rows += [(user, film + 1, 2.0) for film in rng.choice(rest, 6, replace=False)]
    people = pd.DataFrame(
        {
            "ml_user_id": range(1, users + 1),
            "gender": [("female", "male", "male")[user % 3] for user in range(users)],
            "age_band": [(18, 25, 56)[user // 4 % 3] for user in range(users)],
        }
    )
    ratings = pd.DataFrame(rows, columns=["ml_user_id", "movie_id", "rating"])
    data = rating_data(ratings, people, name=name, digest="d" * 64)
    content = FilmContent(
        titles=[f"film {movie}" for movie in data.movie_ids],
        years=np.full(len(data.movie_ids), 1999),
        genres=[[KINDS[(movie - 1) // 30]] for movie in data.movie_ids.tolist()],
        languages=[""] * len(data.movie_ids),
        texts=[""] * len(data.movie_ids),
    )
    return replace(data, content=content)


def shuffled_likes(data: RatingData, *, seed: int) -> RatingData:
    """Everybody likes as many films as before, but any of them: there is nothing to learn."""
    rng = np.random.default_rng(seed)
    movies = np.concatenate(
        [
            np.sort(rng.permutation(len(data.movie_ids))[: int((data.users == row).sum())])
            for row in range(len(data.user_ids))
        ]
    )
    order = np.argsort(data.users, kind="stable")
    ratings = np.concatenate(
        [rng.permutation(data.ratings[data.users == row]) for row in range(len(data.user_ids))]
    )
    return replace(data, users=data.users[order], movies=movies, ratings=ratings)


def compare(data: RatingData, *, names: Sequence[str], **plan: Any) -> RecommenderComparison:
    """Recommenders of the registry with their default parameters; `plan`: of `ComparisonPlan`."""
    recommenders = {name: recommender(name) for name in names}
    return compare_recommenders(data, recommenders, plan=ComparisonPlan(**plan))


def write_kinds(folder: Path, users: int = 240) -> Path:
    """The same as a release in the plain layout."""
    data, letters = kinds_data(users), {"female": "F", "male": "M"}
    folder.mkdir()
    films = [f"{movie},Film {movie},1999,{KINDS[(movie - 1) // 30]}," for movie in data.movie_ids]
    people = zip(data.user_ids, data.genders, data.age_bands, strict=True)
    rows = zip(data.user_ids[data.users], data.movie_ids[data.movies], data.ratings, strict=True)
    tables = {
        "movie": ["movie_id,title,year,genres,title_ko", *films],
        "user": [
            "user_id,gender,age,occupation",
            *(f"{user},{letters[gender]},{age},invented" for user, gender, age in people),
        ],
        "rating": ["user_id,movie_id,rating", *(f"{u},{m},{stars}" for u, m, stars in rows)],
    }
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
