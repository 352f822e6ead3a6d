"""The recipes of CONTRIBUTING.md work: each is followed to the letter on a copy of the package, and
run on a history that was made before.

A block under `<!-- file: PATH -->` is a file, one under `<!-- change: PATH -->` a diff whose hunks
(parted by @@) must each fit in one place; `in the project` means the user's folder. What a console
block shows under a command must be printed by it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.test_docs import ROOT, goldmine, same
from tests.rig.waiting import PATIENCE

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^### (.+?)\n(.*?)(?=^### |\Z)", PAGE, re.DOTALL | re.MULTILINE))
BLOCK = re.compile(
    r"^<!-- (file|change|in the project|add to, in the project): (\S+) -->\n```\w+\n(.*?)^```"
    r"|^```console\n(.*?)^```",
    re.DOTALL | re.MULTILINE,
)
SHIPPED = ("goldmine_ingest", "sql", "config", "docs", "tools", "pyproject.toml")


@dataclass(frozen=True)
class Workshop:
    """A copy of the package, and a user's project with a history that the unchanged one made."""

    package: Path
    project: Path

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        words = shlex.split(command)
        if words[0] == "goldmine":
            words[:1] = ["python", "-m", "goldmine_ingest"]
        assert words[0] == "python", command
        return subprocess.run(  # noqa: S603 - the page's own commands
            [sys.executable, *words[1:]],
            cwd=self.project,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.project),
                "PYTHONPATH": str(self.package),
                "COLUMNS": "140",
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@dataclass(frozen=True)
class Block:
    kind: str
    path: str
    text: str


def blocks(recipe: str, numbers: Iterator[int]) -> list[Block]:
    """What a recipe says to do, in order, with the migration's number for NEXT."""
    text = RECIPES[recipe]
    if "NEXT" in text:
        text = text.replace("NEXT", f"{next(numbers):04}")
    return [
        Block(kind or "console", path, written or console)
        for kind, path, written, console in BLOCK.findall(text)
    ]


def follow(block: Block, place: Workshop) -> None:
    root = place.project if "in the project" in block.kind else place.package
    path = root / block.path
    if block.kind == "change":
        path.write_text(changed(path.read_text(encoding="utf-8"), block), encoding="utf-8")
    elif block.kind == "add to, in the project":
        with path.open("a", encoding="utf-8") as file:
            file.write(block.text)
    else:
        assert path.parent.is_dir(), path
        assert not path.exists(), path
        path.write_text(block.text, encoding="utf-8")


def changed(text: str, block: Block) -> str:
    for hunk in block.text.split("@@\n"):
        lines = hunk.splitlines()
        before = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        after = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
        fits = f"\n{text}".count(f"\n{before}")
        assert fits == 1, f"{block.path}: this fits in {fits} places:\n{hunk}"
        text = f"\n{text}".replace(f"\n{before}", f"\n{after}")[1:]
    return text


def shown(console: str) -> Iterator[tuple[str, list[str]]]:
    for part in console.removeprefix("$ ").split("\n$ "):
        command, *lines = part.splitlines()
        yield command, [line for line in lines if line.strip()]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workshop, dict[str, list[Block]]]:
    """The copy after all recipes were followed, in the page's order."""
    place = Workshop(tmp_path_factory.mktemp("package"), tmp_path_factory.mktemp("project"))
    for words in (["init"], ["run", "--all"]):
        assert goldmine(place.project, *words).returncode == 0
    listing = goldmine(
        place.project, "sql", "--format", "csv", "SELECT max(listing_id) FROM listings"
    )
    rated = goldmine(place.project, "rate", listing.stdout.split()[-1], "good")
    assert rated.returncode == 0, rated.stderr
    for name in SHIPPED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, place.package / name)
    first = len(list((ROOT / "sql" / "migrations").glob("*.sql"))) + 1
    numbers = iter(range(first, first + 10))
    steps = {recipe: blocks(recipe, numbers) for recipe in RECIPES}
    for block in (block for said in steps.values() for block in said):
        if block.kind != "console":
            follow(block, place)
    return place, steps


@pytest.mark.parametrize("recipe", RECIPES)
def test_who_follows_the_recipe_gets_what_it_promises(
    workshop: tuple[Workshop, dict[str, list[Block]]], recipe: str
) -> None:
    place, steps = workshop
    consoles = [block.text for block in steps[recipe] if block.kind == "console"]
    assert consoles, "the recipe runs nothing"
    for command, lines in (each for console in consoles for each in shown(console)):
        done = place.run(command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        for line in lines:
            assert same(line) in same(done.stdout), f"{command} prints: {done.stdout}"


@pytest.mark.parametrize("rule", [["check", "--quiet"], ["format", "--check"]], ids=str)
def test_what_the_recipes_make_is_in_the_house_style(
    workshop: tuple[Workshop, dict[str, list[Block]]], rule: list[str]
) -> None:
    place, steps = workshop
    made = {
        block.path
        for said in steps.values()
        for block in said
        if block.kind in ("file", "change") and block.path.endswith(".py")
    }
    done = subprocess.run(  # noqa: S603 - our own files
        [sys.executable, "-m", "ruff", *rule, "--no-cache", *sorted(made)],
        cwd=place.package,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_recipe_for_each_usual_change() -> None:
    assert list(RECIPES) == [
        "A new platform",
        "A new criterion",
        "A new command",
        "A named report",
        "A column of `listings`",
        "A destination format",
        "A migration",
        "A setting",
    ]


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:tests|goldmine_ingest)/[\w/]+\.py)`", PAGE)))
)
def test_the_files_that_the_page_names_are_there(path: str) -> None:
    assert (ROOT / path).is_file()
