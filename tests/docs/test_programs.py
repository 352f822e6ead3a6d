"""The recipes of docs/programs.md for other programs. In every run: what they ask is there in the
published copy. In `make drill`: each that needs no window is run as it stands, in an environment of
its own with the packages that it names.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.docs.test_docs import ROOT, goldmine

PAGE = (ROOT / "docs/programs.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^<!-- needs: ([^\n]+) -->\n```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
RECIPES = BLOCK.findall(PAGE)
# What ends such a recipe waits for a browser; asked once instead, it answers and ends.
SERVES = "datasette history.sqlite\n"
ASKS = "datasette history.sqlite --get '/history/decisions.json?_shape=array'\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for words in (["init"], ["run", "--all"]):
        assert goldmine(folder, *words).returncode == 0
    return folder


def test_there_is_a_recipe_for_each_that_is_promised() -> None:
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == [
        *("pandas", "Polars", "ibis", "Datasette, sqlite-utils"),
        *("DuckDB's own page", "DBeaver", "Metabase"),
    ]
    assert len(RECIPES) == 4


def test_what_they_ask_is_answered_by_the_published_copy(project: Path) -> None:
    asked = re.findall(r'"((?:SELECT|FROM) .+?)"', PAGE)
    assert len(asked) == 4
    with duckdb.connect(project / "data/history.duckdb", read_only=True) as history:
        for query in asked:
            assert history.sql(query).fetchall(), query


def test_a_page_of_duckdbs_own_sees_the_views_of_a_copy_that_is_attached(project: Path) -> None:
    attached = re.search(r"-cmd \"(ATTACH .+?)\" -ui", PAGE)
    assert attached is not None
    statement = attached[1].replace("data/history.duckdb", str(project / "data/history.duckdb"))
    with duckdb.connect(":memory:") as history:
        history.execute(statement)
        assert history.sql("FROM listings").fetchall()
        with pytest.raises(duckdb.Error, match="read-only"):
            history.execute("CREATE TABLE mine (a INTEGER)")


@pytest.mark.drill
@pytest.mark.parametrize(("needs", "language", "recipe"), RECIPES, ids=[r[0] for r in RECIPES])
def test_it_runs_with_the_packages_that_it_names(
    needs: str, language: str, recipe: str, project: Path, tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)  # noqa: S603
    own = tmp_path / "venv/bin"
    installed = subprocess.run(  # noqa: S603 - the page's own packages
        [str(own / "pip"), "install", "--quiet", *needs.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert installed.returncode == 0, installed.stderr
    assert language == "python" or recipe.endswith(SERVES)
    command = [str(own / "python"), "-c", recipe] if language == "python" else ["/bin/sh", "-ec"]
    if language == "sh":
        command.append(recipe.replace(SERVES, ASKS))
    done = subprocess.run(  # noqa: S603 - the page's own recipe
        command,
        cwd=project,
        env={
            "PATH": f"{own}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "qualified" in done.stdout
