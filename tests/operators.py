"""Shared by tests of loads: commands as an operator sees them, and rows that must stay."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import numpy as np
import psycopg
import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from common.loading import wait_for_results
from matching.models import Similarity
from movies.models import Platform
from ottstats.models import PlatformRecommendation
from recommend.models import ModelRun, Rating, RecommendedMovie, TasteVector
from survey.models import Respondent
from tests.worlds import add_factors, bare_run


def run(command: str, *arguments: object) -> tuple[str, str]:
    """What a command writes to standard output and to standard error."""
    out, err = StringIO(), StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refusal(command: str, *arguments: object) -> str:
    """The message of a command that refuses and changes nothing."""
    before = all_rows()
    with pytest.raises(CommandError) as caught:
        run(command, *arguments)
    assert caught.value.returncode == 1
    assert all_rows() == before
    return str(caught.value)


def all_rows() -> dict[str, list[str]]:
    """Every row of every table of the project, as text."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608
            rows[table] = [row[0] for row in cursor.fetchall()]
    return rows


@contextmanager
def second_connection() -> Iterator[psycopg.Connection[Any]]:
    """Another session on the database of the tests."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password"}
    names |= {"HOST": "host", "PORT": "port"}
    settings = connection.settings_dict
    given: Mapping[str, Any] = {names[key]: settings[key] for key in names if settings[key]}
    with psycopg.connect(**given, autocommit=True) as other:
        yield other


@contextmanager
def data_set_being_replaced() -> Iterator[None]:
    """Another thread replaces the data set, so that results cannot be stored."""
    held, done = threading.Event(), threading.Event()

    def replace() -> None:
        with transaction.atomic():
            wait_for_results()
            held.set()
            done.wait(10)
        connections.close_all()

    thread = threading.Thread(target=replace)
    thread.start()
    held.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()


def at_once(*calls: Callable[[], Any]) -> list[Exception]:
    """Make all calls at the same moment, each in its own thread; return the errors."""
    barrier, failed = threading.Barrier(len(calls)), []

    def do(call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            call()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def staff_with(*codenames: str) -> Client:
    """The browser, in English, of a member of staff with only these permissions."""
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def add_respondent(*liked: int, shown: Sequence[int] = (), twin: int | None = None) -> Respondent:
    """A person with picks, a result, a twin, and Netflix as their recommendation."""
    Platform.objects.get_or_create(slug="netflix", defaults={"name": "Netflix"})
    respondent = Respondent.objects.create(
        submission=uuid.uuid4().hex, retain_until=timezone.now() + timedelta(days=90)
    )
    respondent.preferred_movies.set(liked)
    for rank, movie in enumerate(shown, start=1):
        RecommendedMovie.objects.create(
            user=respondent, movie_id=movie, rank=rank, score=1.0, rating_source="average"
        )
    if twin is not None:
        Similarity.objects.create(
            user=respondent,
            ml_user_id=twin,
            overlapped_movies=liked,
            score=0.5,
            method="jaccard",
            relaxation="none",
            run=1,
        )
    PlatformRecommendation.objects.create(
        user=respondent, platform_id="netflix", score=1.0, parts=[]
    )
    return respondent


def add_run(*, user: int, movie: int) -> ModelRun:
    """A model run with one vector of each kind and one predicted rating."""
    run = bare_run()
    TasteVector.objects.create(run=run, ml_user_id=user, taste=np.ones(64))
    add_factors(run, movie=movie)
    Rating.objects.create(run=run, ml_user_id=user, movie_id=movie, rating=4.5, rank=1)
    return run
