"""What is kept to learn from a respondent: only with consent, and gone at once without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections, transaction
from django.utils import timezone

from recommend.models import HomeMember, HomePerson, HomeTaste, ModelRun
from recommend.results.stored import stored_result
from recommend.scoring.weights import FACTORS
from recommend.services.home.learning import agree, withdraw
from recommend.services.submission import Survey, delete_result, submit_survey
from survey.models import RETENTION, Respondent
from survey.services import locked, purge_expired_respondents
from tests.worlds import film_ids

PICKS, OFFERED = film_ids("Action")[:5], film_ids("Horror")[:3]
SURVEY = Survey(liked=PICKS, gender="female", age=27, shown=[*OFFERED, 999_999])
AGREED = Survey(**vars(SURVEY) | {"learning_consent": True})


def add_row(run: ModelRun, row: int, **owner: object) -> None:
    HomeTaste.objects.create(run=run, row=row, taste=[0.0] * FACTORS, liked=PICKS)
    HomeMember.objects.create(run=run, row=row, **owner)


@pytest.fixture
def neighbour(live_model: ModelRun) -> Respondent:
    """Somebody who agreed, with row 1 of the live run; row 2 is another respondent's, row 3 that
    of a person of a file."""
    respondent, other = (submit_survey(survey=AGREED, token=token) for token in ("one", "other"))
    add_row(live_model, 1, respondent=respondent)
    add_row(live_model, 2, respondent=other)
    add_row(live_model, 3, person=HomePerson.objects.create(name="a"))
    return respondent


def rows() -> list[int]:
    """The rows that are left, which are the same in both tables."""
    members = list(HomeMember.objects.order_by("row").values_list("row", flat=True))
    assert list(HomeTaste.objects.order_by("row").values_list("row", flat=True)) == members
    return members


def test_learning_changes_nothing_of_the_result(live_model: ModelRun) -> None:
    without, agreed = (
        stored_result(submit_survey(survey=survey, token=token).pk)
        for survey, token in ((SURVEY, "one"), (AGREED, "two"))
    )
    assert without
    assert agreed
    assert [(film.movie_id, film.score) for film in agreed.films] == [
        (film.movie_id, film.score) for film in without.films
    ]
    assert agreed.platforms == without.platforms
    assert (without.respondent.learning_consent, without.respondent.shown) == (False, [])
    assert (agreed.respondent.learning_consent, agreed.respondent.shown) == (True, OFFERED)


def test_withdrawing_forgets_at_once_and_keeps_the_result(neighbour: Respondent) -> None:
    for _ in range(2):
        withdraw(respondent=neighbour)
        neighbour.refresh_from_db()
        assert (neighbour.learning_consent, neighbour.shown) == (False, [])
        assert rows() == [2, 3]
    assert stored_result(neighbour.pk) is not None
    assert neighbour not in Respondent.objects.to_learn_from()


def test_agreeing_later_is_possible(live_model: ModelRun) -> None:
    respondent = submit_survey(survey=SURVEY, token="one")
    for shown in ([], OFFERED[:1], OFFERED[1:2]):
        agree(respondent=respondent, shown=shown)
    respondent.refresh_from_db()
    assert (respondent.learning_consent, respondent.shown) == (True, OFFERED[:2])
    assert list(Respondent.objects.to_learn_from()) == [respondent]


def test_changed_answers_take_the_rows_of_the_former_result_along(neighbour: Respondent) -> None:
    changed = Survey(**vars(AGREED) | {"age": 28})
    submit_survey(survey=changed, token="one", replaces=neighbour.pk)
    assert rows() == [2, 3]


def delete(respondent: Respondent) -> None:
    delete_result(respondent=respondent)


def expire(respondent: Respondent) -> None:
    passed = timezone.now() - timedelta(seconds=1)
    Respondent.objects.filter(pk=respondent.pk).update(
        consented_at=passed - RETENTION, retain_until=passed
    )
    assert purge_expired_respondents() == 1


@pytest.mark.parametrize("remove", [delete, expire])
def test_with_a_respondent_the_rows_go(
    neighbour: Respondent, remove: Callable[[Respondent], None]
) -> None:
    remove(neighbour)
    assert rows() == [2, 3]
    for change in (agree, withdraw):
        with pytest.raises(Respondent.DoesNotExist):
            change(respondent=neighbour)


def test_an_expired_result_is_not_learned_from(neighbour: Respondent) -> None:
    passed = timezone.now() - timedelta(seconds=1)
    Respondent.objects.update(consented_at=passed - RETENTION, retain_until=passed)
    with pytest.raises(Respondent.DoesNotExist):
        agree(respondent=neighbour)
    assert submit_survey(survey=AGREED, token="one") == neighbour, "its page says what happened"


@pytest.mark.django_db(transaction=True)
def test_withdrawing_waits_for_a_run_that_adds_a_row_and_deletes_that_too(
    live_model: ModelRun,
) -> None:
    respondent = submit_survey(survey=AGREED, token="one")

    def withdraw_elsewhere() -> None:
        withdraw(respondent=respondent)
        connections.close_all()

    thread = Thread(target=withdraw_elsewhere)
    with transaction.atomic():
        assert locked(Respondent.objects.to_learn_from()) == [respondent]
        add_row(live_model, 1, respondent=respondent)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    assert rows() == []


def test_the_digest_of_a_form_does_not_depend_on_learning() -> None:
    assert AGREED.digest("one", "blend") == SURVEY.digest("one", "blend")
