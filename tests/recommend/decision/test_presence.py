"""P(there) of what was seen some time ago: by hand, and from the statements in the database."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from django.utils import timezone

from movies.models import Movie, Platform
from movies.services.availability import Statement, record_statements
from movies.services.platform_rates import refresh_platform_rates
from recommend.decision.availability import (
    TURNOVER,
    CatalogueRate,
    Stratum,
    ageing,
    presence,
)
from recommend.decision.outlook import ABSENT, THERE, UNKNOWN
from recommend.decision.preview import AgeingChange, aged
from recommend.ranking.catalogue import FilmKind
from recommend.results.forecast import presence_of
from tests.recommend.decision.outlooks import outlook_with


def there(seen: float, years: float, share: float = 0.25, turnover: float = 0.5) -> float:
    found = presence(
        np.float64(seen), np.float64(years), share=np.float64(share), turnover=np.float64(turnover)
    )
    return float(found)


# --- the formula ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seen", [0.0, 1.0])
def test_what_is_seen_today_holds(seen: float) -> None:
    assert there(seen, 0) == seen
    assert there(seen, -3) == seen, "a date of tomorrow counts as today"


def test_it_ends_at_the_share_of_the_platform() -> None:
    assert there(1, 200) == pytest.approx(0.25)
    assert there(0, 200) == pytest.approx(0.25)


def test_in_between_it_is_by_hand() -> None:
    assert there(1, 2) == pytest.approx(0.25 + 0.75 * np.exp(-1))
    assert there(0, 2) == pytest.approx(0.25 - 0.25 * np.exp(-1))


def test_without_turnover_nothing_ages() -> None:
    assert (there(1, 50, turnover=0.0), there(0, 50, turnover=0.0)) == (1.0, 0.0)


def test_two_years_are_the_same_as_one_year_twice() -> None:
    once = there(1, 1)

    assert there(1, 2) == pytest.approx(once * there(1, 1) + (1 - once) * there(0, 1))


def test_a_platform_without_rates_ends_at_its_own_share_with_the_usual_turnover() -> None:
    known = CatalogueRate(100, 30, share=0.9, turnover=0.1)
    unknown = CatalogueRate(90, 9)

    share, turnover = ageing({"a": known, "b": unknown})

    assert share.tolist() == [0.9, pytest.approx((9 + 10 * 39 / 190) / 100)]
    assert turnover.tolist() == [0.1, TURNOVER]


# --- kinds of films ------------------------------------------------------------------------------

TODAY = date(2026, 7, 20)
KINDS = [
    FilmKind({"a": True, "b": False}, {"a": "2025-07", "b": "2026-07"}, Stratum()),
    FilmKind({"a": False}, {}, Stratum()),
    FilmKind({}, {}, Stratum()),
]


def test_each_kind_ages_by_its_month_and_the_unknown_has_the_prior() -> None:
    rates = {
        "a": CatalogueRate(80, 20, share=0.2, turnover=1.0),
        "b": CatalogueRate(80, 20, share=0.2, turnover=1.0),
    }

    states, carried = presence_of(KINDS, rates, TODAY)

    assert states.tolist() == [[THERE, ABSENT], [ABSENT, UNKNOWN], [UNKNOWN, UNKNOWN]]
    assert carried[0] == pytest.approx([0.2 + 0.8 * np.exp(-1), 0.0])
    assert carried[1] == pytest.approx([0.0, 0.25]), "a word without a month does not age"
    assert carried[2] == pytest.approx([0.25, 0.25])


def test_a_comparison_counts_until_the_platform_was_looked_at() -> None:
    rates = {
        slug: CatalogueRate(80, 20, share=0.2, turnover=1.0, surveyed_on=day)
        for slug, day in (("a", date(2026, 1, 1)), ("b", date(2020, 1, 1)))
    }

    _states, carried = presence_of(KINDS[:1], rates, TODAY)

    assert carried[0] == pytest.approx([0.2 + 0.8 * np.exp(-0.5), 0.0])


def test_no_films_or_platforms_are_allowed() -> None:
    assert presence_of([], {"a": CatalogueRate(0, 0)}, TODAY)[1].shape == (0, 1)
    assert presence_of(KINDS, {}, TODAY)[1].shape == (3, 0)


# --- the month in the database -------------------------------------------------------------------


def test_the_month_of_the_word_that_counts_is_stored(db: None) -> None:
    platform = Platform.objects.create(slug="netflix", name="Netflix")
    movie = Movie.objects.create(movie_id=1, title="Film")
    now = timezone.now()
    old, new = now - timedelta(days=800), now - timedelta(days=90)

    def months() -> dict[str, str]:
        movie.refresh_from_db()
        return movie.platforms_seen

    record_statements([Statement(1, platform.pk, "one", True, new)])
    assert months() == {"netflix": f"{timezone.localtime(new):%Y-%m}"}

    record_statements([Statement(1, platform.pk, "two", False, old)])
    assert months() == {"netflix": f"{timezone.localtime(new):%Y-%m}"}, "the older word is not used"

    record_statements([Statement(1, platform.pk, "staff", False, old)])
    assert months() == {"netflix": f"{timezone.localtime(old):%Y-%m}"}, "staff count first"

    record_statements([Statement(1, platform.pk, "staff", None, now)])
    record_statements([Statement(1, platform.pk, "one", None, now)])
    record_statements([Statement(1, platform.pk, "two", None, now)])
    assert months() == {}
    refresh_platform_rates()


# --- other rates, for a preview ------------------------------------------------------------------


def test_other_rates_age_what_was_seen_and_leave_the_unknown() -> None:
    outlook = outlook_with("ab", {"1?": 3.0, "0?": 2.0, "??": 1.0}, prior=0.4)
    outlook.carried[:, 0] = [there(1, 2), there(0, 2), 0.4]

    found = aged(outlook, AgeingChange("a", share=(0.25, 0.1), turnover=(0.5, 1.0)))

    assert found.carried[:, 0] == pytest.approx([there(1, 2, 0.1, 1.0), there(0, 2, 0.1, 1.0), 0.4])
    assert found.carried[:, 1].tolist() == outlook.carried[:, 1].tolist()
    assert outlook.carried[0, 0] == pytest.approx(there(1, 2)), "the stored outlook stays"


def test_a_platform_that_did_not_age_or_is_not_compared_stays() -> None:
    outlook = outlook_with("a", {"1": 3.0})

    assert aged(outlook, AgeingChange("a", share=(0.2, 0.3), turnover=(0.0, 1.0))) is outlook
    assert aged(outlook, AgeingChange("z", share=(0.2, 0.3), turnover=(0.5, 1.0))) is outlook
