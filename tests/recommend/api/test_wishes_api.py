"""Wishes for products in the API: what they change, clear refusals, and that they are stored."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from movies.models import Attraction, Product
from survey.models import AnsweredWishes, Draft, Respondent
from survey.services import save_films, save_ott
from tests.recommend.api.test_api import ANSWERS, post, recommend

pytestmark = pytest.mark.usefixtures("live_model")
# Of what the invented world knows, Netflix has most and Watcha adds a little.
WISHES = {
    "must_have": ["squid_game"],
    "no_ads": True,
    "min_streams": 2,
    "min_resolution": 1080,
    "owned": ["watcha_basic"],
}


def decision(client: Client, **changes: Any) -> Any:
    response = recommend(client, **changes)
    assert response.status_code == 200, response.content
    return response.json()["decision"]


def products(decided: Any) -> list[Product]:
    return [Product.objects.filter(slug=slug).latest("valid_from") for slug in decided["products"]]


def price_of(slug: str) -> int:
    price = Product.objects.filter(slug=slug).latest("valid_from").price_on(timezone.localdate())
    assert price is not None
    return price


def test_no_wishes_are_the_default(client: Client) -> None:
    explicit = {
        "must_have": [], "no_ads": False, "min_streams": None, "min_resolution": None, "owned": [],
    }  # fmt: skip
    assert decision(client) == decision(client, **explicit)
    plain = decision(client)
    assert (plain["owned"], plain["must_have"], plain["unmet"]) == ([], [], None)


def test_every_product_fits_what_is_wished_of_products(client: Client) -> None:
    assert any(one.has_ads for one in products(decision(client, monthly_budget=50_000)))
    found = decision(client, monthly_budget=50_000, no_ads=True, min_streams=4, min_resolution=2160)
    assert {"netflix", "watcha"} <= set(found["platforms"])
    for one in products(found):
        assert not one.has_ads
        assert (one.streams or 0) >= 4
        assert (one.max_resolution or 0) >= 2160


def test_an_owned_product_costs_nothing_and_counts(client: Client) -> None:
    owned = "netflix_ad_standard"
    without, found = decision(client), decision(client, owned=[owned])
    assert owned in without["products"]
    assert found["owned"] == [owned]
    assert owned not in found["products"]
    assert found["coverage"] == without["coverage"]
    assert found["monthly_price"] == without["monthly_price"] - price_of(owned)
    assert "netflix" in found["platforms"]


def test_a_phone_plan_is_owned_or_a_tip_but_never_the_answer(client: Client) -> None:
    conditional = "kt_choice_netflix_90"
    without = decision(client)
    assert all(product.is_candidate for product in products(without))
    tips = {tip["product"]: tip for tip in without["tips"]}
    assert tips[conditional]["requires"] == "phone_or_tv_line:KT"
    assert tips[conditional]["saves"] > 0
    found = decision(client, owned=[conditional])
    assert found["monthly_price"] == without["monthly_price"] - tips[conditional]["saves"]
    assert found["tips"] == []


def test_a_must_have_of_a_platform_that_is_not_compared_is_bought(client: Client) -> None:
    without = decision(client, monthly_budget=25_000)
    found = decision(client, monthly_budget=25_000, must_have=["ufc", "squid_game"])
    assert without["unknown_films"] == []
    assert found["unknown_films"] == ["tving"]
    assert found["coverage"] == without["coverage"]
    ufc, squid_game = found["must_have"]
    assert (ufc["slug"], ufc["is_met"], ufc["platforms"]) == ("ufc", True, ["tving"])
    assert ufc["saves"] == found["monthly_price"] - without["monthly_price"] > 0
    assert (squid_game["saves"], squid_game["platforms"]) == (0, ["netflix"])


def test_an_add_on_comes_with_what_it_requires(client: Client) -> None:
    Product.objects.filter(slug="coupang_sports_pass").delete()
    found = decision(client, monthly_budget=50_000, must_have=["epl", "k_league"])
    assert {"coupang_wow", "coupang_sports_pass_wow"} <= set(found["products"])
    epl, k_league = found["must_have"]
    assert epl["saves"] == price_of("coupang_sports_pass_wow")
    assert k_league["saves"] == 0, "the pass needs the membership anyway"
    alone = decision(client, monthly_budget=50_000, must_have=["epl"], owned=["coupang_wow"])
    assert "coupang_sports_pass_wow" in alone["products"]
    assert "coupang_wow" not in alone["products"]


def test_where_else_a_must_have_is(client: Client) -> None:
    found = decision(client, must_have=["i_am_solo"])
    (row,) = found["must_have"]
    assert row["is_met"]
    assert set(row["platforms"]) | set(row["elsewhere"]) == {"coupang_play", "netflix", "tving"}
    assert not set(row["platforms"]) & set(row["elsewhere"])


def test_too_little_money_says_which_wish_costs_what(client: Client) -> None:
    found = decision(client, monthly_budget=10_000, must_have=["epl", "k_league", "squid_game"])
    assert [row["is_met"] for row in found["must_have"]] == [False, False, True]
    unmet = found["unmet"]
    wow, extra = price_of("coupang_wow"), price_of("coupang_sports_pass_wow")
    netflix = price_of("netflix_ad_standard")
    assert (unmet["must_have"], unmet["impossible"]) == (["epl", "k_league"], [])
    assert unmet["monthly_price"] == wow + extra + netflix
    rows = {(row["wish"], row["slug"]): row["saves"] for row in unmet["dropping"]}
    assert rows == {
        ("must_have", "epl"): extra,
        ("must_have", "k_league"): wow + extra - price_of("coupang_sports_pass"),
        ("must_have", "squid_game"): netflix,
    }


def test_a_wish_that_rules_out_a_must_have_is_named(client: Client) -> None:
    unmet = decision(client, must_have=["k_league"], no_ads=True)["unmet"]
    assert unmet["must_have"] == unmet["impossible"] == ["k_league"], "the membership has ads"
    rows = {row["wish"]: row for row in unmet["dropping"]}
    assert set(rows) == {"must_have", "no_ads"}
    assert rows["no_ads"]["monthly_price"] == price_of("coupang_wow")
    assert rows["no_ads"]["unmet"] == []
    assert rows["no_ads"]["saves"] is None, "it would meet more must-haves"


def test_a_right_that_has_ended_is_no_wish_any_more(client: Client) -> None:
    body = ANSWERS | {"consent": True, "must_have": ["squid_game", "ufc"]}
    user_id = post(client, "/api/surveys/", body).json()["user_id"]
    yesterday = timezone.localdate() - timedelta(days=1)
    Attraction.objects.filter(slug="ufc").update(ends_on=yesterday)
    stored = client.get(f"/api/results/{user_id}/").json()["decision"]
    assert [row["slug"] for row in stored["must_have"]] == ["squid_game"]
    assert stored["not_offered"] == ["ufc"]
    refused = recommend(client, must_have=["ufc"])
    assert refused.status_code == 400
    assert refused.json()["fields"] == {"must_have": ["지금 비교하는 OTT에 없어요: ufc"]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"must_have": ["squid_game", "no_such"]}, "없는 시리즈, 예능, 스포츠예요: no_such"),
        ({"owned": ["netflix_standard", "zzz", "aaa"]}, "없는 상품이에요: aaa, zzz"),
    ],
)
def test_an_unknown_slug_is_named(client: Client, changes: Any, message: str) -> None:
    for response in (
        recommend(client, **changes),
        post(client, "/api/surveys/", ANSWERS | changes | {"consent": True}),
    ):
        assert response.status_code == 400
        assert list(response.json()["fields"].values()) == [[message]]
    assert not Respondent.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"min_streams": 0},
        {"min_streams": 21},
        {"min_resolution": 1000},
        {"no_ads": "perhaps"},
        {"must_have": [f"show-{number}" for number in range(21)]},
        {"owned": "netflix_standard"},
        {"owned": ["not a slug"]},
    ],
)
def test_wishes_out_of_range_are_refused(client: Client, changes: dict[str, Any]) -> None:
    response = recommend(client, **changes)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == list(changes)


def test_a_survey_keeps_its_wishes(client: Client) -> None:
    body = ANSWERS | WISHES | {"consent": True}
    user_id = post(client, "/api/surveys/", body).json()["user_id"]
    assert Respondent.objects.get().wishes == AnsweredWishes(
        ("squid_game",), True, 2, 1080, ("watcha_basic",)
    )
    stored = client.get(f"/api/results/{user_id}/").json()
    assert {name: stored["respondent"][name] for name in WISHES} == WISHES
    direct = decision(client, **WISHES)
    for part in ("products", "owned", "must_have", "unmet", "tips", "platforms"):
        assert stored["decision"][part] == direct[part]
    page = client.get(f"/results/{user_id}/")
    assert page.status_code == 200
    with CaptureQueriesContext(connection) as queries:
        own = json.loads(client.get(f"/results/{user_id}/data.json").content)
    assert {name: own["answers"][name] for name in WISHES} == WISHES | {
        "must_have": ["오징어 게임"], "owned": ["왓챠 베이직"],
    }  # fmt: skip
    assert sum("attraction" in query["sql"] for query in queries) == 1


@pytest.mark.parametrize("wishes", [{"owned": ["netflix_ad_standard"]}, {"no_ads": True}])
def test_the_plan_of_a_year_keeps_the_wishes(client: Client, wishes: dict[str, Any]) -> None:
    body = ANSWERS | {"consent": True, "monthly_budget": 30_000}
    plans = []
    for changes in ({}, wishes):
        user_id = post(client, "/api/surveys/", body | changes).json()["user_id"]
        plans.append(client.get(f"/api/results/{user_id}/plan/").json())
    plain, wished = (
        {slug for month in plan["months"] for slug in month["products"]}
        | set(plan["ways"]["always"]["products"])
        for plan in plans
    )
    assert "netflix_ad_standard" in plain
    assert wished, "there is something to plan"
    if "owned" in wishes:
        assert not Product.objects.filter(slug__in=wished, platforms="netflix").exists()
    else:
        assert not Product.objects.filter(slug__in=wished, has_ads=True).exists()


def test_other_wishes_are_another_survey(client: Client) -> None:
    body = ANSWERS | {"consent": True}
    first, again, other = (
        post(client, "/api/surveys/", body | changes).json()["user_id"]
        for changes in ({}, {"no_ads": False}, {"no_ads": True})
    )
    assert first == again != other


def test_a_draft_keeps_its_wishes_until_others_are_given() -> None:
    wishes = AnsweredWishes(must_have=("squid_game",), no_ads=True)
    draft = save_films(draft=None, liked=ANSWERS["liked"])  # type: ignore[arg-type]
    save_ott(draft=draft, subscribed=["netflix"], monthly_budget=None, wishes=wishes)
    save_ott(draft=draft, subscribed=[], monthly_budget=9000)
    assert Draft.objects.get().wishes == wishes


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_streams": 0},
        {"min_resolution": 1000},
        {"must_have": ["show"] * 21},
        {"owned": ["product"] * 21},
    ],
)
def test_the_database_refuses_what_the_api_refuses(wrong: dict[str, Any]) -> None:
    draft = save_films(draft=None, liked=[1, 2, 3])
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(**wrong)
