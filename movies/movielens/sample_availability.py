"""Where the films of the sample can be watched: invented, in the proportions of real catalogues.

Every row has the source `sample`. **Facts** are whose own a film is (`SampleFilm.own`) and how much
of each decade a platform carries (`SHARES`). **Invented** is everything else: which other films are
there, what a platform favours, how many Korean films it has, and the days of the checks. A row must
never be quoted as a statement about a real catalogue.

How it is invented:

1. A platform carries its real share of the films of a decade: first its own films (all of them,
   even if they are more), then others, drawn with odds exp(leaning) by the Gumbel top-k trick of
   `sample`.
2. The leaning of a film is the mean over its genres, plus one for Korean and one for foreign
   films. That, not the size of the catalogues, is why tastes lead to different platforms: Disney+
   has family films and superheroes, Watcha dramas, romances and foreign films, Wavve Korean films,
   Netflix thrillers, horror and comedies.
3. Of a platform that is well known, all but a few films are known to be there or not. TVING and
   Coupang Play are known for so few that nobody can compare them, as with the real sources.
4. Each film was looked up on one of `CHECKS`, after the year of its release, on all platforms. So
   some statements are old; no check of a well-known platform says only yes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from common.arrays import Floats
from movies.movielens.sample_films import SampleFilm

SOURCE = "sample"

# The days of the three invented checks, and the share of films last looked up on each.
CHECKS: tuple[tuple[str, float], ...] = (
    ("2022-05-15", 0.10),
    ("2024-05-15", 0.20),
    ("2026-09-01", 0.70),
)

# The share of films in a subscription in Korea by platform and decade of release (1970: and
# earlier). Computed from what TMDB reported between 2024-04-16 and 2024-06-01 (JustWatch; yes and
# no): 593 films of MovieLens latest-small, which ends in 2018, and for the 2020s 532 popular films.
Shares = Mapping[int, float]
SHARES: Mapping[str, Shares] = {
    "netflix": {1970: 0.033, 1980: 0.067, 1990: 0.147, 2000: 0.168, 2010: 0.297, 2020: 0.214},
    "disney_plus": {1970: 0.180, 1980: 0.133, 1990: 0.263, 2000: 0.275, 2010: 0.276, 2020: 0.077},
    "watcha": {1970: 0.115, 1980: 0.200, 1990: 0.158, 2000: 0.298, 2010: 0.289, 2020: 0.073},
    "wavve": {1970: 0.049, 1980: 0.150, 1990: 0.095, 2000: 0.237, 2010: 0.244, 2020: 0.073},
    "prime_video": {1970: 0.016, 1980: 0.067, 1990: 0.021, 2000: 0.076, 2010: 0.053, 2020: 0.039},
}
FIRST_DECADE = 1970


@dataclass(frozen=True)
class PlatformPlan:
    """An invented catalogue.

    `known` is the share of films with a row (no row means unknown, not "no"), `shares` the share of
    each decade that it carries. The others are leanings (log-odds).
    """

    slug: str
    known: float
    shares: Shares
    genres: Mapping[str, float] = field(default_factory=dict)
    korean: float = 0.0
    foreign: float = 0.0


PLATFORM_PLANS: tuple[PlatformPlan, ...] = (
    PlatformPlan(
        "netflix",
        known=0.97,
        shares=SHARES["netflix"],
        genres={
            **{"Thriller": 1.2, "Crime": 0.8, "Horror": 2.2, "Comedy": 3, "Mystery": 0.9},
            **{"Action": 0.4, "War": -0.7, "Drama": -0.4, "Children": -1.5, "Musical": -1.5},
        },
        korean=-0.4,
    ),
    PlatformPlan("tving", known=0.07, shares=dict.fromkeys(SHARES["netflix"], 0.25), korean=2),
    PlatformPlan(
        "wavve",
        known=0.95,
        shares=SHARES["wavve"],
        genres={"Crime": 1.5, "Action": 1, "Thriller": 1, "War": 1, "Horror": -1.5},
        korean=2.5,
    ),
    PlatformPlan("coupang_play", known=0.05, shares=dict.fromkeys(SHARES["netflix"], 0.3)),
    PlatformPlan(
        "disney_plus",
        known=0.97,
        shares=SHARES["disney_plus"],
        genres={
            **{"Animation": 2.2, "Children": 2.2, "Musical": 1.5, "Adventure": 1.2, "Sci-Fi": 1.2},
            **{"Fantasy": 1, "Drama": -1.5, "Comedy": -1.5, "Romance": -1.5, "War": -1.5},
            **{"Horror": -3, "Crime": -1.5, "Thriller": -1, "Film-Noir": -1.5, "Western": -1.5},
        },
        korean=-3,
        foreign=-2,
    ),
    PlatformPlan(
        "watcha",
        known=0.96,
        shares=SHARES["watcha"],
        genres={
            **{"Drama": 1.8, "Romance": 2.2, "Film-Noir": 2.2, "Western": 1, "War": 0.5},
            **{"Musical": 0.8, "Mystery": 0.5, "Action": -1.8, "Children": -2.2, "Comedy": -1.5},
        },
        korean=-0.5,
        foreign=1.5,
    ),
    # It has only films of its own, and none of these is one.
    PlatformPlan("apple_tv_plus", known=0.95, shares={}),
    PlatformPlan(
        "prime_video",
        known=0.92,
        shares=SHARES["prime_video"],
        genres={"Action": 1.2, "Thriller": 0.8, "Crime": 0.6, "Horror": 0.6},
        korean=-2,
    ),
)

Row = tuple[int, str, str, str, str]


def availability_rows(films: Sequence[SampleFilm], rng: np.random.Generator) -> Iterator[Row]:
    """Film id, slug, "true" or "false", source and day, by film and in the order of the plans."""
    days = [
        _check_day(film, chance) for film, chance in zip(films, rng.random(len(films)), strict=True)
    ]
    catalogues = []
    for plan in PLATFORM_PLANS:
        carried = _carried(plan, films, rng.gumbel(size=len(films)))
        unseen = rng.random(len(films)) >= plan.known
        catalogues.append((plan.slug, carried, unseen))
    for place, film in enumerate(films):
        for slug, carried, unseen in catalogues:
            if film.own == slug or not unseen[place]:
                available = "true" if place in carried else "false"
                yield film.movie_id, slug, available, SOURCE, days[place]


def decade_of(year: int) -> int:
    """The first year of the decade, as in `SHARES`."""
    return max(year // 10 * 10, FIRST_DECADE)


def _check_day(film: SampleFilm, chance: float) -> str:
    """The day on which the film was last looked up; `chance` is uniform in [0, 1)."""
    possible = [(day, share) for day, share in CHECKS if int(day[:4]) > film.year]
    point = chance * sum(share for _day, share in possible)
    for day, share in possible:
        point -= share
        if point < 0:
            return day
    return possible[-1][0]


def _carried(plan: PlatformPlan, films: Sequence[SampleFilm], noise: Floats) -> set[int]:
    """Places of the films that the platform carries; `noise` is standard Gumbel."""
    decades: dict[int, list[int]] = {}
    for place, film in enumerate(films):
        decades.setdefault(decade_of(film.year), []).append(place)
    carried: set[int] = set()
    for decade, places in decades.items():
        own = {place for place in places if films[place].own == plan.slug}
        free = [place for place in places if not films[place].own]
        free.sort(key=lambda place: -_leaning(plan, films[place]) - noise[place])
        count = round(plan.shares.get(decade, 0.0) * len(places))
        carried |= own | set(free[: max(count - len(own), 0)])
    return carried


def _leaning(plan: PlatformPlan, film: SampleFilm) -> float:
    """Log-odds of being carried, up to a constant."""
    genres = [plan.genres.get(genre, 0.0) for genre in film.genres]
    return sum(genres) / len(genres) + plan.korean * film.korean + plan.foreign * film.foreign
