"""Anything at all, where a person or a stranger writes: read, or refused with a reason; never
another exception.

Amounts, dates, places, texts, identity, pasted listings, search words and frames have such tests in
their rooms; here is the rest.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from goldmine_ingest import config
from goldmine_ingest.config import change_criteria
from goldmine_ingest.errors import ConfigError, GoldmineError
from goldmine_ingest.exchange.opml import read_opml
from goldmine_ingest.exchange.sql import run_sql
from goldmine_ingest.parse.reading import ReadJob, read_feed
from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import TargetKind
from goldmine_ingest.render.templates import Template, TemplateError
from goldmine_ingest.store.history import open_store
from tests.alert_cases import match
from tests.corpus_cases import CORPUS, NOW
from tests.hostile.readings import faults

pytestmark = pytest.mark.filterwarnings(
    "ignore::bs4.MarkupResemblesLocatorWarning", "ignore::bs4.XMLParsedAsHTMLWarning"
)
SHIPPED = Path(__file__).parents[2] / "config"
FILES = ("goldmine.toml", "criteria.toml")
ODD: tuple[Any, ...] = (
    *(
        "",
        "\u202e\u0000x",
        "a" * 9000,
        "99999999999h",
        "-1d",
        "1e999",
        "env:",
        "secret:",
        "file:",
        "http://[",
        "24:00-25:00",
        "*",
        "(",
        "{{",
    ),
    *(0, -1, 2**63, 10**30, 1.5, math.inf, -math.inf, math.nan, True, False, date(2026, 1, 1)),
    *([], [[]], [1, "a"], ["a"] * 2000, {}, {"a": {"b": 1}}, [{}]),
)
NAMES = st.sampled_from(
    [
        "feed",
        "notify",
        "fetch",
        "database",
        "alerts",
        "budget",
        "proof",
        "client",
        "scope",
        "weights",
        "name",
        "url",
        "x y",
        "é",
    ]
)
VALUES = st.recursive(
    st.sampled_from(ODD) | st.text(max_size=12) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
few = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def toml(value: Any) -> str:
    """A value as TOML writes it, tables inline."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    # TOML's texts are JSON's, but for surrogates.
    return (
        str(value)
        if isinstance(value, date)
        else json.dumps(value).encode("utf-8", "ignore").decode()
    )


