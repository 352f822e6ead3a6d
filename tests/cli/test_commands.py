"""The `goldmine` command as its users run it: real files, what it prints where and how it ends."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from goldmine_ingest.cli.commands import COMMANDS, GROUPS
from goldmine_ingest.cli.given_text import decoded
from goldmine_ingest.cli.output import print_table
from goldmine_ingest.cli.parser import parse
from tests.rig.command import goldmine

HEAVY = (
    "duckdb",
    "prefect",
    "apprise",
    "bs4",
    "feedparser",
    "pydantic",
    "rich",
    "pycurl",
    "goldmine_ingest.model",
)


def document(done: subprocess.CompletedProcess[str]) -> Any:
    """The one JSON document on standard output."""
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `init` writes it, after its first run."""
    folder = tmp_path_factory.mktemp("project")
    assert goldmine("init", cwd=folder).returncode == 0
    first = goldmine("run", cwd=folder)
    assert first.returncode == 0, first.stderr
    (folder / "first-run.txt").write_text(first.stdout, encoding="utf-8")
    return folder


def test_g10_help_imports_nothing_heavy(empty: Path) -> None:
    code = (
        "import sys; from goldmine_ingest.cli import main; main(['--help']); print([m for m in"
        f" {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code], cwd=empty, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "near" not in done.stdout.split("set up:", 1)[0]


@pytest.mark.parametrize("arguments", [("--version",), ("run", "--version"), ("sql", "--version")])
def test_the_version_before_and_after_a_command(empty: Path, arguments: tuple[str, ...]) -> None:
    done = goldmine(*arguments, cwd=empty)
    assert (done.returncode, done.stdout.startswith("goldmine ")) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--quiet",), "which command?"),
        (("rnu",), "did you mean run?"),
        (("run", "--al"), "unrecognized arguments: --al"),
        (("backtest", "other.toml"), "goldmine backtest --help shows what is possible"),
        (("alerts", "--state", "lost"), "invalid choice"),
        (("alerts", "drop", "abcd"), "--why"),
        (("run",), "goldmine init"),
        (("--config", "none.toml", "check"), ""),
        (("run", "--config", "none.toml"), "/none.toml: does not exist"),
        (("find", b"caf\xe9".decode("utf-8", "surrogateescape")), "holds bytes that are no text"),
    ],
)
def test_usage_errors_are_short_and_end_with_2(
    empty: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = goldmine(*arguments, cwd=empty)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 2


@pytest.mark.parametrize("arguments", [(), ("help",), ("--help",)], ids=str)
def test_help_lists_every_command_by_what_one_is_about_to_do(
    empty: Path, arguments: tuple[str, ...]
) -> None:
    done = goldmine(*arguments, cwd=empty)
    assert done.returncode == 0
    places = [done.stdout.index(f"\n{title}:\n") for title, _ in GROUPS]
    assert places == sorted(places)
    for name, _, summary, _ in COMMANDS.values():
        assert re.search(rf"^  {name} +{re.escape(summary)}$", done.stdout, re.M)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_an_example_that_is_one(empty: Path, name: str) -> None:
    """Which the command's parser takes."""
    by_word = goldmine("help", name, cwd=empty)
    assert by_word.stdout == goldmine(name, "--help", cwd=empty).stdout
    *_, shown = by_word.stdout.split("\nExample: ")
    words = shlex.split(" ".join(shown.split()))
    assert words[:2] == ["goldmine", name]
    assert parse(words[1:]).module == COMMANDS[name].module


def test_the_help_of_an_action(empty: Path) -> None:
    done = goldmine("help", "feeds", "test", cwd=empty)
    assert "Example: goldmine feeds test https://" in done.stdout


def test_global_options_stand_before_or_after_the_command(home: Path, empty: Path) -> None:
    path = str(home / "config" / "goldmine.toml")
    before, after = (
        goldmine("--config", path, "feeds", "--json", cwd=empty),
        goldmine("feeds", "--json", "--config", path, cwd=empty),
    )
    assert before.stdout == after.stdout != ""
    assert goldmine("feeds", "--json", cwd=empty, GOLDMINE_CONFIG=path).stdout == before.stdout


def test_init_never_overwrites(tmp_path: Path) -> None:
    first = goldmine("init", "mine", cwd=tmp_path)
    assert "wrote mine/config/goldmine.toml" in first.stdout
    target = tmp_path / "mine" / "config" / "criteria.toml"
    assert target.stat().st_mode & 0o777 == 0o600
    target.write_text("# mine\n")
    second = goldmine("init", "mine", cwd=tmp_path)
    assert "kept  mine/config/criteria.toml" in second.stdout
    assert target.read_text() == "# mine\n"


def test_the_first_run_shows_the_product(home: Path) -> None:
    shown = (home / "first-run.txt").read_text(encoding="utf-8")
    assert "2 feeds polled: 14 new, 4 qualified, 2 for review, 8 rejected; 4 sent" in shown
    assert "Automate our month-end bank reconciliation" in shown
    assert "goldmine explain" in shown
    assert "\x1b" not in shown


def test_run_asks_the_feeds_that_it_is_given_due_or_not(home: Path) -> None:
    asked = document(goldmine("run", "sample-freelancer", "--json", cwd=home))["feeds"]
    assert [feed["feed"] for feed in asked] == ["sample-freelancer"]
    unknown = goldmine("run", "nobody", cwd=home)
    assert unknown.returncode == 2
    assert "there is no feed 'nobody'" in unknown.stderr
    assert "sample-upwork" in unknown.stderr


def test_deploy_prints_a_prefect_yaml_without_a_server(home: Path) -> None:
    done = goldmine("deploy", "--yaml", cwd=home)
    assert done.returncode == 0, done.stderr
    rows = yaml.safe_load(done.stdout)["deployments"]
    flows = [row["entrypoint"].rpartition(".")[2] for row in rows]
    assert flows == ["poll", "digest", "maintain"]
    assert rows[0]["schedules"][0]["interval"] == 300
    assert rows[0]["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}


def test_run_json_is_one_document(home: Path) -> None:
    done = goldmine("run", "--all", "--json", cwd=home)
    found = document(done)
    assert list(found)[:3] == ["schema", "run_id", "dry_run"]
    assert (found["new_listings"], found["alerts"]["sent"], len(found["feeds"])) == (0, 0, 2)
    assert set(found["feeds"][0]) == {
        "feed",
        "outcome",
        "http_status",
        "entries",
        "new_listings",
        "skipped",
        "error",
    }
    assert set(found["alerts"]) == {
        "owed",
        "held",
        "sent",
        "retrying",
        "uncertain",
        "dead",
        "suppressed",
    }


def test_a_dry_run_needs_no_database_and_makes_none(tmp_path: Path) -> None:
    goldmine("init", cwd=tmp_path)
    found = document(goldmine("run", "--dry-run", "--json", cwd=tmp_path))
    assert (found["dry_run"], found["qualified"], len(found["messages"]) >= 4) == (True, 4, True)
    assert {"destination", "kind", "listing_ids", "text"} <= set(found["messages"][0])
    assert not list(tmp_path.rglob("*.duckdb"))


def test_check_reports_files_and_machine(tmp_path: Path) -> None:
    """Problems in the files end with 2; what this machine lacks with 3; both are told in one go."""
    goldmine("init", cwd=tmp_path)
    path = tmp_path / "config" / "goldmine.toml"
    text = path.read_text() + '\n[[feed]]\nname = "x"\nurl = "env:MISSING_FEED_URL"\n'
    path.write_text(text)
    done = goldmine("check", "--json", cwd=tmp_path)
    assert done.returncode == 3
    assert document(done)["problems"] == [
        {
            "where": "feed[2].url",
            "message": "the environment variable MISSING_FEED_URL is not set",
            "expected": "set it where goldmine runs",
        }
    ]
    path.write_text(text + 'evry = "5m"\n')
    done = goldmine("check", "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert {problem["where"] for problem in document(done)["problems"]} == {
        "feed[2].evry",
        "feed[2].url",
    }
    for command in ("check", "run"):
        done = goldmine(command, cwd=tmp_path)
        assert done.returncode == 2
        assert 'feed "x".evry' in done.stdout + done.stderr


def test_a_feed_that_this_machine_lacks_stops_nothing_else(tmp_path: Path) -> None:
    goldmine("init", cwd=tmp_path)
    with (tmp_path / "config" / "goldmine.toml").open("a") as file:
        file.write(
            '\n[[feed]]\nname = "x"\nurl = "env:MISSING_FEED_URL"\n[[notify]]\nname = "p"\nurl ='
            ' "secret:none"\n'
        )
    done = goldmine("run", "--json", cwd=tmp_path)
    found = document(done)
    assert (done.returncode, found["new_listings"], found["alerts"]["sent"]) == (3, 14, 4)
    assert "MISSING_FEED_URL" in done.stderr
    assert "p: the secret file none does not exist" in done.stderr


def test_a_refused_destination_is_named_and_its_url_is_not(tmp_path: Path) -> None:
    goldmine("init", cwd=tmp_path)
    with (tmp_path / "config" / "goldmine.toml").open("a") as file:
        file.write('\n[[notify]]\nname = "p"\nurl = "env:PHONE"\n')
    done = goldmine("check", "--json", cwd=tmp_path, PHONE="nosuchservice://CANARY")
    assert [problem["where"] for problem in document(done)["problems"]] == ["notify[1].url"]
    assert (done.returncode, "CANARY" in done.stdout + done.stderr) == (3, False)


def test_check_online_says_what_each_feed_yields(home: Path) -> None:
    found = document(goldmine("check", "--online", "--json", cwd=home))
    assert [(feed["feed"], feed["ok"], feed["entries"]) for feed in found["feeds"]] == [
        ("sample-upwork", True, 12),
        ("sample-freelancer", True, 3),
    ]
    assert found["destinations"][0]["ok"] is True


def test_feeds_lists_every_configured_feed(home: Path) -> None:
    rows = document(goldmine("feeds", "--json", cwd=home))
    assert [
        (row["feed"], row["platform"], row["state"], row["listings"], row["qualified"])
        for row in rows
    ] == [
        ("sample-upwork", "upwork", "ok", 11, 3),
        ("sample-freelancer", "freelancer", "ok", 3, 1),
    ]
    assert rows[0]["last_ok_at"].endswith("Z")


def test_feeds_before_the_first_run_and_the_platforms(tmp_path: Path) -> None:
    goldmine("init", cwd=tmp_path)
    rows = document(goldmine("feeds", "--json", cwd=tmp_path))
    assert [(row["feed"], row["last_ok_at"], row["interval_s"]) for row in rows] == [
        ("sample-upwork", None, 300),
        ("sample-freelancer", None, 300),
    ]
    platforms = document(goldmine("feeds", "--platforms", "--json", cwd=tmp_path))
    assert {"upwork", "vollna", "generic"} <= {row["platform"] for row in platforms}
    assert set(platforms[0]) == {"platform", "fields", "slowest_pace", "attribution"}
    assert document(goldmine("alerts", "--json", cwd=tmp_path)) == []


def test_explain_by_prefix_and_url(home: Path) -> None:
    query = "SELECT listing_id, url FROM listings WHERE budget_max = 450"
    row = document(goldmine("sql", query, "--format", "json", cwd=home))[0]
    found = document(goldmine("explain", row["listing_id"][:6], "--json", cwd=home))
    assert list(found) == [
        "schema",
        "listing",
        "decision",
        "score",
        "criteria_hash",
        "findings",
        "would_change",
        "destinations",
        "ask",
        "fit",
        "exposure",
        "proof_exposure",
        "signals",
    ]
    assert found["decision"] == "rejected"
    assert {
        "setting": "budget.fixed_minimum",
        "from": 500,
        "to": 450,
        "decision": "qualified",
    } in found["would_change"]
    assert found["destinations"][0]["destination"] == "screen"
    assert (
        document(goldmine("explain", row["url"] + "?source=rss&utm_source=x", "--json", cwd=home))
        == found
    )
    shown = goldmine("explain", row["listing_id"], cwd=home).stdout
    assert "budget.fixed_minimum" in shown
    assert "rejected" in shown


@pytest.mark.parametrize(
    "wanted", ["ffff", "abc", "https://example.com/nothing", "'; DROP TABLE listing;--"]
)
def test_an_unknown_listing_is_2(home: Path, wanted: str) -> None:
    done = goldmine("explain", wanted, cwd=home)
    assert (done.returncode, len(done.stderr.splitlines()) <= 2, done.stdout) == (2, True, "")


def test_alerts_and_giving_one_up(home: Path) -> None:
    sent = document(goldmine("alerts", "--state", "sent", "--json", cwd=home))
    held = document(goldmine("alerts", "--state", "held", "--json", cwd=home))
    assert (len(sent), len(held)) == (4, 2)
    assert goldmine("alerts", "drop", sent[0]["alert_id"], "--why", "x", cwd=home).returncode == 2
    assert goldmine("alerts", "drop", "0000", "--why", "x", cwd=home).returncode == 2
    assert (
        goldmine(
            "alerts", "drop", held[0]["alert_id"][:8], "--why", "not for me", cwd=home
        ).returncode
        == 0
    )
    dropped = document(goldmine("alerts", "--state", "suppressed", "--json", cwd=home))
    assert [(row["alert_id"], row["reason"]) for row in dropped] == [
        (held[0]["alert_id"], "not for me")
    ]


def test_sql_formats(home: Path) -> None:
    query = "SELECT title, budget_max, posted_at FROM listings WHERE budget_max = 450"
    row = {
        "title": "Python script to match supplier invoices with bank statements",
        "budget_max": 450,
        "posted_at": "2026-11-01T11:52:17Z",
    }
    assert document(goldmine("sql", query, "--format", "json", cwd=home)) == [row]
    assert (
        goldmine("sql", query, "--format", "csv", cwd=home).stdout.splitlines()[1]
        == f"{row['title']},450,{row['posted_at']}"
    )
    assert row["title"] in goldmine("sql", "-", cwd=home, stdin=query).stdout
    assert goldmine("sql", query, "--output", "out.parquet", cwd=home).returncode == 0
    assert (home / "out.parquet").read_bytes()[:4] == b"PAR1"
    assert goldmine("sql", query, "--output", "out.json", cwd=home).returncode == 0
    assert json.loads((home / "out.json").read_text()) == [row]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT nothing",
        "DROP TABLE listing",
        "no_such_report",
        "SELECT 1; SELECT 2",
        "COPY (SELECT 1) TO 'x'",
    ],
)
def test_bad_sql_is_2(home: Path, query: str) -> None:
    done = goldmine("sql", query, cwd=home)
    assert (done.returncode, "Traceback" in done.stderr, done.stdout) == (2, False, "")


