"""The statistics page shows charts, the same numbers as tables, and says where there are none."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from movies.models import Platform
from ottstats.models import PlatformTally, UsageStatistic
from ottstats.services.reference import load_reference_data
from tests.ottstats.statistics_people import NOW, recommend_to, weeks_ago

COMPARED = "How often each platform is recommended"
WEEKS = "in the last 13 weeks"
TREND = "Share of people who use each platform, 2022 to 2024"


@pytest.fixture
def reference(db: None) -> None:
    load_reference_data()


@pytest.fixture
def answered(reference: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """People to whom Netflix, TVING and Watcha were recommended, of both genders, three ages."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    for platform, people in (("netflix", 30), ("tving", 20), ("watcha", 12)):
        for gender in ("female", "male"):
            for age in (25, 35, 45):
                recommend_to(people, platform, gender=gender, age=age, at=weeks_ago(age % 4))


def shown(client: Client, language: str = "en", **query: str) -> str:
    client.cookies["django_language"] = language
    response = client.get("/statistics/", query)
    assert response.status_code == 200
    return str(response.content.decode())


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def table_text(html: str, caption: str) -> str:
    tables = re.findall(r"<table>.*?</table>", html, re.DOTALL)
    return words(next(table for table in tables if caption in table))


def drawing(html: str, labelled_by: str) -> str:
    """The SVG with this accessible name."""
    start = html.index(f'<svg class="chart" role="img" aria-labelledby="{labelled_by}"')
    end = re.compile(r"</svg>(?=\s*</li>|\s*<details)").search(html, start)
    assert end is not None
    return html[start : end.end()]


def tally(platform: str, count: int) -> None:
    PlatformTally.objects.update_or_create(
        platform_id=platform, defaults={"recommended_count": count}
    )


def test_the_share_of_recommendations_stands_beside_the_share_of_users(
    client: Client, reference: None
) -> None:
    for platform, count in (("wavve", 30), ("netflix", 1190), ("tving", 9), ("watcha", 1)):
        tally(platform, count)
    html = shown(client)
    text = table_text(html, COMPARED)
    assert "Netflix 1,190 96.7% 32.9% Wavve 30 2.4% 4.9% TVING hidden hidden 9.9%" in text
    assert "Hidden platforms together 10 0.8%" in text
    assert "Share of 1,230 results." in words(html)
    assert "Recommended most Netflix 96.7% Used most Netflix 32.9%" in words(html)
    chart = words(drawing(html, "compared-title"))
    assert chart.startswith("Netflix 96.7% 32.9% Wavve 2.4% 4.9% TVING hidden 9.9%")


def test_the_bars_are_as_long_as_their_shares(client: Client, reference: None) -> None:
    for platform in ("netflix", "wavve"):
        tally(platform, 30)
    chart = drawing(shown(client), "compared-title")
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)%"', chart)]
    # Both are half of the recommendations, of which the bars are 84 percent of the width.
    assert widths[:2] == [84.0, pytest.approx(84 * 32.948 / 50, abs=0.01)]
    assert widths[2] == 84.0


def test_a_platform_without_published_figures_says_so(client: Client, reference: None) -> None:
    tally("laftel", 40)
    tally("netflix", 60)
    assert "Laftel 40 40.0% no published figure" in table_text(shown(client), COMPARED)
    usage = words(shown(client, show="usage"))
    assert "No published figures: Laftel, Prime Video" in usage


def test_a_platform_that_is_not_offered_is_listed_only_with_what_it_has(
    client: Client, reference: None
) -> None:
    assert "YouTube Premium" not in shown(client)
    tally("youtube_premium", 15)
    tally("netflix", 85)
    text = table_text(shown(client), COMPARED)
    assert "YouTube Premium no longer compared 15 15.0% no published figure" in text


