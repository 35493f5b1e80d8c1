"""The pages of the audience: the answer first, then the same figures as tables and files."""

from __future__ import annotations

import re
from html import unescape
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from movies.models import Platform
from ottstats.living.figures import SERVICES, Cell
from ottstats.living.formulas import WEIGHTED_NOTE
from ottstats.pages.audience.names import NOTE
from ottstats.pages.names import decimal
from ottstats.selectors.audience import audience
from ottstats.services.reference import load_reference_data
from tests.ottstats.audience_users import (
    CUSTOMER,
    SERVICE,
    advertiser,
    client_of,
    demand_of,
    rows_of,
)
from tests.ottstats.living_world import living_world

MAPO = {"district": "마포구", "gender": "male", "age": "30", "month": "2023-01"}
CELL = Cell("마포구", "male", 30)


@pytest.fixture
def visitor(db: None) -> Client:
    load_reference_data()
    living_world()
    return client_of(advertiser())


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def shown(client: Client, page: str, status: int = 200, **query: Any) -> str:
    response = client.get(page, query)
    assert response.status_code == status
    return str(response.content.decode())


# --- the customer --------------------------------------------------------------------------------


def test_the_best_services_come_first_as_a_sentence(visitor: Client) -> None:
    names = {"game": "Games", "netflix": "Netflix", "youtube": "YouTube", "finance": "Finance"}
    names |= {"delivery": "Delivery", "shopping": "Shopping", "video": "Video"}
    for method in ("standard", "weighted"):
        ranked = audience().services(CELL, "2023-01", method)
        text = words(shown(visitor, CUSTOMER, **MAPO, method=method))
        best = ", ".join(names[one.service] for one in ranked[:3])
        assert f"Mapo-gu, men in their 30s, 2023-01 {WORDING[method]}: {best}." in text
        ott = ", ".join(
            names[one.service] for one in ranked if one.service in ("video", "netflix", "youtube")
        )
        assert f"Among video services: {ott}." in text


WORDING = {
    "standard": "Compared with all of Seoul, they use these most",
    "weighted": "First by the weighted method",
}


def test_weighted_is_offered_with_its_note_and_standard_without(visitor: Client) -> None:
    assert NOTE == WEIGHTED_NOTE
    note = f'<p class="notice warning">{WEIGHTED_NOTE}</p>'
    assert note in unescape(shown(visitor, CUSTOMER, method="weighted"))
    assert note in unescape(shown(visitor, SERVICE, method="weighted"))
    assert note not in unescape(shown(visitor, CUSTOMER))


def test_all_months_stand_in_tables_beside_the_charts(visitor: Client) -> None:
    html = shown(visitor, CUSTOMER, **MAPO)
    tables = [words(table) for table in re.findall(r"<table.*?</table>", html, re.DOTALL)]
    assert tables[0].startswith(
        "Score of each service, month by month Service 2023-01 2023-02 Video"
    )
    use = audience().monthly(CELL).use
    video = " ".join(decimal(value, 1) for value in use["video"])
    netflix = " ".join(decimal(value, 2) for value in use["netflix"])
    assert f"Video use index {video} Netflix z-score {netflix}" in tables[1]
    assert html.count('<svg class="chart" role="img"') == 1 + len(SERVICES)
    assert "%" not in words(html).split("Demand at OTTwin")[0].replace("95%", "")


def test_negative_scores_are_bars_to_the_left_of_the_axis(visitor: Client) -> None:
    html = shown(visitor, CUSTOMER, **MAPO)
    bars = re.findall(
        r'<rect class="mark( less)?" x="([\d.]+)%" y="[\d.]+" width="([\d.]+)%"', html
    )
    assert len(bars) == len(SERVICES)
    for less, x, width in bars:
        assert float(x) + float(width) == pytest.approx(50, abs=0.02) if less else float(x) == 50
    assert max(float(width) for _less, _x, width in bars) == 38


