"""The bundled sample answers differently for different tastes, and nobody always wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from movies.movielens.sample_films import SampleFilm, read_films
from recommend.models import ModelRun
from recommend.ranking.answers import Answers
from recommend.results.recommendation import recommend

PROFILES = 60
PICKS = 6
COMPARED = ("netflix", "disney_plus", "watcha", "wavve", "prime_video")


def has(film: SampleFilm, *genres: str) -> bool:
    """Whether the film has one of the genres."""
    return not set(genres).isdisjoint(film.genres)


# Korean films are a taste of their own.
TASTES: Mapping[str, Callable[[SampleFilm], bool]] = {
    "Korean thriller": lambda film: film.korean and has(film, "Crime", "Thriller"),
    "family": lambda film: not film.korean and has(film, "Children"),
    "superheroes": lambda film: (
        not film.korean and film.year >= 2000 and {"Action", "Sci-Fi"} <= set(film.genres)
    ),
    "romance": lambda film: (
        not film.korean and film.year >= 1990 and {"Drama", "Romance"} <= set(film.genres)
    ),
    "horror": lambda film: not film.korean and has(film, "Horror"),
    "classic": lambda film: film.year < 1980 and not has(film, "Sci-Fi", "Children"),
    "art house": lambda film: film.foreign and not has(film, "Animation"),
    "comedy": lambda film: (
        not film.korean
        and has(film, "Comedy")
        and not has(film, "Animation", "Children", "Action", "Romance")
    ),
}
PAIRS = (
    ("Korean thriller", "family"),
    ("superheroes", "art house"),
    ("romance", "horror"),
    ("classic", "Korean thriller"),
    ("comedy", "art house"),
    ("horror", "classic"),
    ("family", "romance"),
    ("romance", "comedy"),
)


class Answered(NamedTuple):
    """The answer to an invented person of a taste: the platforms, best first."""

    taste: str
    order: list[str]


def answer_all() -> list[Answered]:
    """The answers to `PROFILES` people of all tastes in turn; always the same people."""
    rng = np.random.default_rng(15)
    films = read_films()
    answered = []
    for number in range(PROFILES):
        taste = list(TASTES)[number % len(TASTES)]
        of_taste = [film.movie_id for film in films if TASTES[taste](film)]
        answers = Answers(
            gender=str(rng.choice(["female", "male"])),
            age=int(rng.integers(18, 65)),
            liked=rng.choice(of_taste, PICKS, replace=False).tolist(),
        )
        found = recommend(answers)
        answered.append(Answered(taste, [row.platform for row in found.platforms]))
    return answered


def order_of(taste: str, answered: list[Answered]) -> list[str]:
    """The compared platforms by their mean place in the answers to a taste, ties by name."""
    orders = [one.order for one in answered if one.taste == taste]
    return sorted(COMPARED, key=lambda slug: (sum(order.index(slug) for order in orders), slug))


def firsts(answered: list[Answered], *tastes: str) -> Counter[str]:
    return Counter(one.order[0] for one in answered if not tastes or one.taste in tastes)


def test_sixty_people_of_eight_tastes_get_different_answers(sample_model: ModelRun) -> None:
    answered = answer_all()
    winners = firsts(answered)
    assert max(winners.values()) <= PROFILES / 2, winners
    assert len(winners) >= 3, winners
    assert winners.keys() <= set(COMPARED), "of the others too little is known"
    orders = {taste: order_of(taste, answered) for taste in TASTES}
    different = [pair for pair in PAIRS if orders[pair[0]] != orders[pair[1]]]
    assert len(different) >= len(PAIRS) - 1, orders
    # The platform that the sample's module says favours the taste.
    assert firsts(answered, "family").most_common(1)[0][0] == "disney_plus"
    assert firsts(answered, "Korean thriller").most_common(1)[0][0] == "wavve"
    assert firsts(answered, "art house").most_common(1)[0][0] == "watcha"
