"""The admin lists tables of millions of rows by estimates and indexes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.admin import EstimatedPaginator
from recommend.models import Rating
from tests.movies.admin.admin_rows import (
    Rows,
    forget_other_tests,
    more_rows,
    one_of_each,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(db: None) -> Rows:
    rows = one_of_each()
    forget_other_tests("recommend_rating")
    return rows


def test_the_paginator_counts_small_tables_and_estimates_large_ones(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert EstimatedPaginator(Rating.objects.order_by("ml_user_id"), 50).count == 1
    assert EstimatedPaginator(Rating.objects.none(), 50).count == 0
    monkeypatch.setattr(EstimatedPaginator, "EXACT_BELOW", 1)
    with CaptureQueriesContext(connection) as queries:
        assert EstimatedPaginator(Rating.objects.order_by("ml_user_id"), 50).count >= 1
    assert [query["sql"].split()[0] for query in queries] == ["EXPLAIN"]


def test_a_page_far_down_a_large_table_is_not_offered(
    admin_client: Client, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_rows(rows)
    monkeypatch.setattr(EstimatedPaginator, "MOST_PAGES", 2)
    paginator = EstimatedPaginator(Rating.objects.order_by("ml_user_id"), 1)
    assert (paginator.count, paginator.num_pages) == (6, 2)
    monkeypatch.setattr("recommend.admin.rows.RatingAdmin.list_per_page", 1)
    assert admin_client.get(url(Rating, "changelist"), {"p": 2}).status_code == 200
    assert admin_client.get(url(Rating, "changelist"), {"p": 3}).status_code == 302


def plan_nodes(plan: dict[str, Any]) -> list[str]:
    return [
        plan["Node Type"],
        *(node for part in plan.get("Plans", []) for node in plan_nodes(part)),
    ]


@pytest.mark.parametrize("query", ["", "?q=5", "?q=260", "?run=observed"])
def test_the_list_of_ratings_reads_an_index(query: str, admin_client: Client, rows: Rows) -> None:
    """Ordering and search of the list, planned as if reading the whole table were expensive."""
    changelist = admin_client.get(url(Rating, "changelist") + query).context["cl"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = json.loads(changelist.queryset[:50].explain(format="json"))[0]["Plan"]
    assert "Seq Scan" not in plan_nodes(plan)
