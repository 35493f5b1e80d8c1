"""The decision in the API: what to subscribe to, with all parts of it. Prices in won a month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from recommend.decision.decide import Marginal
from recommend.results.advice import Advice
from recommend.results.forecast import WhatIf


class ChoiceOutput(serializers.Serializer[Any]):
    """A set of products."""

    products = serializers.ListField(child=serializers.SlugField())
    monthly_price = serializers.IntegerField()
    coverage = serializers.FloatField(help_text="Expected liked films, each counted once")


class StepOutput(ChoiceOutput):
    more_won = serializers.IntegerField(help_text="Than the step before")
    more_films = serializers.FloatField()
    is_knee = serializers.BooleanField(help_text="From here on more money brings much less")


class MarginalOutput(serializers.Serializer[Any]):
    product = serializers.SlugField()
    monthly_price = serializers.IntegerField()
    coverage = serializers.FloatField(help_text="Films that only it has among those beside it")


class WhatIfOutput(serializers.Serializer[Any]):
    """What one pick more or less would change of the first platform; null: no such movie."""

    pick = serializers.IntegerField(allow_null=True, help_text="Without it another one is first")
    pick_platform = serializers.SlugField(allow_null=True)
    ask = serializers.IntegerField(allow_null=True, help_text="Whose answer would tell most")
    ask_platform = serializers.SlugField(allow_null=True, help_text="First, if it is liked")


class DecisionOutput(ChoiceOutput):
    """The best products within the budget; without a budget up to the knee of the ladder."""

    coverage_low = serializers.FloatField(help_text="If no film of unknown state is there")
    coverage_high = serializers.FloatField(help_text="If all films of unknown state are there")
    platforms = serializers.ListField(child=serializers.SlugField())
    budget = serializers.IntegerField(allow_null=True)
    runner_up = ChoiceOutput(
        allow_null=True, help_text="The best one with other platforms, in the same budget"
    )
    gap = serializers.FloatField(allow_null=True, help_text="Films more than the runner-up")
    ladder = StepOutput(many=True)
    flip_probability = serializers.FloatField(
        help_text="That another choice in the budget turns out to be better"
    )
    is_toss_up = serializers.BooleanField(help_text="The runner-up is about as good")
    platform_sureness = serializers.FloatField(
        help_text="That no platform turns out to be better than the first of `platforms`"
    )
    current = ChoiceOutput(
        allow_null=True,
        help_text="The cheapest that gives what is subscribed; null if that is not on sale",
    )
    change = ChoiceOutput(
        allow_null=True, help_text="The best set one product away from `current`; null: none"
    )
    keep = MarginalOutput(many=True)
    drop = MarginalOutput(many=True)
    add = MarginalOutput(many=True)
    unheard_of = serializers.ListField(
        child=serializers.SlugField(), help_text="Subscribed platforms of which nothing is known"
    )
    what_if = WhatIfOutput()
    without_price = serializers.ListField(
        child=serializers.SlugField(), help_text="Products on sale that could not be considered"
    )


def decision_output(advice: Advice, what_if: WhatIf) -> dict[str, Any]:
    """What `DecisionOutput` shows of an advice."""
    market, decision = advice.market, advice.decision
    certainty = decision.certainty
    return {
        **vars(decision.best),
        "coverage_low": decision.low,
        "coverage_high": decision.high,
        "platforms": sorted(market.platforms_of(decision.best)),
        "budget": decision.budget,
        "runner_up": decision.solution.runner_up,
        "gap": decision.solution.gap,
        "ladder": [
            vars(step.choice)
            | {"more_won": step.more_won, "more_films": step.more_films, "is_knee": step.is_knee}
            for step in decision.ladder
        ],
        "flip_probability": certainty.flip_probability,
        "is_toss_up": certainty.is_toss_up,
        "platform_sureness": advice.platform_sureness,
        "current": decision.current,
        "change": decision.change,
        "keep": _marginals(decision.keep),
        "drop": _marginals(decision.drop),
        "add": _marginals(decision.add),
        "unheard_of": advice.unheard,
        "what_if": what_if,
        "without_price": [product.slug for product in advice.unpriced],
    }


def _marginals(rows: Sequence[Marginal]) -> list[dict[str, Any]]:
    return [
        {"product": row.product, "monthly_price": row.monthly_price, "coverage": row.films}
        for row in rows
    ]
