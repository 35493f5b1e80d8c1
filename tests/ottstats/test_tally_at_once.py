"""People who change their platforms in opposite directions never wait in a circle."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import pairwise

import psycopg
import pytest
from django.contrib.admin.sites import site
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from common.locks import Lock, retried_after_deadlock
from movies.models import Platform
from ottstats.models import PlatformRecommendation, PlatformTally
from recommend.models import ModelRun
from recommend.services import reactions, submission
from recommend.services.reactions import react
from recommend.services.submission import Survey, delete_result, submit_survey
from survey.models import RETENTION, Draft, Respondent
from survey.services import purge_expired_respondents
from tests.operators import add_respondent, at_once
from tests.recommend.services.reacting import PICKS, SEEN, listed, tallies

pytestmark = pytest.mark.django_db(transaction=True)
PLATFORMS = {"blend": "netflix", "taste": "watcha"}


@pytest.fixture
def platforms(db: None) -> None:
    for slug in ("netflix", "tving", "watcha"):
        Platform.objects.create(slug=slug, name=slug.title())


@pytest.fixture
def by_strategy(live_model: ModelRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """The strategy decides the platform, so that a test can send people back and forth."""

    def chosen(recommendation: object) -> object:
        slug = PLATFORMS[recommendation.strategy]  # type: ignore[attr-defined]
        rows = recommendation.platforms  # type: ignore[attr-defined]
        return next(row for row in rows if row.platform == slug)

    monkeypatch.setattr(submission, "best_platform", chosen)


def counted() -> dict[str, int]:
    """What the tally should say."""
    return dict(Counter(PlatformRecommendation.objects.values_list("platform_id", flat=True)))


def people(slug: str, number: int = 1) -> list[Respondent]:
    found = [add_respondent() for _ in range(number)]
    PlatformRecommendation.objects.filter(user__in=found).update(platform=slug)
    return found


def moved(person: Respondent, slug: str) -> None:
    PlatformRecommendation.objects.filter(user=person).update(platform=slug)


def gone(person: Respondent) -> None:
    PlatformRecommendation.objects.filter(user=person).delete()


def came(slug: str) -> None:
    person = Respondent.objects.create(
        submission=f"{threading.get_ident()}-{slug}", retain_until=timezone.now() + RETENTION
    )
    PlatformRecommendation.objects.create(user=person, platform_id=slug, score=1, parts={})


def in_turn(*sides: Sequence[Callable[[], None]]) -> list[Exception]:
    """Each side is one transaction; nobody begins a statement before all have ended the last."""
    barrier = threading.Barrier(len(sides))

    def transact(statements: Sequence[Callable[[], None]]) -> None:
        with transaction.atomic():
            for statement in statements:
                statement()
                barrier.wait(5)

    return at_once(*(partial(transact, side) for side in sides))


@pytest.mark.parametrize(
    "steps",
    [
        lambda a, b: [partial(moved, a, "tving"), partial(moved, b, "tving")],
        lambda a, b: [partial(gone, a), partial(gone, b)],
        lambda a, b: [partial(came, a.platform), partial(gone, b)],
        lambda a, b: [partial(came, a.platform), partial(came, b.platform)],
        lambda a, b: [partial(moved, a, b.platform), partial(moved, b, a.platform)],
    ],
    ids=["moved", "gone", "came and gone", "came", "swapped"],
)
def test_two_transactions_in_opposite_orders_both_commit(
    steps: Callable[..., list[Callable[[], None]]], platforms: None
) -> None:
    sides = []
    for first, second in (("netflix", "watcha"), ("watcha", "netflix")):
        (a,), (b,) = people(first), people(second)
        a.platform, b.platform = first, second  # type: ignore[attr-defined]
        sides.append(steps(a, b))
    assert not in_turn(*sides)
    assert tallies() == counted()


def test_people_who_change_their_answers_back_and_forth(by_strategy: None) -> None:
    def change(number: int) -> None:
        last: Respondent | None = None
        for turn in range(6):
            strategy = list(PLATFORMS)[(number + turn) % 2]
            last = submit_survey(
                survey=Survey(liked=PICKS, age=20 + turn),
                token=f"person {number}",
                strategy=strategy,
                replaces=last.pk if last else None,
            )

    assert not at_once(*(partial(change, number) for number in range(4)))
    assert sum(tallies().values()) == Respondent.objects.count() == 4
    assert tallies() == counted()


def test_answers_changed_in_the_survey_and_on_the_result_page_at_once(by_strategy: None) -> None:
    """Sending locks the earlier result before the draft, as a reaction does."""
    draft = Draft.objects.create(liked=PICKS, expires_at=timezone.now() + timedelta(days=1))
    person = submit_survey(survey=Survey(liked=PICKS), token="one", draft=draft)
    asked = PlatformRecommendation.objects.get().asked
    assert asked is not None
    again = partial(
        submit_survey, survey=Survey(liked=PICKS, age=30), token="one", strategy="taste"
    )
    failed = at_once(
        partial(reactions.like, respondent=person, movie_id=asked),
        partial(again, draft=draft, replaces=person.pk),
    )
    assert [type(error) for error in failed] in ([], [Respondent.DoesNotExist])
    assert tallies() == counted() == {"watcha": 1}


def test_reactions_deletions_purges_and_admin_at_once(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = [submit_survey(survey=Survey(liked=PICKS), token=f"{n}") for n in range(6)]
    netflix, watcha = people("netflix", 4), people("watcha", 4)
    doomed = [person.pk for pair in zip(netflix, watcha, strict=True) for person in pair]
    passed = timezone.now() - timedelta(seconds=1)
    Respondent.objects.filter(pk__in=doomed[4:]).update(
        consented_at=passed - RETENTION, retain_until=passed
    )
    Platform.objects.filter(pk="netflix").update(is_active=False)  # reactions go elsewhere

    def in_admin(order: str) -> None:
        chosen = Respondent.objects.filter(pk__in=doomed[:4]).order_by(order)
        page = site._registry[Respondent]
        page.delete_queryset(RequestFactory().post("/"), chosen)

    failed = at_once(
        *(partial(react, respondent=p, movie_id=listed(p)[0], kind=SEEN) for p in first[:3]),
        *(partial(delete_result, respondent=person) for person in first[3:]),
        partial(in_admin, "created_at"),
        partial(in_admin, "-created_at"),
        purge_expired_respondents,
        purge_expired_respondents,
    )
    assert not failed
    assert {person.pk for person in Respondent.objects.all()} == {p.pk for p in first[:3]}
    assert tallies() == counted()


def test_expired_drafts_are_purged_by_all_at_once(db: None) -> None:
    passed = timezone.now() - timedelta(seconds=1)
    Draft.objects.bulk_create(Draft(expires_at=passed) for _ in range(200))
    assert not at_once(*[purge_expired_respondents] * 6)
    assert not Draft.objects.exists()


def test_the_tally_waits_only_for_other_commits(platforms: None) -> None:
    """Whoever stands in a long transaction keeps nobody from storing a result."""
    (slow,), (quick,) = people("netflix"), people("netflix")
    with transaction.atomic():
        moved(slow, "watcha")
        assert not at_once(partial(moved, quick, "watcha"))
        assert PlatformTally.objects.get(pk="watcha").recommended_count == 1
    assert tallies() == {"watcha": 2}


def test_the_lock_of_the_trigger_is_the_declared_one(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'ottstats_count_recommendation'")
        assert f"pg_advisory_xact_lock({Lock.TALLY.value})" in cursor.fetchone()[0]


# --- a deadlock that remains ----------------------------------------------------------------------


def deadlocked() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = psycopg.errors.DeadlockDetected("deadlock detected")
    return error


@pytest.mark.parametrize(
    ("outcomes", "calls", "error"),
    [
        ([None], 1, None),
        ([deadlocked(), None], 2, None),
        ([deadlocked(), deadlocked()], 2, OperationalError),
        ([OperationalError("the server closed the connection")], 1, OperationalError),
        ([ValueError("no")], 1, ValueError),
    ],
)
def test_a_service_is_run_once_more_after_a_deadlock(
    outcomes: list[Exception | None], calls: int, error: type[Exception] | None
) -> None:
    done = []

    @retried_after_deadlock
    def service() -> str:
        outcome = outcomes[len(done)]
        done.append(outcome)
        if outcome is not None:
            raise outcome
        return "stored"

    if error is None:
        assert service() == "stored"
    else:
        with pytest.raises(error):
            service()
    assert len(done) == calls


def test_within_another_transaction_it_is_not_repeated() -> None:
    done = []

    @retried_after_deadlock
    def service() -> None:
        done.append(1)
        raise deadlocked()

    with pytest.raises(OperationalError), transaction.atomic():
        service()
    assert done == [1]


def test_a_real_deadlock_ends_well_for_both(platforms: None) -> None:
    barrier, first = threading.Barrier(2), threading.local()

    @retried_after_deadlock
    @transaction.atomic
    def rename(*slugs: str) -> None:
        for slug, after in pairwise([*slugs, ""]):
            Platform.objects.filter(pk=slug).update(name=f"{slug} anew")
            if after and not hasattr(first, "done"):
                first.done = True
                barrier.wait(5)

    assert not at_once(partial(rename, "netflix", "watcha"), partial(rename, "watcha", "netflix"))
    assert Platform.objects.filter(name__endswith="anew").count() == 2