def test_the_pages_say_what_the_figures_are_not(visitor: Client) -> None:
    text = words(shown(visitor, CUSTOMER))
    for sentence in (
        "Only 2 months, 2023-01 to 2023-02.",
        "aged 20 to 79",
        "they can exceed the days of a month",
        "Neither is a percentage.",
    ):
        assert sentence in text


# --- the service ---------------------------------------------------------------------------------


def test_each_target_has_its_own_places_to_advertise(visitor: Client) -> None:
    html = shown(visitor, SERVICE, service="video", limit=300)
    rows = html.split('<li class="card target">')[1:]
    assert len(rows) == 300
    orders, kinds = set(), set()
    for row, target in zip(rows, audience().targets("video", "standard", 300), strict=True):
        found = audience().adverts("video", target.cell)
        text = words(row)
        places = [one.service for one in found.correlations]
        orders.add(tuple(places))
        if any(not one.established for one in found.correlations):
            assert f"Not established (n = {found.n})" in text
        together = [one for one in found.correlations if one.rises]
        assert row.count('<li class="advert">') == len(together)
        apart = any(one.established and not one.rises for one in found.correlations)
        assert ("Used less where this service is used more:" in text) == apart
        kinds.add((bool(together), apart))
        for one in found.correlations:
            if one.r is not None:
                assert f"r {one.r:.2f}".replace("-", "−").replace("−0.00", "0.00") in text
    assert len(orders) > 50
    assert {any(kind[at] for kind in kinds) for at in (0, 1)} == {True}


def test_the_targets_stand_first_as_a_sentence(visitor: Client) -> None:
    text = words(shown(visitor, SERVICE, service="netflix"))
    best = audience().targets("netflix", "standard", 1)[0]
    assert "Used most by: " in text
    assert f"{best.z:.3f}" in text


def test_ott_stand_first_among_the_services(visitor: Client) -> None:
    html = shown(visitor, SERVICE)
    options = re.findall(
        r'<option value="(\w+)"', html.split("id_service")[2].split("</select>")[0]
    )
    assert options[:3] == ["video", "netflix", "youtube"]
    assert sorted(options) == sorted(SERVICES)


# --- what cannot be answered ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "query", "named"),
    [
        (CUSTOMER, {"district": "부산"}, "강남구"),
        (CUSTOMER, {"district": ""}, "강남구"),
        (CUSTOMER, {"gender": "other"}, "Possible: female, male."),
        (CUSTOMER, {"age": "25"}, "Possible: 20, 30, 40, 50, 60, 70."),
        (CUSTOMER, {"month": "2023-13"}, "Possible: 2023-02, 2023-01."),
        (CUSTOMER, {"method": "best"}, "Possible: standard, weighted."),
        (CUSTOMER, {"file": "targets"}, "Possible: scores, use, demand."),
        (SERVICE, {"service": "tving"}, "Possible: video, netflix, youtube, game"),
        (SERVICE, {"limit": "0"}, "from 1 to 300"),
        (SERVICE, {"limit": "301"}, "from 1 to 300"),
        (SERVICE, {"limit": "ten"}, "from 1 to 300"),
        (SERVICE, {"limit": "\u0663"}, "from 1 to 300"),
        (SERVICE, {"method": "\x00<b>"}, "“<b>” is not possible here."),
    ],
)
def test_a_wrong_value_is_named_with_those_that_there_are(
    visitor: Client, page: str, query: dict[str, str], named: str
) -> None:
    html = shown(visitor, page, 400, **query)
    assert named in words(html.replace("&lt;b&gt;", "&amp;lt;b&amp;gt;")) or named in words(html)
    assert "This question cannot be answered" in html
    assert "<b>" not in html


