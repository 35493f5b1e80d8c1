"""Reads what may be learned from people at home, from the database. It writes nothing.

Always from the database in use and never from a replica, which may still have somebody who is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from common.arrays import Ints
from movies.demographics import age_band
from recommend.home_file import NO_DAY
from recommend.lab.data.database import copied
from recommend.lab.data.home import (
    FILE,
    NOT_INTERESTED,
    PICKED,
    RESPONDENT,
    HomeData,
    HomeKey,
    home_data,
    people_of_files,
    signals_of_ratings,
)
from recommend.models import HomePerson, Reaction
from survey.models import Respondent, RespondentQuerySet

RATINGS = f"""
SELECT person_id, movie_id, rating, coalesce(rated_at - date '1970-01-01', {NO_DAY}) AS day
FROM recommend_homerating
"""  # noqa: S608
EPOCH = date(1970, 1, 1).toordinal()
COLUMNS = ("user", "movie_id", "liked", "rating", "asked", "day")
Signal = tuple[UUID, int, bool, float, bool, int]


def read_home(movie_ids: Ints) -> HomeData:
    """The people of files and the respondents who agreed to learning; `movie_ids`: ascending.

    Of several signals of a respondent about a film counts the first of: pick, not interested, seen,
    shown and not tapped. Picks and posters have the day of the survey, reactions their own.
    """
    people, ratings = _of_files()
    respondents, signals = _of_respondents(first=len(people))
    return home_data(
        pd.concat([people, respondents], ignore_index=True),
        pd.concat([ratings, signals], ignore_index=True),
        movie_ids,
    )


def _of_files() -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and signals of `home_data`."""
    stored = HomePerson.objects.using(DEFAULT_DB_ALIAS).values_list("name", "pk")
    # Sorted here, as in a file: databases sort by language.
    keys = [HomeKey(FILE, pk, name) for name, pk in sorted(stored)]
    types = {"person_id": np.int64, "movie_id": np.int64, "rating": np.float64, "day": np.int64}
    ratings = copied(RATINGS, types, alias=DEFAULT_DB_ALIAS)
    places = pd.Index([key.pk for key in keys]).get_indexer(pd.Index(ratings["person_id"]))
    is_known = places >= 0  # nobody was added or deleted meanwhile
    return people_of_files(keys), signals_of_ratings(places[is_known], ratings[is_known])


def _of_respondents(*, first: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and signals of `home_data`; `first`: the place of the first person."""
    agreed = Respondent.objects.using(DEFAULT_DB_ALIAS).to_learn_from()
    rows = list(
        agreed.order_by("number").values_list(
            "user_id", "number", "gender", "age", "created_at", "shown"
        )
    )
    people = pd.DataFrame(
        {
            "key": pd.Series(
                [HomeKey(RESPONDENT, pk, str(number)) for pk, number, *_ in rows], dtype=object
            ),
            "gender": [gender for _, _, gender, *_ in rows],
            "age_band": [0 if age is None else age_band(age) for _, _, _, age, *_ in rows],
        }
    )
    days = {pk: _day(timezone.localdate(created)) for pk, *_, created, _ in rows}
    shown = (
        (pk, movie, False, np.nan, True, days[pk]) for pk, *_, films in rows for movie in films
    )
    # In the order in which they count.
    signals = pd.DataFrame(
        [*_picks(agreed, days), *_reactions(agreed), *shown], columns=COLUMNS
    ).drop_duplicates(["user", "movie_id"])
    places = {pk: first + place for place, pk in enumerate(days)}
    signals["user"] = signals["user"].map(places)
    return people, signals.dropna(subset="user")  # agreed since, or no longer


def _picks(agreed: RespondentQuerySet, days: Mapping[UUID, int]) -> Iterator[Signal]:
    through = Respondent.preferred_movies.through.objects.using(DEFAULT_DB_ALIAS)
    picks = through.filter(respondent__in=agreed).values_list("respondent_id", "movie_id")
    return ((pk, movie, True, PICKED, True, days.get(pk, NO_DAY)) for pk, movie in picks)


def _reactions(agreed: RespondentQuerySet) -> Iterator[Signal]:
    reactions = Reaction.objects.using(DEFAULT_DB_ALIAS).filter(user__in=agreed)
    for pk, movie, kind, at in reactions.values_list("user_id", "movie_id", "kind", "created_at"):
        is_no = kind == Reaction.Kind.NOT_INTERESTED
        rating = NOT_INTERESTED if is_no else np.nan
        yield pk, movie, False, rating, is_no, _day(timezone.localdate(at))


def _day(day: date) -> int:
    return day.toordinal() - EPOCH