def test_publish_doctor_and_notify_test(home: Path) -> None:
    assert goldmine("publish", cwd=home).returncode == 0
    assert (home / "data" / "history.duckdb").stat().st_mode & 0o777 == 0o400
    found = document(goldmine("doctor", "--json", cwd=home))
    assert (found["ok"], found["schema"]) == (True, 1)
    tested = goldmine("notify", "test", "screen", cwd=home)
    assert (tested.returncode, "Test" in tested.stdout) == (0, True)
    assert goldmine("notify", "test", "nobody", cwd=home).returncode == 2


def test_a_bug_is_two_lines_and_not_a_traceback(home: Path) -> None:
    code = (
        "import goldmine_ingest.cli.doctor as d; d.run = lambda *_: 1 / 0\nfrom goldmine_ingest.cli"
        " import main; exit(main(['doctor']))"
    )
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "this is a bug" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("sql", "SELECT '\udcff'"), ("offer", "\udcff month-end close")]
)
def test_an_argument_that_is_no_text_is_said_and_is_no_bug(
    home: Path, arguments: tuple[str, ...]
) -> None:
    done = goldmine(*arguments, cwd=home)
    assert (done.returncode, "UTF-8" in done.stderr, "bug" in done.stderr) == (2, True, False)


@pytest.mark.parametrize("arguments", [("sql", "-"), ("proof", "add", "-")])
def test_standard_input_that_is_no_text_is_said_and_is_no_bug(
    home: Path, arguments: tuple[str, ...]
) -> None:
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "goldmine_ingest", *arguments],
        cwd=home,
        input=b"select \xff",
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"isn't UTF-8" in done.stderr) == (2, True)


