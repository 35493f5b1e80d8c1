"""The page of Seoul's living data: charts, the same numbers as tables, filters, and no data."""

from __future__ import annotations

import csv
import random
import re
from collections import defaultdict
from html import unescape
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from ottstats.living.figures import GENDERS
from ottstats.models import District, DistrictPopulation, LivingCell
from ottstats.services.reference import load_reference_data
from tests.ottstats.living_world import living_world

ADDRESS = "/statistics/seoul/"
LETTERS = {"F": "female", "M": "male"}


@pytest.fixture
def living(db: None) -> None:
    living_world(("2023-01", "2023-02", "2023-03"))


def shown(client: Client, language: str = "en", **query: str) -> str:
    client.cookies["django_language"] = language
    response = client.get(ADDRESS, query)
    assert response.status_code == 200
    return str(response.content.decode())


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def table(html: str, caption: str) -> list[list[str]]:
    """The rows of the table whose caption begins so, with the words of each cell."""
    found = next(
        one
        for one in re.findall(r"<table.*?</table>", html, re.DOTALL)
        if words(one).startswith(caption)
    )
    rows = re.findall(r"<tr.*?</tr>", found, re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


def people_of(**which: Any) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for row in DistrictPopulation.objects.filter(**which).select_related("district"):
        sums[row.district.name] += row.population
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def test_the_people_of_each_district_are_bars_and_a_table_most_people_first(
    client: Client, living: None
) -> None:
    html, people = shown(client), people_of()
    rows = table(html, "People by district: Everybody aged 20–79")
    assert rows[0] == ["District", "Female", "Male", "In all"]
    assert [(row[0], row[-1]) for row in rows[1:]] == [
        (name, f"{ceil(count):,}") for name, count in people.items()
    ]
    text = words(html)
    assert f"People in all {ceil(sum(people.values())):,}" in text
    for place, (name, count) in enumerate(list(people.items())[:3], start=1):
        assert f"No. {place} {name} {ceil(count):,}" in text


def test_the_bars_begin_at_0_and_are_as_long_as_their_people(client: Client, living: None) -> None:
    bars = html_part(shown(client), '<div class="district-bars">', "<details")
    first = bars[bars.index("<li") : bars.index("</li>")]
    parts = [
        (float(x), float(width))
        for x, width in re.findall(r'<rect [^>]*x="([\d.]+)%" y="2" width="([\d.]+)%"', first)
    ]
    most = next(iter(people_of()))
    by_gender = [people_of(gender=gender)[most] for gender in GENDERS]
    assert parts[0][0] == 0
    assert parts[1][0] == pytest.approx(parts[0][1], abs=0.02)
    assert parts[0][1] / parts[1][1] == pytest.approx(by_gender[0] / by_gender[1], rel=0.01)
    ticks = re.findall(r'<text class="tick[^>]*x="([\d.]+)%"[^>]*>([\d,]+)<', bars)
    assert ticks[0] == ("0.0", "0")
    top = float(ticks[-1][1].replace(",", ""))
    assert sum(width for _x, width in parts) == pytest.approx(100 * sum(by_gender) / top, abs=0.05)


def html_part(html: str, first: str, last: str) -> str:
    start = html.index(first)
    return html[start : html.index(last, start)]


def test_the_map_names_each_district_with_its_value_and_colours_it(
    client: Client, living: None
) -> None:
    for measure, pattern in (
        ("age", r"[\d.]+ years"),
        ("people", r"[\d,]+ people"),
        ("netflix", r"z −?\d\.\d{3}"),
    ):
        html = shown(client, map=measure)
        drawn = html_part(html, '<svg class="city-map"', "<g aria-hidden")
        found = re.findall(r'class="step-(\d)" role="img" d="M[^"]+"><title>(.+?): (.+?)<', drawn)
        assert {name for _step, name, _text in found} == set(
            District.objects.values_list("name", flat=True)
        )
        assert all(re.fullmatch(pattern, text) for _step, _name, text in found)
        steps = [int(step) for step, _name, _text in found]
        assert steps == sorted(steps, reverse=True)
        assert (steps[0], steps[-1]) == (5, 1)
        assert html.count('<rect class="step-') == 5


def test_beside_the_map_all_three_values_are_in_a_table(client: Client, living: None) -> None:
    rows = table(shown(client), "Mean age, people and Netflix use by district")
    assert rows[0] == ["District", "Mean age", "People", "Netflix use"]
    assert len(rows) == 26
    assert rows[1][2] == f"{ceil(next(iter(people_of().values()))):,} people"


def test_filters_by_gender_and_age_change_all_charts(client: Client, living: None) -> None:
    html = shown(client, gender="female", age="30")
    rows = table(html, "People by district: Women in their 30s")
    assert rows[0] == ["District", "Female"]
    assert {row[0]: row[1] for row in rows[1:]} == {
        name: f"{ceil(count):,}"
        for name, count in people_of(gender="female", age__in=(30, 35)).items()
    }
    for name in ("Mean age", "Use index", "Correlations between services"):
        assert f"{name}: Women in their 30s" in words(html)
    ages = [float(row[1].split()[0]) for row in table(html, "Mean age, people and")[1:]]
    assert all(30 < age < 40 for age in ages)


def test_the_lines_are_means_weighted_by_people(client: Client, living: None) -> None:
    rows = table(shown(client, gender="male", age="20"), "Use index")
    assert rows[0] == ["Month", "Games", "Finance", "Delivery", "Shopping", "Video"]
    assert [row[0] for row in rows[1:]] == ["Jan", "Feb", "Mar"]
    cells = list(LivingCell.objects.filter(gender="male", age=20, month="2023-02-01"))
    people = sum(cell.population for cell in cells)
    mean = sum(cell.population * cell.finance for cell in cells) / people
    assert rows[2][2] == f"{mean:.1f}"


def test_a_use_index_and_z_scores_never_share_a_chart(client: Client, living: None) -> None:
    html = shown(client)
    assert table(html, "Netflix and YouTube, z-scores")[0] == ["Month", "Netflix", "YouTube"]
    assert "it can be higher than the days of a month" in words(html)
    assert "%" not in words(html_part(html, 'id="lines"', 'id="together"'))
    standard = shown(client, scale="standard")
    assert len(table(standard, "All services, z-scores")[0]) == 8
    assert "Use index: Everybody" not in words(standard)


def test_the_zero_of_z_scores_is_in_the_middle(client: Client, living: None) -> None:
    html = shown(client)
    grounds = re.findall(r'class="ground" x2="100%" y1="([\d.]+)"', html)
    assert grounds == ["92.0"] * 5 + ["59.0"] * 2


def test_the_correlations_of_a_decade_are_seven_by_seven(client: Client, living: None) -> None:
    html = shown(client, decade="70")
    rows = table(html, "Correlations between services: Everybody in their 70s")
    assert len(rows) == 8
    for at, row in enumerate(rows[1:], start=1):
        assert row[at] == "1.00"
        assert [rows[other][at] for other in range(1, 8)] == row[1:]
    assert "each neighbourhood (dong) once for women and once for men" in words(html)
    dongs = 2 * sum(3 + place % 15 for place in range(25))
    assert f"over {dongs} observations" in words(html)
    assert f"over {dongs // 2} neighbourhoods" in words(shown(client, gender="male"))


def test_the_chosen_age_is_the_decade_of_the_correlations(client: Client, living: None) -> None:
    assert "between services: Everybody in their 50s" in words(shown(client, age="50"))
    both = words(shown(client, age="50", decade="60"))
    assert "between services: Everybody in their 60s" in both


@pytest.mark.parametrize(
    "query", [{"gender": "x"}, {"age": "25"}, {"map": ""}, {"decade": "7"}, {"scale": "\x07"}]
)
def test_an_unknown_choice_is_said_and_its_default_shown(
    client: Client, living: None, query: dict[str, str]
) -> None:
    text = words(shown(client, **query))
    assert "This page does not know one of the choices" in text
    assert "People by district: Everybody aged 20–79" in text
    assert "does not know one" not in words(shown(client, gender="", age=""))


def test_without_data_the_page_says_so_and_nothing_leads_there(client: Client, db: None) -> None:
    html = shown(client)
    assert "not loaded yet" in words(html)
    assert "<svg class" not in html_part(html, "<main", "</main>")
    load_reference_data()
    assert ADDRESS not in client.get("/statistics/").content.decode()
    living_world()
    assert client.get("/statistics/").content.decode().count(f'href="{ADDRESS}"') == 2


def test_the_sources_are_named_with_their_months(client: Client, living: None) -> None:
    text = words(shown(client))
    assert "Seoul Open Data Plaza" in text
    assert "SK Telecom" in text
    assert "southkorea/seoul-maps, Apache 2.0, from KOSTAT 2013" in text
    assert "The data cover January 2023 to March 2023" in text
    assert "Only people aged 20 to 79" in text


def test_the_number_of_queries_does_not_depend_on_the_choices(
    client: Client, living: None, django_assert_num_queries: Any
) -> None:
    client.get(ADDRESS)
    for query in ({}, {"gender": "male", "age": "70", "map": "netflix", "scale": "standard"}):
        with django_assert_num_queries(3):  # the load, three times; districts; data set
            client.get(ADDRESS, query)


def test_the_page_has_neither_inline_styles_nor_scripts(client: Client, living: None) -> None:
    html = shown(client)
    assert "style=" not in html
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*src=)", html)


