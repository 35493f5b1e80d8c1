"""Tiny data whose rankings are known by hand: two camps of people, each with films of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from recommend.lab.data.cases import Demographics
from recommend.lab.data.content import FilmContent
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.als import Als
from recommend.lab.recommenders.base import Recommender
from recommend.lab.recommenders.ease import Ease
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.recommenders.popular import DemographicPopularity
from recommend.lab.recommenders.registry import recommender

CAMP_FILMS = 10
CAMP_PEOPLE = 30
FILMS = 2 * CAMP_FILMS + 2
UNRATED_LIKE_A, UNKNOWN = FILMS - 2, FILMS - 1
"""Columns of two films without ratings: one has the content of camp A, one has none."""
CAMP_A, CAMP_B = np.arange(CAMP_FILMS), np.arange(CAMP_FILMS, 2 * CAMP_FILMS)

QUICK: dict[str, dict[str, Any]] = {
    "encoder": {"passes": 100, "fewest_steps": 100, "learning_rate": 0.04},
    "vae": {"passes": 100, "learning_rate": 0.01, "hidden": 16, "latent": 8},
    "blend": {"encoder": SurveyEncoder(passes=100, fewest_steps=100, learning_rate=0.04)},
    "als": {"regularization": 5.0, "confidence": 5.0},
    "hybrid": {
        "components": (
            Als(regularization=5.0, confidence=5.0),
            DemographicPopularity(strength=20.0),
            Ease(),
        )
    },
    "demographic_popularity": {"strength": 20.0},
}
"""Parameters for data that are so few that one pass is a single step."""


def camps() -> RatingData:
    """60 people who rated 7 films of their own camp with 5 stars and 3 of the other with 1 or 2.

    Camp A: women of 18, camp B: men of 35. In each camp the first film is liked by everybody,
    and film 0, which half of camp B likes too, has the most likes of all.
    """
    rng = np.random.default_rng(11)
    rows, columns, stars = [], [], []
    for person in range(2 * CAMP_PEOPLE):
        own, other = (CAMP_A, CAMP_B) if person < CAMP_PEOPLE else (CAMP_B, CAMP_A)
        loved = [own[0], *rng.choice(own[1:], 6, replace=False)]
        disliked = list(rng.choice(other[1:], 3, replace=False))
        rated = {int(film): 5.0 for film in loved}
        rated |= {int(film): float(rng.integers(1, 3)) for film in disliked}
        if person >= CAMP_PEOPLE and person % 2:
            rated[0] = 4.0
        for film in sorted(rated):
            rows.append(person)
            columns.append(film)
            stars.append(rated[film])
    of_a = np.arange(2 * CAMP_PEOPLE) < CAMP_PEOPLE
    genres = [("War",)] * CAMP_FILMS + [("Musical",)] * CAMP_FILMS + [("War",), ()]
    return RatingData(
        name="camps",
        digest="",
        user_ids=np.arange(1, 2 * CAMP_PEOPLE + 1),
        movie_ids=np.arange(101, 101 + FILMS),
        users=np.array(rows),
        movies=np.array(columns),
        ratings=np.array(stars),
        genders=np.where(of_a, "female", "male"),
        age_bands=np.where(of_a, 18, 35).astype(np.int64),
        content=FilmContent(
            titles=[*(f"Film {column}" for column in range(FILMS - 1)), ""],
            years=np.array([1990] * (FILMS - 1) + [0]),
            genres=genres,
            languages=[""] * FILMS,
            texts=[""] * FILMS,
        ),
    )


def quick(name: str) -> Recommender:
    """The recommender of this name, with parameters for few data."""
    return recommender(name, **QUICK.get(name, {}))


def asked() -> tuple[list[np.typing.NDArray[np.int64]], Demographics]:
    """Seven respondents: picks of A, of B, of both, one, none, all of A, and an unrated film."""
    liked = [CAMP_A[2:5], CAMP_B[3:6], np.array([1, 12]), np.array([7]), np.array([], np.int64),
             CAMP_A, np.array([UNRATED_LIKE_A])]  # fmt: skip
    genders = np.array(["female", "male", "", "female", "", "", "male"])
    bands = np.array([18, 35, 18, 0, 0, 56, 1], np.int64)
    return liked, Demographics(genders, bands)


def scores_of(name: str, *, seed: int = 3) -> np.typing.NDArray[np.float64]:
    """(7, 22): fitted and asked again."""
    return quick(name).fit(camps(), seed=seed).score(*asked())


def save_scores(path: str, names: list[str]) -> None:
    """What another process calls."""
    np.savez(path, **{name: scores_of(name) for name in names})
