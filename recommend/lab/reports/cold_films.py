"""Tables of the evaluation of films without ratings, for the terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recommend.lab.evaluation.cold_films import ColdRow


def cold_lines(rows: Sequence[ColdRow]) -> Iterator[str]:
    """For a terminal."""
    yield f"{rows[0].films} films without ratings, {rows[0].cases:,} cases that like one of them"
    yield f"{'':<36} {'AUC':>6} {'NDCG@10':>8} {'percentile':>11} {'found':>7} {'shown':>7}"
    for row in rows:
        yield (
            f"{row.ranking:<36} {row.auc:>6.3f} {row.ndcg:>8.3f} {_number(row.percentile):>11} "
            f"{_number(row.found):>7} {_number(row.shown):>7}"
        )


def cold_markdown(rows: Sequence[ColdRow]) -> str:
    """The same as a table."""
    lines = [
        f"{rows[0].films} films without ratings, {rows[0].cases:,} cases that like one of them.",
        "",
        "| ranking | AUC | NDCG@10 | percentile | found | shown |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.ranking} | {row.auc:.3f} | {row.ndcg:.3f} | {_number(row.percentile)} | "
        f"{_number(row.found)} | {_number(row.shown)} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
