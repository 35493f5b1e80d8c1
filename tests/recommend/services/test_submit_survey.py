"""A submitted survey: all or nothing, once, and gone without a trace when it is deleted."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from common.errors import DataError, NotReadyError
from matching.models import Similarity
from movies.models import Platform
from ottstats.models import PlatformRecommendation, PlatformTally
from recommend.models import ModelRun, RecommendedMovie
from recommend.results.stored import stored_result
from recommend.services import submission
from recommend.services.submission import IdTakenError, Survey, submit_survey
from survey.models import LARGEST_BUDGET, RETENTION, Draft, Respondent
from survey.tasks import purge_expired_respondents
from tests.operators import at_once, data_set_being_replaced
from tests.worlds import film_ids

SURVEY = Survey(
    liked=film_ids("Action")[:5],
    gender="female",
    age=27,
    education="college",
    income="2m_4m",
    ott_frequency="daily",
    subscribed=("netflix",),
    monthly_budget=15000,
)


def tallies() -> dict[str, int]:
    rows = PlatformTally.objects.exclude(recommended_count=0)
    return dict(rows.values_list("platform", "recommended_count"))


def test_everything_is_stored(live_model: ModelRun) -> None:
    respondent = submit_survey(survey=SURVEY, token="one")
    respondent.refresh_from_db()
    assert (respondent.gender, respondent.age, respondent.income) == ("female", 27, "2m_4m")
    assert respondent.retain_until - respondent.consented_at == RETENTION
    result = stored_result(respondent.pk)
    assert result is not None
    assert sorted(movie.pk for movie in result.liked) == sorted(SURVEY.liked)
    assert result.subscribed == ["netflix"]
    assert len(result.films) == 50
    assert [film.rank for film in result.films] == list(range(1, 51))
    assert result.similarity is not None
    assert result.similarity.run == live_model.pk
    assert {movie.pk for movie in result.overlapped} <= set(SURVEY.liked)
    best = result.platforms[0]
    assert result.platform_recommendation.platform_id == best.platform
    assert best.score == pytest.approx(best.coverage * best.weight)
    assert tallies() == {best.platform: 1}


def test_the_same_form_twice_is_one_respondent_and_counts_once(live_model: ModelRun) -> None:
    first = submit_survey(survey=SURVEY, token="one")
    again = submit_survey(survey=SURVEY, token="one")
    assert again == first
    assert Respondent.objects.count() == 1
    assert sum(tallies().values()) == 1


@pytest.mark.django_db(transaction=True)
def test_of_different_answers_that_come_at_once_under_one_id_the_first_are_stored(
    live_model: ModelRun,
) -> None:
    changed = Survey(**vars(SURVEY) | {"age": 28})
    failed = at_once(
        *(
            partial(submit_survey, survey=survey, token="one", is_only=True)
            for survey in (SURVEY, changed)
        )
    )
    assert [type(error) for error in failed] == [IdTakenError]
    assert Respondent.objects.count() == 1
    assert sum(tallies().values()) == 1


def test_changed_answers_or_another_form_are_another_respondent(live_model: ModelRun) -> None:
    changed = Survey(**vars(SURVEY) | {"age": 28})
    reordered = Survey(**vars(SURVEY) | {"liked": SURVEY.liked[::-1]})
    first = submit_survey(survey=SURVEY, token="one")
    assert submit_survey(survey=reordered, token="one") == first
    assert submit_survey(survey=changed, token="one") != first
    assert submit_survey(survey=SURVEY, token="two") != first
    assert sum(tallies().values()) == 3


def test_nothing_is_stored_if_a_part_fails(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise DataError("no")

    monkeypatch.setattr(submission, "record_platform", fail)
    with pytest.raises(DataError):
        submit_survey(survey=SURVEY, token="one")
    for model in (Respondent, Similarity, RecommendedMovie, PlatformRecommendation):
        assert not model._default_manager.exists()
    assert not tallies()


def test_an_unknown_film_stores_nothing(live_model: ModelRun) -> None:
    with pytest.raises(DataError, match="999"):
        submit_survey(survey=Survey(liked=[1, 2, 999]), token="one")
    assert not Respondent.objects.exists()


def test_without_a_live_model_the_message_says_what_to_run(world: str) -> None:
    with pytest.raises(NotReadyError, match="train_model"):
        submit_survey(survey=SURVEY, token="one")


def test_deleting_a_result_deletes_everything_and_counts_down(live_model: ModelRun) -> None:
    kept = submit_survey(survey=SURVEY, token="kept")
    gone = submit_survey(survey=SURVEY, token="gone")
    before = sum(tallies().values())
    submission.delete_result(respondent=gone)
    assert before == 2
    assert sum(tallies().values()) == 1
    assert list(Respondent.objects.all()) == [kept]
    assert RecommendedMovie.objects.count() == 50
    assert Similarity.objects.count() == 1


def test_the_tally_follows_a_change_made_by_whatever_path(live_model: ModelRun) -> None:
    respondent = submit_survey(survey=SURVEY, token="one")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ottstats_platformrecommendation SET platform_id = 'watcha' WHERE user_id = %s",
            [respondent.pk],
        )
    assert tallies() == {"watcha": 1}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ottstats_platformrecommendation")
    assert tallies() == {}


def test_the_purge_keeps_the_promise_of_the_consent(live_model: ModelRun) -> None:
    kept = submit_survey(survey=SURVEY, token="kept")
    old = submit_survey(survey=SURVEY, token="old")
    passed = timezone.now() - timedelta(seconds=1)
    Respondent.objects.filter(pk=old.pk).update(
        consented_at=passed - RETENTION, retain_until=passed
    )
    assert stored_result(old.pk) is None
    out = StringIO()
    call_command("purge_respondents", stdout=out)
    assert "Deleted 1 expired respondents" in out.getvalue()
    assert list(Respondent.objects.all()) == [kept]
    assert purge_expired_respondents.delay().get() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("age", 13),
        ("age", 121),
        ("gender", "other"),
        ("education", "phd"),
        ("income", "rich"),
        ("ott_frequency", "always"),
        ("monthly_budget", -1),
        ("monthly_budget", LARGEST_BUDGET + 1),
    ],
)
def test_the_database_refuses_what_the_form_refuses(field: str, value: object) -> None:
    later = timezone.now() + RETENTION
    with pytest.raises(IntegrityError), transaction.atomic():
        Respondent.objects.create(submission="x", retain_until=later, **{field: value})


@pytest.mark.django_db(transaction=True)
def test_the_same_form_posted_at_once_is_stored_once(live_model: ModelRun) -> None:
    found: list[object] = []

    def post() -> None:
        found.append(submit_survey(survey=SURVEY, token="one").pk)

    assert not at_once(*[post] * 4)
    assert len(found) == 4
    assert len(set(found)) == 1
    assert Respondent.objects.count() == 1
    assert sum(tallies().values()) == 1


@pytest.mark.django_db(transaction=True)
def test_while_a_data_set_is_replaced_a_survey_is_told_to_wait(live_model: ModelRun) -> None:
    with data_set_being_replaced(), pytest.raises(NotReadyError, match="being replaced"):
        submit_survey(survey=SURVEY, token="one")
    assert submit_survey(survey=SURVEY, token="one").pk


def test_every_survey_also_purges_what_is_expired(live_model: ModelRun) -> None:
    old = submit_survey(survey=SURVEY, token="old")
    passed = timezone.now() - timedelta(seconds=1)
    Respondent.objects.filter(pk=old.pk).update(
        consented_at=passed - RETENTION, retain_until=passed
    )
    new = submit_survey(survey=SURVEY, token="new")
    assert list(Respondent.objects.all()) == [new]


def test_a_survey_purges_only_some_of_many(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [submit_survey(survey=SURVEY, token=f"old {n}") for n in range(3)]
    for days, respondent in enumerate(old, start=1):
        passed = timezone.now() - timedelta(days=days)
        Respondent.objects.filter(pk=respondent.pk).update(
            consented_at=passed - RETENTION, retain_until=passed
        )
    monkeypatch.setattr(submission, "PURGED_WITH_A_SURVEY", 2)
    new = submit_survey(survey=SURVEY, token="new")
    assert set(Respondent.objects.all()) == {old[0], new}
    assert purge_expired_respondents.delay().get() == 1


@pytest.mark.django_db(transaction=True)
def test_a_purge_leaves_out_whom_somebody_holds(live_model: ModelRun) -> None:
    held = submit_survey(survey=SURVEY, token="held")
    submit_survey(survey=SURVEY, token="other")
    passed = timezone.now() - timedelta(seconds=1)
    Respondent.objects.update(consented_at=passed - RETENTION, retain_until=passed)
    purged = []

    def purge() -> None:
        purged.append(purge_expired_respondents())
        connections.close_all()

    thread = threading.Thread(target=purge)
    with transaction.atomic():
        assert Respondent.objects.select_for_update(no_key=True).get(pk=held.pk)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
    assert purged == [1]
    assert list(Respondent.objects.all()) == [held]
    assert sum(tallies().values()) == 1


def test_the_draft_belongs_to_who_sent_it_and_goes_with_them(live_model: ModelRun) -> None:
    later = timezone.now() + timedelta(days=7)
    draft = Draft.objects.create(liked=list(SURVEY.liked), expires_at=later)
    other = Draft.objects.create(expires_at=later)
    respondent = submit_survey(survey=SURVEY, token="one", draft=draft)
    draft.refresh_from_db()
    assert draft.respondent == respondent
    assert list(respondent.drafts.all()) == [draft]
    assert submit_survey(survey=SURVEY, token="one", draft=draft) == respondent
    submission.delete_result(respondent=respondent)
    assert list(Draft.objects.all()) == [other]


def test_a_draft_is_not_given_away_if_nothing_is_stored(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft.objects.create(expires_at=timezone.now() + timedelta(days=7))
    Platform.objects.update(is_active=False)
    with pytest.raises(NotReadyError, match="No platform is known"):
        submit_survey(survey=SURVEY, token="one", draft=draft)
    draft.refresh_from_db()
    assert draft.respondent is None
    assert not Respondent.objects.exists()


def test_consent_to_statistics_is_stored_only_if_it_was_given(live_model: ModelRun) -> None:
    agreed = Survey(**vars(SURVEY) | {"statistics_consent": True})
    assert submit_survey(survey=SURVEY, token="one").statistics_consent is False
    assert submit_survey(survey=agreed, token="two").statistics_consent is True


def test_the_digest_of_a_form_depends_on_the_consent_but_not_on_the_order_of_picks() -> None:
    without = Survey(liked=[1, 2, 3]).digest("one", "blend")
    assert Survey(liked=[3, 2, 1]).digest("one", "blend") == without
    assert Survey(liked=[3, 2, 1], statistics_consent=True).digest("one", "blend") != without
