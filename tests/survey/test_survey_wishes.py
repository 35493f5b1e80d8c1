"""The optional wishes of step 2: what is offered, stored, kept and refused."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from movies.models import Attraction, Platform, Product
from survey.models import MOST_MUST_HAVES, AnsweredWishes, Draft, Respondent
from survey.wish_tiles import SHOWN_FIRST, attraction_groups, on_offer, owned_groups
from tests.survey.answering import LAST, OTT, at_the_end, begin, go, page, summary

WISHES = {
    "must_have": ["kbo", "squid_game"],
    "no_ads": "on",
    "min_streams": "2",
    "min_resolution": "1080",
    "owned": ["coupang_wow"],
}
STORED = AnsweredWishes(("kbo", "squid_game"), True, 2, 1080, ("coupang_wow",))


def ticked(html: str, name: str) -> list[str]:
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', html)
    values = [re.search(r'value="([^"]*)"', box) for box in boxes if "checked" in box]
    return [value[1] for value in values if value]


def tile(html: str, slug: str) -> str:
    """The tile of a series, show, sport or product."""
    place = html.index(f'value="{slug}"')
    return html[html.rindex("<li", 0, place) : html.index("</li>", place)]


# --- what is offered -----------------------------------------------------------------------------


def test_the_wishes_are_folded_away_and_say_where_and_when_each_fact_was_read(
    english: Client, live_model: Any
) -> None:
    html = page(english.get(f"/survey/{begin(english).pk}/2/"))
    parts = re.findall(r'<details class="wish"[^>]*>', html)
    assert len(parts) == 3
    assert not any("open" in part for part in parts)
    kbo = Attraction.objects.get(slug="kbo")
    text = tile(html, "kbo")
    assert "KBO League (baseball)" in text
    assert "only on TVING" in text
    assert f"checked {kbo.checked_on.isoformat()}" in text
    assert kbo.source.split(":")[0] in text
    wow = tile(html, "coupang_wow")
    assert "7,890 won a month" in wow
    assert "checked 2026-09-01" in wow
    offered = Attraction.objects.offered(timezone.localdate()).count()
    assert html.count('name="must_have"') == offered
    lines = re.findall(r'Source: [^<]+, <span class="day">checked \d{4}-\d\d-\d\d<', html)
    assert len(lines) == html.count('class="wish-tile"')


def test_what_cannot_be_watched_today_is_not_offered(client: Client, live_model: Any) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Attraction.objects.filter(slug="kbo").update(ends_on=yesterday)
    Product.objects.filter(slug="coupang_wow").update(valid_to=yesterday)
    html = page(client.get(f"/survey/{begin(client).pk}/2/"))
    assert 'value="kbo"' not in html
    assert 'value="coupang_wow"' not in html
    assert 'value="squid_game"' in html


def test_a_sport_names_the_products_that_it_takes(live_model: Any) -> None:
    sport = attraction_groups(on_offer(date(2026, 11, 29)), [])[-1]
    tiles = {one.slug: one for one in [*sport.first, *sport.more]}
    both = {"쿠팡플레이 스포츠 패스 (와우 회원)", "쿠팡플레이 스포츠 패스 (일반회원)"}
    assert {*tiles["epl"].detail.split(" 또는 ")} == both
    assert tiles["k_league"].detail == "쿠팡 와우 멤버십"
    assert tiles["kbo"].drawing == "baseball"


def test_a_platform_that_is_not_compared_is_not_named(live_model: Any) -> None:
    Platform.objects.filter(slug="wavve").update(is_active=False)
    series = attraction_groups(on_offer(date(2026, 11, 29)), [])[0]
    details = " ".join(one.detail for one in [*series.first, *series.more])
    assert "넷플릭스" in details
    assert "웨이브" not in details


def test_no_platform_has_all_of_the_first_tiles(live_model: Any) -> None:
    for group in attraction_groups(on_offer(date(2026, 11, 29)), [])[:2]:
        assert len(group.first) == SHOWN_FIRST
        assert max(Counter(one.detail for one in group.first).values()) <= 2


def test_what_is_chosen_comes_first(live_model: Any) -> None:
    offered = on_offer(date(2026, 11, 29))
    before = attraction_groups(offered, [])[0]
    late = [one.slug for one in before.more[-8:]]
    after = attraction_groups(offered, late)[0]
    assert {one.slug for one in after.first} == set(late)
    assert all(one.is_chosen for one in after.first)
    assert after.size == before.size
    phone = next(one for one in owned_groups(offered, []) if one.kind == "telecom")
    chosen = phone.more[-1].slug
    again = next(one for one in owned_groups(offered, [chosen]) if one.kind == "telecom")
    assert again.first[0].slug == chosen


def test_the_step_reads_little(
    client: Client, live_model: Any, django_assert_num_queries: Any
) -> None:
    draft = begin(client)
    with django_assert_num_queries(7):
        # model run; draft; platforms; attractions, their places; products; the banner's data set
        client.get(f"/survey/{draft.pk}/2/")


# --- what is stored ------------------------------------------------------------------------------


def test_wishes_are_those_of_the_draft_and_then_of_the_respondent(
    client: Client, live_model: Any
) -> None:
    draft = at_the_end(client)
    go(client, draft, 2, {**OTT, **WISHES}, 3)
    draft.refresh_from_db()
    assert draft.wishes == STORED
    html = page(client.get(f"/survey/{draft.pk}/2/"))
    assert {*ticked(html, "must_have")} == {"kbo", "squid_game"}
    assert ticked(html, "owned") == ["coupang_wow"]
    assert (ticked(html, "min_streams"), ticked(html, "min_resolution")) == (["2"], ["1080"])
    assert re.search(r'name="no_ads"[^>]*checked', html)
    assert html.count('<details class="wish"') == len(
        re.findall(r'<details class="wish"[^>]* open>', html)
    )
    client.post(f"/survey/{draft.pk}/4/", LAST)
    assert Respondent.objects.get().wishes == STORED


def test_changing_an_answer_after_the_result_keeps_the_wishes(
    client: Client, live_model: Any
) -> None:
    draft = at_the_end(client)
    go(client, draft, 2, {**OTT, **WISHES}, 3)
    result = client.post(f"/survey/{draft.pk}/4/", LAST)["Location"]
    assert f'href="/survey/{draft.pk}/"' in page(client.get(result))
    go(client, draft, 3, {"age": "44"}, 4)
    client.post(f"/survey/{draft.pk}/4/", LAST)
    stored = Respondent.objects.get()
    assert (stored.age, stored.wishes) == (44, STORED)


def test_finishing_early_takes_the_wishes_along(client: Client, live_model: Any) -> None:
    draft = begin(client)
    go(client, draft, 2, {**OTT, **WISHES}, 3)
    data = {"liked": draft.liked, "consent": "on", "finish": "1"}
    assert client.post(f"/survey/{draft.pk}/1/", data).status_code == 302
    assert Respondent.objects.get().wishes == STORED


def test_without_wishes_there_are_none_and_taking_them_back_works(
    client: Client, live_model: Any
) -> None:
    draft = begin(client)
    go(client, draft, 2, {**OTT, **WISHES}, 3)
    go(client, draft, 2, {**OTT, "min_streams": "", "min_resolution": ""}, 3)
    draft.refresh_from_db()
    assert draft.wishes == AnsweredWishes()


def test_going_back_with_a_wrong_answer_keeps_the_wish_of_before(
    client: Client, live_model: Any
) -> None:
    draft = begin(client)
    go(client, draft, 2, {**OTT, **WISHES}, 3)
    wrong = {**OTT, **WISHES, "must_have": ["cinema"], "min_streams": "3", "back": "1"}
    assert client.post(f"/survey/{draft.pk}/2/", wrong)["Location"].endswith("/1/")
    draft.refresh_from_db()
    assert (draft.must_have, draft.min_streams) == (["kbo", "squid_game"], 3)


def test_a_wish_that_is_no_longer_on_offer_is_named_and_left_out(
    english: Client, live_model: Any
) -> None:
    draft = begin(english)
    go(english, draft, 2, {**OTT, **WISHES}, 3)
    yesterday = timezone.localdate() - timedelta(days=1)
    Attraction.objects.filter(slug="kbo").update(ends_on=yesterday)
    Product.objects.filter(slug="coupang_wow").update(valid_to=yesterday)
    html = page(english.get(f"/survey/{draft.pk}/2/"))
    names = "Coupang Wow membership, KBO League (baseball)"
    assert f"No longer on offer, so we left it out: {names}." in html
    assert ticked(html, "must_have") == ["squid_game"]


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "message", "target"),
    [
        ({"must_have": ["kbo", "cinema"]}, "can no longer be watched", "#must-have"),
        ({"must_have": ["kbo\x00"]}, "can no longer be watched", "#must-have"),
        ({"must_have": ["wbc_2026"]}, "can no longer be watched", "#must-have"),  # has ended
        ({"owned": ["my_card"]}, "cards is not known here", "#owned"),
        ({"owned": ["netflix_standard"]}, "cards is not known here", "#owned"),
        ({"min_streams": "5"}, "Please choose one of the answers", "#id_min_streams_0"),
        ({"min_resolution": "8k"}, "Please choose one of the answers", "#id_min_resolution_0"),
    ],
)
def test_an_unknown_wish_is_refused_beside_its_question(
    english: Client, live_model: Any, answers: dict[str, Any], message: str, target: str
) -> None:
    draft = begin(english)
    response = english.post(f"/survey/{draft.pk}/2/", {"next": "1", **OTT, **answers})
    html = page(response)
    assert response.status_code == 400
    assert message in summary(html, target)
    part = html[html.rindex('<details class="wish"', 0, html.index(f'id="{target[1:]}"')) :]
    assert " open>" in part[: part.index("<summary")]
    assert Draft.objects.get().wishes == AnsweredWishes()
    if answers.get("must_have", [""])[0] == "kbo":
        assert ticked(html, "must_have") == ["kbo"]


def test_too_many_must_haves_are_refused_and_the_same_twice_is_one(
    english: Client, live_model: Any
) -> None:
    draft = begin(english)
    offered = Attraction.objects.offered(timezone.localdate())
    slugs = list(offered.values_list("slug", flat=True)[: MOST_MUST_HAVES + 1])
    response = english.post(f"/survey/{draft.pk}/2/", {"next": "1", "must_have": slugs})
    assert response.status_code == 400
    assert "Please choose at most 20." in summary(page(response), "#must-have")
    go(english, draft, 2, {"must_have": [*slugs[:20], slugs[0]]}, 3)
    draft.refresh_from_db()
    assert draft.must_have == slugs[:20]
