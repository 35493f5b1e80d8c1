"""A comparison as lines of at most 116 characters. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from recommend.lab.evaluation.figures import RecommenderComparison, RecommenderQuality
from recommend.lab.reports import words

NAME = 22  # characters of a recommender's name
GROUP = 30


def table_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as they need, numbers to the right; the last column, text, to the left."""
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        numbers = [cell.rjust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        yield " ".join([*numbers, f" {row[-1]}"]).rstrip()


def comparison_lines(found: RecommenderComparison) -> Iterator[str]:
    """All tables: quality for each number of picks, lists, rivals, groups, the nested curve."""
    for picks in sorted(found.tables, key=lambda one: (one != found.group_picks, one)):
        yield from _quality(found, picks)
    yield from _lists(found)
    yield from _rivals(found)
    yield from _groups(found)
    yield from _curve(found)
    yield from _seconds(found)


def _rows(found: RecommenderComparison, picks: int) -> list[RecommenderQuality]:
    return [found.row(name, picks) for name in words.best_first(found)]


def _quality(found: RecommenderComparison, picks: int) -> Iterator[str]:
    rows = _rows(found, picks)
    base = found.row(found.baseline, picks)
    yield ""
    yield (
        f"{found.data}, {words.counted(picks, 'pick', 'picks')}: {base.cases:,} cases of "
        f"{base.people:,} people; {words.splits_text(found)}"
    )
    yield (
        f"{'':<{NAME}} {'NDCG@50':>8} {'95 % interval':>16} {'to ' + found.baseline[:10]:>13} "
        f"{'95 % interval':>15} {'p':>7} {'Recall@50':>10} {'P@10':>7} {'MRR':>7}"
    )
    for row in rows:
        ndcg, base_ratio = row.measures["ndcg"], row.ratio
        rest = " ".join(
            f"{row.measures[name].value:>{width}.4f}"
            for name, width in (
                ("recall", 10),
                ("precision_short", 7),
                ("mrr", 7),
            )
        )
        own = f"{ndcg.low:.4f} - {ndcg.high:.4f}"
        between = f"{base_ratio.low:.3f} - {base_ratio.high:.3f}"
        chance = words.p_value(row_p) if (row_p := _chance(found, row, picks)) is not None else ""
        if row.model == found.baseline:
            between = ""
        yield (
            f"{_named(row, base):<{NAME}} {ndcg.value:>8.4f} {own:>16} {base_ratio.value:>13.3f} "
            f"{between:>15} {chance:>7} {rest}"
        )
    if any(row.splits < base.splits for row in rows):
        yield "(n): on the first n splits only, and compared with the baseline on these"


def _chance(found: RecommenderComparison, row: RecommenderQuality, picks: int) -> float | None:
    if row.model == found.baseline:
        return None
    return found.pair(row.model, found.baseline, picks).p_value


def _named(row: RecommenderQuality, base: RecommenderQuality) -> str:
    return row.model if row.splits == base.splits else f"{row.model} ({row.splits})"


def _lists(found: RecommenderComparison) -> Iterator[str]:
    rows = _rows(found, found.group_picks)
    measures = [name for name in words.LIST_WORDS if name in rows[0].lists]
    yield ""
    yield f"the lists of 50 with {words.counted(found.group_picks, 'pick', 'picks')}"
    yield " " * NAME + "".join(f" {words.LIST_WORDS[name]:>10}" for name in measures)
    for row in rows:
        yield f"{row.model:<{NAME}}" + "".join(f" {row.lists[name]:>10.4f}" for name in measures)


def _rivals(found: RecommenderComparison) -> Iterator[str]:
    """Ratio of NDCG, and p; against the baseline it stands in the first tables."""
    numbers = sorted(found.tables)
    for rival in found.rivals:
        if rival == found.baseline:
            continue
        yield ""
        yield f"NDCG@50 to {rival} on the same people, and p of the paired bootstrap"
        yield " " * NAME + "".join(f" {words.counted(one, 'pick', 'picks'):>15}" for one in numbers)
        for name in words.best_first(found):
            if name != rival:
                pairs = [found.pair(name, rival, picks) for picks in numbers]
                yield f"{name:<{NAME}}" + "".join(
                    f" {one.ratio.value:>7.3f} {words.p_value(one.p_value):>7}" for one in pairs
                )


def _groups(found: RecommenderComparison) -> Iterator[str]:
    models = words.shown(found)
    yield ""
    yield (
        f"NDCG@50 to {found.baseline} in the same group, "
        f"{words.counted(found.group_picks, 'pick', 'picks')}"
    )
    yield f"{'':<{GROUP}} {'people':>7}" + "".join(f" {name[:11]:>11}" for name in models)
    for group in found.groups:
        cells = (
            f"{group.models[name].ratio.value:>11.3f}" if name in group.models else " " * 11
            for name in models
        )
        yield f"{group.axis + ': ' + group.name:<{GROUP}} {group.people:>7,} " + " ".join(cells)
    for name in models:
        worst = [found.worst_group(name, axis) for axis in words.AXES]
        named = ", ".join(
            f"{one.name} ({one.models[name].ratio.value:.3f})" for one in worst if one is not None
        )
        if named:
            yield f"{name} gains least with: {named}"


def _curve(found: RecommenderComparison) -> Iterator[str]:
    if found.curve is None:
        return
    yield ""
    yield (
        f"NDCG@50 by number of picks, {found.curve.people:,} people with nested picks, "
        "and in brackets to popularity".replace("popularity", found.baseline)
    )
    numbers = sorted(next(iter(found.curve.ndcg.values())))
    yield " " * NAME + "".join(f" {picks:>16}" for picks in numbers)
    for name in words.best_first(found):
        if name in found.curve.ndcg:
            ndcg, ratio = found.curve.ndcg[name], found.curve.ratio[name]
            yield f"{name:<{NAME}}" + "".join(
                f" {ndcg[picks].value:>8.4f} ({ratio[picks].value:.3f})" for picks in numbers
            )


def _seconds(found: RecommenderComparison) -> Iterator[str]:
    yield ""
    yield f"{'':<{NAME}} {'fit, s':>9} {'list, ms':>9} {'splits':>7}"
    for name, seconds in found.seconds.items():
        yield (
            f"{name:<{NAME}} {seconds.fit:>9.2f} {seconds.rank_milliseconds:>9.2f} "
            f"{seconds.splits:>7}"
        )
