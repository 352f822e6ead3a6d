"""Opinions in a cycle: what is asked, what an answer does to decisions and alerts, and that no
alert is lost, doubled or kept waiting by one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldmine_ingest.exchange.invariants import invariants, read_only
from tests.opinion.answers import text
from tests.pipeline.opinions.asking import ASK, NEAR, bring, home, opinion
from tests.rig.model_server import ModelServer, Reply, completion
from tests.rig.project import CRITERIA, Home

YES = completion(text(ask=ASK, fit=92))
NO = completion(text(ask=ASK, fit=10, doubt="other_craft", doubt_quote="month-end close"))
DEAD = "http://127.0.0.1:1/v1"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(lambda _: YES) as server:
        yield server


def decisions(project: Home) -> list[object]:
    return [row[0] for row in project.rows("SELECT decision FROM decisions ORDER BY listing_id")]


def alerts(project: Home) -> list[tuple[object, ...]]:
    return project.rows(
        "SELECT kind, state, cause FROM alerts WHERE kind != 'notice' ORDER BY enqueued_at, kind"
    )


def nothing_is_broken(project: Home) -> None:
    with read_only(project.folder / "data/goldmine.duckdb") as con:
        assert [check.detail for check in invariants(con) if not check.ok] == []


def test_a_near_listing_that_the_model_knows_rings_at_once_as_a_match(
    tmp_path: Path, model: ModelServer
) -> None:
    project = home(tmp_path, model.url, 'key = "env:OPINION_KEY"')
    report = project.run()
    assert (report.qualified, report.review, report.alerts) == (1, 0, {"sent": 1})
    assert alerts(project) == [("match", "sent", None)]
    assert project.rows("SELECT state, tokens, model, answer->>'fit' FROM opinions") == [
        ("answered", 1391, "m", "92")
    ]
    finding = "SELECT verdict, value, evidence[1] FROM findings WHERE criterion = 'opinion'"
    assert project.rows(finding) == [("pass", 92, ASK)]
    (request,) = model.requests
    assert request.headers["authorization"] == "Bearer canary-key-1234567890"
    assert request.body["response_format"]["json_schema"]["strict"] is True


def test_one_that_it_doubts_goes_to_the_digest_and_not_to_the_phone(
    tmp_path: Path, model: ModelServer
) -> None:
    model.answer = lambda _: NO
    project = home(tmp_path, model.url, near=False)
    report = project.run()
    assert (report.qualified, report.review) == (0, 1)
    assert alerts(project) == [("match", "held", "review")]
    assert project.printed.getvalue() == ""
    project.clock.forward(hours=10)
    project.run()
    assert alerts(project) == [("match", "sent", None)]
    assert "[review]" in project.printed.getvalue()


def test_a_fail_of_the_opinion_rejects_only_where_it_may(
    tmp_path: Path, model: ModelServer
) -> None:
    model.answer = lambda _: NO
    project = home(tmp_path, model.url, 'against = "fail"', near=False)
    project.run()
    assert decisions(project) == ["rejected"]
    assert [row[1] for row in alerts(project)] == ["suppressed"]


def test_nothing_is_asked_about_what_no_opinion_lifts(tmp_path: Path, model: ModelServer) -> None:
    project = home(tmp_path, model.url)
    bring(project, 1, 2, budget="$100")
    project.run()
    assert model.requests == []
    assert decisions(project) == ["rejected"] * 2


def test_where_only_alerts_are_asked_about_a_near_listing_is_not(
    tmp_path: Path, model: ModelServer
) -> None:
    project = home(tmp_path, model.url, 'ask = "qualified"')
    project.run()
    assert model.requests == []
    project.criteria = CRITERIA + opinion(model.url, 'ask = "qualified"')
    bring(project, 2)
    project.run()
    assert len(model.requests) == 1


def test_two_cycles_and_a_rescan_ask_once(tmp_path: Path, model: ModelServer) -> None:
    project = home(tmp_path, model.url)
    for _ in range(3):
        project.run()
        project.clock.forward(minutes=5)
    assert len(model.requests) == 1
    assert alerts(project) == [("match", "sent", None)]


def test_an_edited_text_is_asked_about_again_and_what_is_not_sent_is_not(
    tmp_path: Path, model: ModelServer
) -> None:
    project = home(tmp_path, model.url)
    project.run()
    project.clock.forward(minutes=5)
    words = (
        "We need a reconciliation of bank exports against the ledger, rebuilt in Python and SQL."
    )
    bring(project, 1, body=words)
    project.run()
    assert len(model.requests) == 2
    assert model.requests[1].listing["text"].startswith("We need a reconciliation")
    assert decisions(project) == ["qualified"]
    assert alerts(project) == [("match", "sent", None)]


def test_a_repost_with_equal_text_costs_nothing(tmp_path: Path, model: ModelServer) -> None:
    project = home(tmp_path, model.url)
    words = "A reconciliation of bank exports against the ledger in Python and SQL is needed."
    bring(project, 1, 2, body=words, title="Reconciliation")
    project.run()
    assert len(model.requests) == 1
    project.clock.forward(minutes=5)
    bring(project, 3, body=words, title="Reconciliation")
    project.run()
    assert len(model.requests) == 1
    listings = project.rows("SELECT count(*) FROM listings")
    assert project.rows("SELECT count(*) FROM opinions WHERE state = 'answered'") == listings


def test_a_late_answer_rings_once_as_changed(tmp_path: Path, model: ModelServer) -> None:
    model.answer = lambda _: Reply(500)
    project = home(tmp_path, model.url)
    project.run()
    assert alerts(project) == [("match", "held", "review")]
    model.answer = lambda _: YES
    for _ in range(3):
        project.clock.forward(minutes=5)
        project.run()
    assert decisions(project) == ["qualified"]
    assert alerts(project) == [("match", "suppressed", "review"), ("changed", "sent", None)]
    nothing_is_broken(project)


def test_a_late_answer_takes_no_alert_back(tmp_path: Path, model: ModelServer) -> None:
    model.answer = lambda _: Reply(500)
    project = home(tmp_path, model.url, near=False)
    project.run()
    assert alerts(project) == [("match", "sent", None)]
    model.answer = lambda _: NO
    project.clock.forward(minutes=5)
    project.run()
    assert decisions(project) == ["review"]
    assert alerts(project) == [("match", "sent", None)]


def test_what_was_lowered_before_it_rang_rings_when_an_edit_lifts_it(
    tmp_path: Path, model: ModelServer
) -> None:
    model.answer = lambda _: NO
    project = home(tmp_path, model.url, near=False)
    project.run()
    assert alerts(project) == [("match", "held", "review")]
    model.answer = lambda _: YES
    project.clock.forward(minutes=5)
    bring(
        project, 1, body="We need a reconciliation of bank exports against the ledger in SQL now."
    )
    project.run()
    project.clock.forward(hours=10)
    project.run()
    assert [row[:2] for row in alerts(project)] == [("match", "suppressed"), ("changed", "sent")]
    nothing_is_broken(project)


def test_errors_are_tried_three_times_and_then_no_more(tmp_path: Path, model: ModelServer) -> None:
    model.answer = lambda _: completion(text(ask="this was never said by anyone"))
    project = home(tmp_path, model.url)
    for _ in range(6):
        project.run()
        project.clock.forward(minutes=5)
    assert len(model.requests) == 3
    assert project.rows("SELECT state, why FROM opinions") == [
        ("invalid", "its quote isn't in the listing")
    ]
    assert decisions(project) == ["review"]


def test_an_endpoint_that_fails_is_left_alone_and_tried_again(
    tmp_path: Path, model: ModelServer
) -> None:
    model.answer = lambda _: Reply(500)
    project = home(tmp_path, model.url, listings=6)
    project.run()
    assert len(model.requests) == 3
    project.clock.forward(minutes=4)
    project.run()
    assert len(model.requests) == 3
    project.clock.forward(minutes=2)
    project.run()  # one more, to see whether it is back
    assert len(model.requests) == 4
    project.clock.forward(minutes=9)
    project.run()
    assert len(model.requests) == 4
    model.answer = lambda _: YES
    project.clock.forward(minutes=2)
    project.run()
    assert len(model.requests) == 10
    assert decisions(project) == ["qualified"] * 6


def test_no_more_than_two_at_once_and_no_more_than_a_days_calls(
    tmp_path: Path, model: ModelServer
) -> None:
    project = home(tmp_path, model.url, "max_per_day = 5", listings=8)
    project.run()
    assert len(model.requests) == 5
    assert model.most_at_once <= 2
    project.clock.forward(hours=12)
    project.run()
    assert len(model.requests) == 5
    assert sorted(map(str, decisions(project))) == ["qualified"] * 5 + ["review"] * 3


def test_what_alerts_no_one_has_only_half_of_a_days_calls(
    tmp_path: Path, model: ModelServer
) -> None:
    project = home(tmp_path, model.url, "max_per_day = 4", listings=6)
    project.settings = project.settings.replace('backlog = "all"', 'backlog = "none"')
    project.run()
    assert len(model.requests) == 2
    assert {row[1] for row in alerts(project)} == {"suppressed"}
    project.clock.forward(minutes=5)
    bring(project, *range(1, 9))
    project.run()
    assert len(model.requests) == 4
    assert [row[:2] for row in alerts(project)][-2:] == [("match", "sent")] * 2


@pytest.mark.parametrize(
    "reply", [Reply(hang=True), Reply(body=b'{"choices": []}' * 9, drip=0.3)], ids=["hang", "drip"]
)
def test_a_cycle_waits_no_longer_than_it_may(
    tmp_path: Path, model: ModelServer, reply: Reply
) -> None:
    model.answer = lambda _: reply
    project = home(
        tmp_path, model.url, 'deadline = "600ms"', 'per_cycle = "1s"', near=False, listings=9
    )
    report = project.run()
    assert report.alerts == {"sent": 9}
    assert len(model.requests) <= 3  # of nine: each is given up, and then no more is asked


def test_a_dead_endpoint_keeps_no_alert(tmp_path: Path) -> None:
    project = home(tmp_path, DEAD, near=False, listings=3)
    report = project.run()
    assert report.alerts == {"sent": 3}
    assert any("without one: the server refuses" in note for note in report.notes)


def test_a_key_that_is_missing_is_said_and_keeps_no_alert(
    tmp_path: Path, model: ModelServer
) -> None:
    project = home(tmp_path, model.url, 'key = "env:NOWHERE"', near=False)
    report = project.run()
    assert report.alerts == {"sent": 1}
    assert ("opinion", "the environment variable NOWHERE is not set") in report.problems
    assert model.requests == []


def test_a_cycle_that_was_killed_before_asking_is_made_up_for(
    tmp_path: Path, model: ModelServer
) -> None:
    """Stopped between two calls, as a kill between them leaves it: the next cycle asks the rest."""
    project = home(tmp_path, model.url, listings=4)
    project.run(stop=lambda: len(model.requests) >= 1)
    assert len(model.requests) < 4
    assert project.rows("SELECT count(*) FROM opinions WHERE state != 'answered'") == [(0,)]
    project.clock.forward(minutes=5)
    project.run()
    assert decisions(project) == ["qualified"] * 4
    assert [row[1] for row in alerts(project)].count("sent") == 4


def test_answers_that_a_killed_cycle_stored_are_decided_by(
    tmp_path: Path, model: ModelServer
) -> None:
    project = home(tmp_path, model.url, listings=2)
    project.project()
    config = tmp_path / "config/goldmine.toml"
    command = [sys.executable, "-m", "goldmine_ingest", "--config", str(config), "run", "--all"]
    for point, sent in (("opinions_stored:1", -signal.SIGKILL), ("", 0)):
        env = {**os.environ, "FAULT_POINT": point}
        done = subprocess.run(command, env=env, capture_output=True, check=False)  # noqa: S603 - ours
        assert done.returncode == sent, done.stderr
    assert len(model.requests) == 2
    assert decisions(project) == ["qualified"] * 2
    assert [row[:2] for row in alerts(project) if row[1] != "suppressed"] == [
        ("changed", "sent")
    ] * 2
    nothing_is_broken(project)


def test_other_words_of_a_proof_make_answers_stale(tmp_path: Path, model: ModelServer) -> None:
    project = home(tmp_path, model.url)
    project.run()
    project.criteria = project.criteria.replace('"month-end close"', '"month-end close", "ledger"')
    project.clock.forward(days=2)
    project.run()
    assert len(model.requests) == 1


def test_without_the_table_nothing_of_it_is_there(tmp_path: Path, model: ModelServer) -> None:
    project = home(tmp_path, model.url)
    project.criteria = CRITERIA + NEAR
    project.run()
    assert model.requests == []
    assert project.rows("SELECT count(*) FROM opinions") == [(0,)]
    assert project.rows("SELECT count(*) FROM findings WHERE criterion = 'opinion'") == [(0,)]
