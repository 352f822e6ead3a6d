"""What the docs, comments and docstrings name is there: modules, tests, tools, queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("docs/*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
ROOMS = ("goldmine_ingest", "flows", "sql", "tools", "tests")
# A file's name; not the end of an address or of what a program calls its own.
FILE = re.compile(r"(?<![\w/.*-])((?:[\w-]+/)*[\w-]+\.(?:py|sql|tsv))(?![\w/*-])")
MODULE = re.compile(r"\b(?:python -m |`)((?:tools|tests|goldmine_ingest)(?:\.\w+)+)")
RECIPE = re.compile(r"^<!-- (?:file|change): (\S+) -->", re.MULTILINE)
# A method of DuckDB, a file of Prefect's, and one that the benchmark writes.
OTHERS = {"con.sql", "prefect/types/names.py", "naive.py"}


def files() -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".sql", ".tsv"}
    } | {str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.py")}


def named(text: str) -> Iterator[str]:
    """The paths of files, those of modules too."""
    yield from FILE.findall(text)
    for module in MODULE.findall(text):
        yield module.replace(".", "/")


def is_there(name: str, there: set[str]) -> bool:
    """A file by the end of its path; or a module, a room, or what a module holds."""
    if name.endswith((".py", ".sql", ".tsv")):
        return any(f"/{path}".endswith(f"/{name}") for path in there)
    return any(
        f"{part}.py" in there or any(path.startswith(f"{part}/") for path in there)
        for part in (name, name.rpartition("/")[0])
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    there = files() | set(RECIPE.findall(text))
    assert not [name for name in named(text) if not is_there(name, there)]


def test_what_comments_and_docstrings_name_is_there() -> None:
    there = files()
    lost = {
        str(path.relative_to(ROOT)): name
        for room in ("goldmine_ingest", "flows", "tools")
        for path in sorted((ROOT / room).rglob("*.py"))
        for name in named(path.read_text(encoding="utf-8"))
        if name not in OTHERS and not is_there(name, there)
    }
    assert not lost
