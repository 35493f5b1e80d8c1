"""What the evaluation prints, writes between markers, and draws."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from common.errors import DataError
from recommend.lab.evaluation.figures import RecommenderComparison
from recommend.lab.reports import words
from recommend.lab.reports.comparison import comparison_lines, comparison_markdown, times_markdown
from recommend.lab.reports.generated import check_parts, write_part
from recommend.lab.reports.plots import _apart, draw_plots
from recommend.lab.reports.tables import Section
from tests.paths import ROOT
from tests.recommend.lab.kinds import compare, kinds_data

NAMES = ["popularity", "demographic_popularity", "ease", "als"]


@pytest.fixture(scope="module")
def found() -> RecommenderComparison:
    return compare(kinds_data(), names=NAMES, seeds=[1, 2], picks=[3, 10], against=["ease"])


def test_the_terminal_table_is_readable_at_120_columns(found: RecommenderComparison) -> None:
    lines = list(comparison_lines(found))
    assert max(map(len, lines)) <= 120
    text = "\n".join(lines)
    assert "four kinds, 10 picks: 72 cases of" in text
    row = found.row("als", 10)
    line = next(line for line in lines if line.startswith("als"))
    assert line.split()[1] == f"{row.measures['ndcg'].value:.4f}"
    assert f"{row.ratio.value:.3f}" in line
    assert "< 0.001" in line
    worst = found.worst_group("als", "taste")
    assert worst is not None
    assert f"{worst.name} ({worst.models['als'].ratio.value:.3f})" in text


def test_the_best_recommender_comes_first_in_every_table(found: RecommenderComparison) -> None:
    order = words.best_first(found)
    values = [found.row(name, 10).measures["ndcg"].value for name in order]
    assert values == sorted(values, reverse=True)
    text = comparison_markdown(found)
    table = text.split("### 10 picks")[1].split("###")[0]
    assert [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")] == order


def test_markdown_has_every_table_and_no_seconds(found: RecommenderComparison) -> None:
    text = comparison_markdown(found, [("a plot", PurePosixPath("evaluation/a.svg"))])
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "## four kinds",
        "### 10 picks",
        "### 3 picks",
        "### More picks of the same people",
        "### Against `ease`",
        "### The lists, with 10 picks",
        "### By group, with 10 picks",
    ]
    assert "![a plot](evaluation/a.svg)" in text
    assert "second" not in text
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in lines)
    times = times_markdown(found, wall_seconds=90, processes=2)
    assert "1.5 minutes in 2 processes" in times
    assert [line.split("`")[1] for line in times.splitlines() if line.startswith("| `")] == NAMES


def test_a_table_that_is_too_wide_for_the_terminal_has_no_intervals_there() -> None:
    cell = "1.495 (1.452 to 1.540)"
    narrow = Section("", ("name", "ratio"), [["`als`", cell]])
    assert list(narrow.lines()) == ["", "name                   ratio", f"als   {cell}"]
    wide = Section("", ("name", *"abcdef"), [["`als`", *[cell] * 6]])
    assert list(wide.lines())[2].split() == ["als", *["1.495"] * 6]
    assert list(wide.markdown())[2] == f"| `als` | {' | '.join([cell] * 6)} |"


class TestMarkers:
    def test_a_part_is_replaced_and_the_prose_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "page.md"
        path.write_text("# Title\n\nProse.\n", encoding="utf-8")
        write_part(path, "one", "first\n")
        write_part(path, "two", "second\n")
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("Prose.", "Better prose.") + "\nThe end.\n", encoding="utf-8")
        write_part(path, "one", "FIRST")
        assert path.read_text(encoding="utf-8") == (
            "# Title\n\nBetter prose.\n\n"
            "<!-- generated: one -->\n\nFIRST\n\n<!-- end: one -->\n\n"
            "<!-- generated: two -->\n\nsecond\n\n<!-- end: two -->\n\nThe end.\n"
        )

    def test_a_file_is_made_and_writing_twice_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "page.md"
        for _ in range(2):
            write_part(path, "one", "text")
        assert path.read_text() == "<!-- generated: one -->\n\ntext\n\n<!-- end: one -->\n"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("<!-- generated: a -->\n", r"line 1: the marker 'end' of 'a' is missing"),
            ("x\n<!-- end: a -->\n", r"line 2: the marker 'end' of 'a' is out of place"),
            ("<!-- generated: a -->\n<!-- generated: b -->\n", r"line 2: .* of 'b' is out of"),
            ("<!-- generated: a -->\n<!-- end: a -->\n" * 2, r"line 3: .* of 'a' is out of"),
        ],
    )
    def test_broken_markers_are_refused_and_nothing_is_written(
        self, tmp_path: Path, text: str, message: str
    ) -> None:
        path = tmp_path / "page.md"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=message):
            check_parts(path)
        with pytest.raises(DataError, match=message):
            write_part(path, "a", "new")
        assert path.read_text(encoding="utf-8") == text


@pytest.fixture(scope="module")
def drawn(
    found: RecommenderComparison, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[str, Path]]:
    return draw_plots(found, tmp_path_factory.mktemp("drawn"))


class TestPlots:
    def test_each_is_a_vector_and_a_pixel_image(self, drawn: list[tuple[str, Path]]) -> None:
        assert [path.name for _what, path in drawn] == [
            "four kinds-picks.svg",
            "four kinds-coverage.svg",
            "four kinds-groups.svg",
        ]
        for _what, path in drawn:
            assert ElementTree.parse(path).getroot().tag.endswith("svg")  # noqa: S314
            with Image.open(path.with_suffix(".png")) as image:
                assert min(image.size) > 300
                assert len(np.unique(np.asarray(image.convert("L")))) > 10

    def test_the_same_figures_give_the_same_file(
        self, found: RecommenderComparison, drawn: list[tuple[str, Path]], tmp_path: Path
    ) -> None:
        again = draw_plots(found, tmp_path)
        first, second = ([path.read_bytes() for _what, path in one] for one in (drawn, again))
        assert first == second
        assert b"<dc:date>" not in b"".join(first)

    def test_crowded_labels_are_moved_apart_and_keep_their_order(self) -> None:
        heights = _apart([1.0, 1.01, 1.02, 2.0], 0.1)
        assert heights == pytest.approx([0.91, 1.01, 1.11, 2.0])

    def test_matplotlib_is_loaded_for_drawing_only(self) -> None:
        code = (
            "import sys, recommend.lab.reports.plots as plots, json\n"
            "print(json.dumps('matplotlib' in sys.modules))"
        )
        said = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert json.loads(said.stdout) is False
