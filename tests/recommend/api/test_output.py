"""A renamed field of a dataclass cannot change the JSON unnoticed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from rest_framework import serializers

from common.web.output import DataOutput
from recommend.models import ModelRun
from tests.recommend.api.test_api import recommend

BARE_CHOICE = {"products", "monthly_price", "coverage"}
CHOICE = BARE_CHOICE | {"surely", "probably"}
MARGINAL = {"product", "monthly_price", "coverage"}
SHAPES: dict[str, Any] = {
    "movies": {
        "movie_id", "title", "title_ko", "year", "rank", "score", "predicted_rating",
        "rating_source", "platforms", "because",
    },
    "platforms": {
        "platform", "score", "coverage", "coverage_low", "coverage_high", "weight", "known_rate",
        "films_on", "films_unknown", "evidence", "surely", "probably",
    },
    "decision": {
        *CHOICE, "coverage_low", "coverage_high", "platforms", "budget", "runner_up", "gap",
        "ladder", "flip_probability", "is_toss_up", "platform_sureness", "current", "change",
        "keep", "drop", "add", "unheard_of", "what_if", "without_price", "owned", "unknown_films",
        "must_have", "not_offered", "unmet", "tips", "is_mostly_unknown",
    },
    "decision.must_have": {"slug", "is_met", "saves", "platforms", "elsewhere"},
    "decision.unmet": {"must_have", "monthly_price", "impossible", "dropping"},
    "decision.unmet.dropping": {"wish", "slug", "monthly_price", "saves", "unmet"},
    "decision.tips": {"product", "requires", "saves"},
    "decision.runner_up": CHOICE,
    "decision.current": BARE_CHOICE,
    "decision.ladder": CHOICE | {"more_won", "more_films", "is_knee"},
    "decision.keep": MARGINAL,
    "decision.add": MARGINAL,
    "decision.what_if": {"pick", "pick_platform", "ask", "ask_platform"},
}  # fmt: skip


@dataclass(frozen=True)
class Paid:
    price: int | None


class PriceOutput(DataOutput):
    price = serializers.IntegerField(allow_null=True)


class OldPriceOutput(DataOutput):
    cost = serializers.IntegerField(allow_null=True)


def test_an_attribute_that_is_gone_is_an_error_even_where_null_is_allowed() -> None:
    assert PriceOutput(Paid(5)).data == {"price": 5}
    assert PriceOutput(Paid(None)).data == {"price": None}
    with pytest.raises(AttributeError, match="cost"):
        _ = OldPriceOutput(Paid(5)).data


def test_every_row_of_a_recommendation_has_the_recorded_keys(
    live_model: ModelRun, client: Client
) -> None:
    body = recommend(client, subscribed=["netflix"], must_have=["epl"]).json()
    for path, keys in SHAPES.items():
        found = body
        for name in path.split("."):
            found = found[name]
        rows = found if isinstance(found, list) else [found]
        assert rows, path
        assert all(set(row) == keys for row in rows), path
