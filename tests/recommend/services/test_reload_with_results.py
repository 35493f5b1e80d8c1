"""A new data set keeps results, reactions and drafts whose films it numbers alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from common.errors import DataError
from movies.models import Movie
from recommend.models import MemberEvent, Reaction, SurveyFilm
from recommend.services.data_sets import load_movielens
from recommend.services.reactions import react
from recommend.services.submission import Survey, submit_survey
from survey.models import Draft
from survey.services import save_films
from tests.recommend.members import LIKE, a_member, say
from tests.worlds import film_ids, write_world


def without(folder: Path, movie: int) -> Path:
    """The world, as if it never had the film."""
    for name, column in (("movie", 0), ("rating", 1)):
        path = folder / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.split(",")[column] != str(movie)]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


@pytest.mark.django_db(transaction=True)
def test_a_film_with_a_reaction_stays(live_model: Any, tmp_path: Path) -> None:
    assert SurveyFilm.objects.exists()
    picks = film_ids("Action")[:5]
    respondent = submit_survey(survey=Survey(liked=picks), token="a-token-of-this-test")
    film = respondent.recommended_movies.order_by("rank")[0].movie_id
    react(respondent=respondent, movie_id=film, kind="seen")
    load_movielens(source=str(without(write_world(tmp_path / "again" / "world"), film)))
    assert Movie.objects.filter(pk=film).exists()
    assert Reaction.objects.get().movie_id == film
    assert not SurveyFilm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_film_that_a_member_likes_stays_until_films_are_renumbered(
    world: str, tmp_path: Path
) -> None:
    member, film = a_member(), film_ids("Action")[0]
    say(member, LIKE, film)
    load_movielens(source=str(without(write_world(tmp_path / "again" / "world"), film)))
    assert MemberEvent.objects.get().movie_id == film
    renumbered = str(without(write_world(tmp_path / "another"), 80))
    with pytest.raises(DataError, match="numbers its films differently"):
        load_movielens(source=renumbered)
    assert MemberEvent.objects.exists()
    load_movielens(source=renumbered, replace_results=True)
    assert not MemberEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_drafts_are_deleted_with_films_that_are_renumbered(world: str, tmp_path: Path) -> None:
    save_films(draft=None, liked=film_ids("Action")[:3])
    load_movielens(source=str(write_world(tmp_path / "again" / "world")))
    assert Draft.objects.exists()  # the same films
    load_movielens(source=str(without(write_world(tmp_path / "another"), 80)))
    assert not Draft.objects.exists()
