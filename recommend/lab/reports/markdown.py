"""A comparison as Markdown: what stands between the markers of docs/evaluation.md. Pure.

Everything here is the same for the same data and seeds; seconds are in `times_markdown`, which is
a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from recommend.lab.evaluation.figures import RecommenderComparison, RecommenderQuality
from recommend.lab.reports import words


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def comparison_markdown(
    found: RecommenderComparison, plots: Sequence[tuple[str, PurePosixPath]] = ()
) -> str:
    """`plots`: what each shows, and its path as seen from the Markdown file."""
    lines = [f"## {found.data}", "", *_introduction(found)]
    for picks in sorted(found.tables, key=lambda one: (one != found.group_picks, one)):
        lines += [f"### {words.counted(picks, 'pick', 'picks').capitalize()}", ""]
        lines += _quality(found, picks)
    lines += _curve(found)
    lines += _rivals(found)
    lines += _lists(found)
    lines += _groups(found)
    for what, path in plots:
        lines += [f"![{what}]({path})", ""]
    return "\n".join(lines).rstrip() + "\n"


def _introduction(found: RecommenderComparison) -> Iterator[str]:
    base = found.row(found.baseline, found.group_picks)
    yield (
        f"{found.users:,} people, {found.films:,} films, {found.ratings:,} ratings (SHA-256 of the "
        f"files `{found.digest[:12]}…`). {words.splits_text(found).capitalize()}: {base.cases:,} "
        f"cases of {base.people:,} people. {found.draws:,} draws of the bootstrap."
    )
    few = [row for row in found.tables[found.group_picks] if row.splits < base.splits]
    if few:
        names = ", ".join(f"`{row.model}` ({row.splits})" for row in few)
        yield (
            f"On the first splits only, because they take long (how many in brackets): {names}; "
            "they are compared with others on these splits."
        )
    yield ""


def _rows(found: RecommenderComparison, picks: int) -> list[RecommenderQuality]:
    return [found.row(name, picks) for name in words.best_first(found)]


def _quality(found: RecommenderComparison, picks: int) -> Iterator[str]:
    measures = ("recall", "precision_short", "precision", "mrr")
    header = ["recommender", "NDCG@50", f"NDCG@50 / {found.baseline}'s", "p"]
    rows = []
    for row in _rows(found, picks):
        is_base = row.model == found.baseline
        ndcg = row.measures["ndcg"]
        pair = None if is_base else found.pair(row.model, found.baseline, picks)
        rows.append(
            [
                f"`{row.model}`",
                f"{ndcg.value:.4f} ({ndcg.low:.4f} to {ndcg.high:.4f})",
                "1" if pair is None else words.ratio(pair.ratio),
                "" if pair is None else words.p_value(pair.p_value),
                *(f"{row.measures[name].value:.4f}" for name in measures),
            ]
        )
    yield from table([*header, *(words.CASE_WORDS[name] for name in measures)], rows)


def _curve(found: RecommenderComparison) -> Iterator[str]:
    if found.curve is None:
        return
    numbers = sorted(next(iter(found.curve.ndcg.values())))
    yield "### More picks of the same people"
    yield ""
    yield (
        f"NDCG@50 of {found.curve.people:,} people with nested picks, and in brackets as a ratio "
        f"to {found.baseline} on the same people."
    )
    yield ""
    yield from table(
        ["recommender", *(words.counted(picks, "pick", "picks") for picks in numbers)],
        [
            [
                f"`{name}`",
                *(
                    f"{found.curve.ndcg[name][picks].value:.4f} "
                    f"({found.curve.ratio[name][picks].value:.3f})"
                    for picks in numbers
                ),
            ]
            for name in words.best_first(found)
            if name in found.curve.ndcg
        ],
    )


def _rivals(found: RecommenderComparison) -> Iterator[str]:
    """NDCG against the rivals; against the baseline it stands in the first tables."""
    rivals = [rival for rival in found.rivals if rival != found.baseline]
    numbers = sorted(found.tables)
    for rival in rivals:
        yield f"### Against `{rival}`"
        yield ""
        yield f"NDCG@50 / {rival}'s on the same people (95 % interval), and p."
        yield ""
        rows = []
        for name in words.best_first(found):
            if name != rival:
                pairs = [found.pair(name, rival, picks) for picks in numbers]
                cells = [f"{words.ratio(one.ratio)}, {words.p_value(one.p_value)}" for one in pairs]
                rows.append([f"`{name}`", *cells])
        header = ["recommender", *(words.counted(picks, "pick", "picks") for picks in numbers)]
        yield from table(header, rows)


def _lists(found: RecommenderComparison) -> Iterator[str]:
    rows = _rows(found, found.group_picks)
    measures = [name for name in words.LIST_WORDS if name in rows[0].lists]
    yield f"### The lists, with {words.counted(found.group_picks, 'pick', 'picks')}"
    yield ""
    yield from table(
        ["recommender", *(words.LIST_WORDS[name] for name in measures)],
        [[f"`{row.model}`", *(f"{row.lists[name]:.4f}" for name in measures)] for row in rows],
    )


def _groups(found: RecommenderComparison) -> Iterator[str]:
    if not found.groups:
        return
    models = words.shown(found)
    yield f"### By group, with {words.counted(found.group_picks, 'pick', 'picks')}"
    yield ""
    yield (
        f"NDCG@50 of {found.baseline} in the group, and of the others as a ratio to it "
        "(95 % interval)."
    )
    yield ""
    yield from table(
        ["group", "people", found.baseline, *(f"`{name}`" for name in models)],
        [
            [
                f"{group.axis}: {group.name}",
                f"{group.people:,}",
                f"{group.models[found.baseline].ndcg.value:.4f}",
                *(words.ratio(group.models[name].ratio) for name in models),
            ]
            for group in found.groups
            if all(name in group.models for name in models)
        ],
    )
    yield from _worst(found)


def _worst(found: RecommenderComparison) -> Iterator[str]:
    """Of every recommender the group of each axis that gains least over the baseline."""
    axes = [axis for axis in words.AXES if any(group.axis == axis for group in found.groups)]
    rows = []
    for name in words.best_first(found):
        worst = [found.worst_group(name, axis) for axis in axes]
        if name != found.baseline and all(worst):
            rows.append(
                [
                    f"`{name}`",
                    *(
                        f"{one.name}: {one.models[name].ratio.value:.3f}, NDCG "
                        f"{one.models[name].ndcg.value:.4f}, Recall "
                        f"{one.models[name].recall.value:.4f}"
                        for one in worst
                        if one is not None
                    ),
                ]
            )
    yield f"The group that gains least over {found.baseline}:"
    yield ""
    yield from table(["recommender", *axes], rows)


def times_markdown(found: RecommenderComparison, *, wall_seconds: float, processes: int) -> str:
    """What differs from machine to machine."""
    lines = [
        f"## {found.data}",
        "",
        f"{wall_seconds / 60:.1f} minutes in {words.counted(processes, 'process', 'processes')}. "
        "Means over the splits; a list is one person's, computed in bulk.",
        "",
        *table(
            ["recommender", "splits", "fit, seconds", "list, milliseconds"],
            [
                [f"`{name}`", str(one.splits), f"{one.fit:.1f}", f"{one.rank_milliseconds:.2f}"]
                for name, one in found.seconds.items()
            ],
        ),
    ]
    return "\n".join(lines).rstrip() + "\n"
