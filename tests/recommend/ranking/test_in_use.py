"""What a process keeps of the run, platforms, seasons and data set holds until one changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.models import DataLoad
from movies.models import Movie, Platform
from recommend.models import GenreModel, ModelRun, SeasonKeywords
from recommend.ranking.in_use import InUse, in_use
from tests.recommend.seasons import ship_seasons

CHANGES = [
    (
        lambda: ModelRun.objects.update(genre_films=7),
        lambda now: (now.run.genre_films, now.genre_model.films) == (7, 7),
    ),
    (
        lambda: ModelRun.objects.update(state="retired", is_live=None),
        lambda now: now.run is None and now.genre_model is None,
    ),
    (lambda: GenreModel.objects.all().delete(), lambda now: now.genre_model is None),
    (
        lambda: Movie.objects.filter(pk=1).update(title="Another"),
        lambda now: now.catalogue.films([1])[0].title == "Another",
    ),
    (
        lambda: Platform.objects.filter(slug="netflix").update(name="Other"),
        lambda now: "Other" in {one.name for one in now.platforms},
    ),
    (
        lambda: Platform.objects.filter(slug="netflix").update(is_active=False),
        lambda now: "netflix" not in {one.slug for one in now.platforms},
    ),
    (
        lambda: SeasonKeywords.objects.filter(from_day=date(2026, 11, 30)).update(words=["x"]),
        lambda now: now.seasons[0].words == ["x"],
    ),
    (lambda: SeasonKeywords.objects.all().delete(), lambda now: now.seasons == []),
    (
        lambda: DataLoad.objects.create(kind="movielens", name="next", seconds=1),
        lambda now: now.data_set.name == "next",
    ),
    (lambda: DataLoad.objects.all().delete(), lambda now: now.data_set is None),
]


def everything(current: InUse) -> tuple[object, ...]:
    return (
        current.run,
        current.genre_model,
        current.catalogue.films([1]),
        current.platforms,
        current.seasons,
        current.data_set,
    )


def test_what_has_not_changed_is_asked_for_in_one_query(live_model: ModelRun) -> None:
    ship_seasons()
    before = everything(in_use())
    with CaptureQueriesContext(connection) as queries:
        after = everything(in_use())
    assert len(queries) == 1
    assert after == before
    assert after[0] is before[0]
    assert after[3] is before[3]


@pytest.mark.parametrize(
    ("change", "shown"),
    CHANGES,
    ids=[
        *("a setting of the run", "no run", "no genre model", "a film", "a platform"),
        *("a platform is left out", "a season", "no seasons", "a data set", "no data set"),
    ],
)
def test_a_change_counts_in_the_very_next_request(
    live_model: ModelRun, change: Callable[[], object], shown: Callable[[InUse], bool]
) -> None:
    ship_seasons()
    before = in_use()
    everything(before)
    assert not shown(before)
    change()
    assert shown(in_use())


def test_two_changes_of_one_row_in_one_transaction_are_told_apart(live_model: ModelRun) -> None:
    for name in ("One", "Two", "Three"):
        Platform.objects.filter(slug="netflix").update(name=name)
        assert name in {platform.name for platform in in_use().platforms}


def test_an_empty_installation_has_nothing_in_use(db: None) -> None:
    current = in_use()
    assert (current.run, current.genre_model, current.data_set) == (None, None, None)
    assert not current.is_sample
    assert len(current.catalogue.movie_ids) == 0
