"""Staff are told if one platform wins nearly every answer, or if a load turns the answers over."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.core.management import CommandError
from django.utils import timezone

from movies.models import Notice, Platform
from ottstats.models import PlatformRecommendation
from recommend.models import ModelRun
from recommend.services import personas, watching
from recommend.services.submission import Survey, submit_survey
from recommend.services.watching import check_winners, moved_points, watch_load
from recommend.tasks import check_winners as task
from survey.models import Respondent
from tests.operators import run
from tests.worlds import film_ids

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def answered(platform: str, number: int, *, days_ago: int = 0) -> None:
    """That many people got this platform, so many days ago."""
    for _each in range(number):
        person = Respondent.objects.create(
            submission=uuid.uuid4().hex, retain_until=NOW + timedelta(days=90)
        )
        PlatformRecommendation.objects.create(
            user=person, platform_id=platform, score=1.0, parts={}
        )
    newest = PlatformRecommendation.objects.order_by("-created_at")[:number].values("pk")
    PlatformRecommendation.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(
        created_at=NOW - timedelta(days=days_ago)
    )


def notice(key: str) -> str | None:
    return Notice.objects.filter(key=key).values_list("detail", flat=True).first()


@pytest.fixture
def platforms(db: None) -> None:
    for slug, name in (("netflix", "Netflix"), ("watcha", "Watcha")):
        Platform.objects.create(slug=slug, name=name)


# --- one winner ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("netflix", "watcha", "told"),
    [
        (17, 3, "Netflix: 17 / 20 (85 %)"),
        (16, 4, None),  # 80 %, not more
        (19, 0, None),  # too few
        (20, 0, "Netflix: 20 / 20 (100 %)"),
    ],
)
def test_a_platform_with_more_than_80_percent_of_20_answers_is_told(
    platforms: None, netflix: int, watcha: int, told: str | None
) -> None:
    answered("netflix", netflix, days_ago=2)
    answered("watcha", watcha)

    found = check_winners()

    detail = notice("one_winner")
    if told is None:
        assert (found, detail) == ("", None)
    else:
        assert detail is not None
        assert detail.startswith(told)
        assert found == detail


def test_only_the_last_seven_days_count(platforms: None) -> None:
    answered("netflix", 30, days_ago=7)
    answered("netflix", 19, days_ago=6)
    assert check_winners() == ""
    answered("netflix", 1)
    assert check_winners().startswith("Netflix: 20 / 20 (100 %), ")


def test_the_notice_goes_when_others_win_too(platforms: None) -> None:
    answered("netflix", 20)
    out, _ = run("check_winners")
    assert out.startswith("Netflix: 20 / 20 (100 %)")
    answered("watcha", 10)
    out, _ = run("check_winners")
    assert out.startswith("Nothing wins too often (")
    assert notice("one_winner") is None


def test_the_task_does_the_same_without_any_answer(platforms: None) -> None:
    assert task.delay().get() == ""
    answered("watcha", 25)
    assert task.delay().get().startswith("Watcha: 25 / 25")


def test_a_product_that_nearly_every_answer_names_is_told(live_model: ModelRun) -> None:
    for number in range(20):
        survey = Survey(liked=film_ids("Action")[:5], monthly_budget=7000)
        submit_survey(survey=survey, token=f"a-token-of-this-test-{number:02}")
    found = check_winners()
    detail = notice("one_product")
    assert detail is not None
    assert detail.startswith("Netflix Standard with ads: 20 / 20 (100 %), ")
    assert detail in found
    Respondent.objects.update(monthly_budget=0)
    check_winners()
    assert notice("one_product") is None


# --- what a load moved ---------------------------------------------------------------------------


@pytest.fixture
def few_personas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WATCHED", 5)


@pytest.mark.parametrize(
    ("before", "after", "points"),
    [
        ({"a": 30, "b": 30}, {"a": 30, "b": 30}, 0),
        ({"a": 60}, {"b": 60}, 100),
        ({"a": 30, "b": 30}, {"a": 12, "b": 48}, 30),
        ({"a": 10, "b": 10}, {"a": 20, "c": 20}, 50),
    ],
)
def test_moved_points_are_those_that_changed_platform(
    before: dict[str, int], after: dict[str, int], points: float
) -> None:
    assert moved_points(Counter(before), Counter(after)) == pytest.approx(points)


def availability(folder: Path, *, netflix: bool, watcha: bool, name: str = "facts.csv") -> Path:
    """Almost every film is on one of the platforms only, as of today; one film is on neither."""
    nowhere = film_ids("Action")[0]
    rows = [
        (movie, slug, str(there and movie != nowhere).lower(), "test", NOW.date().isoformat())
        for movie in film_ids("Action") + film_ids("Comedy") + film_ids("Drama")
        for slug, there in (("netflix", netflix), ("watcha", watcha))
    ]
    columns = ["movie_id", "platform", "available", "source", "checked_on"]
    path = folder / name
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    return path


def test_a_load_that_turns_the_answers_over_is_told(
    live_model: ModelRun, few_personas: None, tmp_path: Path
) -> None:
    run("load_availability", availability(tmp_path, netflix=True, watcha=False, name="first.csv"))
    Notice.objects.all().delete()
    assert personas.winners(count=5) == {"netflix": 5}

    out, _ = run("load_availability", availability(tmp_path, netflix=False, watcha=True))

    assert "Loaded 120 rows of availability from facts.csv" in out
    assert notice("winners_moved") == "facts.csv: Watcha 0 → 100 %, Netflix 100 → 0 %"


def test_a_load_that_moves_little_is_not_told_and_leaves_an_earlier_notice(
    live_model: ModelRun, few_personas: None, tmp_path: Path
) -> None:
    path = availability(tmp_path, netflix=True, watcha=False)
    run("load_availability", path)
    Notice.objects.filter(key="winners_moved").delete()
    run("load_availability", path, "--force")
    run("load_reference_data")
    assert notice("winners_moved") is None
    Notice.objects.create(key="winners_moved", detail="of yesterday")
    run("load_availability", path, "--force")
    assert notice("winners_moved") == "of yesterday"


def winners_in_turn(*answers: Counter[str] | Exception) -> Callable[..., Counter[str]]:
    left = list(answers)

    def winners(*, count: int, seed: int = 1) -> Counter[str]:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return winners


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failed_comparison_fails_no_load(
    live_model: ModelRun,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    when: str,
) -> None:
    broken = RuntimeError("no memory")
    turns = [broken] if when == "before" else [Counter(netflix=60), broken]
    monkeypatch.setattr(watching.personas, "winners", winners_in_turn(*turns))

    out, _ = run("load_availability", availability(tmp_path, netflix=False, watcha=True))

    assert "Loaded 120 rows of availability" in out
    assert Notice.objects.filter(key="winners_moved").count() == 0
    assert "The personas could not be answered" in caplog.text


def test_a_notice_that_cannot_be_stored_fails_no_load(
    platforms: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(key: str, detail: str) -> None:
        raise OSError("disk full")

    turns = winners_in_turn(Counter(netflix=60), Counter(watcha=60))
    monkeypatch.setattr(watching.personas, "winners", turns)
    monkeypatch.setattr(watching, "put_notice", breaks)
    with watch_load("a load"):
        pass
    assert "What the load has moved was not stored" in caplog.text


def test_a_failed_load_fails_as_before(
    platforms: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = winners_in_turn(Counter(netflix=60))
    monkeypatch.setattr(watching.personas, "winners", turns)
    with pytest.raises(CommandError, match="there is no such file"):
        run("load_availability", tmp_path / "nothing.csv")


def test_without_a_live_run_nothing_is_compared(
    platforms: None, caplog: pytest.LogCaptureFixture
) -> None:
    with watch_load("a load"):
        Platform.objects.update(is_active=False)
    assert (notice("winners_moved"), caplog.text) == (None, "")


@pytest.mark.parametrize("command", ["load_usage_statistics", "load_reference_data"])
def test_loads_of_statistics_and_reference_data_are_watched(
    platforms: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    turns = winners_in_turn(Counter(netflix=60), Counter(netflix=30, watcha=30))
    monkeypatch.setattr(watching.personas, "winners", turns)
    path = tmp_path / "usage.csv"
    path.write_text(
        "source,year,dimension,group,platform,percent,sample_size\n"
        "Survey,2025,gender,female,netflix,30,600\n"
    )
    named = [path] if command == "load_usage_statistics" else []

    run(command, *named)

    name = path.name if named else command
    assert notice("winners_moved") == f"{name}: Watcha 0 → 50 %, Netflix 100 → 50 %"


def test_what_a_load_moved_is_shown_for_two_weeks(platforms: None) -> None:
    Notice.objects.create(key="winners_moved", detail="x", since=NOW - timedelta(days=13))
    check_winners()
    assert notice("winners_moved") == "x"
    Notice.objects.update(since=NOW - timedelta(days=15))
    check_winners()
    assert notice("winners_moved") is None


def test_the_next_load_that_moves_them_begins_a_new_notice(
    platforms: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Notice.objects.create(key="winners_moved", detail="x", since=NOW - timedelta(days=13))
    turns: Any = winners_in_turn(Counter(netflix=60), Counter(watcha=60))
    monkeypatch.setattr(watching.personas, "winners", turns)
    with watch_load("another"):
        pass
    found = Notice.objects.get(key="winners_moved")
    assert found.detail.startswith("another: Watcha 0 → 100 %")
    assert found.since > NOW - timedelta(hours=1)
