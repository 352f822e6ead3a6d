"""`goldmine sql` with a query or a report's name: what a person and a pipe get."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought
from tests.rig.command import goldmine
from tests.rig.processes import heed_signals, wait_until_busy
from tests.rig.waiting import PATIENCE, wait_for

# Runs for hours in a single task of DuckDB's, in which it doesn't look for signals.
ENDLESS = "SELECT sum(hash(range)) FROM range(1000000000000)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sql")
    (home / "config").mkdir()
    (home / "config/goldmine.toml").write_text(
        '[database]\npath = "data/goldmine.duckdb"\n[[feed]]\nname = "f"\nurl ='
        ' "file:f.xml"\n[[notify]]\nname = "here"\nurl = "terminal"\n'
    )
    (home / "config/criteria.toml").write_text('[me]\ntimezone = "Europe/Berlin"\n')
    with open_store(home / "data/goldmine.duckdb", now=NOON) as store:
        store.apply(brought(1, 2))
    return home


def answer(home: Path, *words: str, stdin: str = "") -> str:
    done = goldmine("sql", *words, cwd=home, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refusal(home: Path, *words: str, status: int = 2) -> str:
    done = goldmine("sql", *words, cwd=home)
    assert (done.returncode, done.stdout) == (status, "")
    return done.stderr.replace(str(home), "HOME")


ODD = (
    "SELECT NULL AS nothing, '' AS empty, 1.50::DECIMAL(5,2) AS amount,"
    ' 170141183460469231731687303715884105727 AS huge, {\'a\': [1, NULL]} AS nested, \'{"b": {"c":'
    " 1.25}}'::JSON AS said, 'NaN'::DOUBLE AS figure, ['x', 'y'] AS several"
)


def test_json_keeps_digits_embeds_json_and_says_null_for_what_is_unknown(home: Path) -> None:
    assert json.loads(answer(home, "--format", "json", ODD)) == [
        {
            "nothing": None,
            "empty": "",
            "amount": 1.5,
            "huge": 170141183460469231731687303715884105727,
            "nested": {"a": [1, None]},
            "said": {"b": {"c": 1.25}},
            "figure": None,
            "several": ["x", "y"],
        }
    ]


def test_csv_leaves_empty_what_is_unknown_or_no_figure(home: Path) -> None:
    assert answer(home, "--format", "csv", ODD).splitlines() == [
        "nothing,empty,amount,huge,nested,said,figure,several",
        (
            ',,1.5,170141183460469231731687303715884105727,"{""a"":[1,null]}","{""b"": {""c"":'
            ' 1.25}}",,"x, y"'
        ),
    ]


def test_lines_of_json_are_one_row_each(home: Path) -> None:
    lines = answer(home, "--format", "ndjson", "SELECT unnest([1, 2]) AS n, 'a\nb' AS t")
    assert [json.loads(line) for line in lines.splitlines()] == [
        {"n": 1, "t": "a\nb"},
        {"n": 2, "t": "a\nb"},
    ]


def test_a_list_that_begins_like_a_formula_is_text_too(home: Path) -> None:
    assert answer(home, "--format", "csv", "SELECT ['=1+1', 'b'] AS c") == 'c\n"\'=1+1, b"\n'


@pytest.mark.parametrize(
    ("form", "empty"),
    [("table", "a  b\n"), ("json", "[]\n"), ("ndjson", ""), ("csv", "a,b\n")],
)
def test_an_empty_answer_is_an_answer(home: Path, form: str, empty: str) -> None:
    assert answer(home, "--format", form, "SELECT 1 AS a, 2 AS b WHERE false") == empty


def test_a_query_may_come_from_standard_input(home: Path) -> None:
    assert (
        answer(home, "-", stdin="SELECT count(*) AS jobs -- all\nFROM listings;\n") == "jobs\n2\n"
    )


def test_a_plan_comes_as_it_is_drawn(home: Path) -> None:
    plan = answer(home, "EXPLAIN FROM internal.listing")
    assert "\n│ Table: history.internal.listing" in plan
    assert "\\x0a" not in plan


@pytest.mark.parametrize("name", ["feed_yield", "feed-yield"])
def test_a_report_is_asked_by_name(home: Path, name: str) -> None:
    assert answer(home, "--format", "csv", name).startswith("feed,platform,")


@pytest.mark.parametrize("form", ["json", "ndjson", "csv", "parquet"])
def test_a_files_name_tells_its_format(home: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"out.{form}"
    done = goldmine("sql", "SELECT listing_id FROM listings", "--output", str(target), cwd=home)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"written: {target}\n")
    with duckdb.connect() as con:
        assert len(con.execute(f"FROM '{target}'").fetchall()) == 2
    assert [file.name for file in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_file_that_cannot_be_written_is_the_files_fault(home: Path, form: str) -> None:
    assert (
        refusal(home, "FROM feeds", "--output", f"nowhere/out.{form}", status=1)
        == f"goldmine: HOME/nowhere/out.{form}: can't be written: No such file or directory\n"
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "SELECT titel FROM listings",
            'SQL: Referenced column "titel" not found in FROM clause!\nCandidate bindings: "title"',
        ),
        ("SELECT\n  titel\nFROM listings", "LINE 2:   titel\n          ^^^^^\n"),
        ("FROM listing_s", 'Did you mean "listings"?\n'),
        ("SELECT title, count(*) FROM listings", "Either add it to the GROUP BY list"),
        ("SELECT 1; SELECT 2", "give one SQL statement\n"),
        ("DELETE FROM listing", "only questions are allowed here: SELECT, FROM"),
        ("FROM read_text('/etc/passwd')", 'SQL: Cannot access file "/etc/passwd"'),
        ("feed_yeld", "there is no report 'feed_yeld'\ndid you mean feed_yield?\n"),
        (
            "listings",
            (
                "there is no report 'listings'\ngoldmine sql --list names them; the rows of a view:"
                " goldmine sql 'FROM listings'\n"
            ),
        ),
        (
            "",
            (
                "no query\ngoldmine sql 'SELECT * FROM listings LIMIT 10', goldmine sql --list, or"
                " - to read one\n"
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_may_be_meant(
    home: Path, query: str, said: str
) -> None:
    found = refusal(home, query)
    assert found.startswith("goldmine: ")
    assert said in found
    assert not [name for name in ("Binder", "Parser", "Catalog", ".snapshot-") if name in found]


@pytest.mark.drill
def test_a_query_that_needs_too_much_memory_is_told_so(home: Path) -> None:
    """It takes a gigabyte for a second."""
    said = refusal(home, "SELECT list(range) FROM range(300000000)")
    assert (
        said
        == "goldmine: SQL: the query needs more than 1GB of memory\nAsk for fewer rows or columns"
        " at once.\n"
    )


def test_parquet_needs_a_file(home: Path) -> None:
    assert (
        refusal(home, "--format", "parquet", "FROM feeds")
        == "goldmine: parquet needs a file\nadd --output FILE.parquet\n"
    )


def test_on_a_terminal_a_wide_row_becomes_a_block_and_no_text_moves_the_cursor(home: Path) -> None:
    texts = "chr(27) || '[31mred' AS title, 'one' || chr(10) || 'two' AS description"
    shown = goldmine(
        "sql",
        f"SELECT * REPLACE ({texts}) FROM listings",  # noqa: S608 - ours
        cwd=home,
        terminal=True,
    ).stdout
    assert "listing_id               " in shown
    assert "title                    \\x1b[31mred\n" in shown
    assert "description              one\n                         two\n" in shown
    red = "SELECT chr(27) || '[31mred' AS a, chr(155) AS b"
    assert (
        goldmine("sql", "--format", "csv", red, cwd=home, terminal=True).stdout
        == "a,b\n\\x1b[31mred,\\x9b\n"
    )
    assert goldmine("sql", "--format", "csv", red, cwd=home).stdout == "a,b\n\x1b[31mred,\x9b\n"
    assert "\x9b" not in goldmine("sql", "--format", "json", red, cwd=home, terminal=True).stdout


def test_on_a_terminal_no_rows_are_said(home: Path) -> None:
    done = goldmine("sql", "SELECT 1 AS a WHERE false", cwd=home, terminal=True)
    assert (done.stdout, done.stderr) == ("a\n", "no rows\n")


def test_on_a_terminal_a_table_has_its_headings_whole_or_is_given_row_by_row(home: Path) -> None:
    narrow = goldmine("sql", "feed_yield", cwd=home, terminal=True).stdout
    wide = goldmine(
        "sql", "feed_yield", cwd=home, terminal=True, COLUMNS="160", TERM="xterm"
    ).stdout
    assert "qualified_per_day  " in narrow
    assert len(narrow.splitlines()) > len(wide.splitlines())
    assert "qualified_per_day" in wide.splitlines()[0]


def test_ctrl_c_stops_a_query_that_would_run_for_hours(home: Path) -> None:
    data = home / "data"
    with subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-m", "goldmine_ingest", "sql", ENDLESS],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_signals,
    ) as asked:
        wait_for(lambda: list(data.glob(".snapshot-*/history.duckdb")))
        wait_until_busy(asked.pid)
        os.killpg(asked.pid, signal.SIGINT)
        out, err = asked.communicate(timeout=PATIENCE)
    assert (asked.returncode, out, err) == (130, "", "goldmine: the query was stopped\n")
    assert not list(data.glob(".snapshot-*"))


@pytest.mark.parametrize("name", ["x.xlsx", "x.sqlite", "x.CVS"])
def test_an_ending_that_is_not_known_is_refused_with_those_that_are(home: Path, name: str) -> None:
    """It was written as a table of text, whatever its name said."""
    done = goldmine("sql", "SELECT 1 AS one", "--output", name, cwd=home)
    assert (done.returncode, (home / name).exists()) == (2, False)
    assert all(known in done.stderr for known in (".json", ".csv", ".parquet"))
    plain = goldmine("sql", "SELECT 1", "--output", name, "--format", "csv", cwd=home)
    assert plain.returncode == 0
