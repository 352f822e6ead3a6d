"""Stored listings under changed criteria: what moves, what is owed and what isn't."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldmine_ingest.alerts.reasons import RESCANNED
from goldmine_ingest.analysis.rescan import RescanReport, rescan
from goldmine_ingest.errors import BusyError
from goldmine_ingest.runtime.locks import cycle_lock
from tests.rig.project import CRITERIA, Home, upwork_feed, upwork_item

SETTINGS = """
[[feed]]
name = "f"
url = "file:feed.xml"
backlog = "all"

[[notify]]
name = "phone"
url = "terminal"
"""
LOOSER = CRITERIA.replace("500", "300")


def home_with(
    tmp_path: Path, *budgets: str, criteria: str = CRITERIA, settings: str = SETTINGS
) -> Home:
    """A project that has polled its feed once."""
    home = Home(tmp_path, settings, criteria)
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "feed.xml").write_bytes(
        upwork_feed(*(upwork_item(n, budget=budget) for n, budget in enumerate(budgets, start=1)))
    )
    home.run()
    return home


def again(home: Home, *, alert: bool = False) -> RescanReport:
    return rescan(home.project(), now=home.clock, alert=alert)


def ledger(home: Home) -> list[tuple[object, ...]]:
    return home.rows("SELECT state, reason FROM alerts ORDER BY enqueued_at, alert_id")


def test_under_the_same_criteria_nothing_moves_and_nothing_is_stored(tmp_path: Path) -> None:
    home = home_with(tmp_path, "$400", "$1,500")
    before = home.rows("SELECT * FROM decision ORDER BY seq")
    report = again(home, alert=True)
    assert (report.judged, report.stored, report.moves, sum(report.alerts.values())) == (
        2,
        0,
        {},
        0,
    )
    assert home.rows("SELECT * FROM decision ORDER BY seq") == before


def test_a_lower_floor_lets_one_in_and_alerts_no_one(tmp_path: Path) -> None:
    """The newly qualified one gets a suppressed row that says why; the next cycle sends nothing."""
    home = home_with(tmp_path, "$400", "$1,500")
    home.criteria = LOOSER
    home.clock.forward(minutes=1)
    report = again(home)
    assert dict(report.moves) == {("rejected", "qualified"): 1}
    assert (report.now["qualified"], report.alerts["suppressed"], report.alerts["owed"]) == (
        2,
        1,
        0,
    )
    assert home.rows(
        "SELECT decision FROM decisions WHERE criteria_hash = (SELECT arg_max(criteria_hash,"
        " first_used_at) FROM criteria_versions)"
    ) == [
        ("qualified",),
        ("qualified",),
    ]
    assert home.run().sent == 0
    assert ("suppressed", RESCANNED.reason) in ledger(home)


def test_with_alert_it_is_owed_once(tmp_path: Path) -> None:
    """Also when an earlier rescan held it back; what was alerted before isn't alerted again."""
    home = home_with(tmp_path, "$400", "$1,500")
    home.criteria = LOOSER
    again(home)
    assert again(home, alert=True).alerts == {"owed": 1}
    assert again(home, alert=True).alerts == {}
    home.clock.forward(minutes=10)
    assert home.run().sent == 1
    assert [state for state, _ in ledger(home)] == ["sent", "sent"]
    assert again(home, alert=True).alerts == {}


def test_what_the_backlog_rule_held_back_stays_held_back(tmp_path: Path) -> None:
    home = home_with(tmp_path, "$400", "$1,500", settings=SETTINGS.replace('backlog = "all"\n', ""))
    home.criteria = LOOSER
    assert again(home, alert=True).alerts == {"owed": 1}
    assert sorted(str(state) for state, _ in ledger(home)) == ["owed", "suppressed"]


def test_a_higher_floor_turns_one_away_and_takes_no_alert_back(tmp_path: Path) -> None:
    home = home_with(tmp_path, "$1,500")
    home.criteria = CRITERIA.replace("500", "2000")
    assert dict(again(home, alert=True).moves) == {("qualified", "rejected"): 1}
    assert [state for state, _ in ledger(home)] == ["sent"]


def test_only_what_was_first_seen_since_then(tmp_path: Path) -> None:
    home = home_with(tmp_path, "$400")
    home.criteria = LOOSER
    home.clock.forward(days=2)
    assert rescan(home.project(), now=home.clock, since=home.clock.at).judged == 0


def test_not_while_a_cycle_runs(tmp_path: Path) -> None:
    home = home_with(tmp_path, "$400")
    with cycle_lock(home.project().database.path), pytest.raises(BusyError):
        again(home)
