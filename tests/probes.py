"""Coverage by probes in our modules, for coverage.py, whose tracing slows down all other code too.

On Python 3.11 a tracer makes the interpreter stop at each line of Django and the standard library
as well. SlipCover puts probes into the code of our modules alone and takes out what was reached.
`coverage report` reads what `write` stores: the lines and the branches of each file.
"""

from __future__ import annotations

import ast
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from coverage import Coverage, CoverageData
from coverage.parser import PythonParser
from coverage.python import get_python_source
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage

from tests.paths import ROOT

TOLD = ".coverage.{}.json"  # by a worker
EXIT = 0  # where a branch goes that leaves a function, for SlipCover

Arc = tuple[int, int]

_probes: Slipcover | None = None


def _worker() -> str:
    """The name of this process among those of a parallel run; empty for the one that began it."""
    return os.environ.get("PYTEST_XDIST_WORKER", "")


def begin() -> None:
    """Probe every module of ours that is imported from now on."""
    global _probes
    source, omitted = (Coverage().get_option(f"run:{name}") for name in ("source", "omit"))
    _probes = Slipcover(branch=True, source=source, omit=omitted)
    ImportManager(_probes, FileMatcher(sources=source, omit=omitted)).__enter__()
    if not _worker():
        for left in ROOT.glob(TOLD.format("gw*")):  # by a run that was killed
            left.unlink()


def write() -> None:
    """Store what was reached: a worker for the process that began the run, this for coverage.py."""
    if _probes is None:
        return
    found = _probes.get_coverage()
    if worker := _worker():
        (ROOT / TOLD.format(worker)).write_text(json.dumps(found), encoding="utf-8")
        return
    for told in ROOT.glob(TOLD.format("gw*")):
        merge_coverage(found, json.loads(told.read_text(encoding="utf-8")))
        told.unlink()
    data = CoverageData(str(ROOT / ".coverage"))
    data.erase()
    for name, of_file in found["files"].items():
        path = str(ROOT / name)
        branches = {(start, end) for start, end in of_file["executed_branches"]}
        data.add_arcs({path: arcs(path, of_file["executed_lines"], branches)})
        data.touch_file(path)  # that it is there, if nothing of it was reached
    data.write()


def arcs(path: str, lines: Iterable[int], branches: set[Arc]) -> set[Arc]:
    """As coverage.py tells them: an arc from each line to itself, and one for each branch taken."""
    text = get_python_source(path)
    parser = PythonParser(text=text, filename=path)
    parser.parse_source()
    ends: dict[int, set[int]] = defaultdict(set)
    for start, end in parser.arcs():
        ends[start].add(end)
    taken = branches | matched(ast.parse(text), branches)
    return {(start, known_end(end, ends[start])) for start, end in taken} | {
        (line, line) for line in lines
    }


def known_end(end: int, ends: set[int]) -> int:
    """Coverage.py knows no ends in lines without code, and tells exits by a negative number."""
    if end == EXIT:
        return min(ends, default=end)
    return min((known for known in ends if known >= end), default=end)


def matched(tree: ast.Module, branches: set[Arc]) -> set[Arc]:
    """SlipCover goes from `match` to the body of a case, coverage.py from one case to the next."""
    taken: set[Arc] = set()
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Match)):
        cases = {case.body[0].lineno: case.pattern.lineno for case in node.cases}
        for _, end in (branch for branch in branches if branch[0] == node.lineno):
            last = cases.get(end, node.cases[-1].pattern.lineno)
            tried = [line for line in cases.values() if line <= last]
            taken |= {*pairwise(tried), (last, end)}
    return taken
