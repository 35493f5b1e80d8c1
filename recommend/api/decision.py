"""The decision in the API: what to subscribe to, with all its parts. Prices in won a month."""

from __future__ import annotations

from dataclasses import dataclass

from rest_framework import serializers

from common.web.output import DataOutput, Slugs
from recommend.decision.bundles import Choice, Step
from recommend.decision.certainty import is_mostly_unknown
from recommend.decision.decide import Decision
from recommend.decision.offers import WishKind
from recommend.results.advice import Advice
from recommend.results.forecast import WhatIf
from recommend.results.whereabouts import FilmsThere, Whereabouts

COVERAGE = "Expected liked films, each counted once"
SURELY = "How many of the recommended films are surely there, as people read it"
PROBABLY = "How many more of them are probably there"


@dataclass(frozen=True)
class ShownChoice:
    """A choice, and how many films of the list it gives."""

    choice: Choice
    films_there: FilmsThere


@dataclass(frozen=True)
class ShownStep(ShownChoice):
    """The same of a step of the ladder."""

    step: Step


@dataclass(frozen=True)
class Advised:
    """What `DecisionOutput` shows; `whereabouts` has the films of the list."""

    advice: Advice
    what_if: WhatIf
    whereabouts: Whereabouts

    @property
    def decision(self) -> Decision:
        return self.advice.decision

    @property
    def platforms(self) -> list[str]:
        return sorted(self.advice.market.platforms_of(self.decision.best))

    @property
    def films_there(self) -> FilmsThere:
        return self._figure(self.decision.best)

    @property
    def runner_up(self) -> ShownChoice | None:
        second = self.decision.solution.runner_up
        return ShownChoice(second, self._figure(second)) if second else None

    @property
    def ladder(self) -> list[ShownStep]:
        return [
            ShownStep(step.choice, self._figure(step.choice), step) for step in self.decision.ladder
        ]

    @property
    def is_mostly_unknown(self) -> bool:
        return is_mostly_unknown(self.advice.market.outlook)

    def _figure(self, choice: Choice) -> FilmsThere:
        return self.whereabouts.on(self.advice.market.platforms_of(choice))

    @property
    def owned(self) -> list[str]:
        return list(self.advice.today.owned)

    @property
    def without_price(self) -> list[str]:
        return [product.slug for product in self.advice.unpriced]


class ChoiceOutput(DataOutput):
    """A set of products."""

    products = Slugs()
    monthly_price = serializers.IntegerField()
    coverage = serializers.FloatField(help_text=COVERAGE)


class ChoiceThereOutput(DataOutput):
    """A set of products."""

    products = Slugs(source="choice.products")
    monthly_price = serializers.IntegerField(source="choice.monthly_price")
    coverage = serializers.FloatField(source="choice.coverage", help_text=COVERAGE)
    surely = serializers.IntegerField(source="films_there.surely", help_text=SURELY)
    probably = serializers.IntegerField(source="films_there.probably", help_text=PROBABLY)


class StepOutput(ChoiceThereOutput):
    """A set of products."""

    more_won = serializers.IntegerField(source="step.more_won", help_text="Than the step before")
    more_films = serializers.FloatField(source="step.more_films")
    is_knee = serializers.BooleanField(
        source="step.is_knee", help_text="From here on more money brings much less"
    )


class MarginalOutput(DataOutput):
    product = serializers.SlugField()
    monthly_price = serializers.IntegerField()
    coverage = serializers.FloatField(
        source="films", help_text="Films that only it has among those beside it"
    )


class MustHaveOutput(DataOutput):
    """A must-have, and what it adds to the price of the products."""

    slug = serializers.SlugField()
    is_met = serializers.BooleanField()
    saves = serializers.IntegerField(
        help_text="Won a month less without it, with as many films and all other must-haves"
    )
    platforms = Slugs(help_text="Where the products offer it")
    elsewhere = Slugs(help_text="Where else it is")


class DroppedOutput(DataOutput):
    """What the other wishes cost without one of them."""

    wish = serializers.ChoiceField([kind.value for kind in WishKind])
    slug = serializers.CharField(allow_blank=True, help_text="Of a must-have, else empty")
    monthly_price = serializers.IntegerField(
        allow_null=True, help_text="The lowest; null: nothing on sale has a film even then"
    )
    saves = serializers.IntegerField(
        allow_null=True, help_text="Won; null: then other must-haves are met"
    )
    unmet = Slugs(help_text="Must-haves that nothing on sale meets even then")


class UnmetOutput(DataOutput):
    """Why not all wishes are met within the budget."""

    must_have = Slugs(help_text="Those that the products do not offer")
    monthly_price = serializers.IntegerField(
        allow_null=True,
        help_text="The lowest at which as many as possible are met; null: nothing has a film",
    )
    impossible = Slugs(help_text="Those that no product meets that the other wishes allow")
    dropping = DroppedOutput(many=True)


class TipOutput(DataOutput):
    """A product that not everybody can buy, in place of a part of the products."""

    product = serializers.SlugField()
    requires = serializers.CharField(allow_blank=True, help_text="As in `/api/products/`")
    saves = serializers.IntegerField(help_text="Won a month")


class WhatIfOutput(DataOutput):
    """How one pick more or less would change the first platform; null: no such movie."""

    pick = serializers.IntegerField(allow_null=True, help_text="Without it another one is first")
    pick_platform = serializers.SlugField(allow_null=True)
    ask = serializers.IntegerField(allow_null=True, help_text="Whose answer would tell most")
    ask_platform = serializers.SlugField(allow_null=True, help_text="First, if it is liked")


class DecisionOutput(DataOutput):
    """The best products within the budget; without a budget up to the knee of the ladder.

    Only products that anybody can buy; the others are `tips`.
    """

    products = Slugs(source="decision.best.products")
    monthly_price = serializers.IntegerField(source="decision.best.monthly_price")
    coverage = serializers.FloatField(source="decision.best.coverage", help_text=COVERAGE)
    surely = serializers.IntegerField(source="films_there.surely", help_text=SURELY)
    probably = serializers.IntegerField(source="films_there.probably", help_text=PROBABLY)
    coverage_low = serializers.FloatField(
        source="decision.low", help_text="If no film of unknown state is there"
    )
    coverage_high = serializers.FloatField(
        source="decision.high", help_text="If all films of unknown state are there"
    )
    platforms = Slugs()
    owned = Slugs(help_text="Products that cost nothing more; their films are counted")
    unknown_films = Slugs(
        source="decision.unknown", help_text="Those of `platforms` whose films are not known"
    )
    must_have = MustHaveOutput(source="decision.must_have", many=True)
    not_offered = Slugs(
        source="advice.today.ended", help_text="Must-haves that can be watched nowhere today"
    )
    unmet = UnmetOutput(
        source="decision.unmet", allow_null=True, help_text="Null: all wishes are met"
    )
    tips = TipOutput(source="advice.tips", many=True)
    budget = serializers.IntegerField(source="decision.budget", allow_null=True)
    runner_up = ChoiceThereOutput(
        allow_null=True,
        help_text="The best one with other platforms, in the same budget",
    )
    gap = serializers.FloatField(
        source="decision.solution.gap", allow_null=True, help_text="Films more than the runner-up"
    )
    ladder = StepOutput(many=True)
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
    is_mostly_unknown = serializers.BooleanField(
        help_text="Most expected films are unknown on the compared platforms: nothing is sure, "
        "and pages tell no chance above 90 %"
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
