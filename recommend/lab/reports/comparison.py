"""A comparison of recommenders as tables: for the terminal, and for docs/evaluation.md. Pure.

Everything in `comparison_markdown` is the same for the same data and seeds; seconds are in
`times_markdown`, which is a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from recommend.lab.evaluation.figures import RecommenderComparison
from recommend.lab.reports import words
from recommend.lab.reports.tables import Section


def comparison_lines(found: RecommenderComparison) -> Iterator[str]:
    """For the terminal: all tables, seconds too, and where each recommender gains least."""
    if few := _few_splits(found):
        yield from ("", few)
    for section in (*_sections(found), _times(found)):
        yield from section.lines()
    yield ""
    for name in words.shown(found):
        worst = [one for axis in words.AXES if (one := found.worst_group(name, axis))]
        named = ", ".join(f"{one.name} ({one.models[name].ratio.value:.3f})" for one in worst)
        if named:
            yield f"{name} gains least with: {named}"


def comparison_markdown(
    found: RecommenderComparison, plots: Sequence[tuple[str, PurePosixPath]] = ()
) -> str:
    """`plots`: what each shows, and its path as seen from the Markdown file."""
    base = found.row(found.baseline, found.group_picks)
    lines = [
        f"## {found.data}",
        "",
        f"{found.users:,} people, {found.films:,} films, {found.ratings:,} ratings (SHA-256 of the "
        f"files `{found.digest[:12]}…`). {words.splits_text(found).capitalize()}: {base.cases:,} "
        f"cases of {base.people:,} people. {found.draws:,} draws of the bootstrap.",
        *filter(None, [_few_splits(found)]),
        "",
    ]
    sections = [*_sections(found), *([_worst(found)] if found.groups else [])]
    lines += [line for section in sections for line in section.markdown()]
    for what, path in plots:
        lines += [f"![{what}]({path})", ""]
    return "\n".join(lines).rstrip() + "\n"


def times_markdown(found: RecommenderComparison, *, wall_seconds: float, processes: int) -> str:
    """What differs from machine to machine."""
    minutes = f"{wall_seconds / 60:.1f} minutes in "
    lines = [
        f"## {found.data}",
        "",
        f"{minutes}{words.counted(processes, 'process', 'processes')}. "
        "Means over the splits; a list is one person's, computed in bulk.",
        "",
        *_times(found).markdown(),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _few_splits(found: RecommenderComparison) -> str:
    """Names the recommenders that were measured on the first splits only, if there are any."""
    rows = found.tables[found.group_picks]
    most = found.row(found.baseline, found.group_picks).splits
    few = [f"`{row.model}` ({row.splits})" for row in rows if row.splits < most]
    if not few:
        return ""
    return (
        f"On the first splits only, because they take long (how many in brackets): "
        f"{', '.join(few)}; they are compared with others on these splits."
    )


def _sections(found: RecommenderComparison) -> Iterator[Section]:
    for picks in sorted(found.tables, key=lambda one: (one != found.group_picks, one)):
        yield _quality(found, picks)
    yield from _curve(found)
    yield from _rivals(found)
    yield _lists(found)
    yield from _groups(found)


def _quality(found: RecommenderComparison, picks: int) -> Section:
    measures = ("recall", "precision_short", "precision", "mrr")
    rows = []
    for name in words.best_first(found):
        row = found.row(name, picks)
        ratio = p = ""
        if name != found.baseline:
            pair = found.pair(name, found.baseline, picks)
            ratio, p = words.ratio(pair.ratio), words.p_value(pair.p_value)
        ndcg = row.measures["ndcg"]
        figures = [f"{row.measures[measure].value:.4f}" for measure in measures]
        of_ndcg = f"{ndcg.value:.4f} ({ndcg.low:.4f} to {ndcg.high:.4f})"
        rows.append([f"`{name}`", of_ndcg, ratio or "1", p, *figures])
    title, base = words.counted(picks, "pick", "picks"), found.row(found.baseline, picks)
    return Section(
        title,
        ("recommender", "NDCG@50", f"NDCG@50 / {found.baseline}'s", "p",
         *(words.CASE_WORDS[measure] for measure in measures)),
        rows,
        caption=f"{found.data}, {title}: {base.cases:,} cases of {base.people:,} people; "
        f"{words.splits_text(found)}",
    )  # fmt: skip


def _picks_header(numbers: Sequence[int]) -> list[str]:
    return ["recommender", *(words.counted(picks, "pick", "picks") for picks in numbers)]


def _curve(found: RecommenderComparison) -> Iterator[Section]:
    if found.curve is None:
        return
    ndcg, ratio = found.curve.ndcg, found.curve.ratio
    numbers = sorted(next(iter(ndcg.values())))
    rows = [
        [f"`{name}`", *(f"{ndcg[name][n].value:.4f} ({ratio[name][n].value:.3f})" for n in numbers)]
        for name in words.best_first(found)
        if name in ndcg
    ]
    note = (
        f"NDCG@50 of {found.curve.people:,} people with nested picks, and in brackets as a ratio "
        f"to {found.baseline} on the same people."
    )
    yield Section("More picks of the same people", _picks_header(numbers), rows, note)


def _rivals(found: RecommenderComparison) -> Iterator[Section]:
    """NDCG against the rivals; the first tables have it against the baseline."""
    numbers = sorted(found.tables)
    for rival in found.rivals:
        if rival == found.baseline:
            continue
        rows = []
        for name in words.best_first(found):
            if name != rival:
                pairs = [found.pair(name, rival, picks) for picks in numbers]
                cells = [f"{words.ratio(one.ratio)}, {words.p_value(one.p_value)}" for one in pairs]
                rows.append([f"`{name}`", *cells])
        note = f"NDCG@50 / {rival}'s on the same people (95 % interval), and p."
        yield Section(f"Against `{rival}`", _picks_header(numbers), rows, note)


def _lists(found: RecommenderComparison) -> Section:
    rows = [found.row(name, found.group_picks) for name in words.best_first(found)]
    measures = [name for name in words.LIST_WORDS if name in rows[0].lists]
    return Section(
        f"The lists, with {words.counted(found.group_picks, 'pick', 'picks')}",
        ("recommender", *(words.LIST_WORDS[name] for name in measures)),
        [[f"`{row.model}`", *(f"{row.lists[name]:.4f}" for name in measures)] for row in rows],
    )


def _groups(found: RecommenderComparison) -> Iterator[Section]:
    if not found.groups:
        return
    models = words.shown(found)
    rows = [
        [
            f"{group.axis}: {group.name}",
            f"{group.people:,}",
            f"{group.models[found.baseline].ndcg.value:.4f}",
            *(words.ratio(group.models[name].ratio) for name in models),
        ]
        for group in found.groups
        if all(name in group.models for name in models)
    ]
    yield Section(
        f"By group, with {words.counted(found.group_picks, 'pick', 'picks')}",
        ("group", "people", found.baseline, *(f"`{name}`" for name in models)),
        rows,
        f"NDCG@50 of {found.baseline} in the group, and of the others as a ratio to it "
        "(95 % interval).",
    )


def _worst(found: RecommenderComparison) -> Section:
    """For every recommender, the group of each axis that gains least over the baseline."""
    axes = [axis for axis in words.AXES if any(group.axis == axis for group in found.groups)]
    rows = []
    for name in words.best_first(found):
        worst = [one for axis in axes if (one := found.worst_group(name, axis))]
        if name != found.baseline and len(worst) == len(axes):
            pairs = [(one.name, one.models[name]) for one in worst]
            cells = [
                f"{group}: {own.ratio.value:.3f}, NDCG {own.ndcg.value:.4f}, "
                f"Recall {own.recall.value:.4f}"
                for group, own in pairs
            ]
            rows.append([f"`{name}`", *cells])
    note = f"The group that gains least over {found.baseline}:"
    return Section("", ("recommender", *axes), rows, note)


def _times(found: RecommenderComparison) -> Section:
    rows = [
        [f"`{name}`", str(one.splits), f"{one.fit:.1f}", f"{one.rank_milliseconds:.2f}"]
        for name, one in found.seconds.items()
    ]
    return Section("", ("recommender", "splits", "fit, seconds", "list, milliseconds"), rows)