def test_each_week_has_its_number_and_broken_lines_where_it_is_hidden(
    client: Client, answered: None
) -> None:
    html = shown(client)
    text = table_text(html, WEEKS)
    assert "weeks Week from Netflix TVING Watcha Aug 24 hidden hidden hidden" in text
    assert "Oct 26 60 40 24 Nov 2 hidden hidden hidden Nov 9 120 80 48" in text
    assert text.endswith("Nov 16 up to yesterday hidden hidden hidden")
    chart = drawing(html, "weeks-title weeks-netflix")
    assert chart.count('class="gap"') == 11
    assert chart.count('class="dot"') == 2
    assert "Too few in every week: Apple TV+, Coupang Play" in words(html)


def test_recommendations_by_gender_and_age_are_shares_of_the_group(
    client: Client, answered: None
) -> None:
    html = shown(client, show="recommended")
    by_gender = table_text(html, "recommended, by gender")
    assert "Platform Female 186 people Male 186 people Netflix 48.4% 90 people" in by_gender
    by_age = table_text(html, "recommended, by age")
    assert "aged 13–19 aged 20–29 124 people" in by_age
    assert "Netflix hidden 48.4% 60 people 48.4% 60 people 48.4% 60 people hidden" in by_age
    assert "Netflix 48.4% Female 48.4% Male" in words(html)
    assert words(drawing(html, "group-1 group-1-netflix")).startswith("× 13–19 48.4% 20–29")
    assert "× stands for a number that is hidden." in words(html)


def test_the_charts_by_gender_and_age_can_show_usage(client: Client, answered: None) -> None:
    html = shown(client, show="usage")
    by_gender = table_text(html, "use each platform, by gender")
    assert "Platform Female Male Netflix 32.4% 33.5% TVING 10.2% 9.6%" in by_gender
    by_age = table_text(html, "use each platform, by age")
    assert "aged 13–19 aged 20–29" in by_age
    assert "aged 70 or older Netflix 42.1% 57.6% 58.0%" in by_age
    assert "Source: KOBACO (data.go.kr), 2024" in words(html)
    assert "recommended, by gender" not in html
    assert re.search(r'value="usage" data-live="#groups" aria-current="true"', html)
    assert "× stands for" not in html


def test_the_regions_are_the_rows_of_a_table_with_their_own_source(
    client: Client, reference: None
) -> None:
    html = shown(client, show="usage")
    regions = table_text(html, "use each platform, by where they live")
    assert regions.index("Seoul 36.3%") < regions.index("Busan 31.4%") < regions.index("Jeju 32.5%")
    assert "Source: Broadcasting Statistics Portal of Korea, 2023" in words(html)


def test_an_unpublished_figure_is_not_shown_as_zero(client: Client, reference: None) -> None:
    UsageStatistic.objects.filter(year=2024, platform="netflix", group="male").delete()
    html = shown(client, show="usage")
    assert "Netflix 32.4% not published" in table_text(html, "use each platform, by gender")
    assert "× stands for a figure that was not published." in words(html)


def test_how_use_changed_is_shown_by_year(client: Client, reference: None) -> None:
    html = shown(client)
    assert "Platform 2022 2023 2024 Netflix 27.4% 31.6% 32.9%" in table_text(html, TREND)
    assert words(drawing(html, "trend-1 trend-1-netflix")) == "27.4% 31.6% 32.9% 2022 2024"


def test_with_too_few_results_the_page_says_so_and_invites(client: Client, reference: None) -> None:
    tally("netflix", 9)
    html = shown(client)
    text = words(html)
    assert "There are too few results to show how often a platform was recommended" in text
    assert 'href="/survey/">Be one of the first' in html
    assert "every week is hidden." in text
    assert "every group is hidden." in words(shown(client, show="recommended"))
    assert COMPARED not in html, "nothing to compare with what people use"
    assert ">9<" not in html


def test_without_published_figures_the_page_says_so(client: Client, answered: None) -> None:
    UsageStatistic.objects.all().delete()
    html = shown(client, show="usage")
    assert words(html).count("No published usage figures are loaded yet.") == 2
    assert "How use has changed" not in html
    assert "Netflix 180 48.4% no published figure" in table_text(html, COMPARED)


def test_without_any_platform_the_page_says_so(client: Client, db: None) -> None:
    text = words(shown(client))
    assert "No platform is known yet." in text
    assert "What is counted, and what is hidden" in text


