"""How all reports name and write figures and columns. Pure."""

from __future__ import annotations

from recommend.lab.evaluation.figures import RecommenderComparison
from recommend.lab.simulation.bootstrap import Interval

MAIN = ("popularity", "twin", "ease", "als", "encoder", "blend")
MOST_SHOWN = 7  # recommenders side by side, in a plot or in the columns of a table
CASE_WORDS = {
    "recall": "Recall@50",
    "ndcg": "NDCG@50",
    "precision": "Precision@50",
    "precision_short": "Precision@10",
    "mrr": "MRR",
}
LIST_WORDS = {
    "coverage": "coverage",
    "gini": "Gini",
    "novelty": "novelty",
    "genre_diversity": "genre div.",
    "like_diversity": "like div.",
    "popular_share": "popular",
    "overlap": "overlap",
}
AXES = ("gender", "age", "taste")


def ratio(interval: Interval) -> str:
    """1.495 (1.452 to 1.540)"""
    return f"{interval.value:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def best_first(found: RecommenderComparison) -> list[str]:
    """By NDCG with the number of picks of the groups; ties in the order of the comparison."""
    rows = sorted(found.tables[found.group_picks], key=lambda row: -row.measures["ndcg"].value)
    return [row.model for row in rows]


def shown(found: RecommenderComparison) -> list[str]:
    """The recommenders that are shown side by side, best first, without the baseline.

    The main ones, or the best if there are fewer than two main ones.
    """
    others = [name for name in best_first(found) if name != found.baseline]
    main = [name for name in others if name in MAIN]
    return (main if len(main) > 1 else others)[:MOST_SHOWN]


def counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def splits_text(found: RecommenderComparison) -> str:
    seeds = f"seed{'s' * (len(found.seeds) > 1)} " + ", ".join(map(str, found.seeds))
    if found.folds is None:
        return f"{seeds}, 15 % of the people held out with each"
    return f"{seeds}, {found.folds} folds over the people with each"
