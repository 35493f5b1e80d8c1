"""The encoder goes on learning from people at home, and cross-validation says what weighs there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit, logsumexp

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Cases, Demographics
from recommend.lab.data.home import HomeData
from recommend.lab.evaluation.home import fitting
from recommend.lab.evaluation.home.fitting import fit_to_home, steeper
from recommend.lab.recommenders.at_home import HomeLearning
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.recommenders.encoder import EncoderModel, SurveyEncoder
from recommend.lab.simulation.home import folds_of, home_cases
from recommend.scoring.calibration import Calibration
from recommend.scoring.weights import Weights
from tests.recommend.lab.home_people import nobody, people
from tests.worlds import film_ids, world_data

QUICK = HomeLearning(passes=120)
CALIBRATION = Calibration((2.0, 1.0, 0.0, 0.0, 0.0, 0.0), resampled=((2.1, 0.9, 0, 0, 0, 0),))
NOBODY_ASKED = Demographics(np.array([""]), np.array([0]))


@pytest.fixture(scope="module")
def movielens(tmp_path_factory: pytest.TempPathFactory) -> BlendModel:
    data = world_data(tmp_path_factory.mktemp("home") / "world")
    encoder = SurveyEncoder(passes=1, fewest_steps=150)
    return Blend(encoder=encoder).fit(data, seed=1)


@pytest.fixture(scope="module")
def ids(movielens: BlendModel) -> Ints:
    return movielens.train.movie_ids


def lovers(ids: Ints, count: int, *, seed: int = 3) -> HomeData:
    """People who like five of ten comedies or five of ten dramas; ten films of each genre are
    unknown at home."""
    rng = np.random.default_rng(seed)
    genres = [film_ids("Comedy")[:10], film_ids("Drama")[:10]]
    return people(ids, [rng.choice(genres[user % 2], 5, replace=False) for user in range(count)])


def column(ids: Ints, film: int) -> int:
    return int(np.searchsorted(ids, film))


def test_without_people_nothing_changes(movielens: BlendModel, ids: Ints) -> None:
    found = QUICK.fit(movielens.answers, nobody(ids), seed=1)
    assert found.answers is movielens.answers
    assert not found.audience.any()
    assert not found.links.weights.size
    assert fit_or_none(movielens, nobody(ids)) is not None


def fit_or_none(model: BlendModel, home: HomeData) -> object:
    return fit_to_home(model, home, QUICK, calibration=CALIBRATION, seed=1)


def test_what_is_liked_more_at_home_gains_and_little_evidence_says_little(
    movielens: BlendModel, ids: Ints
) -> None:
    few, many = (
        QUICK.fit(movielens.answers, people(ids, [[21, 22], [21, 41]] * times), seed=1).audience
        for times in (1, 50)
    )
    favourite, other = column(ids, 21), column(ids, 41)
    assert many[favourite] > few[favourite] > 0 > few[other] > many[other]
    assert not many[np.setdiff1d(np.arange(len(ids)), [favourite, other, column(ids, 22)])].any()


def test_a_poster_that_was_passed_over_speaks_against_the_film(
    movielens: BlendModel, ids: Ints
) -> None:
    """Fifty people were shown four films, and nobody tapped the last one."""
    home = people(ids, [[21, 22, 41]] * 50, passed_over=[[42]] * 50)
    audience = QUICK.fit(movielens.answers, home, seed=1).audience
    assert audience[column(ids, 42)] < audience[column(ids, 41)] - 2.0


def test_who_passed_over_posters_says_nothing_of_films_that_were_not_shown(
    movielens: BlendModel, ids: Ints
) -> None:
    shown = people(ids, [[21, 22]] * 40 + [[1, 2]], passed_over=[[41]] * 40 + [[3]])
    everything = people(ids, [[21, 22]] * 40 + [[1, 2]])
    of_shown, of_everything = (
        QUICK.fit(movielens.answers, home, seed=1).audience[column(ids, 1)]
        for home in (shown, everything)
    )
    assert of_everything < -1.0 < of_shown


def test_it_learns_which_films_go_together_at_home(movielens: BlendModel, ids: Ints) -> None:
    """At home comedies 21-25 go with dramas 41-45, as nowhere in MovieLens."""
    rng = np.random.default_rng(4)
    odd = [21, 22, 23, 24, 25, 41, 42, 43, 44, 45]
    even = [26, 27, 28, 29, 30, 46, 47, 48, 49, 50]
    home = people(ids, [rng.choice((odd, even)[user % 2], 5, False) for user in range(300)])
    at_home = HomeLearning(passes=200).fit(movielens.answers, home, seed=1)
    learned = at_home.answers
    linked = at_home.links.score([np.array([column(ids, 21)])], NOBODY_ASKED)[0]
    assert linked[column(ids, 41)] > 0.1 > abs(linked[column(ids, 46)])
    picks = [np.array([column(ids, film) for film in (21, 22)])]

    def lead(model: EncoderModel) -> float:
        scores = model.score(picks, NOBODY_ASKED)[0]
        return float(
            scores[[column(ids, one) for one in odd[5:]]].mean()
            - scores[[column(ids, one) for one in even[:5]]].mean()
        )

    assert lead(movielens.answers) < 0 < lead(learned)


def test_films_that_home_does_not_know_keep_their_place_among_all(
    movielens: BlendModel, ids: Ints
) -> None:
    """The films that it knows together have the share that they had, for who likes what they do."""
    home = lovers(ids, 200)
    known = np.flatnonzero(home.asked_counts > 0)
    learned = QUICK.fit(movielens.answers, home, seed=1).answers
    likes = [home.movies[home.users == user] for user in range(len(home.people))]
    demographics = Demographics(home.genders, home.age_bands)
    before, after = (
        logsumexp(model.score(likes, demographics)[:, known], axis=1).mean()
        for model in (movielens.answers, learned)
    )
    assert after == pytest.approx(before, abs=1e-3)


def test_newer_likes_weigh_more_with_a_half_life(movielens: BlendModel, ids: Ints) -> None:
    home = people(ids, [[21, 22]] * 20 + [[41, 42]] * 20, days=[0] * 20 + [730] * 20)
    forever, for_a_year = (
        replace(QUICK, half_life=days).fit(movielens.answers, home, seed=1).audience
        for days in (0.0, 365.0)
    )
    old, new = column(ids, 21), column(ids, 41)
    assert for_a_year[old] < forever[old]
    assert for_a_year[new] > forever[new]


def test_the_same_seed_learns_the_same(movielens: BlendModel, ids: Ints) -> None:
    home = lovers(ids, 60)
    one, two, other = (QUICK.fit(movielens.answers, home, seed=seed).answers for seed in (1, 1, 2))
    assert (one.encoders == two.encoders).all()
    assert (one.decoders == two.decoders).all()
    assert (one.encoders != other.encoders).any()


class TestCrossValidation:
    def test_it_takes_what_serves_held_out_people_better(
        self, movielens: BlendModel, ids: Ints
    ) -> None:
        home = lovers(ids, 150)
        fit = fit_to_home(movielens, home, QUICK, calibration=CALIBRATION, seed=1)
        assert fit is not None
        assert fit.ndcg is not None
        assert fit.movielens_ndcg is not None
        assert (fit.cases, fit.ndcg > fit.movielens_ndcg) == (150, True)

    def test_of_weights_that_are_as_good_the_encoder_has_the_highest(
        self, movielens: BlendModel, ids: Ints, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = lovers(ids, 60)
        chance = np.random.default_rng(1)
        noise = lambda _parts, _weights: chance.uniform(0.5, 0.5001, 20)  # noqa: E731
        monkeypatch.setattr(fitting._Parts, "ndcg", noise)
        monkeypatch.setattr(fitting, "ndcg_at_home", lambda *_: np.full(20, 0.5))
        fit = fit_to_home(movielens, home, QUICK, calibration=CALIBRATION, seed=1)
        assert fit is not None
        assert (fit.weights.answers, fit.weights.neighbours) in ((30.0, 1.0), (30.0, 3.0))

        def neighbours(_parts: object, weights: Weights) -> Floats:
            return np.full(20, weights.neighbours / 30.0 / weights.answers)

        monkeypatch.setattr(fitting._Parts, "ndcg", neighbours)
        fit = fit_to_home(movielens, home, QUICK, calibration=CALIBRATION, seed=1)
        assert fit is not None
        assert (fit.weights.answers, fit.weights.neighbours) == (1.0, 30.0)

    def test_where_movielens_alone_serves_them_better_home_is_not_followed(
        self, movielens: BlendModel, ids: Ints, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = lovers(ids, 60)
        assert fit_or_none(movielens, home) is not None
        perfect = lambda _score, cases, _known: np.ones(len(cases))  # noqa: E731
        monkeypatch.setattr(fitting, "ndcg_at_home", perfect)
        assert fit_or_none(movielens, home) is None

    def test_with_hardly_anybody_weights_and_chances_stay(
        self, movielens: BlendModel, ids: Ints
    ) -> None:
        fit = fit_to_home(movielens, lovers(ids, 10), QUICK, calibration=CALIBRATION, seed=1)
        assert fit is not None
        assert (fit.weights, fit.calibration) == (movielens.weights, CALIBRATION)
        assert (fit.cases, fit.ndcg) == (10, None)

    def test_the_chances_keep_how_many_films_people_like(self) -> None:
        moved = steeper(CALIBRATION, 0.5, 0.25)
        shares, ratings = np.array([-5.0, -3.0]), np.array([10.0, 10.0])
        said = logit(CALIBRATION.probabilities(shares, ratings))
        assert moved.probabilities(shares, ratings) == pytest.approx(expit(0.5 * said + 0.25))
        assert len(moved.resampled) == 1


class TestCases:
    def test_picks_and_truths_are_all_that_a_person_likes(self, ids: Ints) -> None:
        home = lovers(ids, 40)
        cases = home_cases(home, seed=2, picks=3)
        assert len(cases) == 40
        for row, picks, truth in zip(cases.rows, cases.cases.picks, cases.truths, strict=True):
            assert len(picks) == 3
            likes = home.likes[row].indices
            assert sorted([*picks, *truth]) == sorted(likes.tolist())

    def test_who_likes_no_more_than_the_picks_is_no_case(self, ids: Ints) -> None:
        home = people(ids, [[1, 2, 3], [1, 2, 3, 4], [5]])
        assert home_cases(home, seed=1, picks=3).rows.tolist() == [1]
        assert home_cases(home, seed=1, picks=1).rows.tolist() == [0, 1]

    def test_everybody_is_held_out_once_and_never_learned_from_then(self) -> None:
        folds = list(folds_of(23, 5, seed=1))
        assert sorted(np.concatenate([held_out for _, held_out in folds])) == list(range(23))
        for learn, held_out in folds:
            assert sorted([*learn, *held_out]) == list(range(23))


def test_neighbours_at_home_share_what_they_like(movielens: BlendModel, ids: Ints) -> None:
    """Forty people who like films of two genres together, as nobody in MovieLens does."""
    both = [*film_ids("Comedy")[:3], *film_ids("Horror")[:3]]
    learned = movielens.at_home(people(ids, [both] * 40), QUICK, seed=1)
    weights = replace(learned.weights, answers=0.0, novelty=0.0, neighbours=1000.0)
    picks = [np.array([column(ids, film) for film in both[:5]])]
    cases = Cases(np.array([""]), np.array([0]), picks)
    scores = learned.prepared(cases).score(weights)[0]
    assert ids[np.argsort(-scores)[:6]].tolist().count(both[5]) == 1


def test_the_prior_files_nothing_under_the_wrong_film(tmp_path: Path) -> None:
    """Columns of home are those of the model, whatever ids they stand for."""
    data = world_data(tmp_path / "world")
    home = people(data.movie_ids, [[80, 79]] * 30)
    assert data.movie_ids[home.asked_counts > 0].tolist() == [79, 80]
