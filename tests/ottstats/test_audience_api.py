"""`GET /api/audience/…/`: shapes, who may ask, refusals that name the valid values, and no data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.models import DataLoad
from ottstats.access import ADVERTISERS
from ottstats.living.figures import SERVICES
from ottstats.living.formulas import WEIGHTED_NOTE
from ottstats.models import District, LivingCell
from tests.ottstats.living_world import living_world
from tests.recommend.results.shelves.shelved import a_member
from tests.survey.members.accounts import EMAIL, PASSWORD, bearer, joined, pair

SERVICES_PATH, TARGETS_PATH, ADVERTS_PATH = (
    f"/api/audience/{name}/" for name in ("services", "targets", "adverts")
)
DISTRICTS = 6
CELL = {"district": "동대문구", "gender": "female", "age": "20"}
ASKED = {
    SERVICES_PATH: CELL,
    TARGETS_PATH: {"service": "netflix"},
    ADVERTS_PATH: CELL | {"service": "game"},
}
EACH = pytest.mark.parametrize("path", list(ASKED))


@pytest.fixture
def data(db: None, empty_cache: None) -> None:
    living_world(districts=DISTRICTS)


def advertiser() -> User:
    user = a_member("advertiser").user
    user.groups.add(Group.objects.get_or_create(name=ADVERTISERS)[0])
    return user


@pytest.fixture
def asking(data: None, english: Client) -> Client:
    """The browser of an advertiser."""
    english.force_login(advertiser())
    return english


def fields(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 400, answer.content
    found: dict[str, list[str]] = answer.json()["fields"]
    return found


# --- shapes ---


def test_services_come_best_first_with_score_and_z(asking: Client) -> None:
    body = asking.get(SERVICES_PATH, CELL).json()
    assert list(body) == ["services", "month", "method", "note", "sources"]
    assert all(list(one) == ["service", "score", "z"] for one in body["services"])
    scores = [one["score"] for one in body["services"]]
    assert scores == sorted(scores, reverse=True)
    assert {one["service"] for one in body["services"]} == set(SERVICES)
    assert all(one["score"] == one["z"] == round(one["z"], 6) for one in body["services"])
    assert (body["month"], body["method"], body["note"]) == ("2023-02", "standard", None)


def test_targets_are_cells_best_first(asking: Client) -> None:
    body = asking.get(TARGETS_PATH, {"service": "video", "limit": "300"}).json()
    assert list(body) == ["targets", "method", "note", "sources"]
    assert all(list(one) == ["district", "gender", "age", "z"] for one in body["targets"])
    zs = [one["z"] for one in body["targets"]]
    assert len(zs) == 12 * DISTRICTS
    assert zs == sorted(zs, reverse=True)
    assert all(type(one["age"]) is int for one in body["targets"])
    assert len(asking.get(TARGETS_PATH, {"service": "video"}).json()["targets"]) == 20


def test_adverts_put_what_is_not_established_last(asking: Client) -> None:
    body = asking.get(ADVERTS_PATH, CELL | {"service": "game"}).json()
    assert list(body) == ["n", "adverts", "sources"]
    assert all(
        list(one) == ["service", "r", "low", "high", "established"] for one in body["adverts"]
    )
    assert {one["service"] for one in body["adverts"]} == set(SERVICES) - {"game"}
    keys = [(not one["established"], -one["r"]) for one in body["adverts"]]
    assert keys == sorted(keys)
    assert all(one["established"] == (one["low"] > 0 or one["high"] < 0) for one in body["adverts"])


def test_three_dongs_have_no_interval(asking: Client) -> None:
    body = asking.get(ADVERTS_PATH, CELL | {"district": "종로구", "service": "game"}).json()
    assert body["n"] == 3
    for one in body["adverts"]:
        assert (one["low"], one["high"], one["established"]) == (None, None, False)


def test_what_does_not_vary_is_null_and_never_nan(asking: Client) -> None:
    District.objects.get(name_ko="동대문구").dongs.update(youtube=0.25)
    DataLoad.objects.create(kind=DataLoad.Kind.LIVING_DATA, name="again", digest="2", seconds=0)
    answer = asking.get(ADVERTS_PATH, CELL | {"service": "game"})
    last = json.loads(answer.content, parse_constant=pytest.fail)["adverts"][-1]
    assert last == {
        "service": "youtube", "r": None, "low": None, "high": None, "established": False,
    }  # fmt: skip


@EACH
def test_every_answer_names_its_sources_and_what_the_figures_are(asking: Client, path: str) -> None:
    (source,) = asking.get(path, ASKED[path]).json()["sources"]
    assert "서울 열린데이터광장" in source["name"]
    assert "2023-01 to 2023-02" in source["notice"]
    assert "z-scores" in source["notice"]
    assert "use index" in source["notice"]


@pytest.mark.parametrize("path", [SERVICES_PATH, TARGETS_PATH])
def test_the_published_rule_comes_with_the_note_that_it_misleads(asking: Client, path: str) -> None:
    body = asking.get(path, ASKED[path] | {"method": "weighted"}).json()
    assert (body["method"], body["note"]) == ("weighted", WEIGHTED_NOTE)


@pytest.mark.parametrize("name", ["동대문구", "Dongdaemun-gu", "dongdaemun-gu", "11060"])
def test_a_district_has_three_names(asking: Client, name: str) -> None:
    usual = asking.get(SERVICES_PATH, CELL)
    assert asking.get(SERVICES_PATH, CELL | {"district": name}).json() == usual.json()


def test_a_new_load_counts_at_once(asking: Client) -> None:
    before = asking.get(SERVICES_PATH, CELL).json()
    living_world(months=("2024-05",), districts=DISTRICTS, seed=3)
    after = asking.get(SERVICES_PATH, CELL).json()
    assert after["month"] == "2024-05"
    assert after["services"] != before["services"]


# --- who may ask ---


@EACH
def test_strangers_are_asked_to_log_in(data: None, english: Client, path: str) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}):
        answer = english.get(path, ASKED[path], headers=headers)
        assert answer.status_code == 401
        assert answer.json()["detail"]


@EACH
def test_other_members_are_refused(data: None, english: Client, path: str) -> None:
    english.force_login(a_member().user)
    answer = english.get(path, ASKED[path])
    assert answer.status_code == 403
    assert answer.json() == {"detail": "Only staff and advertisers can see this."}


@EACH
def test_staff_may_ask(data: None, staff: Client, path: str) -> None:
    assert staff.get(path, ASKED[path]).status_code == 200


@pytest.mark.parametrize("is_staff", [True, False])
def test_a_token_does_as_well_until_the_account_is_closed(
    data: None, english: Client, is_staff: bool
) -> None:
    if is_staff:
        user = User.objects.create_user("boss", email=EMAIL, password=PASSWORD, is_staff=True)
    else:
        user = joined().user
        user.groups.add(Group.objects.get_or_create(name=ADVERTISERS)[0])
    header = bearer(pair(english)["access"])
    assert english.get(TARGETS_PATH, ASKED[TARGETS_PATH], headers=header).status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert english.get(TARGETS_PATH, ASKED[TARGETS_PATH], headers=header).status_code == 401


# --- refusals ---


def test_all_faults_are_named_at_once_with_the_valid_values(asking: Client) -> None:
    wrong = {"district": "x", "gender": "f", "age": "25", "month": "2023-1", "method": "best"}
    found = fields(asking.get(SERVICES_PATH, wrong))
    assert list(found) == list(wrong)
    assert found["gender"] == ["“f” is none of these: female, male."]
    assert found["age"] == ["“25” is none of these: 20, 30, 40, 50, 60, 70."]
    assert found["month"] == ["“2023-1” is none of these: 2023-01, 2023-02."]
    assert found["method"] == ["“best” is none of these: standard, weighted."]
    assert "동대문구 (Dongdaemun-gu)" in found["district"][0]
    assert found["district"][0].count("-gu)") == DISTRICTS


@EACH
def test_what_is_missing_is_named_with_the_valid_values(asking: Client, path: str) -> None:
    found = fields(asking.get(path))
    assert set(found) == set(ASKED[path])
    assert all(text.startswith("Send one of these: ") for (text,) in found.values())


@pytest.mark.parametrize("limit", ["0", "301", "-1", "x", "", "1.5", "9" * 400, "１"])
def test_a_limit_is_1_to_300(asking: Client, limit: str) -> None:
    found = fields(asking.get(TARGETS_PATH, {"service": "netflix", "limit": limit}))
    assert found == {"limit": ["Send a whole number from 1 to 300."]}


@pytest.mark.parametrize("name", ["gender", "month", "method", "district"])
def test_an_empty_choice_is_no_choice(asking: Client, name: str) -> None:
    assert list(fields(asking.get(SERVICES_PATH, CELL | {name: ""}))) == [name]


@EACH
def test_unknown_and_doubled_fields_are_refused(asking: Client, path: str) -> None:
    assert list(fields(asking.get(path, ASKED[path] | {"year": "2023"}))) == ["year"]
    doubled = {name: [value, value] for name, value in ASKED[path].items()}
    assert list(fields(asking.get(path, doubled))) == list(doubled)


@EACH
def test_only_reading_is_allowed(asking: Client, path: str) -> None:
    assert asking.post(path).status_code in (403, 405)


@EACH
def test_without_data_it_says_so_and_when_to_try_again(
    db: None, empty_cache: None, staff: Client, path: str, caplog: Any
) -> None:
    answer = staff.get(path, ASKED[path])
    assert answer.status_code == 503
    assert "living data of Seoul" in answer.json()["detail"]
    assert answer["Retry-After"]
    assert "load_living_data" in caplog.text


def test_a_load_without_rows_is_no_data(data: None, staff: Client) -> None:
    LivingCell.objects.all().delete()
    DataLoad.objects.create(kind=DataLoad.Kind.LIVING_DATA, name="x", digest="2", seconds=0)
    assert staff.get(SERVICES_PATH, CELL).status_code == 503


# --- cost ---


@EACH
def test_a_copy_that_still_holds_is_not_sent_again(asking: Client, path: str) -> None:
    first = asking.get(path, ASKED[path])
    assert "no-cache" in first["Cache-Control"]
    assert "private" in first["Cache-Control"]
    again = asking.get(path, ASKED[path], headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@EACH
def test_queries_are_few_and_as_many_for_more(asking: Client, path: str) -> None:
    asking.get(path, ASKED[path])
    counts = []
    for months in (("2023-01",), [f"2023-{month:02}" for month in range(1, 10)]):
        living_world(months=months, districts=DISTRICTS, seed=len(months))
        asking.get(path, ASKED[path])
        more = {"limit": "300"} if path == TARGETS_PATH else {}
        with CaptureQueriesContext(connection) as queries:
            asking.get(path, ASKED[path] | more)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7