def document(tables: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {toml(each)}\n" for key, each in tables.items())


def places(tables: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every key of a document."""
    for key, each in tables.items() if isinstance(tables, dict) else enumerate(tables):
        yield (*path, key)
        if isinstance(each, dict | list):
            yield from places(each, (*path, key))


def with_value(tables: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = dict(tables) if isinstance(tables, dict) else list(tables)
    changed[path[0]] = with_value(changed[path[0]], path[1:], value)
    return changed


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped configuration, to be spoilt."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "config").mkdir()
    for name in FILES:
        (folder / "config" / name).write_bytes((SHIPPED / name).read_bytes())
    return folder


def loads_or_says_why(project: Path, name: str, text: str) -> None:
    file = project / "config" / name
    before = file.read_bytes()
    try:
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        with suppress(ConfigError):
            config.load(project / "config/goldmine.toml", env={}, cwd=project)
    finally:
        file.write_bytes(before)


@pytest.mark.parametrize(
    "rounds", [1, pytest.param(len(ODD), marks=pytest.mark.drill)], ids=["one", "all"]
)
@pytest.mark.parametrize("name", FILES)
def test_a_wrong_value_in_every_key(project: Path, name: str, rounds: int) -> None:
    """Each key of the shipped files gets a value of another kind: one each here, every one in
    the drill.
    """
    tables = tomllib.loads((SHIPPED / name).read_text(encoding="utf-8"))
    ways = list(places(tables))
    assert len(ways) > 10
    for number, path in enumerate(ways):
        for turn in range(rounds):
            loads_or_says_why(
                project, name, document(with_value(tables, path, ODD[(number + turn) % len(ODD)]))
            )


@few
@given(name=st.sampled_from(FILES), tables=st.dictionaries(NAMES, VALUES, max_size=5))
def test_any_document(project: Path, name: str, tables: dict[str, Any]) -> None:
    loads_or_says_why(project, name, document(tables))


@few
@given(name=st.sampled_from(FILES), text=st.text(max_size=200))
def test_any_text_as_configuration(project: Path, name: str, text: str) -> None:
    loads_or_says_why(project, name, text)


@few
@given(
    key=st.sampled_from(
        ["budget.fixed_minimum", "proof", "x", "", "budget", "a..b", "budget.currency"]
    ),
    value=st.text(max_size=30),
)
@example("budget.fixed_minimum", "[" * 3000)
def test_any_change_of_a_criterion(project: Path, key: str, value: str) -> None:
    criteria = config.load(project / "config/goldmine.toml", env={}, cwd=project).criteria
    with suppress(ConfigError):
        change_criteria(criteria, [f"{key}={value}"])


OUTLINES = st.lists(
    st.sampled_from(
        [
            "<opml>",
            "<body>",
            "<outline ",
            'xmlUrl="',
            "https://a.example/x",
            '"',
            "/>",
            "</body>",
            "</opml>",
            "&x;",
        ]
    )
)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=100) | OUTLINES.map(lambda pieces: "".join(pieces).encode()))
@example(b"<opml><body>" + b"<outline>" * 100_000)
def test_any_opml(content: bytes) -> None:
    with suppress(GoldmineError):
        read_opml(content)


HEADERS = st.sampled_from(
    [
        *(
            "From: ",
            "Subject: New Job: ",
            "Date: ",
            "Content-Type: ",
            "multipart/mixed; boundary=b",
            "text/html; charset=",
            "\n",
            "\n\n",
        ),
        *("--b", "(", '"', "=?utf-8?q?", "?=", "9" * 30),
    ]
)
MAILS = st.lists(HEADERS | st.text(max_size=5), max_size=15).map(
    lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")
)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200) | MAILS,
    st.sampled_from(["message/rfc822", "application/json", "text/xml", ""]),
)
def test_any_bytes_from_a_mailbox_a_webhook_or_a_server(body: bytes, content_type: str) -> None:
    """What is read of them has no fault."""
    read = read_feed(ReadJob("any", body, content_type, "feeds.example", "auto", frozenset(), NOW))
    assert list(faults(read)) == []


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(path.read_bytes() for path in CORPUS.glob("*/input.*"))), st.data())
def test_a_body_with_bytes_put_in(body: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body)))
    body = body[:at] + data.draw(st.binary(min_size=1, max_size=8)) + body[at:]
    content_type = "message/rfc822" if body[:1].isalpha() else ""
    assert (
        list(
            faults(
                read_feed(
                    ReadJob("any", body, content_type, "feeds.example", "auto", frozenset(), NOW)
                )
            )
        )
        == []
    )


QUERY_WORDS = st.sampled_from(
    [
        "SELECT",
        "*",
        "FROM",
        "listings",
        "(",
        ")",
        "1",
        "'",
        '"',
        "--",
        ";",
        "WITH",
        "x",
        "AS",
        "COPY",
        "TO",
        "PRAGMA",
        "$1",
        "/*",
        "\x00",
        "😀",
    ]
)


@settings(few, max_examples=8)
@given(st.text(max_size=30) | st.lists(QUERY_WORDS, max_size=8).map(" ".join))
def test_any_sql(tmp_path_factory: pytest.TempPathFactory, query: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any-sql.duckdb"
    if not path.exists():
        with open_store(path, now=NOW):
            pass
    with suppress(GoldmineError):
        run_sql(path, query, now=NOW)


TEMPLATE_WORDS = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        " title ",
        " if ",
        " for x in quotes ",
        " endfor ",
        "|",
        "join",
        "(",
        ")",
        " ~ ",
        "'",
        "**",
        "9",
        ".",
        "#}",
        "x",
    ]
)


@few
@given(st.lists(TEMPLATE_WORDS, max_size=12).map("".join) | st.text(max_size=30))
@example("{{ range(10**9) | list }}")
def test_any_template(source: str) -> None:
    with suppress(TemplateError):
        render(match(), TargetKind.PUSHOVER, Template("phone.txt", source))
