"""What `check` says of listings that an earlier version decided under the same criteria."""

from __future__ import annotations

import json
from pathlib import Path

from goldmine_ingest.analysis.older_judgement import redecided, warnings
from goldmine_ingest.store.history import open_store
from tests.analysis.test_rescan import SETTINGS
from tests.rig.command import goldmine
from tests.rig.project import CRITERIA, Home, upwork_feed, upwork_item

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
    assert "minimum_score = " in told["notify[0].minimum_score"]
    assert "2 of the last 2 listings" in told["notify[0].minimum_score"]
    assert "fit of the proof sorts better" in told["decision.weights"]


def test_check_tells_it_and_stays_fine(tmp_path: Path) -> None:
    home_decided_by_an_earlier_version(tmp_path, CRITERIA, SETTINGS + "minimum_score = 9\n")
    ran = goldmine("check", "--json", cwd=tmp_path)
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["ok"]) == (0, True)
    assert "notify[0].minimum_score" in {one["where"] for one in report["warnings"]}
