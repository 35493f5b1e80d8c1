"""Prior availability: hand-computed figures, and the counts in the database behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from movies.models import Availability, Movie, Platform
from movies.services import platform_rates
from movies.services.availability import Statement, record_statements
from movies.services.platform_rates import FEWEST_SURVEYED, refresh_platform_rates
from recommend.decision.availability import (
    PRIOR_RATE,
    CatalogueRate,
    Stratum,
    availability_priors,
    known_rates,
    pooled_rate,
)
from recommend.results.forecast import catalogue_rates

# rate_a = 0.3, of the nineties 26 / 60, of dramas 16 / 70, of comedies 16 / 40.
A = CatalogueRate(
    known=100,
    carried=30,
    decades={1990: (40, 20)},
    genres={"Drama": (50, 10), "Comedy": (20, 10)},
)
UNHEARD_OF = CatalogueRate(0, 0)


def prior(stratum: Stratum, catalogue: CatalogueRate = A) -> float:
    return float(availability_priors([stratum], {"a": catalogue})[0, 0])


def odds(chance: float) -> float:
    return chance / (1 - chance)


# --- the rate of a platform ----------------------------------------------------------------------


def test_the_rate_of_a_little_known_platform_leans_on_the_pooled_one() -> None:
    rates = known_rates({"a": CatalogueRate(90, 9), "b": CatalogueRate(10, 3)})

    assert rates["a"] == pytest.approx((9 + 10 * 0.12) / 100)
    assert rates["b"] == pytest.approx((3 + 10 * 0.12) / 20)


def test_a_platform_without_data_has_the_pooled_rate() -> None:
    rates = known_rates({"a": CatalogueRate(100, 50), "new": UNHEARD_OF})

    assert rates["new"] == pytest.approx(0.5)


def test_without_any_known_film_the_rate_is_one_in_ten() -> None:
    assert pooled_rate({"a": UNHEARD_OF}) == pooled_rate({}) == PRIOR_RATE == 0.1
    assert known_rates({"a": UNHEARD_OF}) == {"a": pytest.approx(0.1)}


# --- the prior of a film -------------------------------------------------------------------------


def test_a_film_without_year_and_genres_has_the_rate_of_the_platform() -> None:
    assert prior(Stratum()) == pytest.approx(0.3)


def test_a_decade_counts_with_twenty_films_at_the_rate_of_the_platform() -> None:
    assert prior(Stratum(decade=1990)) == pytest.approx(26 / 60)


def test_a_genre_counts_with_twenty_films_at_the_rate_of_the_platform() -> None:
    assert prior(Stratum(genres=("Drama",))) == pytest.approx(16 / 70)


def test_decade_and_genres_multiply_the_odds_and_of_genres_the_mean_counts() -> None:
    found = prior(Stratum(1990, ("Comedy", "Drama")))

    # Odds 26 : 34, times the geometric mean of 16 : 54 and 16 : 24, which is 4 : 9, over 3 : 7.
    assert odds(found) == pytest.approx((26 / 34) * (4 / 9) / (3 / 7))


def test_an_unknown_decade_or_genre_leaves_the_rate_as_it_is() -> None:
    assert prior(Stratum(1890, ("Western",))) == pytest.approx(0.3)
    with_western = odds(prior(Stratum(genres=("Drama", "Western"))))
    assert with_western == pytest.approx((odds(16 / 70) * odds(0.3)) ** 0.5)


def test_there_is_a_row_for_each_film_and_a_column_for_each_platform_in_their_order() -> None:
    strata = [Stratum(2000), Stratum(1990), Stratum(None, ("Drama",)), Stratum(1990)]

    found = availability_priors(strata, {"z": UNHEARD_OF, "a": A})

    assert found[:, 0] == pytest.approx([0.3] * 4)
    assert found[:, 1] == pytest.approx([0.3, 26 / 60, 16 / 70, 26 / 60])


def test_no_films_or_no_platforms_are_allowed() -> None:
    assert availability_priors([], {"a": A}).shape == (0, 1)
    assert availability_priors([Stratum(1990)], {}).shape == (1, 0)


def test_a_platform_that_carries_none_of_many_known_films_is_almost_ruled_out() -> None:
    found = prior(Stratum(1990, ("Drama",)), CatalogueRate(50, 0, decades={1990: (50, 0)}))

    assert 0 < found < 0.001


@given(
    st.integers(0, 200),
    st.integers(0, 200),
    st.sampled_from([Stratum(), Stratum(1990), Stratum(2000, ("Drama", "Comedy"))]),
)
def test_a_prior_is_a_probability_and_rises_with_the_films_carried(
    known: int, carried: int, stratum: Stratum
) -> None:
    carried = min(carried, known)
    fewer = replace(A, decades={1990: (known, carried)}, genres={"Drama": (known, carried)})
    more = replace(
        A, decades={1990: (known + 1, carried + 1)}, genres={"Drama": (known + 1, carried + 1)}
    )

    assert 0 < prior(stratum, fewer) <= prior(stratum, more) < 1


# --- the counts in the database ------------------------------------------------------------------


@pytest.fixture
def films(db: None) -> None:
    """Three platforms; two action films of the nineties, a drama of 2003, and one without year."""
    for slug in ("netflix", "tving", "watcha"):
        Platform.objects.create(slug=slug, name=slug)
    for movie_id, year, genres in (
        (1, 1994, ["Action", "Comedy"]),
        (2, 1999, ["Action"]),
        (3, 2003, ["Drama"]),
        (4, None, []),
    ):
        Movie.objects.create(movie_id=movie_id, title=f"Film {movie_id}", year=year, genres=genres)


def say(source: str, slug: str, days_ago: int = 1, **words: bool) -> None:
    """`film_1=True`: this source says that film 1 is on the platform."""
    now = timezone.now() - timedelta(days=days_ago)
    record_statements(
        [
            Statement(int(film.removeprefix("film_")), slug, source, included, now)
            for film, included in words.items()
        ]
    )
    refresh_platform_rates()


def counted(slug: str) -> tuple[int, int, int, int]:
    row = Platform.objects.get(pk=slug)
    return row.films_known, row.films_carried, row.surveyed_known, row.surveyed_carried


@pytest.mark.usefixtures("films")
def test_films_are_counted_by_decade_and_by_each_of_their_genres() -> None:
    say("listing", "netflix", film_1=True, film_2=False, film_3=True, film_4=False)

    assert counted("netflix") == (4, 2, 4, 2)
    assert Platform.objects.get(pk="netflix").surveyed_strata == {
        "decade": {"1990": [2, 1], "2000": [1, 1]},
        "genre": {"Action": [2, 1], "Comedy": [1, 1], "Drama": [1, 1]},
    }


@pytest.mark.usefixtures("films")
def test_a_source_that_never_says_no_is_not_counted() -> None:
    say("hits", "netflix", film_1=True, film_2=True)

    assert counted("netflix") == (2, 2, 0, 0)
    assert Platform.objects.get(pk="netflix").surveyed_strata == {}


@pytest.mark.usefixtures("films")
def test_each_source_counts_or_not_for_each_platform_by_itself() -> None:
    say("listing", "netflix", film_1=True, film_2=False)
    say("hits", "netflix", film_3=True)
    say("listing", "tving", film_1=True)

    assert counted("netflix") == (3, 2, 2, 1)
    assert counted("tving") == (1, 1, 0, 0)
    assert Platform.objects.get(pk="netflix").surveyed_strata == {
        "decade": {"1990": [2, 1]},
        "genre": {"Action": [2, 1], "Comedy": [1, 1]},
    }


@pytest.mark.usefixtures("films")
def test_staff_are_a_source_and_replace_the_statement_of_another() -> None:
    say("listing", "netflix", film_1=True, film_2=False)
    say("staff", "netflix", film_1=False, film_3=True)

    # The listing is left with one "no", staff have one "no" and one "yes".
    assert counted("netflix") == (3, 1, 3, 1)
    strata = Platform.objects.get(pk="netflix").surveyed_strata
    assert strata["decade"] == {"1990": [2, 0], "2000": [1, 1]}
    assert strata["genre"] == {"Action": [2, 0], "Comedy": [1, 0], "Drama": [1, 1]}


@pytest.mark.usefixtures("films")
def test_what_a_list_of_hits_overrules_still_counts_as_it_was_looked_at() -> None:
    say("listing", "netflix", film_1=False, film_2=False, film_3=True)
    say("hits", "netflix", film_1=True)

    assert counted("netflix") == (3, 2, 3, 1)


@pytest.mark.usefixtures("films")
def test_a_source_is_one_sided_on_the_days_on_which_it_only_said_yes() -> None:
    say("listing", "netflix", film_1=True, film_2=False)
    say("listing", "netflix", days_ago=0, film_3=True)

    assert counted("netflix") == (3, 2, 2, 1)


@pytest.mark.usefixtures("films")
def test_a_platform_is_compared_from_the_fiftieth_film_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert FEWEST_SURVEYED == 50
    monkeypatch.setattr(platform_rates, "FEWEST_SURVEYED", 3)
    say("listing", "netflix", days_ago=9, film_1=True)
    say("listing", "netflix", days_ago=5, film_2=True, film_3=False)
    assert not catalogue_rates()["netflix"].evidence

    say("listing", "netflix", days_ago=2, film_4=False)
    say("listing", "netflix", days_ago=9, film_1=False)

    found = catalogue_rates()["netflix"]
    assert found.evidence
    assert found.surveyed_on == timezone.localdate() - timedelta(days=5)


@pytest.mark.usefixtures("films")
def test_a_recount_updates_its_platforms_and_leaves_the_others() -> None:
    say("listing", "netflix", film_1=True, film_2=False)
    say("listing", "tving", film_1=True, film_2=False)
    Movie.objects.update(platforms_fetched={})
    Availability.objects.all().delete()

    refresh_platform_rates(["netflix"])

    assert counted("netflix") == (0, 0, 0, 0)
    assert Platform.objects.get(pk="netflix").surveyed_strata == {}
    assert counted("tving") == (2, 1, 2, 1)


@pytest.mark.usefixtures("films")
def test_published_shares_count_like_films_of_our_own_sources() -> None:
    say("listing", "netflix", film_1=True, film_2=False)
    Platform.objects.filter(pk="netflix").update(
        published_known=100,
        published_carried=40,
        published_decades={"1990": [50, 30], "1970": [9, 0]},
        stationary_share=0.3,
        turnover=0.5,
    )

    found = catalogue_rates()["netflix"]

    assert (found.known, found.carried, found.share, found.turnover) == (102, 41, 0.3, 0.5)
    assert found.decades == {1990: (52, 31), 1970: (9, 0)}


@pytest.mark.usefixtures("films")
def test_the_recommendation_reads_the_counts_of_the_offered_platforms() -> None:
    say("listing", "netflix", film_1=True, film_2=False)
    say("hits", "tving", film_1=True)
    Platform.objects.filter(pk="watcha").update(is_active=False)

    assert catalogue_rates() == {
        "netflix": CatalogueRate(
            known=2,
            carried=1,
            decades={1990: (2, 1)},
            genres={"Action": (2, 1), "Comedy": (1, 1)},
            surveyed_on=timezone.localdate() - timedelta(days=1),
        ),
        "tving": CatalogueRate(known=0, carried=0),
    }
