"""The decision in the API: what to subscribe to, with all its parts. Prices in won a month."""

from __future__ import annotations

from dataclasses import dataclass

from rest_framework import serializers

from common.web.output import DataOutput, Slugs
from recommend.decision.decide import Decision
from recommend.results.advice import Advice
from recommend.results.forecast import WhatIf

COVERAGE = "Expected liked films, each counted once"


@dataclass(frozen=True)
class Advised:
    """What `DecisionOutput` shows."""

    advice: Advice
    what_if: WhatIf

    @property
    def decision(self) -> Decision:
        return self.advice.decision

    @property
    def platforms(self) -> list[str]:
        return sorted(self.advice.market.platforms_of(self.decision.best))

    @property
    def without_price(self) -> list[str]:
        return [product.slug for product in self.advice.unpriced]


class ChoiceOutput(DataOutput):
    """A set of products."""

    products = Slugs()
    monthly_price = serializers.IntegerField()
    coverage = serializers.FloatField(help_text=COVERAGE)


class StepOutput(DataOutput):
    """A set of products."""

    products = Slugs(source="choice.products")
    monthly_price = serializers.IntegerField(source="choice.monthly_price")
    coverage = serializers.FloatField(source="choice.coverage", help_text=COVERAGE)
    more_won = serializers.IntegerField(help_text="Than the step before")
    more_films = serializers.FloatField()
    is_knee = serializers.BooleanField(help_text="From here on more money brings much less")


class MarginalOutput(DataOutput):
    product = serializers.SlugField()
    monthly_price = serializers.IntegerField()
    coverage = serializers.FloatField(
        source="films", help_text="Films that only it has among those beside it"
    )


class WhatIfOutput(DataOutput):
    """How one pick more or less would change the first platform; null: no such movie."""

    pick = serializers.IntegerField(allow_null=True, help_text="Without it another one is first")
    pick_platform = serializers.SlugField(allow_null=True)
    ask = serializers.IntegerField(allow_null=True, help_text="Whose answer would tell most")
    ask_platform = serializers.SlugField(allow_null=True, help_text="First, if it is liked")


class DecisionOutput(DataOutput):
    """The best products within the budget; without a budget up to the knee of the ladder."""

    products = Slugs(source="decision.best.products")
    monthly_price = serializers.IntegerField(source="decision.best.monthly_price")
    coverage = serializers.FloatField(source="decision.best.coverage", help_text=COVERAGE)
    coverage_low = serializers.FloatField(
        source="decision.low", help_text="If no film of unknown state is there"
    )
    coverage_high = serializers.FloatField(
        source="decision.high", help_text="If all films of unknown state are there"
    )
    platforms = Slugs()
    budget = serializers.IntegerField(source="decision.budget", allow_null=True)
    runner_up = ChoiceOutput(
        source="decision.solution.runner_up",
        allow_null=True,
        help_text="The best one with other platforms, in the same budget",
    )
    gap = serializers.FloatField(
        source="decision.solution.gap", allow_null=True, help_text="Films more than the runner-up"
    )
    ladder = StepOutput(source="decision.ladder", many=True)
    flip_probability = serializers.FloatField(
        source="decision.certainty.flip_probability",
        help_text="That another choice in the budget turns out to be better",
    )
    is_toss_up = serializers.BooleanField(
        source="decision.certainty.is_toss_up", help_text="The runner-up is about as good"
    )
    platform_sureness = serializers.FloatField(
        source="advice.platform_sureness",
        help_text="That no platform turns out to be better than the first of `platforms`",
    )
    current = ChoiceOutput(
        source="decision.current",
        allow_null=True,
        help_text="The cheapest that gives what is subscribed; null if that is not on sale",
    )
    change = ChoiceOutput(
        source="decision.change",
        allow_null=True,
        help_text="The best set one product away from `current`; null: none",
    )
    keep = MarginalOutput(source="decision.keep", many=True)
    drop = MarginalOutput(source="decision.drop", many=True)
    add = MarginalOutput(source="decision.add", many=True)
    unheard_of = Slugs(
        source="advice.unheard", help_text="Subscribed platforms of which nothing is known"
    )
    what_if = WhatIfOutput()
    without_price = Slugs(help_text="Products on sale that could not be considered")