def test_a_text_may_be_cut_off_within_a_character() -> None:
    assert decoded("naïve".encode()[:3]) == "na"
    with pytest.raises(UnicodeDecodeError):
        decoded(b"na\xefve")


@pytest.mark.parametrize("terminal", [False, True])
def test_z6_headings_of_a_query_are_shown_as_text(home: Path, terminal: bool) -> None:
    """It may have been copied from anywhere."""
    query = 'SELECT 7 AS "\x1b[2J[link=https://evil.example]x[/link]"'
    shown = goldmine("sql", query, cwd=home, terminal=terminal).stdout
    assert "\\x1b[2J[link=https://evil.example]x[/link]" in shown
    assert "\x1b]8" not in shown
    assert "\x1b[2J" not in shown


def test_a_reader_that_leaves_early_is_no_error(home: Path) -> None:
    command = f"{sys.executable} -m goldmine_ingest sql 'FROM range(200000)' | head -1"
    done = subprocess.run(  # noqa: S603 - our own
        ["/bin/sh", "-c", command], cwd=home, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("range", "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&-"])
def test_a_closed_stream_is_no_error_and_its_text_lands_nowhere_else(
    home: Path, closed: str
) -> None:
    command = f"{sys.executable} -m goldmine_ingest sql 'SELECT 7 AS seven' --format csv {closed}"
    done = subprocess.run(  # noqa: S603 - our own
        ["/bin/sh", "-c", command], cwd=home, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split(), done.stderr) == (
        0,
        [] if closed.startswith(">") else ["seven", "7"],
        "",
    )


