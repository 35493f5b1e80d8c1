"""The ranking of a stored run, as people are served it. Reads only."""

from __future__ import annotations

import numpy as np

from common.arrays import Bools, Floats, Ints
from recommend.lab.data.cases import Cases
from recommend.lab.data.home import FILE, HomeData
from recommend.lab.evaluation.home.scorers import FAR, Scorer
from recommend.models import HomeMember, HomeRating, ModelRun
from recommend.ranking.answers import Answers
from recommend.ranking.films import rank

SAME_PERSON = 0.5  # of the ratings are equal, under the same name


def served(run: ModelRun, movie_ids: Ints) -> Scorer:
    """Scores by the serving path itself, a case at a time; `movie_ids` (n,): all loaded films."""

    def scores(cases: Cases) -> Floats:
        found = np.full((len(cases), len(movie_ids)), FAR)
        for row, picks in enumerate(cases.picks):
            answers = Answers(
                gender=str(cases.genders[row]),
                age=int(cases.age_bands[row]) or None,
                liked=movie_ids[picks].tolist(),
            )
            catalogue = rank(run, answers).catalogue
            found[row, np.searchsorted(movie_ids, catalogue.movie_ids)] = catalogue.scores
        return found

    return scores


def learned_from(run: ModelRun, home: HomeData) -> Bools:
    """(n,) whether the run has learned from each of these people.

    Somebody of a file that is not stored has the name of a person it learned from, and for at least
    half of the films the same ratings.
    """
    members = set(HomeMember.objects.filter(run=run).values_list("person", "respondent"))
    people = {person for person, _ in members if person is not None}
    known = people | {respondent for _, respondent in members if respondent is not None}
    names = [key.name for key in home.people if key.pk is None]
    stored: dict[str, dict[int, float]] = {}
    rows = HomeRating.objects.filter(person__in=people, person__name__in=names)
    for name, movie, rating in rows.values_list("person__name", "movie", "rating").iterator():
        stored.setdefault(name, {})[movie] = rating
    starts = np.searchsorted(home.users, np.arange(len(home.people) + 1))
    found = []
    for row, key in enumerate(home.people):
        if key.pk is not None or key.kind != FILE:
            found.append(key.pk in known)
            continue
        own = slice(starts[row], starts[row + 1])
        films = home.movie_ids[home.movies[own]].tolist()
        before = stored.get(key.name, {})
        equal = [
            before.get(one) == rating
            for one, rating in zip(films, home.ratings[own].tolist(), strict=True)
        ]
        found.append(bool(before) and sum(equal) >= SAME_PERSON * len(equal))
    return np.array(found, dtype=bool)
