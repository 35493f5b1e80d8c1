"""Everything that the result page says about the choice, from one decision, in ready texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommend.decision.certainty import is_mostly_unknown
from recommend.pages.verdict.alternative import Alternative, alternative
from recommend.pages.verdict.answer import VerdictText, verdict_text
from recommend.pages.verdict.fit import fit_sentences
from recommend.pages.verdict.habits import peers
from recommend.pages.verdict.hero import Hero, hero
from recommend.pages.verdict.platforms import (
    CertaintyText,
    PlatformRow,
    ProductRow,
    certainty,
    out_of_order,
    product_rows,
)
from recommend.pages.verdict.unheard import Incomparable, incomparable
from recommend.pages.verdict.wishes import WishSection, wish_section
from recommend.results.advice import Advice
from recommend.results.attractions import attractions_on
from recommend.results.lift import fit_of
from recommend.results.stored import StoredResult
from recommend.results.whereabouts import Whereabouts


@dataclass(frozen=True)
class AnswerSection:
    """`hero` is the ticket, None if there is nothing to buy; `verdict` is what to pay for in words,
    `alternative` a single platform beside it, `wishes` have the
    must-haves and the tips. `certainty` is about the first platform; `fits` say what fits the
    person, `peers` who else uses the platform. `products` give the first platform; `unheard_of`
    cannot be compared; `out_of_order`: why the films of the list do not give the order."""

    hero: Hero | None
    verdict: VerdictText
    alternative: Alternative | None
    wishes: WishSection
    certainty: CertaintyText
    fits: Sequence[str]
    peers: str
    products: Sequence[ProductRow]
    unheard_of: Sequence[Incomparable]
    out_of_order: str


def answer_section(
    stored: StoredResult,
    whereabouts: Whereabouts,
    rows: Sequence[PlatformRow],
    advice: Advice,
    *,
    budget: int | None,
    wanted: str,
    decisive: str,
    today: date,
) -> AnswerSection:
    """`rows` are best first; asks for the personas and for attractions, one query each.

    `wanted`: which choice to show; `decisive`: how much depends on a single pick."""
    best, sureness = rows[0].platform, advice.platform_sureness
    on_sale = [one for one in advice.products.values() if one.is_for_everybody]
    unheard = [row.score.platform for row in rows if row.nothing_known]
    return AnswerSection(
        hero=hero(advice, whereabouts, rows, today, wanted=wanted, budget=budget, why=decisive),
        verdict=verdict_text(advice, whereabouts, today),
        alternative=alternative(
            rows,
            on_sale,
            advice.market.platforms_of(advice.decision.best),
            budget=budget,
            today=today,
        ),
        wishes=wish_section(advice, stored.compared, today),
        certainty=certainty(rows, sureness, mostly_unknown=is_mostly_unknown(stored.outlook)),
        fits=fit_sentences(rows, fit_of(stored.run, [row.score for row in rows], sureness)),
        peers=peers(stored, best),
        products=product_rows(on_sale, best, budget=budget, today=today),
        unheard_of=incomparable(rows, attractions_on(unheard, today)),
        out_of_order=out_of_order(rows),
    )
