"""`python -m benchmarks.members NUMBER`: invented members in the database in use, for measuring.

Each has a result of the live run, two subscriptions, likes, and a session; some films came to the
platforms and left them. Prints one line of JSON: id and session of each member.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import timedelta
from importlib import import_module
from random import Random

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

import benchmarks.databases  # sets up Django  # noqa: F401
from matching.models import Similarity
from movies.models import AvailabilityChange, Movie
from recommend.models import ModelRun
from recommend.ranking.answers import Answers
from recommend.ranking.films import rank
from recommend.ranking.runs import live_run
from survey.models import Member
from tests.recommend.results.shelves.shelved import (
    LIKE,
    NOT_INTERESTED,
    SEEN,
    a_member,
    a_result,
    an_event,
)

PLATFORMS = ("netflix", "watcha", "disney_plus", "wavve")
KINDS = (LIKE,) * 10 + (SEEN,) * 5 + (NOT_INTERESTED,) * 3


def the_person(name: str, run: ModelRun, films: list[int], rng: Random) -> Member:
    member, picks = a_member(name), rng.sample(films, 8)
    gender, age = rng.choice(["female", "male"]), rng.randint(17, 60)
    made_at = timezone.now() - timedelta(days=rng.uniform(2, 60))
    result = a_result(
        member, picks, subscribed=rng.sample(PLATFORMS, 2), made_at=made_at, gender=gender, age=age
    )
    twin = rank(run, Answers(liked=picks, gender=gender, age=age)).twin
    if twin is not None:
        Similarity.objects.create(
            user=result,
            ml_user_id=twin.ml_user_id,
            score=twin.similarity,
            method=twin.method,
            relaxation=twin.relaxation,
            run=run.pk,
        )
    events = rng.sample(sorted(set(films) - set(picks)), len(KINDS))
    for movie, kind in zip(events, KINDS, strict=True):
        an_event(member, movie, kind, at=timezone.now() - timedelta(hours=rng.uniform(0, 40)))
    return member


def came_and_left(rng: Random) -> None:
    """200 arrivals and 60 departures, as the films are today."""
    changes = []
    for is_there, number in ((True, 200), (False, 60)):
        there = {slug: is_there for slug in PLATFORMS}
        films = [
            (movie, slug)
            for movie, known in Movie.objects.values_list("movie_id", "platforms")
            for slug in PLATFORMS
            if known.get(slug) is there[slug]
        ]
        for movie, slug in rng.sample(films, number):
            changes.append(
                AvailabilityChange(
                    movie_id=movie,
                    platform_id=slug,
                    source="invented",
                    carried_before=not is_there,
                    carried_after=is_there,
                    changed_at=timezone.now() - timedelta(days=rng.uniform(0, 29)),
                )
            )
    AvailabilityChange.objects.bulk_create(changes)


def session_of(member: Member) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def main() -> None:
    parser = ArgumentParser(description="Invented members in the database in use")
    parser.add_argument("number", type=int)
    options = parser.parse_args()
    rng, run = Random(11), live_run()
    known = Movie.objects.best_known_first().values_list("movie_id", flat=True)
    films = list(known[:600])
    came_and_left(rng)
    stamp = timezone.now().timestamp()  # so that another call makes other members
    members = [the_person(f"{stamp}-{one}", run, films, rng) for one in range(options.number)]
    print(json.dumps([[member.pk, session_of(member)] for member in members]))


if __name__ == "__main__":
    main()
