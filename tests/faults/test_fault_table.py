"""The table of docs/reliability.md says what a run showed, and nothing that it didn't."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests.rig.fault_table import BEGIN, END, Table


def told(
    test: str,
    when: Literal["setup", "call", "teardown"],
    outcome: Literal["passed", "failed", "skipped"],
    *figures: str,
) -> pytest.TestReport:
    """What pytest reports of one phase of a test that is marked as case X9 of the drill."""
    properties = [("fault", ("X9", "damaged bodies", "0 exceptions", "drill"))]
    properties += [("figure", figure) for figure in figures]
    return pytest.TestReport(
        test, ("test.py", 1, test), {}, outcome, None, when, user_properties=properties
    )


def written(folder: Path, *reports: pytest.TestReport) -> str:
    """The lines of X9 after such a run."""
    page = folder / "page.md"
    stood = "| X9 | drill | whole bodies | 0 exceptions | 2/2 | 2248 bodies |"
    page.write_text(f"{BEGIN}\n{stood}\n{END}\n", encoding="utf-8")
    table = Table(page)
    for report in reports:
        table.pytest_runtest_logreport(report)
    table.pytest_sessionfinish()
    lines = page.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.startswith("| X9 "))


def test_a_run_writes_what_it_showed_in_place_of_what_stood_there(tmp_path: Path) -> None:
    passed = [told("one", when, "passed", "3 bodies") for when in ("setup", "call", "teardown")]
    failed = [told("two", "setup", "passed"), told("two", "call", "failed")]
    assert written(tmp_path, *passed, *failed, told("two", "teardown", "passed")) == (
        "| X9 | drill | damaged bodies | 0 exceptions | **1/2** | 3 bodies |"
    )


def test_a_skipped_test_showed_nothing(tmp_path: Path) -> None:
    """Its teardown is reported as passed."""
    skipped = [told("one", "setup", "skipped"), told("one", "teardown", "passed")]
    assert written(tmp_path, *skipped) == (
        "| X9 | drill | whole bodies | 0 exceptions | 2/2 | 2248 bodies |"
    )