def test_no_question_breaks_a_page(visitor: Client) -> None:
    random = Random(4)
    values = [
        "",
        "강남구",
        "female",
        "20",
        "2023-01",
        "weighted",
        "netflix",
        "300",
        "\x00",
        "🎬" * 50,
    ]
    values += ["-1", "1e3", "9" * 400, "' OR 1=1 --", "scores", "adverts", "demand", "use"]
    names = ["district", "gender", "age", "month", "method", "service", "limit", "file", "x"]
    for _ in range(150):
        query = {name: random.choice(values) for name in random.sample(names, 4)}
        page = random.choice([CUSTOMER, SERVICE])
        assert visitor.get(page, query).status_code in (200, 400), query


@pytest.mark.parametrize("page", [CUSTOMER, SERVICE])
def test_without_data_the_pages_say_so(page: str, db: None) -> None:
    load_reference_data()
    assert "are not loaded yet" in shown(client_of(advertiser()), page)
    assert "load_living_data" not in shown(client_of(User.objects.get()), page)
    staff = client_of(User.objects.create_user("lee", is_staff=True))
    assert "load_living_data" in shown(staff, page, file="scores")


# --- files ---------------------------------------------------------------------------------------


def test_the_scores_come_as_a_file(visitor: Client) -> None:
    response = visitor.get(CUSTOMER, {**MAPO, "method": "weighted", "file": "scores"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="audience-scores.csv"'
    assert response.content.startswith(b"\xef\xbb\xbfdistrict,gender,age,month,")
    rows = rows_of(response)
    assert len(rows) == 2 * len(SERVICES)
    ranked = audience().services(CELL, "2023-02", "weighted")
    assert [row["service"] for row in rows[7:]] == [one.service for one in ranked]
    assert float(rows[7]["score"]) == pytest.approx(ranked[0].score, abs=1e-6)
    assert {row["district"] for row in rows} == {"마포구"}


def test_the_use_comes_as_a_file_with_its_unit(visitor: Client) -> None:
    rows = rows_of(visitor.get(CUSTOMER, {**MAPO, "file": "use"}))
    units = {row["service"]: row["unit"] for row in rows}
    assert (units["netflix"], units["video"]) == ("z-score", "use index")
    assert len(rows) == 2 * len(SERVICES)


def test_targets_and_places_to_advertise_come_as_files(visitor: Client) -> None:
    query = {"service": "delivery", "limit": "12"}
    targets = rows_of(visitor.get(SERVICE, {**query, "file": "targets"}))
    assert [int(row["rank"]) for row in targets] == list(range(1, 13))
    adverts = rows_of(visitor.get(SERVICE, {**query, "file": "adverts"}))
    assert len(adverts) == 12 * 6
    for target in targets:
        of = [row for row in adverts if row["target"] == target["rank"]]
        assert {(row["district"], row["gender"], row["age"]) for row in of} == {
            (target["district"], target["gender"], target["age"])
        }
        assert sorted(of, key=lambda row: row["established"] == "no") == of


def test_no_cell_of_a_file_is_a_formula(visitor: Client) -> None:
    Platform.objects.filter(slug="netflix").update(name="=HYPERLINK(1)")
    for gender in ("female", "male"):
        for age in (25, 35, 45):
            demand_of(30, "netflix", gender=gender, age=age)
    found = rows_of(visitor.get(CUSTOMER, {**MAPO, "age": "40", "file": "demand"}))
    assert [row["platform"] for row in found] == ["'=HYPERLINK(1)"]
    scores = rows_of(visitor.get(CUSTOMER, {**MAPO, "file": "scores"}))
    assert any(row["score"].startswith("-") for row in scores), "numbers stay numbers"


# --- work ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "most"), [(CUSTOMER, 20), (SERVICE, 20)])
def test_the_number_of_queries_does_not_grow(visitor: Client, page: str, most: int) -> None:
    numbers = []
    for limit in (1, 300):
        visitor.get(page, {"limit": limit})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            visitor.get(page, {"limit": limit})
        numbers.append(len(queries))
        for age in (25, 35, 45, 55):
            demand_of(40, "netflix", gender="male", age=age)
    assert numbers[0] == numbers[1] <= most
