"""The fault battery's table: which test shows which case, and docs/reliability.md made from a run.

    @fault("N1", "a closed port", "class refused")
    def test_n1_closed_port(scene): ...

A case is a test that carries this mark. Running with --fault-table=FILE writes the table of that run into FILE, between its two markers;
a test may add figures to its line with `record_property("figure", "12 MiB")`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# What stands in RELIABILITY.md: 124 cases.
SIZES = {"N": 12, "H": 18, "X": 15, "I": 15, "S": 14, "A": 16, "P": 10, "C": 8, "Z": 16}
NUMBERS = tuple(f"{group}{number}" for group, count in SIZES.items() for number in range(1, count + 1))
# Cases that no test of this project can show by now, and why.
ELSEWHERE = {
    "S13": "a question of time, so a benchmark: `make bench-scale`, docs/scale.md",
    "Z10": "waits for the web page, which doesn't exist yet",
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
BEGIN, END = "<!-- battery: written by `make faults` -->", "<!-- battery: end -->"


def fault(number: str, inject: str, required: str) -> pytest.MarkDecorator:
    """Marks a test as a case of the battery: what goes wrong, and what must happen, each in a few words."""
    assert number in NUMBERS, number
    return pytest.mark.fault(number, inject, required)


@dataclass
class Case:
    """One line of the table: what its tests injected and showed."""

    injected: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    figures: list[str] = field(default_factory=list)


class Table:
    """Gathers the marked tests of one run. It runs in the process that started pytest; workers send their marks with their reports."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._cases: dict[str, Case] = defaultdict(Case)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The call counts; figures and failed conditions come with the teardown."""
        for name, mark in report.user_properties:
            if name != "fault":
                continue
            number, inject, required = mark
            case = self._cases[number]
            _add(case.injected, inject)
            _add(case.required, required)
            case.passed += report.when == "call" and report.passed
            case.failed += report.failed
            for label, value in report.user_properties:
                if label == "figure":
                    _add(case.figures, str(value))

    def pytest_sessionfinish(self) -> None:
        text = self._file.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        self._file.write_text(f"{before}{BEGIN}\n{self.render()}\n{END}{after}", encoding="utf-8")

    def render(self) -> str:
        """The table as Markdown, a part for each group."""
        shown = sum(1 for number in NUMBERS if self._shown(number))
        apart = ", ".join(f"{number} ({why})" for number, why in ELSEWHERE.items())
        tests = sum(case.passed + case.failed for case in self._cases.values())
        lines = [f"**{len(NUMBERS)} faults: {shown} injected and passed**, by {tests} tests of this run. Apart: {apart}."]
        for group, title in GROUPS.items():
            lines += ["", f"### {title} ({group})", "", "| # | Injected | What must happen | Tests | Figures |", "|---|---|---|---|---|"]
            lines += [self._line(number) for number in NUMBERS if number[0] == group]
        return "\n".join(lines)

    def _shown(self, number: str) -> bool:
        return number in self._cases and self._cases[number].passed > 0 and not self._cases[number].failed

    def _line(self, number: str) -> str:
        if number in ELSEWHERE:
            return f"| {number} | | | {ELSEWHERE[number]} | |"
        case = self._cases.get(number, Case())
        result = (
            f"{case.passed} passed" + (f", **{case.failed} failed**" if case.failed else "") if number in self._cases else "**not run**"
        )
        cells = (number, "; ".join(case.injected), "; ".join(case.required), result, "; ".join(case.figures))
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _add(texts: list[str], text: str) -> None:
    if text and text not in texts:
        texts.append(text)


def marks_of(item: pytest.Item) -> list[tuple[str, str, str]]:
    return [mark.args for mark in item.iter_markers("fault")]  # type: ignore[misc] # `fault` gave it three texts


def marked_in(folder: Path) -> set[str]:
    """The numbers that tests below a folder are marked with, read from their text: no test has to run for it."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        found.update(re.findall(r"\b(?:fault|Row|Damage)\(\s*\"([A-Z]\d+)\"", file.read_text(encoding="utf-8")))
    return found


def options(parser: Any) -> None:
    parser.addoption("--fault-table", metavar="FILE", help="write the fault battery's table of this run into FILE")
