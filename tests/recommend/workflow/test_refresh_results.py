"""Results that members keep are computed again, each once, whatever happens to the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common.errors import DataError, NotReadyError
from movies.services.availability import Statement, record_statements
from ottstats.models import PlatformRecommendation
from recommend.models import ModelRun, Reaction
from recommend.services.members import refreshing
from recommend.services.members.refreshing import Refreshed, refresh_results
from survey.models import Respondent
from tests.recommend.workflow.kept_results import add_member, kept_result
from tests.worlds import film_ids

pytestmark = pytest.mark.django_db


def make_old(result: Respondent) -> None:
    """As if it had been computed long ago."""
    row = PlatformRecommendation.objects.get(user=result)
    row.parts["computed_on"] = "2026-01-01"
    row.save()


def computed_on(result: Respondent) -> str:
    return str(PlatformRecommendation.objects.get(user=result).parts["computed_on"])


@pytest.fixture
def today() -> str:
    return timezone.localdate().isoformat()


def test_what_was_computed_today_by_the_live_run_is_left_as_it_is(live_model: ModelRun) -> None:
    kept_result(add_member())
    assert refresh_results() == Refreshed(0, 0)


def test_another_run_or_another_day_is_a_reason(live_model: ModelRun, today: str) -> None:
    old, of_another_run = kept_result(add_member()), kept_result(add_member())
    make_old(old)
    row = PlatformRecommendation.objects.get(user=of_another_run)
    row.parts["run"] = live_model.pk + 1
    row.save()
    link = old.pk, PlatformRecommendation.objects.get(user=old).share_id
    assert refresh_results() == Refreshed(2, 0)
    assert computed_on(old) == today
    assert PlatformRecommendation.objects.get(user=of_another_run).parts["run"] == live_model.pk
    assert (old.pk, PlatformRecommendation.objects.get(user=old).share_id) == link
    assert refresh_results() == Refreshed(0, 0)


def test_only_the_newest_result_of_each_member_and_nobody_elses(
    live_model: ModelRun, today: str
) -> None:
    member = add_member()
    first, second = kept_result(member), kept_result(member, film_ids("Comedy")[:4])
    Respondent.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=9))
    stranger = kept_result(add_member())
    Respondent.objects.filter(pk=stranger.pk).update(member=None)
    expired = kept_result(add_member())
    now = timezone.now()
    Respondent.objects.filter(pk=expired.pk).update(
        consented_at=now - timedelta(days=99), retain_until=now - timedelta(days=1)
    )
    for one in (first, second, stranger, expired):
        make_old(one)
    assert refresh_results() == Refreshed(1, 0)
    assert [computed_on(one) == today for one in (first, second, stranger, expired)] == [
        False, True, False, False,
    ]  # fmt: skip


def test_what_changed_since_is_in_the_new_answer_and_reactions_stay(live_model: ModelRun) -> None:
    result = kept_result(add_member())
    seen = result.recommended_movies.order_by("rank")[0].movie_id
    Reaction.objects.create(user=result, movie_id=seen, kind="seen")
    before = PlatformRecommendation.objects.get(user=result).platform_id
    record_statements(
        [
            Statement(movie, platform, "test", platform != before, timezone.now())
            for movie in range(1, 81)
            for platform in ("netflix", "watcha", "tving")
        ]
    )
    make_old(result)
    assert refresh_results() == Refreshed(1, 0)
    assert PlatformRecommendation.objects.get(user=result).platform_id != before
    assert not result.recommended_movies.filter(movie=seen).exists()
    assert Reaction.objects.filter(user=result).count() == 1


def test_one_that_fails_stops_no_other(
    live_model: ModelRun, caplog: pytest.LogCaptureFixture, today: str
) -> None:
    bad, good = kept_result(add_member()), kept_result(add_member())
    make_old(good)
    PlatformRecommendation.objects.filter(user=bad).update(parts={"run": 0})
    assert refresh_results() == Refreshed(1, 1)
    assert computed_on(good) == today
    bad.refresh_from_db()
    assert f"Result #{bad.number} is not computed again" in caplog.text
    assert str(bad.pk) not in caplog.text


def test_all_that_fail_are_an_error(live_model: ModelRun) -> None:
    bad = kept_result(add_member())
    PlatformRecommendation.objects.filter(user=bad).update(parts={"run": 0})
    with pytest.raises(DataError, match="none of 1 results"):
        refresh_results()


def test_one_that_is_deleted_meanwhile_is_no_failure(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = kept_result(add_member())
    make_old(gone)
    hold = refreshing.hold

    def deleted(respondent: Respondent) -> None:
        Respondent.objects.filter(pk=respondent.pk).delete()
        hold(respondent)

    monkeypatch.setattr(refreshing, "hold", deleted)
    assert refresh_results() == Refreshed(0, 0)


def test_many_members_in_batches(live_model: ModelRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "PER_BATCH", 2)
    for _ in range(5):
        make_old(kept_result(add_member()))
    told: list[Any] = []
    found = refresh_results(report=lambda stage, done, total: told.append((done, total)))
    assert (found, told) == (Refreshed(5, 0), [(done, 5) for done in range(6)])


def test_a_call_that_was_killed_goes_on_with_the_rest(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        make_old(kept_result(add_member()))
    calls: list[Respondent] = []
    real = refreshing._refresh

    def stop_at_the_second(respondent: Respondent) -> None:
        calls.append(respondent)
        if len(calls) == 2:
            raise SystemExit(143)
        real(respondent)

    with monkeypatch.context() as patch:
        patch.setattr(refreshing, "_refresh", stop_at_the_second)
        with pytest.raises(SystemExit):
            refresh_results()
    assert refresh_results() == Refreshed(2, 0)


def test_without_a_live_run_it_says_so(live_model: ModelRun) -> None:
    ModelRun.objects.update(state="retired")
    with pytest.raises(NotReadyError, match="publish_model"):
        refresh_results()
