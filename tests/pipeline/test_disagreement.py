"""A job that two feeds bring with other figures: the newer statement is the listing's, the edit has
both, and `explain` says who said what.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.rig.command import goldmine
from tests.rig.project import Home

CONFIG = """[alerts]
backlog = "all"
[[feed]]
name = "first"
url = "drop:first"
[[feed]]
name = "second"
url = "drop:second"
"""
JOB = {
    "title": "Ledger audit",
    "url": "https://www.upwork.com/jobs/~022000000000000000402",
    "description": "We need an audit of last year's ledger, in SQL.",
    "skills": ["SQL"],
    "client_country": "Germany",
}


def put(home: Home, feed: str, **facts: object) -> None:
    folder = home.folder / feed
    folder.mkdir(exist_ok=True)
    (folder / "job.json").write_text(json.dumps(JOB | facts), encoding="utf-8")


def test_both_statements_stay_and_explain_says_who_made_them(tmp_path: Path) -> None:
    for feed in ("first", "second"):
        (tmp_path / feed).mkdir()
    home = Home(tmp_path, CONFIG)
    put(home, "first", budget="$1,500 fixed", proposals="10 to 15", title="Ledger audit")
    home.run()
    home.clock.forward(minutes=10)
    put(home, "second", budget="$1,200 fixed", proposals=12, title="Audit of ledgers")
    home.run()
    assert home.rows(
        "SELECT title, budget_max::INT, proposals_min, proposals_max FROM listings"
    ) == [("Ledger audit", 1200, 12, 12)]
    assert home.rows("SELECT changes->>'$.budget_max' FROM revisions") == [('["1500","1200"]',)]
    assert home.rows("SELECT proposals_min, proposals_max FROM observations ORDER BY seen_at") == [
        (10, 15),
        (12, 12),
    ]
    (listing_id,) = home.rows("SELECT listing_id FROM listings")[0]
    said = goldmine("explain", str(listing_id), "--json", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    found = {each["fact"]: each for each in json.loads(said.stdout)["disagreements"]}
    assert found["budget_max"]["used"] == 1200
    assert [(s["feed"], float(s["value"])) for s in found["budget_max"]["said"]] == [
        ("first", 1500.0),
        ("second", 1200.0),
    ]
    text = goldmine("explain", str(listing_id), cwd=tmp_path).stdout
    assert "its feeds disagree on budget_max: first says 1500" in text
