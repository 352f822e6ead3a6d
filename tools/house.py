"""`python -m tools.house [COMMIT …]`: figures of the package's structure, of this checkout and of
other commits beside it, as a table.

What is counted, of the Python of `goldmine_ingest/` alone: modules; loose ones, which lie in no
room; statements that import inside a function; modules that import each other in a circle; lengths
of functions, decorators left out, from `def` to the last line; names of files that several rooms
have. What is measured (`--costs`): CPU seconds, children included, of `goldmine --help` and of a
cycle in a fresh process that polls 100 feeds of 35 listings for the first time, and again where
nothing changed; the median of `--runs`, in turn, so that a busy minute is one for all. Quote the
ratios: seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import ast
import io
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from tests.architecture.test_imports import circles, imports_of
from tools.bench import cycle

ROOT = Path(__file__).parents[1]
HERE = "this checkout"
FEEDS, ENTRIES = 100, 35


@dataclass(frozen=True, slots=True)
class House:
    """A package's structure in figures. Lengths are lines."""

    modules: int
    loose_modules: int
    lines: int
    longest_module: int
    modules_over_350_lines: int
    file_names_used_twice: int
    imports_in_functions: int
    modules_in_circles: int
    functions: int
    median_function: float
    nine_in_ten_functions: float


def house(package: Path) -> House:
    """The figures of the package in this folder."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py"))}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    functions = [
        node
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = sorted((node.end_lineno or node.lineno) - node.lineno + 1 for node in functions)
    lines = [len(text.splitlines()) for text in texts.values()]
    names = Counter(path.name for path in texts if not path.name.startswith("__"))
    graph = {name: imported.ours for name, imported in imports_of(package).items()}
    return House(
        modules=len(texts),
        loose_modules=sum(
            path.parent == package and not path.name.startswith("__") for path in texts
        ),
        lines=sum(lines),
        longest_module=max(lines),
        modules_over_350_lines=sum(count > 350 for count in lines),
        file_names_used_twice=sum(count > 1 for count in names.values()),
        imports_in_functions=len(
            {
                node
                for function in functions
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom)
            }
        ),
        modules_in_circles=len(circles(graph)),
        functions=len(functions),
        median_function=statistics.median(lengths),
        nine_in_ten_functions=lengths[len(lengths) * 9 // 10],
    )


def checkout(commit: str, folder: Path) -> Path:
    """The commit's package with what it needs to run, below `folder`. Raises CalledProcessError."""
    packed = subprocess.run(  # noqa: S603 - our own repository, a commit that the caller names
        ["git", "archive", "--format=tar", commit, "goldmine_ingest", "sql", "config"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def costs(roots: Mapping[str, Path], runs: int) -> dict[str, dict[str, float]]:
    """By checkout and step, the median CPU seconds."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=cycle.serve, args=(FEEDS, ENTRIES, theirs), daemon=True)
    server.start()
    try:
        url = f"http://127.0.0.1:{ours.recv()}"
        with tempfile.TemporaryDirectory() as folder:
            homes = {name: Path(folder, str(number)) for number, name in enumerate(roots)}
            for home in homes.values():
                home.mkdir()
                cycle.project(home, url, FEEDS)
            rounds = [
                {name: _round(roots[name], home) for name, home in homes.items()}
                for _ in range(runs)
            ]
    finally:
        server.kill()
    return {
        name: {
            step: statistics.median(each[name][step] for each in rounds) for step in rounds[0][name]
        }
        for name in roots
    }


def _round(root: Path, home: Path) -> dict[str, float]:
    """One run of each step, with the package of a checkout."""
    os.environ["PYTHONPATH"] = str(root)
    goldmine = [sys.executable, "-P", "-m", "goldmine_ingest"]
    poll = [*goldmine, "--config", str(home / "config/goldmine.toml"), "run", "--all", "--json"]
    shutil.rmtree(home / "data", ignore_errors=True)
    return {
        "goldmine --help": cycle.cost([*goldmine, "--help"], home)[0],
        "first poll": cycle.cost(poll, home)[0],
        "quiet poll": cycle.cost(poll, home)[0],
    }


def table(columns: Mapping[str, Mapping[str, float]], unit: str = "") -> str:
    """Markdown: a row a figure, a column a checkout."""
    heads = list(columns)
    lines = [f"| | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for name in columns[heads[0]]:
        cells = (
            f"{columns[head][name]:.2f}{unit}" if unit else f"{columns[head][name]:,g}"
            for head in heads
        )
        lines.append(f"| {name.replace('_', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.house",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("commits", nargs="*", metavar="COMMIT")
    parser.add_argument("--costs", action="store_true", help="measure too (a minute and more)")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        roots = {commit: checkout(commit, Path(folder, commit)) for commit in options.commits} | {
            HERE: ROOT
        }
        houses = {name: house(root / "goldmine_ingest") for name, root in roots.items()}
        print(
            table(
                {
                    name: {figure.name: getattr(made, figure.name) for figure in fields(House)}
                    for name, made in houses.items()
                }
            )
        )
        if options.costs:
            print(f"\nCPU seconds, {FEEDS} feeds of {ENTRIES} listings:\n")
            print(table(costs(roots, options.runs), unit=" s"))


if __name__ == "__main__":
    main(sys.argv[1:])
