"""The statistics page: recommended counts without small cells, beside published usage."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from movies.models import Platform
from ottstats.models import PlatformTally, UsageStatistic
from ottstats.services import load_reference_data


@pytest.fixture
def reference(db: None) -> None:
    load_reference_data()


def shown(client: Client, language: str = "en") -> str:
    client.cookies["django_language"] = language
    response = client.get("/statistics/")
    assert response.status_code == 200
    return str(response.content.decode())


def table_text(html: str, caption: str) -> str:
    tables = re.findall(r"<table>.*?</table>", html, re.DOTALL)
    table = next(table for table in tables if caption in table)
    return " ".join(re.sub(r"<[^>]+>", " ", table).split())


def tally(platform: str, count: int) -> None:
    PlatformTally.objects.update_or_create(
        platform_id=platform, defaults={"recommended_count": count}
    )


def test_small_counts_are_hidden_and_the_most_recommended_comes_first(
    client: Client, reference: None
) -> None:
    for platform, count in (("wavve", 10), ("netflix", 1234), ("tving", 9), ("watcha", 0)):
        tally(platform, count)
    text = table_text(shown(client), "How often each platform was recommended")
    assert "Platform People Netflix 1,234 Wavve 10 " in text
    for platform in ("TVING", "Watcha", "Laftel"):
        assert f"{platform} fewer than 10" in text
    assert text.count("fewer than 10") == Platform.objects.offered().count() - 2


def test_a_platform_that_is_not_offered_has_no_row(client: Client, reference: None) -> None:
    assert "YouTube Premium" not in table_text(shown(client), "How often each platform")


def test_korean_pages_say_it_in_korean(client: Client, reference: None) -> None:
    html = shown(client, "ko")
    assert "10 미만" in html
    assert "넷플릭스" in html
    assert "출처: KOBACO (data.go.kr), 2024년" in html


def test_published_usage_is_the_newest_by_gender_and_age_with_its_source(
    client: Client, reference: None
) -> None:
    html = shown(client)
    by_gender = table_text(html, "by Gender")
    assert "Source: KOBACO (data.go.kr), 2024 Platform Female Male Netflix 32.4% 33.5%" in by_gender
    by_age = table_text(html, "by Age")
    assert "aged 13–19 aged 20–29" in by_age
    assert "aged 70 or older" in by_age
    assert "2022" not in html


def test_a_share_that_was_not_published_is_no_zero(client: Client, reference: None) -> None:
    UsageStatistic.objects.filter(year=2024, platform="netflix", group="male").delete()
    assert "Netflix 32.4% –" in table_text(shown(client), "by Gender")


def test_the_tables_can_be_read_as_tables(client: Client, reference: None) -> None:
    html = shown(client)
    tables = re.findall(r"<table>.*?</table>", html, re.DOTALL)
    assert len(tables) == 3
    for table in tables:
        assert table.count("<caption") == 1
        assert re.search(r'<th scope="col"', table)
        assert re.search(r'<th scope="row"', table)
    assert html.count('role="region" tabindex="0"') == 3


def test_without_any_data_the_page_says_so(client: Client, db: None) -> None:
    html = shown(client)
    assert "No platform is known yet." in html
    assert "No published usage figures are loaded yet." in html


def test_the_page_needs_few_queries(
    client: Client, reference: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):  # tally, platforms, usage, data set
        client.get("/statistics/")
