"""What `check` says of listings that an earlier version decided under the same criteria."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.analysis.older_judgement import Redecided, redecided, warnings
from goldmine_ingest.store.history import open_store
from tests.analysis.test_rescan import SETTINGS
from tests.rig.command import goldmine
from tests.rig.project import CRITERIA, Home, upwork_feed, upwork_item

EARLIER, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
EXCLUDING = CRITERIA + '\n[rules]\nexclude = ["invoices", "a \\"quoted\\" word"]\n'


def home_decided_by_an_earlier_version(tmp_path: Path, criteria: str, settings: str) -> Home:
    """A history as an earlier version left it: what it excluded is rejected by any mention, and
    nothing was measured in today's way.
    """
    home = Home(tmp_path, settings, criteria)
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "feed.xml").write_bytes(
        upwork_feed(*(upwork_item(n, budget="$1,500") for n in (1, 2)))
    )
    home.run()
    with open_store(home.project().database.path, now=home.clock()) as store:
        store.con.execute("DELETE FROM measure")
    return home


def said(home: Home) -> dict[str, str]:
    project = home.project()
    with open_store(project.database.path, now=home.clock()) as store:
        return dict(warnings(project, redecided(store, project, home.clock())))


def test_nothing_is_said_where_nothing_moved(tmp_path: Path) -> None:
    assert said(home_decided_by_an_earlier_version(tmp_path, CRITERIA, SETTINGS)) == {}


def test_what_exclude_turned_away_and_the_line_that_brings_the_old_rule_back(
    tmp_path: Path,
) -> None:
    home = home_decided_by_an_earlier_version(tmp_path, EXCLUDING, SETTINGS)
    with open_store(home.project().database.path, now=home.clock()) as store:
        rows = store.con.execute("SELECT seq, findings FROM decision").fetchall()
        for seq, findings in rows:
            changed = [
                (
                    {**one, "verdict": "fail", "setting": "rules.exclude"}
                    if one["criterion"] == "rules"
                    else one
                )
                for one in findings
            ]
            store.con.execute(
                "UPDATE decision SET decision = 'rejected', findings = ? WHERE seq = ?",
                [changed, seq],
            )
    told = said(home)
    assert "would no longer be rejected" in told["rules.exclude"]
    assert 'exclude_always = ["invoices", "a \\"quoted\\" word"]' in told["rules.exclude"]
    assert "rejected 2 → 0" in told["criteria.toml"]


def test_bounds_of_the_old_score_come_with_the_value_that_keeps_as_many(tmp_path: Path) -> None:
    criteria = CRITERIA + "\n[decision.weights]\nbudget = 2\n"
    settings = SETTINGS + "minimum_score = 40\n"
    home = home_decided_by_an_earlier_version(tmp_path, criteria, settings)
    told = said(home)
    kept = "keeps as many alerts as before (2 of the last 2 listings)"
    assert kept in told["notify[0].minimum_score"]
    assert "fit of the proof sorts better" in told["decision.weights"]


def one(number: int, before: str, then: int, now: str, score: int) -> Redecided:
    return Redecided(
        f"{number:020}",
        f"Listing {number}",
        before,
        Decimal(then),
        now,
        Decimal(score),
        by_exclude=False,
        rings=now == "qualified",
        fit_score=Decimal(score) / 2,
    )


def test_the_values_keep_as_many_alerts_as_the_old_bounds(tmp_path: Path) -> None:
    """Ten listings rang before, of which six had 55 and more; twelve ring now, five more wait."""
    settings = SETTINGS + "minimum_score = 55\nmaximum_score = 70\n"
    criteria = CRITERIA + "\n[decision]\nminimum_score = 30\n[decision.weights]\nbudget = 2\n"
    project = Home(tmp_path, settings, criteria).project()
    some = [one(n, "qualified", 80 - 5 * n, "qualified", 99 - n) for n in range(10)]
    some += [one(n, "rejected", 90, "qualified", 99 - n) for n in range(10, 12)]
    some += [one(n, "rejected", 90, "review", 99) for n in range(12, 17)]
    told = dict(warnings(project, some))
    assert "minimum_score = 90.0 keeps as many alerts" in told["decision.minimum_score"]
    assert "minimum_score = 94.0 keeps as many alerts" in told["notify[0].minimum_score"]
    assert "maximum_score = 97.0 leaves 3 of 12 alerts" in told["notify[0].maximum_score"]
    assert "minimum_score = 45.0 keeps as many alerts" in told["decision.weights"]


@pytest.mark.parametrize("history", [True, False])
def test_each_setting_is_warned_of_once_until_sure_is_written(
    tmp_path: Path, history: bool
) -> None:
    criteria = CRITERIA + "\n[decision]\nminimum_score = 30\n[decision.weights]\nbudget = 2\n"
    settings = SETTINGS + "minimum_score = 9\nmaximum_score = 90\n"
    if history:
        home_decided_by_an_earlier_version(tmp_path, criteria, settings)
    else:
        Home(tmp_path, settings, criteria).project()
    report = json.loads(goldmine("check", "--json", cwd=tmp_path).stdout)
    where = Counter(one["where"] for one in report["warnings"])
    bounds = ("decision.minimum_score", "notify[0].minimum_score", "notify[0].maximum_score")
    assert {name: where[name] for name in (*bounds, "decision.weights", "notify[0]")} == {
        **dict.fromkeys((*bounds, "decision.weights"), 1),
        "notify[0]": 0,
    }
    Home(tmp_path, settings, criteria + "\n[proof_match]\nsure = 0.65\n").project()
    report = json.loads(goldmine("check", "--json", cwd=tmp_path).stdout)
    assert not {one["where"] for one in report["warnings"]}.intersection(bounds)


def test_it_is_told_after_a_backtest_and_no_more_after_a_rescan(tmp_path: Path) -> None:
    """A backtest measures what the earlier version didn't; the decisions stay as they were."""
    home = home_decided_by_an_earlier_version(tmp_path, CRITERIA, SETTINGS)
    project = home.project()
    with open_store(project.database.path, now=home.clock()) as store:
        store.con.execute("UPDATE schema_version SET applied_at = ? WHERE version = 9", [LATER])
        store.con.execute("UPDATE decision SET decision = 'review'")
    assert goldmine("backtest", cwd=tmp_path).returncode == 0
    assert "review 2 → 0" in said(home)["criteria.toml"]
    ran = goldmine("backtest", "--json", "--since", "5200w", cwd=tmp_path)
    decided = json.loads(ran.stdout)["decided"]
    assert (decided["then"]["review"], len(decided["entering"]), decided["leaving"]) == (2, 2, [])
    shown = goldmine("backtest", "--since", "5200w", cwd=tmp_path).stdout
    assert "2 qualify now and didn't" in shown
    assert goldmine("rescan", cwd=tmp_path).returncode == 0
    with open_store(project.database.path, now=home.clock()) as store:
        store.con.execute("UPDATE schema_version SET applied_at = ? WHERE version = 9", [EARLIER])
    assert said(home) == {}
    decided = json.loads(goldmine("backtest", "--json", "--since", "5200w", cwd=tmp_path).stdout)
    assert decided["decided"]["entering"] == []


def test_check_tells_it_and_stays_fine(tmp_path: Path) -> None:
    home_decided_by_an_earlier_version(tmp_path, CRITERIA, SETTINGS + "minimum_score = 9\n")
    ran = goldmine("check", "--json", cwd=tmp_path)
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["ok"]) == (0, True)
    assert "notify[0].minimum_score" in {one["where"] for one in report["warnings"]}