def test_a_full_disk_behind_standard_output_is_said_and_is_no_bug(home: Path) -> None:
    command = f"{sys.executable} -m goldmine_ingest sql 'SELECT 7' > /dev/full"
    done = subprocess.run(  # noqa: S603 - our own
        ["/bin/sh", "-c", command], cwd=home, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.count("\n"), "No space left" in done.stderr) == (
        1,
        1,
        True,
    )


def test_no_text_of_a_sent_alert_is_empty_rather_than_null(home: Path) -> None:
    sent = [
        row for row in document(goldmine("alerts", "--json", cwd=home)) if row["state"] == "sent"
    ]
    assert sent
    assert {row["reason"] for row in sent} == {None}


@pytest.mark.parametrize(("columns", "as_table"), [(3, True), (40, False)])
def test_a_table_with_too_many_columns_for_the_terminal_is_a_list(
    columns: int, as_table: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    out = io.StringIO()
    out.isatty = lambda: True  # type: ignore[method-assign]
    print_table(
        [f"column{i}" for i in range(columns)], [[f"value{i}" for i in range(columns)]], out
    )
    assert f"value{columns - 1}" in out.getvalue()
    assert out.getvalue().splitlines()[0].split()[:2] == (
        ["column0", "column1"] if as_table else ["column0", "value0"]
    )