def test_the_page_says_which_people_are_counted_and_what_is_hidden(
    client: Client, answered: None
) -> None:
    text = words(shown(client))
    assert "only people who agreed to that in the survey" in text
    assert "deleted after 90 days" in text
    assert "Numbers under 10 are hidden" in text


def test_people_who_gave_no_answer_are_shown_as_a_sum(client: Client, answered: None) -> None:
    for platform in ("netflix", "tving"):
        recommend_to(8, platform, gender="")
        recommend_to(6, platform, age=None)
    text = words(shown(client, show="recommended"))
    assert "Not in the chart: 16 people who did not give their gender." in text
    assert "Not in the chart: 12 people who did not give their age." in text


def test_many_people_who_gave_no_answer_are_a_group(client: Client, answered: None) -> None:
    for platform in ("netflix", "tving", "watcha"):
        for age in (25, 35, 45, None):
            recommend_to(20, platform, gender="", age=age)
    by_gender = table_text(shown(client, show="recommended"), "recommended, by gender")
    assert "No answer 240 people" in by_gender


@pytest.mark.parametrize("query", [{}, {"show": "usage"}, {"show": "nonsense"}])
def test_every_chart_can_be_read_as_a_table(
    client: Client, answered: None, query: dict[str, str]
) -> None:
    html = shown(client, **query)
    figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert len(figures) == 6
    for figure in figures:
        assert figure.count("<figcaption") == 1
        assert len(re.findall(r"<details>\s*<summary>", figure)) == 1
        (table,) = re.findall(r"<table>.*?</table>", figure, re.DOTALL)
        assert table.count("<caption") == 1
        assert '<th scope="col"' in table
        assert '<th scope="row"' in table
        assert 'role="region" tabindex="0"' in figure
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    names = re.findall(r'<svg class="chart" role="img" aria-labelledby="([^"]+)"', html)
    assert len(names) == len(set(names)) >= 18
    assert {part for name in names for part in name.split()} <= set(ids)


def test_the_page_has_one_heading_of_each_section_and_no_inline_style(
    client: Client, answered: None
) -> None:
    html = shown(client)
    assert html.count("<h1") == 1
    assert html.count("<h2") == 5
    assert "style=" not in html
    assert "<style" not in html


def test_korean_pages_say_it_in_korean(client: Client, answered: None) -> None:
    html = shown(client, "ko", show="usage")
    assert "넷플릭스" in html
    assert "출처: KOBACO (data.go.kr), 2024년" in words(html)
    assert "여성" in table_text(html, "성별 실제 이용률")


@pytest.mark.parametrize("query", [{}, {"show": "usage"}])
def test_the_page_needs_as_many_queries_with_data_as_without(
    client: Client, reference: None, django_assert_num_queries: Any, query: dict[str, str]
) -> None:
    client.get("/statistics/", query)  # the first of a day counts
    with django_assert_num_queries(6):  # platforms; tally; counts of today; usage; data set; Seoul
        client.get("/statistics/", query)
    recommend_to(30, "netflix")
    recommend_to(30, "tving", gender="male", age=None)
    client.get("/statistics/", query)
    with django_assert_num_queries(6):
        client.get("/statistics/", query)
    assert Platform.objects.count() == 11


def test_the_page_opens_on_the_public_figures_by_age_in_the_colours_of_the_platforms(
    client: Client, answered: None
) -> None:
    html = shown(client)
    assert html.index('id="groups"') < html.index('id="compared"')
    assert re.findall(r'<strong id="group-\d">(.*?)</strong>', html) == [
        "Share of people who use each platform, by age",
        "Share of people who use each platform, by gender",
        "Share of people who use each platform, by where they live",
    ]
    netflix = Platform.objects.get(slug="netflix")
    bars = drawing(html, "group-1 group-1-netflix")
    assert bars.count(f'fill="{netflix.mark.ground}"') == 7
    assert 'class="folded"' in html
    compared = html[html.index('id="compared"') :]
    assert "Laftel" not in words(drawing(compared, "compared-title"))
    assert "Laftel" in words(compared)
