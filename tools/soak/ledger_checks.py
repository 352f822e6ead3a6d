"""What the history must hold, whatever happened: asked in SQL, and of `goldmine doctor`."""

from __future__ import annotations

import json
from collections import defaultdict

from tests.rig.command import goldmine
from tests.rig.project import Home
from tools.soak.sinks import number_of
from tools.soak.truth import Truth

_GAPS = """SELECT (SELECT events FROM counter), count(*), max(seq), count(DISTINCT seq) FROM alert_event
    UNION ALL SELECT (SELECT decisions FROM counter), count(*), max(seq), count(DISTINCT seq) FROM decision"""
# Every qualified or review listing has a row for each destination; one that takes some feeds only
# has a suppressed one.
_WITHOUT_ROWS = """SELECT l.url, d.name FROM decisions JOIN listings l USING (listing_id), destination d
    WHERE decision <> 'rejected' AND NOT EXISTS (FROM alerts a WHERE a.listing_id = l.listing_id AND a.destination = d.name)"""
_NO_LEDGER = (
    "SELECT url FROM listings l WHERE NOT EXISTS (FROM decisions d WHERE d.listing_id ="
    " l.listing_id)"
)
_SIGNS_OF_LIFE = ("feeds are asked",)  # by the real clock, which is not the soak's


def wrong(home: Home, truth: Truth) -> list[str]:
    """Sentences about what doesn't hold."""
    found = []
    rows: dict[int, list[str]] = defaultdict(list)
    for listing_id, url in home.rows("SELECT listing_id, url FROM listings"):
        rows[number_of(str(url))].append(str(listing_id))
    found += [
        f"job {number} is stored {len(ids)} times: {ids}"
        for number, ids in rows.items()
        if len(ids) != 1
    ]
    found += [
        f"job {number} was received and isn't stored"
        for number, fate in truth.fates.items()
        if fate.stored and number not in rows
    ]
    found += [
        f"job {number} is stored, but was never served"
        for number in rows
        if number not in truth.fates
    ]
    for counted, count, last, distinct in home.rows(_GAPS):
        if not counted == count == (last or 0) == distinct:
            found.append(
                f"numbers have gaps: {counted} counted, {count} rows, last {last}, {distinct}"
                " different"
            )
    found += [
        f"job {number_of(str(url))} has no ledger row for {name}"
        for url, name in home.rows(_WITHOUT_ROWS)
    ]
    found += [f"job {number_of(str(url))} has no decision" for (url,) in home.rows(_NO_LEDGER)]
    return found


def doctor(home: Home) -> list[str]:
    """What `goldmine doctor` finds broken."""
    said = goldmine(
        "--config", str(home.folder / "config/goldmine.toml"), "doctor", "--json", cwd=home.folder
    )
    checks = (
        json.loads(said.stdout)["checks"]
        if said.stdout
        else [{"name": "doctor", "ok": False, "detail": said.stderr}]
    )
    return [
        f"doctor: {c['name']}: {c['detail']}"
        for c in checks
        if not c["ok"] and c["name"] not in _SIGNS_OF_LIFE
    ]
