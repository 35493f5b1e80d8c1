"""Seen it, not for me: the film goes, another one comes, and the platform follows at once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from common.errors import DataError, NotReadyError
from matching.models import Similarity
from movies.models import Movie, Platform
from ottstats.models import PlatformRecommendation
from recommend.models import ModelRun, MovieFactors, Reaction, RecommendedMovie
from recommend.ranking.answers import Answers
from recommend.results.recommendation import NoFilmLeftError, recommend
from recommend.scoring.fold_in import FoldIn
from recommend.services import reactions, submission
from recommend.services.reactions import react, take_back
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.operators import at_once, data_set_being_replaced
from tests.recommend.services.reacting import NOT_INTERESTED, PICKS, SEEN, listed, press, tallies


@pytest.fixture
def respondent(live_model: ModelRun) -> Respondent:
    survey = Survey(liked=PICKS, gender="female", age=27)
    return submit_survey(survey=survey, token="a-token-of-this-test")


@pytest.mark.parametrize("kind", [SEEN, NOT_INTERESTED])
def test_the_film_leaves_and_the_list_is_filled_up(respondent: Respondent, kind: str) -> None:
    before = listed(respondent)
    react(respondent=respondent, movie_id=before[3], kind=kind)
    after = listed(respondent)
    assert before[3] not in after
    assert len(after) == len(set(after)) == 50
    ranks = RecommendedMovie.objects.filter(user=respondent).values_list("rank", flat=True)
    assert sorted(ranks) == list(range(1, 51))
    assert Reaction.objects.get().kind == kind
    if kind == SEEN:  # says nothing of the taste: nearly all others stay, in what order ever
        assert len(set(before) & set(after)) >= 47


def test_without_diversity_a_seen_film_leaves_the_others_in_their_order(
    live_model: ModelRun, respondent: Respondent
) -> None:
    ModelRun.objects.update(diversity=0, series_limit=50)
    film = listed(respondent)[0]
    react(respondent=respondent, movie_id=film, kind=SEEN)
    before = listed(respondent)
    react(respondent=respondent, movie_id=before[3], kind=SEEN)
    assert listed(respondent)[:49] == before[:3] + before[4:]


def test_what_is_stored_is_what_would_be_computed(respondent: Respondent) -> None:
    before = listed(respondent)
    react(respondent=respondent, movie_id=before[0], kind=SEEN)
    react(respondent=respondent, movie_id=before[1], kind=NOT_INTERESTED)
    again = recommend(
        Answers(gender="female", age=27, liked=PICKS, seen=[before[0]], not_interested=[before[1]])
    )
    assert listed(respondent) == [film.movie.movie_id for film in again.films]
    stored = PlatformRecommendation.objects.get(user=respondent)
    best = again.platforms[0]
    assert (stored.platform_id, stored.score) == (best.platform, best.score)
    assert [row["score"] for row in stored.parts["platforms"]] == [
        row.score for row in again.platforms
    ]
    assert stored.parts["computed_on"] == timezone.localdate().isoformat()


def test_no_interest_counts_against_films_alike_by_the_formula(
    live_model: ModelRun, respondent: Respondent
) -> None:
    """With own taste alone the stored scores are x . y_m, x as docs/algorithms.md has it."""
    ModelRun.objects.update(twin_weight=0, neighbour_weight=0, answers_weight=0, novelty_weight=0)
    film = listed(respondent)[0]
    react(respondent=respondent, movie_id=film, kind=NOT_INTERESTED)
    factors = {
        row.movie_id: np.asarray(row.factors, np.float64)
        for row in MovieFactors.objects.filter(run=live_model)
    }
    taste = FoldIn.of(
        np.frombuffer(bytes(live_model.gram)).reshape(64, 64),
        np.array([factors[pick] for pick in PICKS]),
        not_interested=factors[film][None, :],
        confidence=live_model.confidence,
        regularization=live_model.regularization,
    ).taste
    for row in respondent.recommended_movies.all():
        assert row.score == pytest.approx(taste @ factors[row.movie_id], abs=1e-4)


def test_all_reactions_count_together_and_taking_all_back_restores_the_list(
    respondent: Respondent,
) -> None:
    before = listed(respondent)
    for place, kind in ((0, SEEN), (1, NOT_INTERESTED), (2, SEEN)):
        react(respondent=respondent, movie_id=before[place], kind=kind)
    assert not set(before[:3]) & set(listed(respondent))
    for movie in before[:3]:
        take_back(respondent=respondent, movie_id=movie)
    assert listed(respondent) == before
    assert not Reaction.objects.exists()


def test_the_same_reaction_twice_is_one(respondent: Respondent) -> None:
    film = listed(respondent)[0]
    react(respondent=respondent, movie_id=film, kind=SEEN)
    rows = list(RecommendedMovie.objects.values_list("pk", flat=True))
    react(respondent=respondent, movie_id=film, kind=SEEN)
    assert Reaction.objects.count() == 1
    assert list(RecommendedMovie.objects.values_list("pk", flat=True)) == rows


def test_a_reaction_can_be_changed_and_taken_back_twice(respondent: Respondent) -> None:
    film = listed(respondent)[0]
    react(respondent=respondent, movie_id=film, kind=SEEN)
    react(respondent=respondent, movie_id=film, kind=NOT_INTERESTED)
    assert Reaction.objects.get().kind == NOT_INTERESTED
    assert [take_back(respondent=respondent, movie_id=film) for _ in range(2)] == [None, None]
    assert film in listed(respondent)


def test_twin_link_and_birthday_of_the_result_stay(respondent: Respondent) -> None:
    kept = ("share_id", "created_at")
    before = PlatformRecommendation.objects.values(*kept).get(), Similarity.objects.values().get()
    react(respondent=respondent, movie_id=listed(respondent)[0], kind=NOT_INTERESTED)
    after = PlatformRecommendation.objects.values(*kept).get(), Similarity.objects.values().get()
    assert after == before


def test_another_platform_is_counted_in_its_place(respondent: Respondent) -> None:
    assert tallies() == {"netflix": 1}
    Movie.objects.update(platforms_fetched={"netflix": False, "watcha": True})
    changed = react(respondent=respondent, movie_id=listed(respondent)[0], kind=SEEN)
    assert changed == Platform.objects.get(pk="watcha")
    assert PlatformRecommendation.objects.get().platform_id == "watcha"
    assert tallies() == {"watcha": 1}
    assert react(respondent=respondent, movie_id=listed(respondent)[0], kind=SEEN) is None


def test_the_strategy_of_the_survey_is_kept(live_model: ModelRun) -> None:
    person = submit_survey(
        survey=Survey(liked=PICKS, gender="female", age=27), token="one", strategy="taste"
    )
    film = listed(person)[0]
    react(respondent=person, movie_id=film, kind=SEEN)
    again = recommend(Answers(gender="female", age=27, liked=PICKS, strategy="taste", seen=[film]))
    assert listed(person) == [row.movie.movie_id for row in again.films]


def test_a_twin_that_is_gone_is_done_without(respondent: Respondent) -> None:
    Similarity.objects.update(ml_user=None)
    react(respondent=respondent, movie_id=listed(respondent)[0], kind=SEEN)
    assert len(listed(respondent)) == 50
    sources = RecommendedMovie.objects.values_list("rating_source", flat=True)
    assert set(sources) == {"average"}


def test_somebody_without_picks_can_react_too(live_model: ModelRun) -> None:
    person = submit_survey(survey=Survey(liked=[]), token="one")
    film = listed(person)[0]
    react(respondent=person, movie_id=film, kind=NOT_INTERESTED)
    assert film not in listed(person)


def test_a_film_that_is_not_in_the_list_is_refused(respondent: Respondent) -> None:
    before = listed(respondent)
    for movie in (PICKS[0], 999_999, next(iter(set(range(1, 81)) - set(before) - set(PICKS)))):
        with pytest.raises(DataError, match="not in the list"):
            react(respondent=respondent, movie_id=movie, kind=SEEN)
        take_back(respondent=respondent, movie_id=movie)
    assert listed(respondent) == before
    assert not Reaction.objects.exists()


def test_the_list_gets_shorter_when_no_film_is_left_and_keeps_its_last(
    respondent: Respondent,
) -> None:
    others = [movie for movie in range(1, 81) if movie not in {*PICKS, *listed(respondent)[:2]}]
    Reaction.objects.bulk_create(
        Reaction(user=respondent, movie_id=movie, kind=SEEN) for movie in others
    )
    first, last = listed(respondent)[:2]
    react(respondent=respondent, movie_id=first, kind=SEEN)
    assert listed(respondent) == [last]
    with pytest.raises(NoFilmLeftError):
        react(respondent=respondent, movie_id=last, kind=SEEN)
    assert listed(respondent) == [last]
    assert not Reaction.objects.filter(movie=last).exists()


def test_nothing_is_stored_if_a_part_fails(
    respondent: Respondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = listed(respondent)

    def fail(*_: object) -> None:
        raise DataError("no")

    monkeypatch.setattr(reactions, "record_films", fail)
    with pytest.raises(DataError, match="no"):
        react(respondent=respondent, movie_id=before[0], kind=SEEN)
    assert listed(respondent) == before
    assert not Reaction.objects.exists()


def test_a_result_past_its_time_or_deleted_takes_no_reaction(respondent: Respondent) -> None:
    film = listed(respondent)[0]
    now = timezone.now()
    Respondent.objects.update(consented_at=now - timedelta(days=90), retain_until=now)
    with pytest.raises(Respondent.DoesNotExist):
        react(respondent=respondent, movie_id=film, kind=SEEN)
    submission.delete_result(respondent=Respondent.objects.get())
    with pytest.raises(Respondent.DoesNotExist):
        take_back(respondent=respondent, movie_id=film)


def test_without_a_live_model_the_operator_is_told(respondent: Respondent) -> None:
    ModelRun.objects.update(state=ModelRun.State.RETIRED)
    with pytest.raises(NotReadyError, match="No model is live"):
        react(respondent=respondent, movie_id=listed(respondent)[0], kind=SEEN)
    assert not Reaction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_taps_at_once_all_count(live_model: ModelRun) -> None:
    person = submit_survey(survey=Survey(liked=PICKS, gender="female", age=27), token="one")
    films = listed(person)[:4]
    tap = partial(react, respondent=person, kind=SEEN)
    assert not at_once(*(partial(tap, movie_id=movie) for movie in films))
    assert Reaction.objects.count() == 4
    again = recommend(Answers(gender="female", age=27, liked=PICKS, seen=films))
    assert listed(person) == [film.movie.movie_id for film in again.films]
    assert sum(tallies().values()) == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_data_set_is_replaced_a_tap_is_told_to_wait(
    live_model: ModelRun, client: Client
) -> None:
    person = submit_survey(survey=Survey(liked=PICKS), token="one")
    client.cookies["django_language"] = "en"
    with data_set_being_replaced():
        response = press(client, person, seen=listed(person)[0])
    assert response.status_code == 503
    assert "being replaced right now" in response.content.decode()
    assert not Reaction.objects.exists()
