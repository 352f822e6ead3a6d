"""The fault battery's table: which test shows which case, and docs/reliability.md made from a run.

    @fault("N1", "a closed port", "class refused")
    def test_n1_closed_port(scene): ...

A case is a test that carries this mark, or several with one number. Running with --fault-table=FILE
writes what the run showed into the table in FILE, between its two markers: `make faults` the lines
of the commit part, `make drill` those of the long forms. A test may add figures to its line with
`record_property("figure", "12 MiB")`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# How many cases each group has. docs/reliability.md counts them; no other page does.
SIZES = {"N": 13, "H": 18, "X": 15, "I": 16, "S": 18, "A": 20, "P": 15, "C": 11, "Z": 24}
NUMBERS = tuple(
    f"{group}{number}" for group, count in SIZES.items() for number in range(1, count + 1)
)
# Cases that no test of this project can show by now, and why.
ELSEWHERE = {
    "S13": "a question of time, so a benchmark: `make bench-scale`, [scale.md](scale.md)",
}
GROUPS = {
    "N": "Network",
    "H": "HTTP",
    "X": "XML and HTML",
    "I": "Meaning, dates, identity",
    "S": "Storage and crashes",
    "A": "Alerts",
    "P": "Scheduling",
    "C": "Configuration",
    "Z": "Security",
}
_LINE = re.compile(
    r"^\| ([A-Z]\d+) \| (commit|drill) \|.*\| \**(\d+)/(\d+)\** \|.*\|$", re.MULTILINE
)
BEGIN, END = "<!-- battery: written by `make faults` and `make drill` -->", "<!-- battery: end -->"


def fault(number: str, inject: str, required: str) -> pytest.MarkDecorator:
    """Marks a test as a case of the battery: what goes wrong, and what must happen, each in a
    few words.
    """
    assert number in NUMBERS, number
    return pytest.mark.fault(number, inject, required)


@dataclass
class Line:
    """One line of the table: what a case's tests at one place injected and showed. `ended`:
    whether each injection passed.
    """

    injected: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)
    ended: dict[tuple[str, str], bool] = field(default_factory=dict)
    figures: list[str] = field(default_factory=list)

    def render(self, number: str, place: str) -> str:
        passed = sum(self.ended.values())
        result = (
            f"{passed}/{len(self.ended)}"
            if passed == len(self.ended)
            else f"**{passed}/{len(self.ended)}**"
        )
        cells = (
            number,
            place,
            "; ".join(self.injected),
            "; ".join(self.required),
            result,
            "; ".join(self.figures),
        )
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


class Table:
    """Gathers the marked tests of one run. It runs in the process that started pytest; workers send
    their marks with their reports.

    A run replaces the lines of what it ran, and leaves those of what it didn't: the drill's lines
    stay when the commit part runs.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines: dict[tuple[str, str], Line] = defaultdict(Line)
        self._skipped: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """An injection passed if every phase of its test did; figures and failed conditions come
        with the teardown. One that was skipped injected nothing, though its teardown passes.
        """
        if report.skipped:
            self._skipped.add(report.nodeid)
        if report.nodeid in self._skipped:
            return
        for name, mark in report.user_properties:
            if name != "fault":
                continue
            number, inject, required, place = mark
            line = self._lines[number, place]
            _add(line.injected, inject)
            _add(line.required, required)
            line.ended[report.nodeid, inject] = report.passed and line.ended.get(
                (report.nodeid, inject), True
            )
            for label, value in report.user_properties:
                if label == "figure":
                    _add(line.figures, str(value))

    def pytest_sessionfinish(self) -> None:
        text = self._file.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        table, _, after = rest.partition(END)
        self._file.write_text(
            f"{before}{BEGIN}\n{self.render(table)}\n{END}{after}", encoding="utf-8"
        )

    def render(self, before: str) -> str:
        """The table as Markdown, a part for each group; what this run didn't show as it stood
        `before`.
        """
        lines = {(found[1], found[2]): found[0] for found in _LINE.finditer(before)}
        lines |= {where: line.render(*where) for where, line in self._lines.items()}
        text = [summary(lines)]
        for group, title in GROUPS.items():
            text += [
                "",
                f"### {title} ({group})",
                "",
                "| # | Runs in | Injected | What must happen | Passed | Figures |",
                "|---|---|---|---|---|---|",
            ]
            text += [
                line for number in NUMBERS if number[0] == group for line in _of(number, lines)
            ]
        return "\n".join(text)


def summary(lines: Mapping[tuple[str, str], str]) -> str:
    """How many cases were shown, by how many injections, and what stands apart."""
    counts = {
        where: (int(found[3]), int(found[4]))
        for where, line in lines.items()
        if (found := _LINE.match(line))
    }
    good = {
        number
        for number in NUMBERS
        if (mine := [c for (n, _), c in counts.items() if n == number])
        and all(p == t for p, t in mine)
    }
    parts = ", ".join(
        f"{sum(passed for (_, where), (passed, _) in counts.items() if where == place)} {said}"
        for place, said in (("commit", "with each commit"), ("drill", "in the drill"))
    )
    failed = sum(total - passed for passed, total in counts.values())
    apart = "; ".join(f"{number}: {why}" for number, why in ELSEWHERE.items())
    return (
        f"**{len(NUMBERS)} faults, {len(good)} of them injected and passed**, by"
        f" {sum(passed for passed, _ in counts.values())} injections ({parts}); {failed} failed."
        f" Apart: {apart}."
    )


def _of(number: str, lines: Mapping[tuple[str, str], str]) -> list[str]:
    found = [lines[number, place] for place in ("commit", "drill") if (number, place) in lines]
    return found or [f"| {number} | | | | {ELSEWHERE.get(number, '**not run**')} | |"]


def _add(texts: list[str], text: str) -> None:
    if text and text not in texts:
        texts.append(text)


def marks_of(item: pytest.Item) -> list[tuple[str, ...]]:
    """(number, injected, required, where it runs) for each mark of a test."""
    place = "drill" if item.get_closest_marker("drill") else "commit"
    return [(*mark.args, place) for mark in item.iter_markers("fault")]


def marked_in(folder: Path) -> set[str]:
    """The numbers that tests below a folder are marked with, read from their text: no test has
    to run for it.
    """
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        found.update(
            re.findall(
                r"\b(?:fault|Row|Damage)\(\s*\"([A-Z]\d+)\"", file.read_text(encoding="utf-8")
            )
        )
    return found


def options(parser: Any) -> None:
    parser.addoption(
        "--fault-table",
        metavar="FILE",
        help="write the fault battery's table of this run into FILE",
    )
