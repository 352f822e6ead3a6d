"""`goldmine mcp`, asked by the protocol's own client as an assistant asks it."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from tests.rig.command import goldmine

if TYPE_CHECKING:
    from mcp import Client

READS = {"matches", "find", "explain", "near_misses", "backtest", "review", "sql"}
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("matches", {"since": "3650d"}),
    ("find", {"words": "month-end close", "since": "3650d"}),
    ("explain", {"listing": "e43dac7e"}),
    ("near_misses", {}),
    ("backtest", {"changes": ["budget.fixed_minimum=100"], "since": "3650d"}),
    ("review", {"days": 30}),
    ("sql", {"query": "SELECT count(*) AS listings FROM listings"}),
]
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sql", {"query": "DROP TABLE listings"}, "only questions are allowed"),
    ("sql", {"query": "SELECT * FROM read_csv('/etc/passwd')"}, "read_csv"),
    ("sql", {"query": "-"}, "goldmine"),
    ("explain", {"listing": "ffffffffff"}, "no listing"),
    ("explain", {"listing": "--help"}, "no listing"),
    ("backtest", {"changes": ["budget.fixed_minimum=much"]}, "budget.fixed_minimum"),
    ("backtest", {"changes": ["--criteria=/etc/passwd"]}, "can't be asked"),
    ("find", {"words": "x", "since": "soon"}, "can't be asked"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assistant")
    assert goldmine("init", ".", cwd=folder).returncode == 0
    assert goldmine("run", "--all", cwd=folder).returncode == 0
    return folder


def client(folder: Path) -> Client:
    """The protocol's own, whose server is the command."""
    from mcp import Client, StdioServerParameters  # a second and a half for each worker otherwise

    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "goldmine_ingest", "mcp"],
        cwd=str(folder),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return Client(server)


async def answers(
    folder: Path, questions: list[tuple[str, dict[str, Any]]]
) -> list[tuple[bool, str]]:
    """Whether each question was refused, and what was answered."""
    async with client(folder) as asking:
        given = [await asking.call_tool(name, arguments) for name, arguments in questions]
    return [(bool(answer.is_error), "".join(c.text for c in answer.content)) for answer in given]  # type: ignore[union-attr]


def test_every_tool_reads_and_says_so(project: Path) -> None:
    async def tools() -> dict[str, Any]:
        async with client(project) as asking:
            return {tool.name: tool for tool in (await asking.list_tools()).tools}

    offered = anyio.run(tools)
    assert offered.keys() == READS
    assert all(tool.annotations.read_only_hint and tool.description for tool in offered.values())


def test_each_is_answered_as_a_script_is_and_nothing_is_changed(project: Path) -> None:
    def content() -> str:
        dumped = goldmine("sql", "FROM decisions ORDER BY ALL", "--format", "json", cwd=project)
        files = sorted(path for path in (project / "config").iterdir())
        return dumped.stdout + "".join(hashlib.sha256(f.read_bytes()).hexdigest() for f in files)

    before = content()
    for refused, text in anyio.run(answers, project, QUESTIONS):
        assert not refused, text
        document = json.loads(text)
        assert isinstance(document, list) or document["schema"] == 1
    assert content() == before


def test_what_can_not_be_asked_is_refused_in_words_for_people(project: Path) -> None:
    questions = [(name, arguments) for name, arguments, _ in REFUSED]
    for (refused, text), (*_, expected) in zip(
        anyio.run(answers, project, questions), REFUSED, strict=True
    ):
        assert refused
        assert expected in text
        assert "Traceback" not in text