def test_no_address_breaks_the_page(client: Client, living: None) -> None:
    chance = random.Random(20)
    values = [
        "",
        "female",
        "male",
        "20",
        "70",
        "age",
        "netflix",
        "standard",
        "-1",
        "٢٠",
        "🎬",
        "a" * 99,
    ]
    names = ["gender", "age", "map", "decade", "scale", "other"]
    for _ in range(60):
        query = {name: chance.choice(values) for name in chance.sample(names, 3)}
        assert client.get(ADDRESS, query).status_code == 200


def test_only_reading_is_allowed(client: Client, living: None) -> None:
    assert client.post(ADDRESS).status_code == 405
    assert client.head(ADDRESS).status_code == 200


@pytest.mark.realdata
def test_the_real_population_is_that_of_the_city(
    client: Client, living: None, real_data: Path
) -> None:
    codes = dict(District.objects.values_list("name_ko", "pk"))
    DistrictPopulation.objects.all().delete()
    path = real_data / "seoul" / "seoul_population_district_sex_age5_2023.csv"
    with path.open(encoding="utf-8-sig") as file:
        DistrictPopulation.objects.bulk_create(
            DistrictPopulation(
                district_id=codes[row["district"]],
                gender=LETTERS[row["gender"]],
                age=int(row["age5"]),
                population=float(row["population"]),
                single_households=float(row["single_households"]),
            )
            for row in csv.DictReader(file)
        )
    assert "People in all 8,212,031" in words(shown(client))
    twenties = words(shown(client, age="20"))
    assert "No. 1 Gwanak-gu 101,291 No. 2 Songpa-gu 89,421 No. 3 Gangseo-gu 79,550" in twenties
