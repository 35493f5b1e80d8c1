"""Personas: simulated people who get the same answer as a person who fills in the survey.

They are drawn from the MovieLens users of the data set in use. The model was trained on their
likes, so personas show whose answer a change would flip; they cannot measure how good answers are.
No respondent is among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from common.commands.progress import Report, silent
from common.errors import DataError, NotReadyError
from common.loading import hold_the_data_set
from movies.demographics import age_band, band_limits
from movies.models import Gender, Platform
from recommend.models import ModelRun, Persona
from recommend.ranking.answers import Answers
from recommend.results.recommendation import NoFilmLeftError, compared_platforms, recommend
from recommend.scoring.weights import LIKED_FROM, Weights
from recommend.services.recording import parts_of
from recommend.services.submission import Survey
from survey.models import MINIMUM_AGE

COUNT = 1_000
MOST = 5_000  # all are in memory until they are stored
FEWEST_PICKS, MOST_PICKS = 3, 10
OLDEST = 69  # of the open last band
BUDGETS = (None, 8_000, 10_000, 15_000, 20_000, 30_000)  # won a month
MOST_SUBSCRIBED = 2
PER_BATCH = 100

PEOPLE = """
    SELECT u.ml_user_id, u.gender, u.age
    FROM movies_movielensuser u JOIN recommend_rating r USING (ml_user_id)
    WHERE r.run_id IS NULL AND r.rating >= %s
    GROUP BY u.ml_user_id HAVING count(*) >= %s ORDER BY u.ml_user_id
"""
LIKES = """
    SELECT ml_user_id, array_agg(movie_id ORDER BY movie_id) FROM recommend_rating
    WHERE run_id IS NULL AND rating >= %s AND ml_user_id = ANY(%s) GROUP BY ml_user_id
"""


def make_personas(
    *, run: ModelRun, count: int = COUNT, seed: int = 1, report: Report = silent
) -> int:
    """Draw people, answer them with `run`, and replace the run's earlier personas.

    The same seed draws the same people; a larger `count` adds more after them. Stores all of them
    or none. Returns how many. Raises `DataError` if `run` is not live, also at the end, if no
    MovieLens user likes enough films, or unless this run answered all under the same weights.

    Draws and answers outside any transaction, because that takes minutes. Then locks the run's row,
    so that a second set made at the same time waits and replaces this one.
    """
    if run.state != ModelRun.State.LIVE:
        raise DataError(f"run {run.pk} is not live; personas are answered by the live run")
    surveys = _surveys(count, seed)
    personas, answered_by = [], set()
    for number, survey in enumerate(surveys, start=1):
        report("personas", number - 1, count)
        try:
            found = recommend(Answers(gender=survey.gender, age=survey.age, liked=survey.liked))
        except NoFilmLeftError:  # of a data set with a handful of films
            continue
        answered_by.add((found.run.pk, found.run.weights))
        personas.append(
            Persona(
                run=run,
                number=number,
                gender=survey.gender,
                age=survey.age,
                monthly_budget=survey.monthly_budget,
                subscribed=list(survey.subscribed),
                parts=parts_of(found),
            )
        )
    if not personas:
        raise DataError("every persona likes all films there are; load a data set with more films")
    report("personas", count, count)
    _replace(run, personas, answered_by)
    return len(personas)


def winners(*, count: int, seed: int = 1) -> Counter[str]:
    """How many of the first `count` people of that seed each platform comes first for, by slug.

    They are answered now, by the live run; nothing is stored. Raises `NotReadyError` without one.
    """
    found: Counter[str] = Counter()
    for survey in _surveys(count, seed):
        answers = Answers(gender=survey.gender, age=survey.age, liked=survey.liked)
        found.update(row.platform for row in compared_platforms(answers)[:1])
    return found


@transaction.atomic
def _replace(
    run: ModelRun, personas: Sequence[Persona], answered_by: set[tuple[int, Weights]]
) -> None:
    hold_the_data_set()
    runs = ModelRun.objects.select_for_update(no_key=True).only("pk", "state")
    locked = runs.filter(pk=run.pk, state=ModelRun.State.LIVE).first()
    if locked is None or {number for number, _weights in answered_by} != {run.pk}:
        raise DataError("another run was published meanwhile; nothing was stored, try again")
    if len(answered_by) > 1:
        raise DataError("the run's weights were changed meanwhile; nothing was stored, try again")
    now = timezone.now()
    for persona in personas:
        persona.made_at = now
    Persona.objects.filter(run=run.pk).delete()
    Persona.objects.bulk_create(personas, batch_size=PER_BATCH)


def _surveys(count: int, seed: int) -> list[Survey]:
    """Each number has its own generator, so person n is the same for every count."""
    people = _people()
    platforms = sorted(Platform.objects.offered().values_list("slug", flat=True))
    generators = [np.random.default_rng((seed, number)) for number in range(count)]
    drawn = [people[int(rng.integers(len(people)))] for rng in generators]
    likes = _likes({user for user, _gender, _age in drawn})
    return [
        _survey(rng, gender, age, likes[user], platforms)
        for rng, (user, gender, age) in zip(generators, drawn, strict=True)
    ]


def _people() -> list[tuple[int, str, int | None]]:
    """MovieLens users with enough likes, with gender and age."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [LIKED_FROM, FEWEST_PICKS])
        people: list[tuple[int, str, int | None]] = cursor.fetchall()
    if not people:
        raise NotReadyError(
            f"No MovieLens user likes {FEWEST_PICKS} films or more. The operator has to run "
            "`manage.py load_movielens SOURCE`."
        )
    return people


def _likes(users: set[int]) -> dict[int, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(LIKES, [LIKED_FROM, sorted(users)])
        return dict(cursor.fetchall())


def _survey(
    rng: np.random.Generator,
    gender: str,
    age: int | None,
    likes: Sequence[int],
    platforms: Sequence[str],
) -> Survey:
    most = min(MOST_PICKS, len(likes))
    picks = rng.choice(len(likes), int(rng.integers(FEWEST_PICKS, most + 1)), replace=False)
    subscribed = int(rng.integers(0, min(MOST_SUBSCRIBED, len(platforms)) + 1))
    order = rng.permutation(len(platforms))
    return Survey(
        gender=gender if gender in Gender.values else "",
        age=_age(rng, age),
        liked=sorted(likes[int(place)] for place in picks),
        monthly_budget=BUDGETS[int(rng.integers(len(BUDGETS)))],
        subscribed=sorted(platforms[int(place)] for place in order[:subscribed]),
    )


def _age(rng: np.random.Generator, age: int | None) -> int | None:
    """A random age in the user's band; MovieLens 1M gives only the first year of a band.

    Groups of usage figures cut across the bands: one age for a whole band would put all its people
    into one group. No persona is younger than a respondent may be.
    """
    if age is None:
        return None
    first, last = band_limits(age_band(age))
    return int(rng.integers(max(first, MINIMUM_AGE), (last or OLDEST) + 1))
