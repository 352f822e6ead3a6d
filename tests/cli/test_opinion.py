"""`goldmine opinion` and what the other commands say of opinions; the key is in none of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.opinion.answers import text
from tests.pipeline.opinions.asking import ASK, bring, home
from tests.rig.command import goldmine
from tests.rig.model_server import ModelServer, Reply, completion
from tests.rig.project import CRITERIA, Home

KEY = "canary-key-1234567890"
YES = completion(text(ask=ASK))
STEP = "I'd reconcile one closed month of bank exports and list every exception."


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(lambda _: YES) as server:
        yield server


def stored(folder: Path, url: str, *more: str, listings: int = 4) -> Home:
    """A history that was made before a model was asked."""
    project = home(folder, url, *more, listings=listings)
    asking, project.criteria = (
        project.criteria,
        CRITERIA + "\n[proof_match]\nminimum = 0.1\nsure = 1.0\n",
    )
    project.run()
    project.criteria = asking
    project.project()  # writes the files
    return project


def run(project: Home, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    project.project()
    done = goldmine(*arguments, cwd=project.folder, stdin=stdin, OPINION_KEY=KEY)
    assert KEY not in done.stdout + done.stderr
    return done


def test_filling_says_calls_and_tokens_first_and_asks_no_more_than_it_may(
    tmp_path: Path, model: ModelServer
) -> None:
    project = stored(tmp_path, model.url, 'key = "env:OPINION_KEY"', "max_per_day = 0")
    said = run(project, "opinion", "--since", "3650d", "--max", "0")
    assert said.returncode == 0
    assert "0 calls to 127.0.0.1:" in said.stdout
    assert "(4 open listings without an opinion)" in said.stdout
    assert model.requests == []
    filled = run(project, "opinion", "--since", "3650d", "--max", "3")
    assert filled.returncode == 0
    assert filled.stdout.startswith("3 calls to 127.0.0.1:")
    assert "tokens" in filled.stdout.splitlines()[0]
    assert "3 answered of 3 asked, 4,173 tokens" in filled.stdout
    assert len(model.requests) == 3
    assert project.rows("SELECT count(*), sum(tokens) FROM opinions") == [(3, 4173)]
    again = run(project, "opinion", "--since", "3650d")
    assert "1 call to" in again.stdout
    assert "0 calls to" in run(project, "opinion", "--since", "3650d").stdout


def test_answers_count_after_a_rescan_which_asks_no_one(tmp_path: Path, model: ModelServer) -> None:
    project = stored(tmp_path, model.url)
    run(project, "opinion", "--since", "3650d", "--max", "3")
    model.requests.clear()
    assert run(project, "rescan").returncode == 0
    decisions = project.rows("SELECT decision, count(*) FROM decisions GROUP BY ALL ORDER BY ALL")
    assert decisions == [("qualified", 3), ("review", 1)]
    assert model.requests == []


def test_a_backtest_judges_by_stored_answers_and_touches_no_network(
    tmp_path: Path, model: ModelServer
) -> None:
    project = stored(tmp_path, model.url)
    run(project, "opinion", "--since", "3650d", "--max", "3")
    model.requests.clear()
    for command in (
        ("backtest", "--since", "3650d"),
        ("backtest", "--set", "opinion.pass=95", "--since", "3650d"),
        ("tune", "--since", "3650d"),
        ("near-misses", "--since", "3650d"),
        ("explain", "Month-end reconciliation 1"),
    ):
        done = run(project, *command)
        assert done.returncode == 0, done.stderr
        if command[0] != "explain" and command[0] != "near-misses":
            assert "opinion: 3 stored, 1 never asked" in done.stdout
    moved = json.loads(
        run(project, "backtest", "--set", "opinion.pass=95", "--since", "3650d", "--json").stdout
    )
    assert len(moved["leaving"]) == 3
    assert moved["moved_by"]["proof"]["leaving"] == 3
    assert moved["opinions"] == {"stored": 3, "stale": 0, "unanswered": 0, "never_asked": 1}
    assert model.requests == []


def test_other_words_of_a_proof_make_answers_stale_unless_they_are_asked_for(
    tmp_path: Path, model: ModelServer
) -> None:
    project = stored(tmp_path, model.url)
    run(project, "opinion", "--since", "3650d")
    words = 'proof.Finance reconciliation.phrases=["reconciliation", "month-end close", "ledger"]'
    fresh = run(project, "backtest", "--since", "3650d", "--set", words)
    assert "opinion: 0 stored, 4 stale, 0 never asked" in fresh.stdout
    assert "0 would newly qualify, 4 would not any more" in fresh.stdout
    stale = run(project, "backtest", "--since", "3650d", "--set", words, "--stale-opinions")
    assert "opinion: 4 stored, 0 never asked" in stale.stdout
    assert "0 would newly qualify, 0 would not any more" in stale.stdout


def test_a_try_shows_what_went_where_and_stores_nothing(tmp_path: Path, model: ModelServer) -> None:
    project = stored(tmp_path, model.url, 'key = "env:OPINION_KEY"')
    done = run(project, "opinion", "test")
    assert done.returncode == 0
    assert done.stdout.count("to 127.0.0.1:") == 3
    assert "p1 Finance reconciliation" in done.stdout
    assert "fit: 92" in done.stdout
    assert len(model.requests) == 3
    assert project.rows("SELECT count(*) FROM opinions") == [(0,)]
    model.answer = lambda _: Reply(500)
    failed = run(project, "opinion", "test")
    assert failed.returncode == 3
    assert "HTTP 500" in failed.stdout


def test_requests_go_out_as_files_and_answers_come_in_as_strictly(
    tmp_path: Path, model: ModelServer
) -> None:
    project = stored(tmp_path, model.url)
    out = run(project, "opinion", "export", "asked", "--since", "3650d")
    assert out.stdout.startswith("4 requests in asked, about ")
    requests = sorted((tmp_path / "asked").glob("*.request.json"))
    bodies = [json.loads(path.read_text()) for path in requests]
    run(project, "opinion", "--since", "3650d", "--max", "4")
    sent = [request.body for request in model.requests]
    assert sorted(map(json.dumps, sent)) == sorted(map(json.dumps, bodies))
    model.requests.clear()

    other = stored(tmp_path / "other", model.url)
    run(other, "opinion", "export", "asked", "--since", "3650d")
    folder = tmp_path / "other" / "asked"
    first, second, third, _ = sorted(folder.glob("*.request.json"))
    for path, content in (
        (first, text(ask=ASK)),
        (second, YES.body.decode()),
        (third, text(ask="never said by anyone")),
    ):
        path.with_name(path.name.replace("request", "answer")).write_text(content)
    (folder / f"{'0' * 64}.answer.json").write_text(text(ask=ASK))
    back = run(other, "opinion", "import", "asked")
    assert back.returncode == 0
    assert back.stdout.startswith("2 answers taken, 1 refused, 1 to questions that the history")
    assert "its quote isn't in the listing" in back.stderr
    assert other.rows("SELECT state, ms FROM opinions") == [("answered", 0)] * 2
    assert model.requests == []
    assert run(other, "opinion", "import", "nowhere").returncode == 2


def test_a_pasted_listing_is_asked_about_only_where_that_is_wanted(
    tmp_path: Path, model: ModelServer
) -> None:
    project = home(tmp_path, model.url)
    bring(project)
    words = (
        "Reconciliation of bank exports\n\nWe need a reconciliation of bank exports against the"
        " ledger in Python and SQL, because our month-end close takes six days.\nBudget: $1,500\n"
    )
    plain = json.loads(run(project, "judge", "--json", stdin=words).stdout)
    assert (plain["decision"], model.requests) == ("review", [])
    asked = json.loads(run(project, "judge", "--opinion", "--json", stdin=words).stdout)
    assert asked["decision"] == "qualified"
    assert len(model.requests) == 1
    saved = run(project, "judge", "--opinion", "--save", "--json", stdin=words)
    assert json.loads(saved.stdout)["decision"] == "qualified"
    assert project.rows("SELECT decision FROM decisions") == [("qualified",)]
    assert project.rows("SELECT state FROM opinions") == [("answered",)]
    model.requests.clear()
    again = json.loads(run(project, "judge", "--json", stdin=words).stdout)
    assert (again["decision"], model.requests) == ("qualified", [])


def test_check_says_in_one_line_what_goes_where(tmp_path: Path, model: ModelServer) -> None:
    project = stored(tmp_path, model.url, 'key = "env:OPINION_KEY"')
    done = run(project, "check")
    lines = [line for line in done.stdout.splitlines() if line.startswith("opinion: ")]
    assert len(lines) == 1
    assert "go to 127.0.0.1:" in lines[0]
    assert "(this computer), for m" in lines[0]
    assert json.loads(run(project, "check", "--json").stdout)["opinion"].startswith("title, pay")
    missing = goldmine("check", cwd=project.folder)
    assert missing.returncode == 3
    assert "OPINION_KEY is not set" in missing.stdout
    project.criteria = CRITERIA
    assert "opinion" not in run(project, "check").stdout


def test_doctor_says_that_the_model_is_down_and_stays_well(tmp_path: Path) -> None:
    project = home(tmp_path, "http://127.0.0.1:1/v1", near=False)
    project.clock.at = datetime.now(UTC)  # doctor asks by the computer's clock
    project.run()
    done = run(project, "doctor", "--json")
    (check,) = [c for c in json.loads(done.stdout)["checks"] if c["name"] == "opinions"]
    assert check["ok"] is True
    assert check["detail"].startswith("1 listing without an opinion: the server refuses")


def test_tune_shows_the_model_beside_ones_own_ratings(tmp_path: Path, model: ModelServer) -> None:
    project = stored(tmp_path, model.url)
    answers = iter([completion(text(ask=ASK, fit=fit)) for fit in (92, 92, 10, 50)])
    model.answer = lambda _: next(answers)
    run(project, "opinion", "--since", "3650d")
    fits = dict(
        project.rows("SELECT listing_id, (answer->>'fit')::INTEGER FROM opinions")  # type: ignore[arg-type]
    )
    passing = [name for name, fit in fits.items() if fit == 92]
    for name, rating in ((passing[0], "good"), (passing[1], "bad")):
        assert run(project, "rate", str(name), rating).returncode == 0
    (failing,) = [name for name, fit in fits.items() if fit == 10]
    assert run(project, "rate", str(failing), "bad").returncode == 0
    done = run(project, "tune", "--since", "3650d")
    assert "agrees with 2 of your ratings, disagrees with 1" in done.stdout
    assert f"bad, it passes: {str(passing[1])[:8]}" in done.stdout
    assert "opinion.pass" in done.stdout


def test_without_the_table_the_command_says_so(tmp_path: Path, model: ModelServer) -> None:
    project = stored(tmp_path, model.url)
    project.criteria = CRITERIA
    done = run(project, "opinion")
    assert done.returncode == 2
    assert "[opinion] is not in criteria.toml" in done.stderr


def test_the_key_is_in_no_file_that_a_cycle_writes(tmp_path: Path, model: ModelServer) -> None:
    project = home(tmp_path, model.url, 'key = "env:OPINION_KEY"')
    model.answer = lambda _: completion(f"the key is {KEY}")
    report = project.run()
    assert KEY not in repr(report) + project.printed.getvalue()
    copy = tmp_path / "copy.duckdb"
    assert run(project, "backup", str(copy)).returncode == 0
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("lines", "where", "says"),
    [
        (['url = "http://models.example/v1"', 'model = "m"'], "opinion.url", "plain http"),
        (['url = "https://u:pw@models.example/v1"', 'model = "m"'], "opinion.url", "password"),
        (
            ['url = "https://m.example/v1?key=0123456789abcdef0123"', 'model = "m"'],
            "opinion.url",
            "token",
        ),
        (['url = "ftp://m.example"', 'model = "m"'], "opinion.url", "web address"),
        (['url = "https://m.example/v1"'], "opinion.model", "missing"),
        (
            ['url = "https://m.example/v1"', 'model = "m"', 'key = "sk-1234"'],
            "opinion.key",
            "file itself",
        ),
        (
            ['url = "https://m.example/v1"', 'model = "m"', "pass = 30"],
            "opinion.pass",
            "under fail",
        ),
        (['url = "https://m.example/v1"', 'model = "m"', "passes = 30"], "opinion.passes", "pass"),
    ],
)
def test_what_is_wrong_in_the_table_is_said(
    tmp_path: Path, lines: list[str], where: str, says: str
) -> None:
    project = home(tmp_path, "https://unused.example")
    files = tmp_path / "config"
    project.project()
    (files / "criteria.toml").write_text("\n".join([CRITERIA, "[opinion]", *lines]))
    done = goldmine("check", "--json", cwd=tmp_path)
    assert done.returncode == 2
    problems = {
        p["where"]: p["message"] + p["expected"] for p in json.loads(done.stdout)["problems"]
    }
    assert list(problems) == [where]
    assert says in problems[where]
    assert "pw" not in done.stdout
    assert "sk-1234" not in done.stdout


def test_plain_http_is_allowed_where_that_is_said(tmp_path: Path) -> None:
    project = home(tmp_path, "http://models.example/v1", "allow_plain = true")
    project.project()
    assert goldmine("check", cwd=tmp_path).returncode == 0


def test_the_hash_of_the_criteria_covers_what_is_judged_and_not_where_it_is_asked(
    tmp_path: Path,
) -> None:
    def hashed(url: str, *more: str) -> str:
        return home(tmp_path, url, *more).project().criteria.criteria_hash

    plain = hashed("https://a.example/v1")
    for same in (
        ["https://b.example/v1"],
        ["https://a.example/v1", 'deadline = "5s"', 'key = "env:K"'],
    ):
        assert hashed(*same) == plain
    for other in (
        "pass = 70",
        "fail = 10",
        'against = "fail"',
        'ask = "qualified"',
        "ask_from = 0.2",
    ):
        assert hashed("https://a.example/v1", other) != plain
