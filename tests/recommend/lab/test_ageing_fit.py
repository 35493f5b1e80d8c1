"""Fitting how fast availability ages: invented films that come and go at known rates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from movies.models import Platform
from recommend.lab.calibration.presence import (
    AgeingRate,
    Pairs,
    fit_ageing,
    judge_ageing,
    pairs_of,
)

TRUTH = AgeingRate(share=0.25, turnover=0.6)


def drawn(films: int = 4000, *, seed: int = 1, rate: AgeingRate = TRUTH) -> Pairs:
    rng = np.random.default_rng(seed)
    seen = rng.random(films) < 0.5
    years = rng.uniform(0.2, 4.0, films)
    blank = Pairs(np.arange(films), seen, seen, years)
    later = rng.random(films) < rate.presence(blank)
    return Pairs(blank.films, seen, later, years)


def test_the_rates_that_made_the_data_are_found() -> None:
    found = fit_ageing(drawn(), published=0.25)

    assert found.share == pytest.approx(TRUTH.share, abs=0.03)
    assert found.turnover == pytest.approx(TRUTH.turnover, abs=0.1)


def test_where_little_is_seen_the_share_is_the_published_one() -> None:
    still = Pairs(np.arange(9), np.ones(9, bool), np.ones(9, bool), np.full(9, 0.5))

    assert fit_ageing(still, published=0.4).share == pytest.approx(0.4, abs=0.02)


def test_a_film_seen_often_does_not_outvote_the_others() -> None:
    once = drawn(600)
    often = Pairs(*(np.concatenate([part, np.repeat(part[:1], 400)]) for part in (
        once.films, once.seen, once.later, once.years
    )))  # fmt: skip

    assert often.weights()[600:].sum() == pytest.approx(once.years[0] * 400 / np.sqrt(401))
    assert often.weights()[1:600] == pytest.approx(once.weights()[1:])


def test_fitted_rates_are_better_than_still_the_same_and_than_the_base_rate() -> None:
    found = judge_ageing(drawn(), published=0.25, seed=1)

    assert found.loss < found.base_loss < found.same_loss
    assert max(found.errors.values()) < 0.06


def test_pairs_are_of_different_days_and_end_at_a_two_sided_word() -> None:
    rows = [
        (1, "a", True, "one", "2022-01-01"),
        (2, "a", False, "one", "2022-01-01"),
        (1, "a", False, "two", "2024-01-01"),
        (2, "a", True, "two", "2024-01-01"),
        (1, "a", True, "hits", "2025-01-01"),
        (2, "a", True, "hits", "2025-01-01"),
        (1, "b", True, "one", "2022-01-01"),
    ]
    columns = ["movie_id", "platform", "available", "source", "checked_on"]

    found = pairs_of(pd.DataFrame(rows, columns=columns))

    assert list(found) == ["a"]
    assert found["a"].films.tolist() == [1, 2]
    assert found["a"].seen.tolist() == [True, False]
    assert found["a"].later.tolist() == [False, True]
    assert found["a"].years == pytest.approx([2.0, 2.0], abs=0.01)


def written(folder: Path, films: int) -> Path:
    pairs = drawn(films)
    rows = [
        f"{film},netflix,{str(bool(word)).lower()},listing,{day}"
        for film, first, then in zip(pairs.films + 1, pairs.seen, pairs.later, strict=True)
        for word, day in ((first, "2022-05-01"), (then, "2024-05-01"))
    ]
    path = folder / "history.csv"
    path.write_text("movie_id,platform,available,source,checked_on\n" + "\n".join(rows) + "\n")
    return path


def test_the_command_stores_the_rates_only_if_asked(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Platform.objects.create(slug="netflix", name="Netflix")
    path = written(tmp_path, 300)

    call_command("fit_ageing", str(path))
    assert Platform.objects.get().turnover is None
    assert "netflix" in capsys.readouterr().out

    call_command("fit_ageing", str(path), "--store")
    stored = Platform.objects.get()
    assert 0 < stored.turnover < 20
    assert 0 < stored.stationary_share < 1


def test_a_file_in_which_nothing_was_seen_twice_is_refused(db: None, tmp_path: Path) -> None:
    Platform.objects.create(slug="netflix", name="Netflix")

    with pytest.raises(CommandError, match="no platform has 200 pairs"):
        call_command("fit_ageing", str(written(tmp_path, 20)))


@pytest.mark.realdata
def test_the_shipped_rates_are_those_of_the_real_pairs(db: None, real_data: Path) -> None:
    path = real_data / "availability_kr_history.csv"
    call_command("load_reference_data")
    shipped = {one.slug: (one.stationary_share, one.turnover) for one in Platform.objects.all()}
    table = pd.read_csv(path)
    found = pairs_of(table.assign(available=table["available"].astype(bool)))

    for slug in ("netflix", "disney_plus", "watcha", "wavve"):
        platform = Platform.objects.get(pk=slug)
        published = platform.published_carried / platform.published_known
        rate = fit_ageing(found[slug], published=published)
        judged = judge_ageing(found[slug], published=published, seed=1)
        assert shipped[slug] == pytest.approx((rate.share, rate.turnover), abs=0.001)
        assert judged.loss < min(judged.same_loss, judged.base_loss)
        assert max(judged.errors["0.75-1.75 years"], judged.errors["1.75-2.5 years"]) <= 0.05
